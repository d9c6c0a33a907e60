//! Words that greet, thank and acknowledge: nothing to act on, and no reason for anything.

use std::sync::LazyLock;

use regex::Regex;

use super::text::Sentence;

type Pattern = LazyLock<Option<Regex>>;

/// Sentences that are courtesy, not reasons.
static COURTESY: Pattern = LazyLock::new(|| {
    regex(concat!(
        r"^\W*(?:(?:muchas |mil |desde ya )?grasias|saludos?|atte|atentamente|cordialmente|",
        r"un (?:abraso|cordial saludo)|saluda|buen(?:os|as|a|) |estimad|ola|cordiales|",
        r"quedo? atent|quedamos atent|quedo a |quedamos a |slds|sin otro|espero que|",
        r"agradesid|desde ya|junto con saludar\W*$|de antemano|fabor acusar|por fabor\W*$|",
        r"enbiado desde|mesa de ayuda|le |bendisiones|exelente|que (?:esten?|tengan?|pasen?) |",
        r"feli[sz] |les abiso|disculp)"
    ))
});
/// Short sentences that only say that a mail came.
static RECEIVED: Pattern = LazyLock::new(|| {
    regex(concat!(
        r"^\W*(?:ok|resibid[oa]s?(?: conforme)?|acus(?:o|amos) resibo|entendid[oa]|",
        r"perfecto|listo|tom(?:o|amos) (?:conosimiento|nota)|anotado|exelente|genial|",
        r"super|de nada|(?:ok|resibido|perfecto|listo),? (?:muchas )?grasias|qued(?:o|",
        r"amos) atent\w+|igualmente|no ay de que|a ustedes|a usted)(?: conforme|",
        r",? (?:muchas |mil )?grasias|,? saludos)*\W*$"
    ))
});
static SALUTATION: Pattern = LazyLock::new(|| {
    regex(concat!(
        r"^\W*(?:(?:estimad\w+(?: \w+)?(?: y estimad\w+)?|ola(?: a tod\w+)?|",
        r"buen\w+ (?:dias?|tardes?|noches?)|junto con saludar\w*|buenas|informo que|",
        r"comunico que|les informo que|le informo que|lamentablemente|sin embargo|eso sí|",
        r"lamento informar que|lo siento|la berdad es que|la berdad|consulta|pregunta)",
        r"[,:. ]+)+"
    ))
});
static TAIL: Pattern = LazyLock::new(|| {
    regex(r"[.,]? (?:saludos(?: cordiales)?|atte|grasias|muchas grasias|atentamente)\W*$")
});

pub fn regex(pattern: &str) -> Option<Regex> {
    Regex::new(pattern).ok()
}

fn matches(re: &Pattern, text: &str) -> bool {
    re.as_ref().is_some_and(|r| r.is_match(text))
}

/// Whether folded words greet, thank or take leave.
pub fn greets(folded: &str) -> bool {
    matches(&COURTESY, folded)
}

/// Whether a sentence only thanks, greets or says that something was received.
pub fn is_courtesy(sentence: &Sentence) -> bool {
    if matches(&RECEIVED, &sentence.folded) {
        return true;
    }
    let acts = [
        "adjunt", "enbi", "remit", "nesesit", "falt", "corri", "modific",
    ];
    let small = |clause: &str| {
        let clause = clause.trim();
        let words = clause.split(' ').count();
        let says = clause.contains(|c: char| c.is_ascii_digit())
            || acts.iter().any(|a| clause.contains(a));
        !says && (words <= 2 || matches(&RECEIVED, clause) || (words <= 8 && greets(clause)))
    };
    greets(&sentence.folded) && sentence.folded.split(',').all(small)
}

/// Length of a salutation at the beginning of a folded sentence.
pub fn salutation(folded: &str) -> usize {
    SALUTATION
        .as_ref()
        .and_then(|r| r.find(folded))
        .map_or(0, |m| m.end())
}

/// Where the courtesy at the end of a clause begins.
pub fn tail(folded: &str) -> usize {
    TAIL.as_ref()
        .and_then(|r| r.find(folded))
        .map_or(folded.len(), |m| m.start())
}
