//! The formulas by which clients announce a quoted, original or forwarded mail, as tables: a
//! language is a few words in each.

use std::sync::LazyLock;

use regex::Regex;

use super::super::line::{Line, Mark, fold};

/// Verbs at the end (or in the middle) of "El …, Ana escribió:"; folded.
const VERBS: [&str; 19] = [
    "escribio",
    "ha escrito",
    "wrote",
    "writes",
    "a ecrit",
    "ecrit",
    "schrieb",
    "schreef",
    "geschreven",
    "ha scritto",
    "escreveu",
    "skrev",
    "napisal",
    "kirjoitti",
    "написал",
    "пишет",
    "写道",
    "寫道",
    "scrisse",
];

/// First words of such a line.
const OPENERS: [&str; 19] = [
    "el ",
    "en ",
    "con fecha ",
    "on ",
    "at ",
    "le ",
    "am ",
    "op ",
    "il giorno ",
    "il ",
    "em ",
    "den ",
    "dnia ",
    "w dniu ",
    "pa ",
    "no dia ",
    "a las ",
    "al ",
    "在 ",
];

static DATE_OR_TIME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\d{1,2}[:.h]\d{2}|(19|20)\d{2}|\d{1,2}[/.-]\d{1,2}[/.-]\d{2}").ok()
});
static STARTS_WITH_DATE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^\d{1,4}[-./年]\d{1,2}[-./月]\d{1,4}").ok());
static TIME: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\d{1,2}[:.]\d{2}").ok());

fn finds(regex: &LazyLock<Option<Regex>>, text: &str) -> bool {
    regex.as_ref().is_some_and(|r| r.is_match(text))
}

/// Lines over which a client wraps the line above a quote.
const ATTRIBUTION_LINES: usize = 5;
/// Longest such line, in bytes.
const ATTRIBUTION_BYTES: usize = 400;

/// How many lines from `at` on are the client's line above a quote ("El …, Ana escribió:"); 0 for
/// none.
pub(super) fn attribution(lines: &[Line], at: usize) -> usize {
    let Some(first) = lines.get(at).filter(|l| !l.is_blank()) else {
        return 0;
    };
    if !may_begin(&first.text) {
        return 0;
    }
    let mut joined = String::new();
    for (count, line) in lines.iter().skip(at).take(ATTRIBUTION_LINES).enumerate() {
        // a bracket wrapped to the next line looks like a quote mark: "<ana@oficina.example↵>:"
        let bracket = count > 0 && line.depth == first.depth + 1 && line.text.trim() == ":";
        if line.is_blank() || (line.depth != first.depth && !bracket) || ends_sentence(&joined) {
            return 0;
        }
        if !joined.is_empty() && !bracket {
            joined.push(' ');
        }
        joined.push_str(if bracket { ">:" } else { line.text.trim() });
        if joined.len() > ATTRIBUTION_BYTES {
            return 0;
        }
        let next_is_quoted = lines
            .iter()
            .skip(at + count + 1)
            .find(|l| !l.is_blank())
            .is_some_and(|l| l.depth > first.depth);
        if is_attribution(&joined, next_is_quoted) {
            // a line of the answer stands above, with no blank line between
            let later = (1..=count).any(|skip| begins_below(lines, at + skip, count - skip));
            return if later { 0 } else { count + 1 };
        }
    }
    0
}

/// Whether such a line begins with these words.
fn may_begin(line: &str) -> bool {
    let folded = fold(line);
    let text = folded.trim_start_matches(|c: char| !c.is_alphanumeric());
    OPENERS.iter().any(|opener| text.starts_with(opener))
        || finds(&DATE_OR_TIME, text)
        || text.contains('@')
        || VERBS.iter().any(|verb| text.contains(verb))
}

/// Whether a line and the `more` below it are such a line on their own, with opener and date.
fn begins_below(lines: &[Line], at: usize, more: usize) -> bool {
    let texts: Vec<&str> = lines
        .iter()
        .skip(at)
        .take(more + 1)
        .map(|l| l.text.trim())
        .collect();
    let folded = fold(texts.first().copied().unwrap_or_default());
    let opens = OPENERS.iter().any(|opener| folded.starts_with(opener))
        || finds(&STARTS_WITH_DATE, &folded);
    opens && finds(&DATE_OR_TIME, &folded) && is_attribution(&texts.join(" "), false)
}

/// Whether a text ends a sentence, so that what follows begins something new.
fn ends_sentence(text: &str) -> bool {
    let last = text.split_whitespace().last().unwrap_or_default();
    // abbreviations ("sept.", "p. m.") are short
    text.ends_with(['?', '!']) || (text.ends_with('.') && last.chars().count() > 5)
}

