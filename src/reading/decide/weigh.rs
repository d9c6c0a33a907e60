//! Many signs → one decision, for each role.

use super::reason::Found;
use super::signs::{Hit, Sign};
use super::text::Sentence;
use crate::reading::{DecisionKind, RoleOfSender};

/// The kind and the hit that carries it; no hit where nothing decides.
type Weighed = Option<(DecisionKind, Option<Hit>)>;

/// What was said before "perdón, quise decir" no longer counts.
pub fn after_correction(sentences: &[Sentence], hits: Vec<Hit>) -> Vec<Hit> {
    let Some(last) = hits.iter().rposition(|h| h.sign == Sign::Correction) else {
        return hits;
    };
    if let Some(refused) = refused_before(&hits, last) {
        return refused;
    }
    let after: Vec<Hit> = hits.iter().skip(last + 1).cloned().collect();
    if after
        .iter()
        .any(|h| !matches!(h.sign, Sign::Mask | Sign::Courtesy))
    {
        return after;
    }
    // "Rechazo. Omitan mi correo anterior": the correction follows what it puts in its place.
    let sentence = hits.get(last).map_or(0, |h| h.sentence);
    let first_of_text =
        hits.iter().all(|h| h.sentence + 1 >= sentence) && sentence < sentences.len();
    let earlier_mail = sentences
        .get(sentence)
        .is_some_and(|s| s.folded.contains("anterior") || s.folded.contains("primer"));
    if first_of_text && earlier_mail {
        return hits
            .into_iter()
            .filter(|h| h.sign != Sign::Correction)
            .collect();
    }
    after
}

/// "Perdón, no: rechazo. Me confundí con otra": the last words only explain the correction, where
/// what they follow does not approve.
fn refused_before(hits: &[Hit], last: usize) -> Option<Vec<Hit>> {
    let silent = |h: &Hit| matches!(h.sign, Sign::Mask | Sign::Courtesy | Sign::Correction);
    if !hits.get(last..)?.iter().all(silent) {
        return None;
    }
    let earlier = hits.get(..last)?;
    let first = earlier.iter().rposition(|h| h.sign == Sign::Correction)?;
    let between = earlier.get(first + 1..)?;
    let refuses = between.iter().any(|h| h.sign == Sign::Reject)
        && !between
            .iter()
            .any(|h| matches!(h.sign, Sign::Approve | Sign::Yes));
    refuses.then(|| between.to_vec())
}

/// Weighs what was found. None: nothing that looks like an answer.
pub fn weigh(found: &Found<'_>, role: RoleOfSender) -> Weighed {
    match role {
        RoleOfSender::Approver => approver(found),
        RoleOfSender::Executor => executor(found),
        RoleOfSender::Requester => requester(found),
    }
}

fn first(found: &Found<'_>, signs: &[Sign]) -> Option<Hit> {
    found.hits.iter().find(|h| signs.contains(&h.sign)).cloned()
}

fn says_something(found: &Found<'_>) -> bool {
    !found.sentences.is_empty()
}

/// A question mark whose sentence is not merely courteous ("¿me avisan cuando esté listo?").
fn asked(found: &Found<'_>) -> Option<Hit> {
    let index = found.sentences.iter().enumerate().position(|(i, s)| {
        let masked = found
            .hits
            .iter()
            .any(|h| h.sentence == i && h.sign == Sign::Courtesy);
        s.question && !masked
    })?;
    let end = found.sentences.get(index)?.folded.len();
    Some(Hit {
        sign: Sign::Question,
        sentence: index,
        at: 0..end,
        denies: false,
        blames: false,
        stop: None,
    })
}

fn approver(found: &Found<'_>) -> Weighed {
    use DecisionKind::{Approve, Conditional, Delegate, Question, Reject, Unclear};
    let approve = first(found, &[Sign::Approve, Sign::Yes]);
    let reject = first(found, &[Sign::Reject, Sign::No]);
    let condition = first(found, &[Sign::Condition]);
    let delegate = first(found, &[Sign::Delegate]);
    let surely = first(found, &[Sign::Doubt]);
    let doubt = surely.clone().or_else(|| pending(found));
    let question = first(found, &[Sign::Need, Sign::Question]).or_else(|| asked(found));
    let decided = match (approve, reject) {
        (_, _) if condition.is_some() && doubt.is_none() => (Conditional, condition),
        (Some(approve), Some(_)) => (Unclear, Some(approve)),
        (Some(approve), None) => {
            let limit = limit(found, &approve);
            if doubt.is_some() || delegate.is_some() {
                (Unclear, Some(approve))
            } else if limit.is_some() {
                (Conditional, limit)
            } else if question.is_some() {
                (Question, question)
            } else {
                (Approve, Some(approve))
            }
        }
        (None, Some(reject))
            if delegate
                .as_ref()
                .is_none_or(|d| d.sentence > reject.sentence) =>
        {
            match surely {
                Some(doubt) if doubt.sentence == reject.sentence => (Unclear, Some(doubt)),
                _ => (Reject, Some(reject)),
            }
        }
        _ if delegate.is_some() => (Delegate, delegate),
        _ if question.is_some() => (Question, question),
        _ if condition.is_some() => (Conditional, condition),
        _ if doubt.is_some() => (Unclear, doubt),
        _ if first(found, &[Sign::HandOn]).is_some() => (Delegate, first(found, &[Sign::HandOn])),
        _ if says_something(found) => (Unclear, None),
        _ => return None,
    };
    Some(decided)
}

