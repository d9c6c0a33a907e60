//! What an answer to "did you write this?" says by itself, and what only repeats or denies what
//! the question shows: "Sí" below somebody's "Rechazo" approves nothing.

use std::sync::LazyLock;

use regex::Regex;

use super::signs::Sign;
use super::{MOST_SUBJECT, MOST_TEXT, beginning, found, own_subject};
use crate::mail::Letter;
use crate::reading::RoleOfSender;

/// Whether an approval names itself ("apruebo", "la solicitud es mía"), so that it means the same
/// whatever it answers.
pub fn approves_outright(letter: &Letter) -> bool {
    // Sentences are folded by their sound: a soft c reads as an s.
    static NAMED: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let words = r"\b(apr(o|ue)b|autori[zcs]|vbvb|a[ck]?[cs]ed|acoge|acojo)";
        let own = r"\b(soli[cs]itud|peti[cs]ion|memo\w*|requerimiento) (si |sí )?es mi[ao]\b";
        Regex::new(&format!("{words}|{own}")).ok()
    });
    let Some(named) = NAMED.as_ref() else {
        return false;
    };
    any(letter, |sign, sentence| {
        matches!(sign, Sign::Approve | Sign::Yes) && named.is_match(sentence)
    })
}

/// Whether a rejection says what it rejects: more than a bare "no".
pub fn rejects_outright(letter: &Letter) -> bool {
    any(letter, |sign, sentence| {
        let words = sentence.split(|c: char| !c.is_alphabetic());
        let bare = words
            .filter(|w| !w.is_empty())
            .all(|w| matches!(w, "no" | "muchas" | "grasias"));
        matches!(sign, Sign::Reject | Sign::No) && !bare
    })
}

/// Whether any sign of the answer or of its subject, each with its sentence, is one.
fn any(letter: &Letter, is: impl Fn(Sign, &str) -> bool) -> bool {
    let subject = own_subject(beginning(&letter.subject, MOST_SUBJECT).0);
    let texts = [beginning(&letter.text, MOST_TEXT).0, &subject];
    let roles = [RoleOfSender::Approver, RoleOfSender::Requester];
    texts.iter().any(|text| {
        roles.iter().any(|role| {
            let (sentences, hits) = found(text, *role);
            hits.iter().any(|hit| {
                let sentence = sentences.get(hit.sentence);
                sentence.is_some_and(|s| is(hit.sign, &s.folded))
            })
        })
    })
}
