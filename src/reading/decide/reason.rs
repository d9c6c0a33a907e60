//! The exact words of a reason, a condition or a question, and their place.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::clauses::{clause_start, last_clause, names_somebody, without_pronouns};
use super::courtesy::{greets, regex, salutation, tail};
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

/// Words of a mail: their bytes in the sender's text.
pub type Words = Range<usize>;

type Pattern = LazyLock<Option<Regex>>;

/// Words that lead to a reason and do not belong to it.
const BECAUSE: &str = concat!(
    "porque|ya que|dado que|puesto que|debido a que|debido a|por cuanto|toda bes que|",
    "en atension a que|bisto que|considerando que|pues|por motibo de|motibos?|rason|",
    "en rason de que|en rason de|a causa de que|a causa de|en birtud de que|en birtud de|",
    "atendido que|es que"
);
static LEAD: Pattern = LazyLock::new(|| {
    regex(&format!(
        "{}{}(?:(?:{BECAUSE})\\b[\\s:]*)?",
        r"^[\s,:;-]*(?:(?:y|lo anterior|esto|es|como|rebise|lei|bi|entre) |",
        r"(?:con todo|a mi juisio|aora bien|en todo caso|sin embargo),? )*"
    ))
});
/// The same in the middle of a sentence.
static CONNECTOR: Pattern = LazyLock::new(|| {
    regex(&format!(
        "{}|\\b(?:{BECAUSE})\\b|\\bsin (?:el|la|los|las|un|una) ",
        r"[:,]\s|\s-\s|\bpor \w|\bx (?:falta|no)|\bmientras\b"
    ))
});
/// "por" that gives no reason.
static BY: Pattern = LazyLock::new(|| {
    regex(concat!(
        r"^por (?:fabor|aora|mi|parte|nuestr\w|el momento|lo|ende|tanto|escrito|correo|oy|",
        r"medio|este|esta|aca|aqui|segunda|ultimo|supuesto|la presente|el presente)\b"
    ))
});
/// What follows from a reason, or is said of it afterwards.
static SO: Pattern = LazyLock::new(|| {
    regex(concat!(
        r"[,;.]? (?:y )?(?:asi que|por lo que|por lo tanto|por tanto|por ende|en consecuensia|",
        r"de modo que|de manera que)\b|,? y (?:no se|no proced\w+|no corresponde|ay que|quieren|",
        r"reabrir|por eso|eso)\b"
    ))
});
/// "…, pero esto nos deja con saldo": what comes behind weighs more.
static YET: Pattern = LazyLock::new(|| regex(r"[,;] (?:pero|sin embargo,?) "));
/// What begins a condition and is no part of it.
static WHEN: Pattern = LazyLock::new(|| {
    regex(concat!(
        r"^(?:apenas|cuando|una bes(?: que)?|si|en cuanto|luego que|",
        r"asta que(?: no)?|mientras(?: no)?) "
    ))
});
/// A condition that refers to what was said before it.
static THAT: Pattern = LazyLock::new(|| regex(r"^con (?:es[aeo]s?|dich[ao]s?) \w+,"));
/// Where the reason of a condition begins, which is no part of it.
static BEHIND: Pattern = LazyLock::new(|| {
    regex(concat!(
        r",? (?:porque|ya que|dado que|puesto que|pues|debido a|de lo contrario|",
        r"de otro modo|si no,)\b|,? (?:muchas )?grasias|, (?:rebis|abis|confirm|abrisen)\w+ "
    ))
});
/// What is said of the thing that is needed.
static NEEDED: Pattern = LazyLock::new(|| {
    regex(r", (?:no|que|pues|ya que|porque|es que|dado que|(?:el|la|los) cual(?:es)?) ")
});
/// What is said of the one who is named.
static NAMED: Pattern = LazyLock::new(|| {
    regex(concat!(
        r",? (?:porque|ya que|dado que|toda bes que|pues|por fabor|grasias)\b|, (?:ella|el|quien|",
        r"que|yo|nosotros|es|son|a quien)\b| que (?:tiene|esta|lleba|quedó|quedo)\b"
    ))
});
/// Sentences about an earlier mail.
static EARLIER: Pattern = LazyLock::new(|| {
    regex(concat!(
        r"\b(?:correo|mensaje|respuesta|mail) (?:anterior|prebi[oa]|de ayer|",
        r"de recien)\b|\bpuse\b|\bme equiboke|\bse me fue\b|^corrijo\b"
    ))
});