fn is_attribution(joined: &str, next_is_quoted: bool) -> bool {
    let text = joined.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, '*' | '_' | '\u{200e}' | '\u{202f}')
    });
    let ends_with_colon = text.ends_with([':', '：']);
    let has_address = text.contains('@');
    if !ends_with_colon {
        // Gmail's old form: "2013/11/3 Ana Soto <ana@…>"
        return text.len() <= 150
            && has_address
            && text.ends_with('>')
            && finds(&STARTS_WITH_DATE, text);
    }
    let folded = fold(text);
    let has_date = finds(&DATE_OR_TIME, &folded);
    let has_verb = VERBS.iter().any(|verb| folded.contains(verb));
    let opens = OPENERS.iter().any(|opener| folded.starts_with(opener));
    if has_verb {
        let ends_with_verb = VERBS.iter().any(|verb| {
            folded
                .trim_end_matches([':', '：', ' ', ')'])
                .trim_end_matches("(a")
                .trim_end_matches('a')
                .ends_with(verb.trim_end_matches('a'))
        });
        return (has_date && (opens || has_address || finds(&STARTS_WITH_DATE, text)))
            || (has_address && ends_with_verb && text.contains('<'))
            || (next_is_quoted && (ends_with_verb || opens));
    }
    (text.ends_with(">:") || text.ends_with("> :"))
        && has_address
        && has_date
        && (finds(&STARTS_WITH_DATE, text) || finds(&TIME, text))
}

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

