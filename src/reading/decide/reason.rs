//! The exact words of a reason, a condition or a question.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::signs::{Hit, Sign};
use super::text::Sentence;

/// A text with its sentences and what was found in them.
#[derive(Debug)]
pub struct Found<'a> {
    /// The sender's words.
    pub text: &'a str,
    /// Its sentences.
    pub sentences: &'a [Sentence],
    /// Everything found, in order.
    pub hits: &'a [Hit],
}

fn regex(pattern: &str) -> Option<Regex> {
    Regex::new(pattern).ok()
}

/// Words that lead to a reason and do not belong to it.
static BECAUSE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    regex(concat!(
        r"^[\s,]*(?:(?:y|lo anterior|esto|es)\s+)*(?:porque|ya que|dado que|puesto que|",
        r"debido a que|debido a|por cuanto|toda bes que|en atension a que|bisto que|",
        r"considerando que|pues|por motibo de|motibo|motibos|rason|en rason de que|",
        r"en rason de|a causa de que|a causa de|en birtud de que|en birtud de)\b[\s:]*"
    ))
});
/// The same anywhere in a sentence.
static CONNECTOR: LazyLock<Option<Regex>> = LazyLock::new(|| {
    regex(concat!(
        r"[:,]\s|\s-\s|\b(?:porque|ya que|dado que|puesto que|debido a que|debido a|",
        r"por cuanto|toda bes que|en atension a que|pues|en rason de que|a causa de|",
        r"en birtud de)\b|\bpor (?:no|falta|faltar|estar|benir|error|fuera|tener|eseder|",
        r"encontrarse|cuanto|aber|tratarse)\b|\bmientras\b"
    ))
});
/// Sentences that are courtesy, not reasons.
static COURTESY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    regex(concat!(
        r"^\W*(?:(?:muchas |mil )?grasias|saludos?|atte|atentamente|cordialmente|",
        r"un (?:abraso|cordial saludo)|saluda|buen(?:os|as|) |estimad|ola|cordiales|",
        r"quedo? atent|quedamos atent|slds|sin otro|espero que|agradesid|desde ya|",
        r"junto con saludar\W*$|de antemano|fabor acusar|por fabor\W*$|enbiado desde|",
        r"mesa de ayuda|le |bendisiones|exelente|que esten)"
    ))
});
/// Short sentences that only say that a mail came.
static RECEIVED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    regex(concat!(
        r"^\W*(?:ok|resibid[oa]s?(?: conforme)?|acus(?:o|amos) resibo|entendid[oa]|",
        r"perfecto|listo|tom(?:o|amos) (?:conosimiento|nota)|anotado|exelente|genial|",
        r"super|de nada|(?:ok|resibido|perfecto|listo),? (?:muchas )?grasias|qued(?:o|",
        r"amos) atent\w+|igualmente|no ay de que|a ustedes|a usted)(?: conforme|",
        r",? (?:muchas |mil )?grasias|,? saludos)*\W*$"
    ))
});
/// Sentences about an earlier mail.
static EARLIER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    regex(concat!(
        r"\b(?:correo|mensaje|respuesta|mail) (?:anterior|prebi[oa]|de ayer|",
        r"de recien)\b|\bpuse\b|\bme equiboke|\bse me fue\b"
    ))
});

fn matches(re: &LazyLock<Option<Regex>>, text: &str) -> bool {
    re.as_ref().is_some_and(|r| r.is_match(text))
}

