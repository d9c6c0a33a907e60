//! What an answer to "did you write this?" says by itself, and what only repeats or denies what
//! the question shows: "Sí" below somebody's "Rechazo" approves nothing.

use std::sync::LazyLock;

use regex::Regex;

use super::signs::{self, Sign};
use super::{MOST_SUBJECT, MOST_TEXT, beginning, found, own_subject};
use crate::mail::Letter;
use crate::reading::RoleOfSender;

/// Whether an approval names itself ("apruebo", "la solicitud es mía"), so that it means the same
/// whatever it answers: with the words of the tables, within what approves.
pub fn approves_outright(letter: &Letter, role: RoleOfSender) -> bool {
    static NAMED: LazyLock<Option<Regex>> = LazyLock::new(|| {
        signs::expression(
            "{approve.yo}|{approve.se}|{approve.ar}|{approve.e}|{given}|{assent}|acced\\w+|\
             acoge\\w*|acojo|proced\\w+|curso|{go.en}|adelante|autoriz\\w+|\
             aprueb\\w+|{request} (si |sí )?(es|son) (mi[oa]s?|nuestr[oa]s?)",
        )
    });
    let Some(named) = NAMED.as_ref() else {
        return false;
    };
    any(letter, role, |sign, words| {
        sign == Sign::Approve && named.is_match(words)
    })
}

/// Whether a rejection says what it rejects: more than a bare "no".
pub fn rejects_outright(letter: &Letter, role: RoleOfSender) -> bool {
    any(letter, role, |sign, words| {
        let words = words.split(|c: char| !c.is_alphabetic());
        let bare = words
            .filter(|w| !w.is_empty())
            .all(|w| matches!(w, "no" | "muchas" | "grasias"));
        sign == Sign::Reject && !bare
    })
}

/// Whether any sign of the answer or of its subject, each with the words that carry it, is one.
fn any(letter: &Letter, role: RoleOfSender, is: impl Fn(Sign, &str) -> bool) -> bool {
    let subject = own_subject(beginning(&letter.subject, MOST_SUBJECT).0);
    let texts = [beginning(&letter.text, MOST_TEXT).0, &subject];
    // Who is asked "is it yours?" may answer as one who approves.
    let as_requester = [RoleOfSender::Requester, RoleOfSender::Approver];
    let roles = match role {
        RoleOfSender::Requester => &as_requester[..],
        RoleOfSender::Approver => &as_requester[1..],
        RoleOfSender::Executor => &[RoleOfSender::Executor],
    };
    texts.iter().any(|text| {
        roles.iter().any(|role| {
            let (sentences, hits) = found(text, *role);
            hits.iter().any(|hit| {
                let sentence = sentences.get(hit.sentence);
                let words = sentence.and_then(|s| s.folded.get(hit.at.clone()));
                words.is_some_and(|words| is(hit.sign, words))
            })
        })
    })
}
