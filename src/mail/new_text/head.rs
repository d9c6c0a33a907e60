//! The head that clients write above an original mail ("De: … Enviado el: … Para: … Asunto: …"),
//! and how it differs from that of a memorandum.

use super::super::line::{Line, fold, head};
use super::super::work::work;
use super::formula::{TIME, finds};
use super::words::{Kind, is};

/// What a line of a header block tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Label {
    From,
    Date,
    /// A date label that only mail clients write.
    Sent,
    To,
    Cc,
    Subject,
    Other,
}

const LABELS: [(Label, Kind); 7] = [
    (Label::From, Kind::From),
    (Label::Sent, Kind::Sent),
    (Label::Date, Kind::Date),
    (Label::To, Kind::To),
    (Label::Cc, Kind::Cc),
    (Label::Subject, Kind::Subject),
    (Label::Other, Kind::Other),
];

/// The label of a line ("Enviado el: …"), whether it shouts, and what stands after it.
fn label(line: &str) -> Option<(Label, bool, &str)> {
    let text =
        line.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '_' | '\u{200e}'));
    let (name, value) = text.split_once([':', '：'])?;
    if name.len() > 30 {
        return None;
    }
    let name = name.trim_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '_'));
    let folded = fold(name);
    let found = LABELS.iter().find(|(_, kind)| is(*kind, &folded))?.0;
    let shouts = name.chars().count() > 1 && name == name.to_uppercase() && found != Label::Cc;
    Some((
        found,
        shouts,
        value.trim_matches(|c: char| c.is_whitespace() || c == '*'),
    ))
}

/// The head of an original mail as a client writes it ("De: … Enviado el: … Para: … Asunto: …").
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in super::super) struct HeaderBlock {
    /// The first line after it.
    pub end: usize,
    /// What stands after "De:".
    pub from: String,
    /// What stands after "Asunto:".
    pub subject: String,
}

/// Lines between two labels of a block that carry on the one above (a list of addresses).
const CONTINUATION_LINES: usize = 4;

/// The header block that begins at a line, if one does. `announced`: a line, rule or marker that
/// only clients write stands above it. Without that it must hold what only clients write, since the
/// head of a memorandum has labels, too ("DE: … A: … MAT.: …").
pub(super) fn header_block(lines: &[Line], at: usize, announced: bool) -> Option<HeaderBlock> {
    let first = lines.get(at)?;
    if let Some(block) = one_line_block(first, at) {
        return Some(block);
    }
    let (first_label, ..) = label(&first.text)?;
    if !matches!(
        first_label,
        Label::From | Label::Subject | Label::Date | Label::Sent
    ) {
        return None;
    }
    let mut seen: Vec<Label> = Vec::new();
    let mut block = HeaderBlock::default();
    let (mut all_shout, mut client) = (true, false);
    let (mut gap, mut blank) = (0, 0);
    for (i, line) in lines.iter().enumerate().skip(at) {
        work(1);
        if line.depth != first.depth || blank > 1 || gap > CONTINUATION_LINES {
            break;
        }
        if line.is_blank() {
            blank += 1;
            continue;
        }
        let Some((found, shouts, value)) = label(&line.text) else {
            if blank > 0 {
                break;
            }
            gap += 1;
            client |= line.text.contains('@');
            continue;
        };
        if seen.contains(&found) && found != Label::Cc && found != Label::Other {
            break;
        }
        (gap, blank) = (0, 0);
        all_shout &= shouts;
        client |= value.contains('@')
            || found == Label::Sent
            || (found == Label::Date && finds(&TIME, value));
        match found {
            Label::From => block.from = value.to_owned(),
            Label::Subject => block.subject = value.to_owned(),
            _ => {}
        }
        seen.push(found);
        block.end = i + 1;
    }
    let others = seen
        .iter()
        .filter(|l| matches!(l, Label::Date | Label::Sent | Label::To | Label::Subject))
        .count();
    let complete = seen.contains(&Label::From) && others >= if announced { 1 } else { 2 };
    let written_by_client = announced || (client && (!all_shout || seen.contains(&Label::Sent)));
    (complete && written_by_client).then_some(block)
}