impl Found<'_> {
    /// The words of a decision's reason, if it has any.
    pub fn reason(&self, hit: &Hit) -> Option<String> {
        match hit.sign {
            Sign::Reject | Sign::No | Sign::NotDone => self.because(hit),
            Sign::Condition | Sign::If | Sign::But | Sign::Only => self.condition(hit),
            Sign::Need => self.after(hit).or_else(|| self.sentence_words(hit)),
            Sign::Question => self.question(hit),
            Sign::Delegate => self.delegate(hit),
            _ => None,
        }
    }

    /// The sentence in which it was found, as written.
    pub fn quote(&self, hit: &Hit) -> String {
        let Some(sentence) = self.sentences.get(hit.sentence) else {
            return String::new();
        };
        tidy(self.text.get(sentence.span.clone()).unwrap_or("")).to_owned()
    }

    /// The first sentence that is no courtesy.
    pub fn first_reason(&self) -> Option<String> {
        self.sentences
            .iter()
            .find(|s| !matches(&COURTESY, &s.folded) && s.folded.split(' ').count() > 2)
            .and_then(|s| self.words(s, salutation(&s.folded)..s.folded.len()))
    }

    fn sentence(&self, hit: &Hit) -> Option<&Sentence> {
        self.sentences.get(hit.sentence)
    }

    fn words(&self, sentence: &Sentence, folded: Range<usize>) -> Option<String> {
        let words = tidy(self.text.get(sentence.original(folded))?);
        words
            .chars()
            .any(char::is_alphanumeric)
            .then(|| one_line(words))
    }

    /// What follows in the same sentence behind a connector; else the next sentence; else what
    /// stands before it.
    fn because(&self, hit: &Hit) -> Option<String> {
        let sentence = self.sentence(hit)?;
        let tail = sentence.folded.get(hit.at.end..)?;
        if let Some(m) = CONNECTOR.as_ref().and_then(|r| r.find(tail)) {
            let mut from = hit.at.end + m.start();
            let word = m.as_str();
            if !word.starts_with("por ") && !word.starts_with("mientras") {
                from = hit.at.end + m.end();
            }
            let rest = sentence.folded.get(from..)?;
            if let Some(lead) = BECAUSE.as_ref().and_then(|r| r.find(rest)) {
                from += lead.end();
            }
            let end = from + courtesy_tail(sentence.folded.get(from..)?);
            if let Some(words) = self.words(sentence, from..end)
                && words.split_whitespace().count() > 1
                && !matches(&COURTESY, sentence.folded.get(from..end)?)
            {
                return Some(words);
            }
        }
        self.next_sentence(hit).or_else(|| self.before(hit))
    }

    /// The next sentence that is a reason.
    fn next_sentence(&self, hit: &Hit) -> Option<String> {
        self.sentences
            .iter()
            .skip(hit.sentence + 1)
            .take(3)
            .find(|s| !matches(&EARLIER, &s.folded))
            .filter(|s| !matches(&COURTESY, &s.folded) && s.folded.split(' ').count() > 2)
            .and_then(|s| {
                let lead = BECAUSE
                    .as_ref()
                    .and_then(|r| r.find(&s.folded))
                    .map_or(0, |m| m.end());
                self.words(s, lead..s.folded.len())
            })
    }

    /// "Dado que falta el acta, no apruebo": what stands before it, or the sentence before.
    fn before(&self, hit: &Hit) -> Option<String> {
        let sentence = self.sentence(hit)?;
        let head = sentence.folded.get(..hit.at.start)?;
        if let Some(comma) = head.rfind([',', ':', '.'])
            && head.get(..comma)?.split(' ').count() > 2
        {
            let head = head.get(..comma)?;
            let lead = BECAUSE
                .as_ref()
                .and_then(|r| r.find(head))
                .map_or(0, |m| m.end());
            let lead = lead.max(salutation(head));
            return self.words(sentence, lead..comma);
        }
        let earlier = self.sentences.get(hit.sentence.checked_sub(1)?)?;
        let courtesy = matches(&COURTESY, &earlier.folded) || matches(&EARLIER, &earlier.folded);
        (!courtesy && earlier.folded.split(' ').count() > 3)
            .then(|| self.words(earlier, salutation(&earlier.folded)..earlier.folded.len()))?
    }

    fn condition(&self, hit: &Hit) -> Option<String> {
        let sentence = self.sentence(hit)?;
        let own = sentence.folded.get(hit.at.clone())?;
        // "si corrigen el monto, apruebo": the condition stands inside the expression.
        if let Some(stop) = hit.stop {
            return self.words(sentence, hit.at.end..stop);
        }
        if own.contains(", ") {
            return self.words(sentence, hit.at.start..hit.at.start + own.rfind(',')?);
        }
        self.after(hit)
            .or_else(|| self.next_sentence(hit))
            .or_else(|| self.before(hit))
    }

    /// What follows an expression, up to its own reason.
    fn after(&self, hit: &Hit) -> Option<String> {
        let sentence = self.sentence(hit)?;
        let tail = sentence.folded.get(hit.at.end..)?;
        let stop = BEHIND
            .as_ref()
            .and_then(|r| r.find(tail))
            .map_or(tail.len(), |m| m.start());
        let mut from = hit.at.end;
        // An article that belongs to what is needed was taken as part of the expression.
        for article in [
            "el", "la", "los", "las", "un", "una", "mas", "mayor", "mayores", "que",
        ] {
            let own = sentence.folded.get(hit.at.clone())?;
            if hit.sign == Sign::Need && own.ends_with(&format!(" {article}")) {
                from -= article.len();
                break;
            }
        }
        self.words(sentence, from..hit.at.end + stop)
            .filter(|w| w.split_whitespace().count() > 1)
    }

    fn question(&self, hit: &Hit) -> Option<String> {
        let sentence = self.sentence(hit)?;
        let asked = if sentence.question {
            Some(sentence)
        } else {
            None
        }
        .or_else(|| self.sentences.iter().find(|s| s.question))
        .unwrap_or(sentence);
        let raw = self.text.get(asked.span.clone())?;
        let from = match raw.rfind('¿') {
            Some(mark) => mark,
            None if asked.question => last_clause(raw),
            None => 0,
        };
        let words = raw.get(from..)?.trim();
        let start = if from == 0 {
            salutation(&asked.folded)
        } else {
            0
        };
        if start > 0 {
            return self.words(asked, start..asked.folded.len());
        }
        Some(one_line(words))
    }

    fn delegate(&self, hit: &Hit) -> Option<String> {
        let mut best: Option<String> = None;
        // The words that name the other one, rather than those that decline.
        for other in self.hits.iter().filter(|h| h.sign == Sign::Delegate) {
            let sentence = self.sentence(other)?;
            let own = sentence.folded.get(other.at.clone())?;
            let stop = NAMED
                .as_ref()
                .and_then(|r| r.find(own))
                .map_or(own.len(), |m| m.start());
            let words = self.words(sentence, other.at.start..other.at.start + stop)?;
            if !own.starts_with("no ") && !own.starts_with("ya no ") {
                return Some(words);
            }
            best.get_or_insert(words);
        }
        best.or_else(|| self.sentence_words(hit))
    }

    fn sentence_words(&self, hit: &Hit) -> Option<String> {
        let sentence = self.sentence(hit)?;
        self.words(
            sentence,
            salutation(&sentence.folded)..sentence.folded.len(),
        )
    }
}

