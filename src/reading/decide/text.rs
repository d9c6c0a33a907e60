//! A text cut into sentences, each folded for comparison, with the way back to the sender's words.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::reading::words::{is_invisible, phonetic, plain};

/// Sentences that are looked at; a decision does not stand behind two hundred of them.
const MAX_SENTENCES: usize = 200;

/// A sentence: its place in the text and its folded form.
#[derive(Debug)]
pub struct Sentence {
    /// Bytes of the original text.
    pub span: Range<usize>,
    /// Folded: lower case, no accents but in "sí" and final "ó", misspellings made one.
    pub folded: String,
    /// For each byte of `folded` the byte of the original; one more for the end.
    map: Vec<usize>,
    /// Whether it ends with a question mark.
    pub question: bool,
}

impl Sentence {
    /// The original bytes of a range of the folded text.
    pub fn original(&self, range: Range<usize>) -> Range<usize> {
        let at = |i: usize| self.map.get(i).copied().unwrap_or(self.span.end);
        at(range.start)..at(range.end)
    }
}

static VISTO_BUENO: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)(?:^|[^\p{L}\p{N}])",
        r"(v\s{0,3}[°º˚*'.]+\s{0,3}b\s{0,3}[°º˚*'.]*|vb[°º˚*'.]*|v/b|v\s{1,3}b|",
        r"v0b0|vistos?\s*buenos?|v[o]b[o])",
        r"(?:[^\p{L}\p{N}]|$)"
    ))
    .ok()
});

/// What every spelling of "visto bueno" folds to. No other word can ("BB", "-bv"): "v" folds as it
/// sounds, as "b".
pub const VISTO_BUENO_WORD: &str = "vbvb";

/// Cuts a text into folded sentences.
pub fn sentences(text: &str) -> Vec<Sentence> {
    let vb: Vec<Range<usize>> = VISTO_BUENO.as_ref().map_or_else(Vec::new, |re| {
        re.captures_iter(text)
            .filter_map(|c| c.get(1).map(|m| m.range()))
            .collect()
    });
    spans(text, &vb)
        .into_iter()
        .take(MAX_SENTENCES)
        .filter_map(|span| fold_sentence(text, span, &vb))
        .collect()
}

/// Dictated text spells its punctuation ("no apruebo punto falta la boleta"): the words become
/// marks, byte for byte. Only where no other mark stands within the text.
pub fn dictated(text: &str) -> String {
    static SPELT: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(concat!(
            r"(?i)\b(?:(punto(?: y)? (?:aparte|seguido|final)|punto)|",
            r"(coma|dos puntos|punto y coma))(?:\s|$)"
        ))
        .ok()
    });
    let marked = text.trim_end().trim_end_matches('.');
    let Some(spelt) = SPELT
        .as_ref()
        .filter(|_| !marked.contains(['.', ',', ';', ':']))
    else {
        return text.to_owned();
    };
    let replaced = spelt.replace_all(text, |c: &regex::Captures<'_>| {
        let mark = if c.get(1).is_some() { "." } else { "," };
        let room = c.get(0).map_or(0, |m| m.len().saturating_sub(1));
        format!("{mark}{}", " ".repeat(room))
    });
    replaced.into_owned()
}

fn spans(text: &str, vb: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut start = 0;
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    for (i, &(at, c)) in chars.iter().enumerate() {
        let next = chars.get(i + 1).map_or('\n', |n| n.1);
        let ends = match c {
            '!' | '?' | ';' | '…' => !matches!(next, '!' | '?' | '.' | ')' | '"' | '”'),
            '.' => {
                (next.is_whitespace() || next == '"')
                    && !vb.iter().any(|v| v.contains(&at))
                    && !is_abbreviation(text.get(start..at).unwrap_or(""), text.get(at + 1..))
            }
            '\n' => breaks_line(text, start..at, at + 1),
            _ => false,
        };
        if ends {
            out.push(start..at + c.len_utf8());
            start = at + c.len_utf8();
        }
    }
    out.push(start..text.len());
    out
}