const LABELS: [(Label, &[&str]); 7] = [
    (
        Label::From,
        &[
            "de",
            "from",
            "von",
            "da",
            "van",
            "fra",
            "fran",
            "od",
            "от",
            "lahettaja",
            "expediteur",
            "发件人",
            "寄件者",
        ],
    ),
    (
        Label::Sent,
        &[
            "enviado el",
            "enviado",
            "enviados",
            "enviada el",
            "sent",
            "envoye",
            "envoye le",
            "gesendet",
            "verzonden",
            "inviato",
            "enviada em",
            "enviado em",
            "enviada",
            "sendt",
            "skickat",
            "wyslano",
            "отправлено",
            "lahetetty",
            "发送时间",
            "fecha de envio",
            "message du",
        ],
    ),
    (
        Label::Date,
        &[
            "fecha",
            "date",
            "datum",
            "data",
            "dato",
            "дата",
            "paivamaara",
            "日期",
            "dia",
        ],
    ),
    (
        Label::To,
        &[
            "para",
            "to",
            "an",
            "a",
            "aan",
            "til",
            "till",
            "do",
            "кому",
            "vastaanottaja",
            "收件人",
            "destinatario",
        ],
    ),
    (
        Label::Cc,
        &[
            "cc",
            "cco",
            "bcc",
            "c.c.",
            "kopi",
            "kopia",
            "kopie",
            "copie a",
            "dw",
            "копия",
            "con copia",
        ],
    ),
    (
        Label::Subject,
        &[
            "asunto",
            "subject",
            "objet",
            "sujet",
            "betreff",
            "onderwerp",
            "oggetto",
            "assunto",
            "emne",
            "amne",
            "temat",
            "тема",
            "aihe",
            "主题",
            "主旨",
        ],
    ),
    (
        Label::Other,
        &[
            "responder a",
            "reply-to",
            "importancia",
            "importance",
            "adjuntos",
            "datos adjuntos",
            "attachments",
            "prioridad",
            "priority",
        ],
    ),
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
    let found = LABELS
        .iter()
        .find(|(_, names)| names.contains(&folded.as_str()))?
        .0;
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

/// The header block that begins at a line, if one does. `announced`: a line, rule or marker that only
/// clients write stands above it. Without that it must hold what only clients write, since the head
/// of a memorandum has labels, too ("DE: … A: … MAT.: …").
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

const ORIGINAL_MARKERS: [&str; 20] = [
    "mensaje original",
    "oprindelig besked",
    "original message",
    "message d'origine",
    "message original",
    "ursprungliche nachricht",
    "originalnachricht",
    "messaggio originale",
    "mensagem original",
    "oorspronkelijk bericht",
    "original appointment",
    "cita original",
    "opprinnelig melding",
    "wiadomosc oryginalna",
    "исходное сообщение",
    "oprindelig meddelelse",
    "ursprungligt meddelande",
    "alkuperainen viesti",
    "original-nachricht",
    "correo original",
];

const FORWARD_MARKERS: [&str; 13] = [
    "mensaje reenviado",
    "forwarded message",
    "begin forwarded message",
    "inicio del mensaje reenviado",
    "correo reenviado",
    "mensaje remitido",
    "weitergeleitete nachricht",
    "message transfere",
    "messaggio inoltrato",
    "mensagem encaminhada",
    "doorgestuurd bericht",
    "reenviado por",
    "forwarded by",
];

/// A line's words between the dashes that clients put around a marker, and whether there are any.
fn marker_words(line: &str) -> (String, bool) {
    let is_frame =
        |c: char| c.is_whitespace() || matches!(c, '-' | '_' | '*' | '=' | '>' | '–' | '—');
    let text = line.trim();
    let framed = text
        .chars()
        .take_while(|c| matches!(c, '-' | '_' | '=' | '–' | '—'))
        .count()
        >= 2;
    (fold(text.trim_matches(is_frame)), framed)
}

/// Whether a line says that the original mail stands below ("-----Mensaje original-----").
pub(super) fn is_original_marker(line: &Line) -> bool {
    if line.text.len() > 200 {
        return false;
    }
    let (words, framed) = marker_words(&line.text);
    let says = ORIGINAL_MARKERS.iter().any(|m| words.starts_with(m));
    // Zoho: "---- El mar, 22 dic 2015 14:17 Ana <ana@…> escribió ----"
    let attributes = VERBS.iter().any(|v| words.ends_with(v)) && finds(&DATE_OR_TIME, &words);
    framed && (says || attributes)
}

/// Whether a line says that a forwarded mail stands below.
pub(super) fn is_forward_marker(line: &Line) -> bool {
    if line.text.len() > 120 {
        return false;
    }
    let (words, framed) = marker_words(&line.text);
    let words = words.trim_end_matches(':').trim();
    let apple = line.text.trim().ends_with(':')
        && matches!(
            words,
            "begin forwarded message" | "inicio del mensaje reenviado"
        );
    apple || (framed && FORWARD_MARKERS.iter().any(|m| words.starts_with(m)))
}

/// Whether a line is a rule ("________") or an empty frame that clients draw above an original.
pub(super) fn is_rule(line: &Line) -> bool {
    let text = line.text.trim();
    line.mark == Mark::Rule
        || (text.len() >= 5
            && text
                .chars()
                .all(|c| matches!(c, '_' | '-' | '=' | '–' | '—' | '*')))
}

#[cfg(test)]
mod tests {
    use super::super::super::body::plain_body;
    use super::*;

    #[test]
    fn lines_above_quotes() {
        for (text, count) in [
            (
                "El lun., 16 dic. 2019 a las 20:13, Ana Soto\n(<ana@oficina.example>) escribió:",
                2,
            ),
            ("El 4/12/2007, a las 7:22, Ana Soto escribió:", 1),
            (
                "El viernes, 11 de julio de 2025 21:11:15 (hora de Chile),\nAna Soto escribió:",
                2,
            ),
            ("El mié, 22-06-2005 a las 22:03 -0400, Ana escribió:", 1),
            (
                "On Mon, Jan 1, 2024 at 9:00 AM Ana <ana@oficina.example> wrote:",
                1,
            ),
            (
                "Am 24.12.2023 um 12:00 schrieb Ana Soto <ana@oficina.example>:",
                1,
            ),
            ("Ana Soto escribió:\n> hola", 1),
            ("El lunes le escribí a Ana y no contestó.", 0),
            ("El 3 de marzo pedí los datos:\nPrograma: Vínculos", 0),
            ("Ana escribió:\nno aprueben", 0),
        ] {
            assert_eq!(
                attribution(&plain_body(text, None).lines, 0),
                count,
                "{text}"
            );
        }
    }

    #[test]
    fn heads_of_originals_and_of_memoranda() {
        for (text, is_block) in [
            (
                "De: Ana Soto <ana@oficina.example>\nEnviado el: lunes, 7 de septiembre de 2026 10:03\nPara: Mesa\nAsunto: x",
                true,
            ),
            (
                "De: Ana Soto\nEnviado: lunes 7\nPara: Mesa\nCC: a\nAsunto: x",
                true,
            ),
            (
                "De:\tAna <ana@oficina.example>\nPara:\tx@oficina.example\nFecha:\t27/10/2026 11:27\nAsunto:\tx",
                true,
            ),
            (
                "*From:* Ana <ana@oficina.example>\n*Sent:* Monday\n*To:* x\n*Subject:* y",
                true,
            ),
            (
                "De: Ana <a@oficina.example>; otra <b@oficina.example>;\n tercera <c@oficina.example>\nFecha: 1\nPara: x",
                true,
            ),
            (
                "DE: Ana Soto, Encargada\nA: Jefe de División\nMAT.: Desaprobación\nFECHA: 3 de marzo",
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