/// Where the reason of a condition begins, which is no part of it.
static BEHIND: LazyLock<Option<Regex>> = LazyLock::new(|| {
    regex(concat!(
        r",? (?:porque|ya que|dado que|puesto que|pues|debido a|de lo contrario|",
        r"de otro modo|si no,)\b|,? (?:muchas )?grasias"
    ))
});
/// What is said of the one who is named.
static NAMED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    regex(concat!(
        r",? (?:porque|ya que|dado que|pues|por fabor|grasias)\b|, (?:ella|el|quien|que|",
        r"yo|nosotros|es|son|pues|a quien)\b"
    ))
});

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
        !says
            && (words <= 2
                || matches(&RECEIVED, clause)
                || (words <= 8 && matches(&COURTESY, clause)))
    };
    matches(&COURTESY, &sentence.folded) && sentence.folded.split(',').all(small)
}

/// Length of a salutation at the beginning of a folded sentence.
fn salutation(folded: &str) -> usize {
    static SALUTATION: LazyLock<Option<Regex>> = LazyLock::new(|| {
        regex(concat!(
            r"^\W*(?:(?:estimad\w+(?: \w+)?(?: y estimad\w+)?|ola(?: a tod\w+)?|",
            r"buen\w+ (?:dias?|tardes?|noches?)|junto con saludar\w*|buenas|informo que|",
            r"comunico que|les informo que|le informo que|lamentablemente|",
            r"lamento informar que)[,:. ]+)+"
        ))
    });
    SALUTATION
        .as_ref()
        .and_then(|r| r.find(folded))
        .map_or(0, |m| m.end())
}

/// Where the courtesy at the end of a clause begins.
fn courtesy_tail(folded: &str) -> usize {
    static TAIL: LazyLock<Option<Regex>> =
        LazyLock::new(|| regex(r"[.,]? (?:saludos|atte|grasias|muchas grasias|atentamente)\W*$"));
    TAIL.as_ref()
        .and_then(|r| r.find(folded))
        .map_or(folded.len(), |m| m.start())
}

/// The clause in which a question without an opening mark begins.
fn last_clause(raw: &str) -> usize {
    let interrogative = [
        "qué", "que", "cuál", "cual", "cómo", "como", "cuándo", "cuando", "dónde", "quién", "por",
    ];
    let starts = raw.trim_start().to_lowercase();
    if interrogative.iter().any(|w| starts.starts_with(w)) {
        return 0;
    }
    raw.rfind([',', ':']).map_or(0, |i| i + 1)
}

/// Without the white space, closing period and opening dash around it.
fn tidy(words: &str) -> &str {
    words
        .trim()
        .trim_start_matches([',', ':', ';', '.', '-', '–', '*', '•', '(', ' ', '>', '!'])
        .trim_end_matches(['.', ',', ';', ':', '-', ' ', '(', '¿', '¡'])
        .trim()
}

/// Words broken by the mail program's line ends, joined.
fn one_line(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}