/// Whether a line end ends the sentence too: a blank line, a short line, or punctuation before it.
fn breaks_line(text: &str, sentence: Range<usize>, next: usize) -> bool {
    let before = text.get(..sentence.end).unwrap_or("");
    let line = before.rsplit('\n').next().unwrap_or("").trim();
    let after = text.get(next..).unwrap_or("");
    let following = after.split('\n').next().unwrap_or("").trim();
    let starts_anew = following
        .chars()
        .next()
        .is_none_or(|c| c.is_uppercase() || matches!(c, '-' | '*' | '•' | '·' | '¿' | '¡' | '>'));
    let first_word = following
        .split_whitespace()
        .next()
        .map_or(0, |w| w.chars().count());
    // A line broken by the mail program is full: the next word would not have fitted.
    let full = line.chars().count() + first_word >= 62;
    following.is_empty()
        || line.ends_with([':', '.', ';', '!', '?'])
        || (line.ends_with(',') && line.chars().count() < 40 && starts_anew)
        || (!full && !line.ends_with(',') && (starts_anew || line.chars().count() < 30))
}

fn is_abbreviation(before: &str, after: Option<&str>) -> bool {
    let word = before
        .rsplit(|c: char| c.is_whitespace() || c == '(')
        .next()
        .unwrap_or("")
        .to_lowercase();
    // "No. 3" is a number, "y no. El acta" is not.
    let number = after.is_some_and(|a| a.trim_start().starts_with(|c: char| c.is_ascii_digit()));
    matches!(
        word.as_str(),
        "sr" | "sra"
            | "srta"
            | "sres"
            | "don"
            | "dr"
            | "dra"
            | "ud"
            | "uds"
            | "art"
            | "res"
            | "ex"
            | "nro"
            | "núm"
            | "num"
            | "n"
            | "no"
            | "depto"
            | "dpto"
            | "i"
            | "p.ej"
            | "ej"
            | "mat"
            | "ant"
            | "ref"
            | "prog"
            | "reg"
            | "pág"
            | "pag"
            | "inc"
            | "ord"
    ) && (word != "no" || number)
}

/// Folded text with the way back, while it is made.
#[derive(Default)]
struct Folding {
    folded: String,
    map: Vec<usize>,
    word: String,
    word_at: usize,
    space: bool,
}

impl Folding {
    /// Appends what stands at a byte of the original, with the space before it.
    fn push(&mut self, words: &str, at: usize) {
        if self.space && !self.folded.is_empty() {
            self.folded.push(' ');
        }
        self.space = false;
        self.folded.push_str(words);
        self.map.resize(self.folded.len(), at);
    }

    fn letter(&mut self, c: char, at: usize) {
        if self.word.is_empty() {
            self.word_at = at;
        }
        self.word.push(c);
    }

    fn end_word(&mut self) {
        if !self.word.is_empty() {
            let word = fold_word(&std::mem::take(&mut self.word));
            self.push(&word, self.word_at);
        }
    }
}

fn fold_sentence(text: &str, span: Range<usize>, vb: &[Range<usize>]) -> Option<Sentence> {
    let mut folding = Folding::default();
    let mut skip_to = span.start;
    for (i, c) in text.get(span.clone())?.char_indices() {
        let at = span.start + i;
        if at < skip_to || is_invisible(c) {
            continue;
        }
        let abbreviation = vb.iter().find(|v| v.start == at);
        let combining = ('\u{300}'..='\u{36f}').contains(&c);
        if abbreviation.is_none() && (c.is_alphanumeric() || combining || matches!(c, '°' | 'º'))
        {
            folding.letter(c, at);
            continue;
        }
        folding.end_word();
        if let Some(v) = abbreviation {
            folding.push(VISTO_BUENO_WORD, at);
            skip_to = v.end;
        } else if c.is_whitespace() {
            folding.space = true;
        } else if let Some(mark) = plain(c) {
            folding.push(mark.encode_utf8(&mut [0; 4]), at);
        }
    }
    folding.end_word();
    let Folding {
        folded, mut map, ..
    } = folding;
    map.push(span.end);
    let question = folded
        .trim_end_matches(|c: char| !c.is_alphanumeric() && c != '?')
        .ends_with('?');
    let empty = !folded.chars().any(char::is_alphanumeric);
    (!empty).then_some(Sentence {
        span,
        folded,
        map,
        question,
    })
}