/// Who still looks at it has not decided, unless the decision follows: "lo estoy viendo: apruebo".
fn pending(found: &Found<'_>) -> Option<Hit> {
    let last = found
        .hits
        .iter()
        .rposition(|h| matches!(h.sign, Sign::Approve | Sign::Reject | Sign::Condition));
    let behind = found.hits.get(last.map_or(0, |i| i + 1)..)?;
    behind.iter().find(|h| h.sign == Sign::Pending).cloned()
}

/// Words that limit an approval from a later sentence: at its beginning, or so plainly that the
/// place does not matter.
fn limit(found: &Found<'_>, approve: &Hit) -> Option<Hit> {
    let open = |h: &&Hit| {
        let begins = matches!(h.sign, Sign::If | Sign::But | Sign::Only) && h.at.start < 4;
        h.sentence > approve.sentence && (begins || h.sign == Sign::Must)
    };
    found.hits.iter().find(open).cloned()
}

fn executor(found: &Found<'_>) -> Weighed {
    use DecisionKind::{Claim, Delegate, Done, NotDone, Question, Unclear};
    let done = first(found, &[Sign::Done]);
    let not_done = first(found, &[Sign::NotDone]);
    let claim = first(found, &[Sign::Claim]);
    let delegate = first(found, &[Sign::Delegate]);
    let doubt = first(found, &[Sign::Doubt]);
    let question = first(found, &[Sign::Need, Sign::Question]).or_else(|| asked(found));
    let decided = match (done, not_done) {
        // "No se pudo: el correo ya está creado": what follows in the sentence is the reason.
        (Some(done), Some(not_done)) if explains(found, &not_done, &done) => {
            (NotDone, Some(not_done))
        }
        // "Ya está cerrado, así que no se puede": what is there is why it cannot be done.
        (Some(done), Some(not_done)) if follows(found, &done, &not_done) => {
            (NotDone, Some(not_done))
        }
        (Some(_), Some(not_done)) => (Unclear, Some(not_done)),
        (Some(done), None) if doubt.is_some() => (Unclear, Some(done)),
        (Some(_), None) if question.is_some() => (Question, question),
        (Some(done), None) => (Done, Some(done)),
        // "¿Qué región le pongo? La que dice el formulario no existe": it can be answered.
        (None, Some(not_done))
            if not_done.blames && asked(found).is_some_and(|q| q.sentence < not_done.sentence) =>
        {
            (Question, asked(found))
        }
        (None, Some(not_done)) => (NotDone, Some(not_done)),
        _ if delegate.is_some() => (Delegate, delegate),
        _ if question.is_some() => (Question, question),
        _ if claim.is_some() => (Claim, claim),
        _ if doubt.is_some() => (Unclear, doubt),
        _ if says_something(found) => (Unclear, None),
        _ => return None,
    };
    Some(decided)
}

/// Whether an expression draws a conclusion from one before it in its sentence.
fn follows(found: &Found<'_>, first: &Hit, then: &Hit) -> bool {
    let between = found
        .sentences
        .get(first.sentence)
        .and_then(|s| s.folded.get(first.at.end..then.at.end));
    let so = [
        "asi que",
        "por lo que",
        "por eso",
        "por lo tanto",
        "entonses",
    ];
    first.sentence == then.sentence && between.is_some_and(|b| so.iter().any(|s| b.contains(s)))
}

/// Whether a later expression of the same sentence only explains an earlier one.
fn explains(found: &Found<'_>, first: &Hit, then: &Hit) -> bool {
    let between = found
        .sentences
        .get(first.sentence)
        .and_then(|s| s.folded.get(first.at.end..then.at.start));
    first.sentence == then.sentence && between.is_some_and(|words| !words.contains("pero"))
}

/// A requester answers "is it yours?", asks how far it is, takes it back, or sends data.
fn requester(found: &Found<'_>) -> Weighed {
    use DecisionKind::{Approve, Question, Reject, Status, Unclear, Withdraw};
    let polite = |h: &Hit| {
        found.sentences.get(h.sentence).is_none_or(|s| {
            let ask = ["pueden ", "podrian ", "puede ", "podria ", "fabor"];
            !s.question || ask.iter().any(|a| s.folded.contains(a))
        })
    };
    let withdraw = first(found, &[Sign::Withdraw]).filter(polite);
    let approve = first(found, &[Sign::Approve, Sign::Yes]);
    let reject = first(found, &[Sign::Reject, Sign::No]);
    let status = first(found, &[Sign::Status]);
    let question = first(found, &[Sign::Question]).or_else(|| asked(found));
    let decided = match (approve, reject) {
        _ if withdraw.is_some() => (Withdraw, withdraw),
        (Some(approve), Some(_)) => (Unclear, Some(approve)),
        (None, Some(reject)) => (Reject, Some(reject)),
        (Some(approve), None) if question.is_none() => (Approve, Some(approve)),
        _ if status.is_some() => (Status, status),
        _ if question.is_some() => (Question, question),
        _ => return None,
    };
    Some(decided)
}
