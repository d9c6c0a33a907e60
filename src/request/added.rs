//! What the requester adds on the way: data, documents, words. Nothing of it is dropped: it changes
//! the request, goes to whoever holds it, or waits for a word that it is theirs.

use super::draft::Draft;
use super::{
    Addition, AdditionReceived, AskedFor, AttentionReason, Comment, CommentKind, Happened, Kept,
    Outcome, Party, Proof, State, Stepped, TriageReceived, advance, cut, people, unconfirmed,
};
use crate::office::{Datum, Value};

/// Whether what the requester sent changed the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// It did: what was approved or confirmed before is no longer what is asked.
    Data,
    /// It did not; documents or words at most.
    NoData,
}

/// A datum, of people with what is known of them.
fn with_known(known: Option<&Datum>, said: &Datum) -> Datum {
    let value = match (known.map(|d| &d.value), &said.value) {
        (Some(Value::Persons(known)), Value::Persons(said)) => {
            Value::Persons(people::merged(known, said))
        }
        (_, said) => said.clone(),
    };
    let evidence = said.evidence.clone();
    Datum { value, evidence }
}

/// Takes what the requester sent into the request. Changed data make a new version, without the
/// approvals and the word that were given for the old one; a proven answer of the authority to a
/// mail that showed the data is its word for the new one.
pub(super) fn take(draft: &mut Draft<'_>, addition: &Addition) -> Taken {
    let request = &mut draft.request;
    let before = (request.fields.clone(), request.invalid.clone());
    for (name, datum) in &addition.fields {
        let known = request.fields.get(name);
        let datum = with_known(known, datum);
        let same = known.is_some_and(|d| d.value == datum.value);
        if !same {
            request.fields.insert(name.clone(), datum);
        }
        request.invalid.retain(|i| &i.field != name);
    }
    for invalid in &addition.invalid {
        request.invalid.retain(|i| i.field != invalid.field);
        request.invalid.push(invalid.clone());
    }
    request.documents.extend(addition.documents.iter().cloned());
    // Who was asked for a document and answers with all the data has given what it is for.
    request.document_in_body |= super::missing_fields(request).is_empty();
    let changed = before != (request.fields.clone(), request.invalid.clone());
    if changed {
        request.version += 1;
        request.approvals.clear();
        request.confirmed = None;
    }
    if let Proof::Counts(cell) = &addition.proof
        && addition.endorses
        && addition.by.is(&request.requester)
    {
        request.confirmed = Some(cell.clone());
    }
    if changed { Taken::Data } else { Taken::NoData }
}

/// Nothing proves who sent it: it is kept, and the requester is asked at the address that is known.
pub(super) fn confirm(mut draft: Draft<'_>, addition: &Addition) -> Stepped {
    let kept = Kept::Addition(Box::new(addition.clone()));
    unconfirmed::keep(&mut draft, &addition.by, kept);
    draft.finish(Outcome::ConfirmationAsked)
}

/// The words, and which documents came with them.
fn said(addition: &Addition) -> String {
    let names: Vec<&str> = addition.documents.iter().map(|d| d.name.as_str()).collect();
    let text = cut(addition.text.trim(), 2_000);
    match (text.is_empty(), names.is_empty()) {
        (true, _) => format!("Documentos: {}", names.join(", ")),
        (false, true) => text,
        (false, false) => format!("{text}\n\nDocumentos: {}", names.join(", ")),
    }
}

/// How often somebody's words were kept as a comment.
fn times_heard(draft: &Draft<'_>, by: &Party) -> usize {
    let timeline = draft.request.timeline.iter();
    timeline
        .filter(|row| row.what == Happened::Commented && row.who == by.name)
        .count()
}