/// One word as it is compared. "sí" keeps its accent (it is not "si"), and so does a final "ó"
/// (somebody else did it: "autorizó").
fn fold_word(word: &str) -> String {
    let mut lower = word.to_lowercase();
    if lower.contains("\u{301}") {
        lower = lower.replace("i\u{301}", "í").replace("o\u{301}", "ó");
    }
    if lower == "sí" {
        return lower;
    }
    let past = lower.ends_with('ó') && lower.chars().count() > 3;
    let mut letters: String = lower.chars().filter_map(plain).collect();
    letters = without_drawl(&letters);
    if past {
        letters.pop();
        letters.push('ó');
    }
    let expanded = match letters.as_str() {
        "q" | "k" | "ke" => "que",
        "xq" | "pq" | "porq" => "porque",
        "x" => "por",
        "tb" | "tmb" => "tambien",
        "oki" | "okis" | "okey" | "okay" | "oka" | "okei" | "vale" => "ok",
        _ => "",
    };
    if !expanded.is_empty() {
        return expanded.to_owned();
    }
    let sound = phonetic(&letters);
    core_word(&sound).map_or(sound, str::to_owned)
}

/// "apruebooo" → "apruebo"
fn without_drawl(word: &str) -> String {
    let chars: Vec<char> = word.chars().collect();
    let mut out = String::with_capacity(word.len());
    for run in chars.chunk_by(|a, b| a == b) {
        let Some(&c) = run.first() else { continue };
        let kept = if run.len() < 3 || c.is_ascii_digit() {
            run.len()
        } else {
            1
        };
        out.extend(std::iter::repeat_n(c, kept));
    }
    out
}

/// The words that carry a decision, as they sound; a word one slip away is read as one.
const CORE: [&str; 14] = [
    "apruebo",
    "aprobado",
    "aprobada",
    "aprobasion",
    "autoriso",
    "autorisado",
    "autorisada",
    "rechaso",
    "rechasado",
    "rechasada",
    "ejecutado",
    "realisado",
    "conforme",
    "autorisasion",
];

/// Endings of other forms of the same verbs, which are no slips: "aprobara", "aprobados".
const OTHER_FORMS: [&str; 9] = [
    "ndo", "ara", "aba", "aran", "aban", "aron", "dos", "das", "ran",
];

fn core_word(word: &str) -> Option<&'static str> {
    if word.len() < 6 || OTHER_FORMS.iter().any(|e| word.ends_with(e)) {
        return None;
    }
    let ends = |w: &str| (w.chars().next(), w.chars().last());
    CORE.into_iter().find(|core| {
        *core != word && ends(core) == ends(word) && strsim::osa_distance(core, word) == 1
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> Vec<String> {
        sentences(text).into_iter().map(|s| s.folded).collect()
    }

    #[test]
    fn every_spelling_of_visto_bueno_is_one_word() {
        for text in [
            "V°B°",
            "VºBº",
            "VB",
            "V° B°",
            "v.b.",
            "Visto Bueno",
            "vistobueno",
            "VB°",
            "v/b",
        ] {
            assert_eq!(folded(text), [VISTO_BUENO_WORD], "{text}");
        }
    }

    #[test]
    fn sentences_end_where_a_reader_ends_them() {
        assert_eq!(folded("Estimados:\nApruebo el N° 3. Gracias").len(), 3);
        let wrapped =
            "No veo en los antecedentes que se acompañan en el memo motivos\npara rechazar.";
        assert_eq!(folded(wrapped).len(), 1);
    }

    #[test]
    fn slips_of_the_finger_are_read() {
        assert_eq!(
            folded("Arpuebo. aprobdo, autirizo"),
            [
                "arpuebo.".replace("arp", "apr"),
                "aprobado, autoriso".into()
            ]
        );
        assert_eq!(folded("autorizó"), ["autorisó"]);
        assert_eq!(folded("aprueba"), ["aprueba"]);
    }

    #[test]
    fn a_folded_range_leads_back_to_the_words() {
        let text = "Hola. Sí, APRUEVO  la petición";
        let s = &sentences(text)[1];
        let at = s.folded.find("apruebo").unwrap();
        assert_eq!(&text[s.original(at..at + "apruebo".len())], "APRUEVO  ");
    }
}
