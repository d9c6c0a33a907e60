//! What "no", "sin", "nunca" and a question mark do to the words after them.

use super::limits;
use super::signs::{Hit, Sign};
use super::text::Sentence;

/// How near a negation stands before an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Negation {
    None,
    /// At most three words before, in the same clause.
    Near,
    /// In the same clause, or joined to it by "y".
    Far,
}

const NEGATORS: [&str; 10] = [
    "no",
    "nunca",
    "jamas",
    "tampoco",
    "ni",
    "sin",
    "nadie",
    "ningun",
    "ninguna",
    "imposible",
];
/// Words that begin a clause of their own.
pub const BREAKS: [&str; 14] = [
    "pero",
    "aunque",
    "porque",
    "sino",
    "ya",
    "entonses",
    "igual",
    "asi",
    "pues",
    "si",
    "cuando",
    "consecuensia",
    "tanto",
    "ende",
];
/// Marks that end a clause.
pub const PUNCTUATION: [char; 9] = [',', ';', ':', '(', ')', '.', '!', '?', '"'];

/// The hits of a sentence after negation and question have had their say.
pub fn resolve(sentence: &Sentence, hits: &[Hit]) -> Vec<Hit> {
    let asks_from = sentence
        .question
        .then(|| sentence.folded.rfind('¿').unwrap_or(0));
    let hits = hits
        .iter()
        .filter_map(|hit| {
            let asked = asks_from.is_some_and(|from| hit.at.start >= from);
            let sign = turned(hit.sign, negation(sentence, hits, hit))?;
            let sign = if asked { in_question(sign)? } else { sign };
            Some(Hit {
                sign,
                ..hit.clone()
            })
        })
        .collect();
    limits::resolve(sentence, hits)
}

/// What a negated expression says; none where nothing is left of it.
fn turned(sign: Sign, negation: Negation) -> Option<Sign> {
    use Sign::{
        Act, Approve, But, Claim, Condition, Correction, Courtesy, Delegate, Done, Doubt, HandOn,
        Hedge, If, Later, Mask, Must, Need, No, NotDone, Only, Pending, Question, Reject, Status,
        Withdraw, Would, Yes,
    };
    match (negation, sign) {
        (Negation::None, _)
        | (
            _,
            Mask | Act | Courtesy | Correction | No | NotDone | If | Must | But | Only | Later
            | Hedge,
        )
        | (_, Pending | Condition | Yes | Status) => Some(sign),
        (Negation::Near, Approve) => Some(Reject),
        (Negation::Near, Done) => Some(NotDone),
        (Negation::Far, Approve | Done) => Some(Doubt),
        (_, Claim | Would) => Some(Doubt),
        (Negation::Near, Reject | Doubt | Question | Need | Delegate | HandOn | Withdraw) => None,
        (Negation::Far, Reject | Withdraw) => Some(Doubt),
        (Negation::Far, Doubt | Question | Need | Delegate | HandOn) => Some(sign),
    }
}

/// What remains of an expression inside a question.
fn in_question(sign: Sign) -> Option<Sign> {
    match sign {
        Sign::Approve
        | Sign::Yes
        | Sign::Reject
        | Sign::No
        | Sign::Done
        | Sign::Claim
        | Sign::Delegate
        | Sign::Condition
        | Sign::If
        | Sign::Must
        | Sign::But
        | Sign::Only
        | Sign::Would => None,
        other => Some(other),
    }
}

fn negation(sentence: &Sentence, hits: &[Hit], hit: &Hit) -> Negation {
    let own = sentence.folded.get(hit.at.clone()).unwrap_or("");
    let mut words = own.split(' ');
    if hit.denies || words.next().is_some_and(|w| NEGATORS.contains(&w)) {
        return Negation::None;
    }
    // "Esta jefatura no aprueba": a gap of the expression swallowed the negation.
    let inner: Vec<&str> = words.collect();
    let denies = |(i, w): (usize, &&str)| {
        matches!(*w, "no" | "nunca" | "jamas" | "tampoco" | "ni")
            && inner.get(i + 1) != Some(&"mas")
    };
    if matches!(hit.sign, Sign::Approve | Sign::Done | Sign::Claim)
        && inner.iter().enumerate().any(denies)
    {
        let later = inner.iter().any(|w| matches!(*w, "todabia" | "aun"));
        return if later { Negation::Far } else { Negation::Near };
    }
    let before = sentence.folded.get(..hit.at.start).unwrap_or("");
    let from = before.rfind(PUNCTUATION).map_or(0, |i| i + 1);
    // Words of an expression that was understood by itself negate nothing further.
    let consumed = hits
        .iter()
        .filter(|h| h.at.end <= hit.at.start)
        .map(|h| h.at.end)
        .max()
        .unwrap_or(0);
    let clause = before.get(from.max(consumed)..).unwrap_or("");
    let words: Vec<&str> = clause.split_whitespace().collect();
    let mut joined = false;
    for (distance, word) in words.iter().rev().enumerate() {
        if BREAKS.contains(word) {
            return Negation::None;
        }
        joined |= matches!(*word, "y" | "e");
        if NEGATORS.contains(word) {
            return if distance < 3 && !joined {
                Negation::Near
            } else {
                Negation::Far
            };
        }
    }
    Negation::None
}