/// Lines of a head in a language that the table does not know; its label, in bytes.
const UNKNOWN_LINES: usize = 6;
const UNKNOWN_BYTES: usize = 30;

/// The head of an original in any language: three lines at least with a short label each, and an
/// address or a time among them. Only to be believed below a line that clients draw.
pub(super) fn unknown_block(lines: &[Line], at: usize) -> Option<HeaderBlock> {
    let first = lines.get(at)?;
    let mut block = HeaderBlock::default();
    let (mut count, mut client) = (0, false);
    for (i, line) in lines.iter().enumerate().skip(at).take(UNKNOWN_LINES) {
        let Some((label, value)) = line.text.split_once([':', '：']) else {
            break;
        };
        let label = label.trim();
        let is_label = (1..=UNKNOWN_BYTES).contains(&label.len())
            && label.split_whitespace().count() <= 3
            && !label.starts_with(|c: char| c.is_lowercase() || c.is_ascii_digit());
        if !is_label || line.depth != first.depth {
            break;
        }
        if count == 0 {
            value.trim().clone_into(&mut block.from);
        }
        client |= value.contains('@') || finds(&TIME, head(value, UNKNOWN_BYTES * 10));
        count += 1;
        block.end = i + 1;
    }
    (count >= 3 && client).then_some(block)
}

/// A block whose labels all stand in one line (HTML without line breaks).
fn one_line_block(line: &Line, at: usize) -> Option<HeaderBlock> {
    let (Label::From, _, rest) = label(&line.text)? else {
        return None;
    };
    let folded = fold(rest);
    let has = |words: &[&str]| words.iter().any(|w| folded.contains(w));
    let complete = has(&["enviado el: ", "enviado: ", "sent: ", "fecha: ", "date: "])
        && has(&["para: ", "to: "])
        && has(&["asunto: ", "subject: "]);
    complete.then(|| HeaderBlock {
        end: at + 1,
        from: rest
            .split_once(['>', ']'])
            .map_or_else(|| rest.to_owned(), |(from, _)| format!("{from}>")),
        subject: String::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::body::plain_body;
    use super::*;

    #[test]
    fn heads_of_originals_and_of_memoranda() {
        for (text, is_block) in [
            (
                "De: Ana <ana@oficina.example>\nEnviado el: lunes 7 10:03\nPara: M\nAsunto: x",
                true,
            ),
            (
                "De: Ana Soto\nEnviado: lunes 7\nPara: Mesa\nCC: a\nAsunto: x",
                true,
            ),
            (
                "De:\tAna <ana@oficina.example>\nPara:\tx\nFecha:\t27/10/2026 11:27\nAsunto:\tx",
                true,
            ),
            (
                "*From:* Ana <ana@oficina.example>\n*Sent:* Monday\n*To:* x\n*Subject:* y",
                true,
            ),
            (
                "De: Ana <a@b.example>; otra <b@b.example>;\n un <c@b.example>\nFecha: 1\nPara: x",
                true,
            ),
            (
                "DE: Ana Soto\nA: Jefe de División\nMAT.: Desaprobación\nFECHA: 3 de marzo",
                false,
            ),
            (
                "DE : ANA SOTO\nPARA : LUIS PÉREZ\nASUNTO : Solicita\nFECHA : 03-03-2026",
                false,
            ),
            (
                "De: Ana Soto\nPara: Luis Pérez\nAsunto: Solicita cambio de fecha",
                false,
            ),
            ("De: lunes a viernes atendemos.", false),
        ] {
            let found = header_block(&plain_body(text, None).lines, 0, false).is_some();
            assert_eq!(found, is_block, "{text}");
        }
    }
}
