//! The formulas of clients, people and gateways, read from `formulas.tsv`: a language or a client
//! is a few lines there.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// What the words of a line of the table are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// The verb of the line above a quote ("escribió").
    Wrote,
    /// The beginning of a line above a quote that has no such verb ("Citando a").
    Cited,
    /// The first word of a line above a quote ("El").
    Opener,
    /// What a line in dashes says above an original mail.
    Original,
    /// What a line in dashes says above a forwarded mail.
    Forwarded,
    /// The same without dashes, before a colon.
    BeginsForwarded,
    /// Label of a head: "De".
    From,
    /// Label of a head that only clients write: "Enviado el".
    Sent,
    /// Label of a head: "Fecha".
    Date,
    /// Label of a head: "Para".
    To,
    /// Label of a head: "CC".
    Cc,
    /// Label of a head: "Asunto".
    Subject,
    /// Any other label of a head: "Importancia".
    Other,
    /// The beginning of a line that a telephone or web mail adds.
    Device,
    /// The beginning of a line that advertises a mail program ("Obtener").
    Get,
    /// The end of such a line ("para Android").
    System,
    /// The last words before a name ("Saludos").
    Closing,
    /// A word in a name that is no name ("Sra.").
    Title,
    /// The label of a line of a signature ("Fono").
    Contact,
    /// The beginning of a line that is never a signature ("Apruebo").
    Answer,
    /// The beginning of a postscript.
    Postscript,
    /// The beginning of a notice.
    Notice,
    /// What a notice speaks of.
    Topic,
    /// What a notice below a signature speaks of.
    Below,
}

/// The names of the kinds in the table.
const KINDS: [(&str, Kind); 24] = [
    ("wrote", Kind::Wrote),
    ("cited", Kind::Cited),
    ("opener", Kind::Opener),
    ("original", Kind::Original),
    ("forwarded", Kind::Forwarded),
    ("begins-forwarded", Kind::BeginsForwarded),
    ("from", Kind::From),
    ("sent", Kind::Sent),
    ("date", Kind::Date),
    ("to", Kind::To),
    ("cc", Kind::Cc),
    ("subject", Kind::Subject),
    ("other", Kind::Other),
    ("device", Kind::Device),
    ("get", Kind::Get),
    ("system", Kind::System),
    ("closing", Kind::Closing),
    ("title", Kind::Title),
    ("contact", Kind::Contact),
    ("answer", Kind::Answer),
    ("postscript", Kind::Postscript),
    ("notice", Kind::Notice),
    ("topic", Kind::Topic),
    ("below", Kind::Below),
];

const TABLE: &str = include_str!("formulas.tsv");

static WORDS: LazyLock<BTreeMap<Kind, Vec<String>>> = LazyLock::new(|| {
    let mut words: BTreeMap<Kind, Vec<String>> = BTreeMap::new();
    for line in TABLE.lines() {
        if let Some((kind, formula)) = row(line) {
            words.entry(kind).or_default().push(formula);
        }
    }
    words
});

/// Kind and words of a line of the table; none of a comment.
fn row(line: &str) -> Option<(Kind, String)> {
    let mut cells = line.split('\t');
    let name = cells.next()?;
    let kind = KINDS.iter().find(|(n, _)| *n == name)?.1;
    Some((kind, cells.next()?.replace('␣', " ")))
}

/// The words of a kind, folded.
pub(super) fn words(kind: Kind) -> &'static [String] {
    WORDS.get(&kind).map_or(&[], Vec::as_slice)
}

/// Whether a folded text begins with words of a kind.
pub(super) fn begins(kind: Kind, folded: &str) -> bool {
    words(kind).iter().any(|w| folded.starts_with(w.as_str()))
}

/// Whether a folded text holds words of a kind.
pub(super) fn holds(kind: Kind, folded: &str) -> bool {
    words(kind).iter().any(|w| folded.contains(w.as_str()))
}

/// Whether a folded text is exactly one of the words of a kind.
pub(super) fn is(kind: Kind, folded: &str) -> bool {
    words(kind).iter().any(|w| w == folded)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::super::line::fold;
    use super::*;

    #[test]
    fn each_line_of_the_table_can_be_used() {
        let mut seen = BTreeSet::new();
        for (i, line) in TABLE.lines().enumerate() {
            if line.starts_with("# ") {
                continue;
            }
            let at = format!("line {}: {line}", i + 1);
            assert_eq!(line.split('\t').count(), 3, "{at}");
            let (kind, words) = row(line).unwrap();
            assert_eq!(fold(&words), words.trim_end(), "not folded, {at}");
            assert!(seen.insert((kind, words)), "twice, {at}");
        }
        for (name, kind) in KINDS {
            assert!(!words(kind).is_empty(), "{name}");
        }
    }
}