/// Words that no rule acts on, from the requester: a person of the desk reads them. Whoever goes on
/// writing is kept, but neither answered nor told of again: it may be a machine.
pub(super) fn heard(mut draft: Draft<'_>, addition: &Addition) -> Stepped {
    let times = times_heard(&draft, &addition.by);
    draft.happened(Happened::Commented, &addition.by.name);
    if times >= 3 {
        return draft.finish(Outcome::Commented);
    }
    let (name, said) = (addition.by.name.clone(), cut(&addition.text, 300));
    let reason = match draft.request.state {
        State::Closed(_) => AttentionReason::AfterEnd,
        _ => AttentionReason::UnclearTwice,
    };
    advance::attention(&mut draft, reason, &name, &said);
    if times == 0 {
        let subject = draft.request.subject.clone();
        draft.tell(&addition.by, TriageReceived { subject });
    }
    draft.finish(Outcome::HandedToDesk)
}

/// The requester answered without what was asked for: asked again once, then a person looks.
pub(super) fn brought_nothing(mut draft: Draft<'_>, addition: &Addition) -> Stepped {
    if times_heard(&draft, &addition.by) > 0 {
        return heard(draft, addition);
    }
    draft.happened(Happened::Commented, &addition.by.name);
    advance::advance(&mut draft);
    draft.finish(Outcome::AskedAgain)
}

/// Words and documents of the requester go to whoever holds the request, who is asked again.
pub(super) fn hand_over(draft: Draft<'_>, addition: &Addition) -> Stepped {
    hand_on(draft, addition, CommentKind::Added)
}

/// What comes while the work is under way goes to whoever does it. Data that were approved stay as
/// they were approved: whoever wants others is told how, and so is who does the work.
pub(super) fn to_work(mut draft: Draft<'_>, addition: &Addition) -> Stepped {
    let request = &mut draft.request;
    let differs = |(name, datum): (_, &Datum)| {
        let known = request.fields.get(name);
        known.is_none_or(|d| d.value != datum.value)
    };
    let kind = match !request.approvals.is_empty() && addition.fields.iter().any(differs) {
        true => CommentKind::Differs,
        false => CommentKind::Added,
    };
    request.documents.extend(addition.documents.iter().cloned());
    hand_on(draft, addition, kind)
}

fn hand_on(mut draft: Draft<'_>, addition: &Addition, kind: CommentKind) -> Stepped {
    draft.happened(Happened::Commented, &addition.by.name);
    let about = match &draft.request.state {
        State::AwaitingApproval(state) => AskedFor::Approval { step: state.step },
        State::AwaitingConfirmation(_) => AskedFor::Confirmation,
        State::AwaitingData(_) | State::AwaitingWork(_) | State::Closed(_) => AskedFor::Work,
    };
    let holders = draft.request.holders().into_iter();
    let others = holders.filter(|p| !p.is(&addition.by));
    let holders: Vec<Party> = others.cloned().collect();
    let message = Comment {
        summary: draft.summary(),
        by: addition.by.name.clone(),
        address: addition.by.address.clone(),
        text: said(addition),
        kind,
    };
    for party in &holders {
        draft.ask_with_documents(party, about, message.clone());
    }
    receipt(&mut draft, addition, &holders, kind == CommentKind::Differs);
    draft.finish(Outcome::PassedOn)
}

/// Tells who sent documents, or data that change nothing any more, what became of them. Words alone
/// get no receipt: it might be answered with words, and so on.
fn receipt(draft: &mut Draft<'_>, addition: &Addition, to: &[Party], differs: bool) {
    if addition.again || (addition.documents.is_empty() && !differs) {
        return;
    }
    let message = AdditionReceived {
        summary: draft.summary(),
        files: addition.documents.iter().map(|d| d.name.clone()).collect(),
        passed_to: to.iter().map(|p| p.name.clone()).collect(),
        differs,
    };
    draft.tell(&addition.by, message);
}

/// Documents or words of whoever asked, while the signatory's word is waited for.
pub(super) fn while_confirmed(mut draft: Draft<'_>, addition: &Addition) -> Stepped {
    if !addition.by.is(&draft.request.requester) {
        return hand_on(draft, addition, CommentKind::Added);
    }
    if addition.documents.is_empty() {
        return heard(draft, addition);
    }
    draft.happened(Happened::DataReceived, &addition.by.name);
    receipt(&mut draft, addition, &[], false);
    draft.finish(Outcome::DataTaken)
}