fn find(re: &Pattern, text: &str) -> Option<Range<usize>> {
    re.as_ref().and_then(|r| r.find(text)).map(|m| m.range())
}

/// Whether an expression decides, so that its sentence is not somebody's reason.
fn decides(sign: Sign) -> bool {
    matches!(
        sign,
        Sign::Approve | Sign::Reject | Sign::No | Sign::Yes | Sign::Condition
    )
}

impl Found<'_> {
    /// The words of a decision's reason, if it has any.
    pub fn reason(&self, hit: &Hit) -> Option<Words> {
        match hit.sign {
            Sign::Reject | Sign::No | Sign::NotDone => self.because(hit),
            Sign::Condition | Sign::If | Sign::Must | Sign::But | Sign::Only => self.condition(hit),
            Sign::Need => self.needed(hit),
            Sign::Question => self.question(hit),
            Sign::Delegate | Sign::HandOn => self.delegate(hit),
            _ => None,
        }
    }

    /// The sentence in which it was found, as written.
    pub fn quote(&self, hit: &Hit) -> String {
        let words = self.sentences.get(hit.sentence).map(|s| s.span.clone());
        words
            .map(|w| self.read(&self.tidy(w)).to_owned())
            .unwrap_or_default()
    }

    /// The first sentence that is no courtesy.
    pub fn first_reason(&self) -> Option<Words> {
        self.sentences
            .iter()
            .find(|s| !greets(&s.folded) && s.folded.split(' ').count() > 2)
            .and_then(|s| self.words(s, salutation(&s.folded)..s.folded.len()))
    }

    /// The words themselves.
    pub fn read(&self, words: &Words) -> &str {
        self.text.get(words.clone()).unwrap_or("")
    }

    fn sentence(&self, hit: &Hit) -> Option<&Sentence> {
        self.sentences.get(hit.sentence)
    }

    fn words(&self, sentence: &Sentence, folded: Range<usize>) -> Option<Words> {
        let words = self.tidy(sentence.original(folded));
        self.read(&words)
            .chars()
            .any(char::is_alphanumeric)
            .then_some(words)
    }

    /// Without the white space, closing period and opening dash around it.
    fn tidy(&self, words: Words) -> Words {
        let text = self.read(&words);
        let from =
            text.trim_start_matches(|c: char| c.is_whitespace() || ",:;.-–*•(>!".contains(c));
        let to = from.trim_end_matches(|c: char| c.is_whitespace() || ".,;:-(¿¡".contains(c));
        let start = words.start + (text.len() - from.len());
        start..start + to.len()
    }

    /// What follows in the same sentence behind a connector; else what stands before it; else the
    /// next sentence, or the one before.
    fn because(&self, hit: &Hit) -> Option<Words> {
        let sentence = self.sentence(hit)?;
        self.behind(sentence, hit)
            .or_else(|| self.blamed(hit))
            .or_else(|| self.ahead(sentence, hit, true))
            .or_else(|| self.next_sentence(hit))
            .or_else(|| self.ahead(sentence, hit, false))
            .or_else(|| self.sentence_before(hit))
    }

    fn behind(&self, sentence: &Sentence, hit: &Hit) -> Option<Words> {
        let rest = sentence.folded.get(hit.at.end..)?;
        let mut at = 0;
        while let Some(found) = find(&CONNECTOR, rest.get(at..)?) {
            let (start, end) = (at + found.start, at + found.end);
            at = end;
            let word = rest.get(start..end)?;
            let by = word.starts_with("por ") && word.len() == 5;
            if by && find(&BY, rest.get(start..)?).is_some() {
                continue;
            }
            let own = by || word.starts_with("mientras");
            // "sin el certificado": the certificate is missing.
            let without = word.starts_with("sin ").then_some(start + 4);
            let from = hit.at.end + if own { start } else { without.unwrap_or(end) };
            let words = self.trimmed(sentence, from..sentence.folded.len())?;
            let greeting = greets(sentence.folded.get(from..)?.trim_start());
            if !greeting && self.read(&words).split_whitespace().count() > 1 {
                return Some(words);
            }
        }
        None
    }

    /// Folded words without what leads to them, what follows from them, and courtesy.
    fn trimmed(&self, sentence: &Sentence, folded: Range<usize>) -> Option<Words> {
        let own = sentence.folded.get(folded.clone())?;
        let from = find(&LEAD, own).map_or(0, |m| m.end);
        let own = own.get(from..)?;
        let so = find(&SO, own).filter(|m| own.get(..m.start).is_some_and(|w| w.contains(' ')));
        let end = so.map_or(own.len(), |m| m.start).min(tail(own));
        let start = folded.start + from;
        self.words(sentence, start..start + end)
    }

    /// "el sistema arroja error": what says why is itself the reason.
    fn blamed(&self, hit: &Hit) -> Option<Words> {
        let blame = self.hits.iter().find(|h| h.blames && h.sign == hit.sign)?;
        let sentence = self.sentence(blame)?;
        let start = clause_start(&sentence.folded, blame.at.start);
        self.trimmed(sentence, start..sentence.folded.len())
    }

    /// "Dado que falta el acta, no apruebo": what stands before it in its sentence; surely a reason
    /// only where it says "because" or the decision says "so".
    fn ahead(&self, sentence: &Sentence, hit: &Hit, surely: bool) -> Option<Words> {
        static SINCE: Pattern = LazyLock::new(|| {
            regex(&format!(
                "^[\\s,:;-]*(?:{BECAUSE}|como|al no|por no|faltando|abiendo)\\b"
            ))
        });
        static ALTHOUGH: Pattern = LazyLock::new(|| {
            regex(r"^\W*(?:aunque|si bien|pese a|a pesar|sí|entiendo|lo abria)\b")
        });
        let head = sentence.folded.get(..hit.at.start)?;
        let head = head.get(salutation(head).min(head.len())..)?;
        let offset = hit.at.start - head.len();
        let so = find(&SO, head).map_or(head.len(), |m| m.start);
        let bare = head
            .get(..so)?
            .trim_end_matches([' ', ',', ':', ';', '.'])
            .trim_end_matches(" y");
        if (surely && so == head.len() && find(&SINCE, head).is_none())
            || find(&ALTHOUGH, bare).is_some()
        {
            return None;
        }
        if let Some(missing) = bare.strip_prefix("sin ").filter(|m| !m.contains(',')) {
            let start = hit.at.start - head.len() + "sin ".len();
            return self.words(sentence, start..start + missing.len());
        }
        let joined = so == head.len() && !head.trim_end().ends_with([',', ':', ';', '.', 'y']);
        if joined || bare.split(' ').count() < 3 {
            return None;
        }
        let last = bare.rfind([',', ':', ';']).map_or(0, |i| i + 1);
        let last = if bare.get(last..)?.split_whitespace().count() > 2 {
            last
        } else {
            0
        };
        self.trimmed(sentence, offset + last..offset + bare.len())
    }

    /// The next sentence that is a reason.
    fn next_sentence(&self, hit: &Hit) -> Option<Words> {
        let (index, sentence) = self
            .sentences
            .iter()
            .enumerate()
            .skip(hit.sentence + 1)
            .take(3)
            .find(|(_, s)| find(&EARLIER, &s.folded).is_none())?;
        let other = self
            .hits
            .iter()
            .any(|h| h.sentence == index && decides(h.sign) && h.at.start < 10);
        let small = sentence.folded.split(' ').count() <= 2;
        (!other && !small && !says_nothing(sentence)).then(|| self.whole(sentence))?
    }

    fn sentence_before(&self, hit: &Hit) -> Option<Words> {
        let earlier = self.sentences.get(hit.sentence.checked_sub(1)?)?;
        let other = says_nothing(earlier) || find(&EARLIER, &earlier.folded).is_some();
        let small = earlier.folded.split(' ').count() <= 3;
        (!other && !small).then(|| self.whole(earlier))?
    }

    /// A sentence as a reason: behind its "porque" or "pero", if it has one.
    fn whole(&self, sentence: &Sentence) -> Option<Words> {
        static INNER: Pattern = LazyLock::new(|| {
            regex(concat!(
                r"^(?:rebis|bist|leid|conbers|analis)[^:]*: |",
                r"\b(?:porque|ya que|dado que|toda bes que|puesto que) "
            ))
        });
        let folded = &sentence.folded;
        let from = find(&INNER, folded)
            .or_else(|| find(&YET, folded))
            .map_or(salutation(folded), |m| m.end);
        self.trimmed(sentence, from..folded.len())
    }

    fn condition(&self, hit: &Hit) -> Option<Words> {
        let sentence = self.sentence(hit)?;
        let own = sentence.folded.get(hit.at.clone())?;
        // "previa entrega del acta" is said whole.
        let from = if own.starts_with("prebi") {
            hit.at.start
        } else {
            hit.at.end
        };
        if let Some(stop) = hit.stop {
            let words = sentence.folded.get(from..stop)?;
            let stop = from + without_pronouns(words).len();
            return self.words(sentence, from..stop);
        }
        // "Corrijan la fecha y apruebo": what is to be done stands before the approval.
        let until = own.starts_with("asta que") || own.starts_with("mientras");
        let joined = own.rfind(if until { " no " } else { " y " });
        if let Some(end) = joined.filter(|i| words_in(own.get(..*i)) > 1) {
            let lead = find(&WHEN, own).map_or(0, |m| m.end);
            return self.words(sentence, hit.at.start + lead..hit.at.start + end);
        }
        if let Some(comma) = own.rfind(", ").filter(|c| words_in(own.get(..*c)) > 2) {
            let lead = find(&WHEN, own).map_or(0, |m| m.end);
            let words = self.words(sentence, hit.at.start + lead..hit.at.start + comma)?;
            // "Con ese resguardo, de acuerdo": what stands before it.
            let refers = find(&THAT, own).is_some();
            return refers
                .then(|| self.sentence_before(hit))
                .flatten()
                .or(Some(words));
        }
        self.after(hit, from)
            .or_else(|| self.next_sentence(hit))
            .or_else(|| self.ahead(sentence, hit, false))
            .or_else(|| self.sentence_before(hit))
    }

    /// What follows an expression, up to its own reason.
    fn after(&self, hit: &Hit, from: usize) -> Option<Words> {
        let sentence = self.sentence(hit)?;
        let rest = sentence.folded.get(from..)?;
        let stop = match hit.sign {
            Sign::Need => find(&NEEDED, rest)
                .map_or(rest.len(), |m| m.start)
                .min(tail(rest)),
            _ => find(&BEHIND, rest).map_or(rest.len(), |m| m.start),
        };
        static WANT: Pattern = LazyLock::new(|| {
            regex(r"^ ?(?:(?:nesesito|nesesitamos|requiero)(?: que)?|a mano|a la bista) ")
        });
        // "Antes de reabrir, que el municipio mande un correo": that is what is wanted.
        static FIRST: Pattern = LazyLock::new(|| regex(r"^ ?\w+[aei]r(?:l[ao])?,? que "));
        let lead = find(&WANT, rest)
            .map(|m| m.end)
            .or_else(|| find(&FIRST, rest).map(|m| m.end - "que ".len()))
            .unwrap_or(0);
        self.words(sentence, from + lead..from + stop.max(lead))
            .filter(|w| self.read(w).split_whitespace().count() > 1)
    }

    /// What is needed; a question that was asked before says it better.
    fn needed(&self, hit: &Hit) -> Option<Words> {
        let asked = self
            .sentences
            .iter()
            .take(hit.sentence)
            .find(|s| s.question && !self.is_masked(s));
        if let Some(asked) = asked {
            return self.asked(asked);
        }
        let sentence = self.sentence(hit)?;
        let own = sentence.folded.get(hit.at.clone())?;
        // An article that belongs to what is needed was taken as part of the expression.
        let articles = [
            "el", "la", "los", "las", "un", "una", "mas", "mayor", "mayores", "que", "si", "copia",
        ];
        let article = articles.iter().find(|a| own.ends_with(&format!(" {a}")));
        self.after(hit, hit.at.end - article.map_or(0, |a| a.len()))
            .or_else(|| self.sentence_words(hit))
    }

    fn is_masked(&self, sentence: &Sentence) -> bool {
        self.sentences
            .iter()
            .position(|s| s.span == sentence.span)
            .is_some_and(|i| {
                let courteous = |h: &Hit| h.sentence == i && h.sign == Sign::Courtesy;
                self.hits.iter().any(courteous)
            })
    }

    fn question(&self, hit: &Hit) -> Option<Words> {
        let own = self.sentence(hit)?;
        let asked = Some(own)
            .filter(|s| s.question)
            .or_else(|| {
                self.sentences
                    .iter()
                    .find(|s| s.question && !self.is_masked(s))
            })
            .unwrap_or(own);
        self.asked(asked)
    }

    fn asked(&self, asked: &Sentence) -> Option<Words> {
        let raw = self.text.get(asked.span.clone())?;
        let greeting = salutation(&asked.folded);
        let from = match raw.rfind('¿') {
            Some(mark) => asked.span.start + mark,
            None if asked.question => asked.span.start + last_clause(raw),
            None => asked.span.start,
        };
        let from = if from == asked.span.start && greeting > 0 {
            asked.original(greeting..asked.folded.len()).start
        } else {
            from
        };
        let end = find(&BEHIND, &asked.folded)
            .filter(|m| !asked.question && m.start > 0)
            .map_or(asked.span.end, |m| asked.original(m).start);
        let words = self.text.get(from..end.max(from))?;
        let start = from + (words.len() - words.trim_start().len());
        Some(start..start + words.trim().len())
    }

    fn delegate(&self, hit: &Hit) -> Option<Words> {
        let mut best: Option<(u8, Words)> = None;
        // The words that name the other one, rather than those that decline.
        let names = |h: &&Hit| matches!(h.sign, Sign::Delegate | Sign::HandOn);
        for other in self.hits.iter().filter(names) {
            let sentence = self.sentence(other)?;
            let own = sentence.folded.get(other.at.clone())?;
            let start = clause_start(&sentence.folded, other.at.start);
            let stop = find(&NAMED, own).map_or(own.len(), |m| m.start);
            let greeting = salutation(sentence.folded.get(start..)?);
            let words = self.words(sentence, start + greeting..other.at.start + stop)?;
            let declines = own.starts_with("no ") || own.starts_with("ya no ");
            let rank = match (names_somebody(self.read(&words)), declines) {
                (true, _) => 0,
                (false, false) => 1,
                (false, true) => 2,
            };
            if best.as_ref().is_none_or(|(r, _)| rank < *r) {
                best = Some((rank, words));
            }
        }
        best.map(|(_, words)| words)
            .or_else(|| self.sentence_words(hit))
    }

    fn sentence_words(&self, hit: &Hit) -> Option<Words> {
        let sentence = self.sentence(hit)?;
        self.words(
            sentence,
            salutation(&sentence.folded)..sentence.folded.len(),
        )
    }
}

/// Whether a sentence is courtesy, behind its salutation too.
fn says_nothing(sentence: &Sentence) -> bool {
    let own = sentence.folded.get(salutation(&sentence.folded)..);
    own.is_none_or(|own| greets(own) || own.trim().is_empty())
}

fn words_in(text: Option<&str>) -> usize {
    text.map_or(0, |t| t.split_whitespace().count())
}
