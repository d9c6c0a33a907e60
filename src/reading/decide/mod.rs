//! What an answer decides: sentences → signs of the tables → what they do to each other → one
//! decision. `docs/reading/decision.md` explains the grammar and how to add words.
//!
//! A wrong approval is the worst error and "unclear" is cheap (the sender is asked again in one
//! line), so an approval must stand alone: any condition, doubt or opposite beside it wins.
//!
//! Lives here: the tables (`words/*.tsv`; `signs` reads them, `forms` conjugates), sentences
//! (`text`), negation (`scope`), conditions and doubts (`limits`), the decision of each role
//! (`weigh`), the words of a reason (`reason`, `clauses`, `courtesy`).
//! May not live here: whether the sender may decide (`judge/`).

mod clauses;
mod courtesy;
mod forms;
mod limits;
mod outright;
mod reason;
mod scope;
mod signs;
mod text;
mod weigh;

use std::sync::LazyLock;

use regex::Regex;

pub use self::outright::{approves_outright, rejects_outright};
use self::reason::Found;
use self::signs::{Hit, Sign};
use self::text::Sentence;
use super::matter::names_another;
use super::words::cut;
use super::{Decision, DecisionKind, RoleOfSender};
use crate::mail::{Letter, Origin};
use crate::office::{Evidence, Source};

/// Characters of evidence that are kept.
const QUOTE: usize = 200;

/// Characters of an answer that are read: who decides does it in fewer.
const MOST_TEXT: usize = 8_000;
/// Bytes beside the answer from which on they are a quoted mail, and no greeting or signature.
const LEAST_QUOTE: usize = 300;
/// Characters of a subject that are read.
const MOST_SUBJECT: usize = 500;

/// The first characters of a text, and whether that is all of it.
fn beginning(text: &str, characters: usize) -> (&str, bool) {
    match text.char_indices().nth(characters) {
        Some((end, _)) => (text.get(..end).unwrap_or_default(), false),
        None => (text, true),
    }
}

/// Reads what an answer decides; none where it says nothing that looks like an answer. An approver
/// or executor who wrote something is at least [`DecisionKind::Unclear`].
pub fn decide(letter: &Letter, role: RoleOfSender) -> Option<Decision> {
    if letter.origin != Origin::Person {
        return None;
    }
    let (text, whole) = beginning(&letter.text, MOST_TEXT);
    let body = decide_text(text, role).map(|(mut decision, acts)| {
        // What was not read may take it back; what names something else than the quoted mail
        // approves something else.
        let another = || approves_another(letter, text);
        if decision.kind == DecisionKind::Approve && (!whole || another()) {
            decision.kind = DecisionKind::Unclear;
        }
        (decision, acts)
    });
    let subject = own_subject(beginning(&letter.subject, MOST_SUBJECT).0);
    let heading = decide_text(&subject, role).map(|(mut decision, acts)| {
        decision.evidence.source = Source::Subject;
        decision.evidence.line = 0;
        decision.reason_at = None;
        (decision, acts)
    });
    match (body, heading) {
        (Some((body, true)), Some((heading, true))) if opposite(body.kind, heading.kind) => {
            Some(Decision {
                kind: DecisionKind::Unclear,
                reason: None,
                reason_at: None,
                evidence: body.evidence,
            })
        }
        // A decision that stands in the subject alone: what the body says is its reason.
        (body @ (None | Some((_, false))), Some((mut heading, true)))
            if !vetoed(body.as_ref(), &letter.text, role) =>
        {
            if heading.reason.is_none() && heading.kind != DecisionKind::Approve {
                let reason = first_words(&letter.text);
                heading.reason = reason.as_ref().map(|r| one_line(&letter.text, r));
                heading.reason_at = reason;
            }
            Some(heading)
        }
        (Some((body, _)), _) => Some(body),
        (None, _) if role == RoleOfSender::Requester => None,
        (None, _) => Some(unclear(&letter.text)),
    }
}

/// Whether an approval names a number or a name that the quoted mail does not hold. Without a quote
/// nothing is known of what was asked.
fn approves_another(letter: &Letter, text: &str) -> bool {
    let Some((above, below)) = letter.full_text.split_once(text) else {
        return false;
    };
    let quote = [above, below, &letter.subject];
    let long = quote.iter().map(|part| part.len()).sum::<usize>() > LEAST_QUOTE;
    long && names_another(text, &quote)
}

/// Whether a body without a decision of its own still keeps the subject from deciding: an approval
/// in the subject counts only where nothing is said against it.
fn vetoed(body: Option<&(Decision, bool)>, text: &str, role: RoleOfSender) -> bool {
    body.is_some()
        && !found(text, role)
            .1
            .iter()
            .all(|h| matches!(h.sign, Sign::Mask | Sign::Courtesy))
}

fn opposite(a: DecisionKind, b: DecisionKind) -> bool {
    use DecisionKind::{Approve, Conditional, Delegate, Done, NotDone, Reject};
    let no = |k| matches!(k, Reject | NotDone | Conditional | Delegate);
    (matches!(a, Approve | Done) && no(b)) || (no(a) && matches!(b, Approve | Done))
}

fn found(text: &str, role: RoleOfSender) -> (Vec<Sentence>, Vec<Hit>) {
    let unquoted = text::dictated(&without_quotations(text));
    let sentences = text::sentences(&unquoted);
    let hits = sentences
        .iter()
        .enumerate()
        .flat_map(|(i, s)| scope::resolve(s, &signs::hits(i, s, role)))
        .collect();
    (sentences, hits)
}

/// The decision of a text, and whether it is one that acts (everything but unclear).
fn decide_text(text: &str, role: RoleOfSender) -> Option<(Decision, bool)> {
    let (sentences, hits) = found(text, role);
    let hits = weigh::after_correction(&sentences, hits);
    let spelt = text::dictated(text);
    let found = Found {
        text: &spelt,
        sentences: &sentences,
        hits: &hits,
    };
    let (kind, hit) = weigh::weigh(&found, role)?;
    let evidence = Evidence {
        source: Source::Body,
        line: hit.as_ref().map_or(0, |h| line_of(text, &sentences, h)),
        quote: hit
            .as_ref()
            .map_or_else(|| cut(text, QUOTE), |h| cut(&found.quote(h), QUOTE)),
    };
    let reason = hit
        .filter(|_| kind != DecisionKind::Unclear)
        .and_then(|h| found.reason(&h));
    let acts = kind != DecisionKind::Unclear;
    Some((
        Decision {
            kind,
            reason: reason.as_ref().map(|r| one_line(text, r)),
            reason_at: reason,
            evidence,
        },
        acts,
    ))
}

fn line_of(text: &str, sentences: &[Sentence], hit: &Hit) -> u32 {
    let at = sentences
        .get(hit.sentence)
        .map_or(0, |s| s.original(hit.at.clone()).start);
    let breaks = text.get(..at).unwrap_or("").matches('\n').count();
    u32::try_from(breaks).unwrap_or(u32::MAX - 1) + 1
}

fn unclear(text: &str) -> Decision {
    Decision {
        kind: DecisionKind::Unclear,
        reason: None,
        reason_at: None,
        evidence: Evidence {
            source: Source::Body,
            line: 0,
            quote: cut(text, QUOTE),
        },
    }
}

/// Words between quotation marks are somebody's words about an answer (`puse "apruebo"`): they
/// are blanked, byte for byte. An answer that is nothing but a quotation stays.
fn without_quotations(text: &str) -> String {
    static QUOTED: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#""[^"\n]{1,80}(?:\n[^"\n]{1,80})?"|“[^”]{1,160}”|«[^»]{1,160}»"#).ok()
    });
    let Some(quoted) = QUOTED.as_ref() else {
        return text.to_owned();
    };
    let blanked = quoted.replace_all(text, |c: &regex::Captures<'_>| {
        c.get(0).map_or_else(String::new, |m| {
            if fills_its_line(text, &m.range()) {
                return m.as_str().replace('"', " ");
            }
            blank(m.as_str())
        })
    });
    if blanked.chars().filter(|c| c.is_alphabetic()).count() < 3 {
        return text.replace('"', " ");
    }
    blanked.into_owned()
}

/// As many bytes of nothing; lines stay lines.
fn blank(words: &str) -> String {
    let bytes = words.bytes();
    bytes.map(|b| if b == b'\n' { '\n' } else { ' ' }).collect()
}

/// Whether nothing else stands in the line: a quotation that is the answer.
fn fills_its_line(text: &str, place: &std::ops::Range<usize>) -> bool {
    let bare = |c: char| !c.is_alphanumeric();
    let before = text.get(..place.start).and_then(|t| t.rsplit('\n').next());
    let after = text.get(place.end..).and_then(|t| t.split('\n').next());
    before.is_none_or(|t| t.chars().all(bare)) && after.is_none_or(|t| t.chars().all(bare))
}

/// Whether a text only thanks, greets or says that it was received: nothing to act on.
pub fn is_courtesy(text: &str) -> bool {
    text::sentences(text).iter().all(courtesy::is_courtesy)
}

/// Words broken by the mail program's line ends, joined.
fn one_line(text: &str, words: &reason::Words) -> String {
    let words = text.get(words.clone()).unwrap_or("");
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What the sender wrote into the subject: what stands before the reply mark and the desk's tag.
fn own_subject(subject: &str) -> String {
    static MARK: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?i)(?:^|[\s\]])(?:re|rv|res|resp|fw|fwd|rf|aw)\s?:|\[[A-Z]+-\d{4}-\d+\]").ok()
    });
    static PREFIX: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?i)^\s*\[(?:externo|external|ext|spam\??)\]\s*").ok());
    let subject = PREFIX
        .as_ref()
        .map_or(subject.into(), |r| r.replace(subject, ""));
    match MARK.as_ref().and_then(|r| r.find(&subject)) {
        Some(mark) => subject.get(..mark.start()).unwrap_or("").trim().to_owned(),
        None => subject.trim().to_owned(),
    }
}

/// The first words of a body that stand for the reason of a decision in the subject.
fn first_words(text: &str) -> Option<reason::Words> {
    let sentences = text::sentences(text);
    let found = Found {
        text,
        sentences: &sentences,
        hits: &[],
    };
    found.first_reason()
}

#[cfg(test)]
mod tests;
