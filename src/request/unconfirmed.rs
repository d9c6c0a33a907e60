//! What the requester seems to have sent, and nothing proves: it is kept, they are asked at the
//! address that is known, and a "yes" from there is enough. Nothing waits for it: the request goes
//! on as it is meanwhile.

use serde::{Deserialize, Serialize};

use super::draft::Draft;
use super::{
    Addition, AskedFor, AttentionReason, DecisionConfirmation, Event, Happened, Outcome, Party,
    Proof, Request, Stepped, advance, cut,
};

/// What is kept until its sender says that it is theirs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Unconfirmed {
    /// Data and documents.
    Addition {
        /// Which.
        addition: Box<Addition>,
    },
    /// "Desisto".
    Withdrawal {
        /// Whose.
        by: Party,
    },
}

impl Unconfirmed {
    /// Whose it seems to be.
    pub fn by(&self) -> &Party {
        match self {
            Self::Addition { addition } => &addition.by,
            Self::Withdrawal { by } => by,
        }
    }
}

/// Asks whether it is theirs.
pub(super) fn ask(mut draft: Draft<'_>, by: &Party, said: &str) -> Stepped {
    asked(&mut draft, by, said);
    draft.finish(Outcome::ConfirmationAsked)
}

/// The same, where more follows.
pub(super) fn asked(draft: &mut Draft<'_>, by: &Party, said: &str) {
    let mut requesters = draft.requesters().into_iter();
    let known = requesters.find(|p| p.is(by)).unwrap_or_else(|| by.clone());
    let message = DecisionConfirmation {
        summary: draft.summary(),
        said: cut(said, 300),
        due: None,
        kept: true,
    };
    draft.ask(&known, AskedFor::Data, message);
}

/// Keeps what nothing proves. What is kept already stays beside it, where the new one does not
/// speak of the same.
pub(super) fn keep(request: &mut Request, addition: Addition) {
    let addition = match request.unconfirmed.take() {
        Some(Unconfirmed::Addition { addition: before }) if before.by.is(&addition.by) => {
            joined(*before, addition)
        }
        _ => addition,
    };
    request.unconfirmed = Some(Unconfirmed::Addition {
        addition: Box::new(addition),
    });
}

/// Both in one; the later one wins.
fn joined(before: Addition, later: Addition) -> Addition {
    let mut fields = before.fields;
    fields.extend(later.fields);
    let mut invalid = before.invalid;
    invalid.retain(|i| !fields.contains_key(&i.field));
    invalid.extend(later.invalid);
    let mut documents = before.documents;
    documents.extend(later.documents);
    let texts = [before.text.trim(), later.text.trim()];
    Addition {
        text: texts.join("\n\n").trim().to_owned(),
        fields,
        invalid,
        documents,
        ..later
    }
}

/// What an answer to "did you send this?" comes to.
pub(super) enum Resolved {
    /// It is no such answer.
    Other,
    /// It is theirs: this happens.
    Event(Box<Event>),
    /// It is not.
    NotTheirs,
}

/// Whether an event says "yes, I sent that": what was kept happens now.
pub(super) fn resolve(request: &mut Request, event: &Event) -> Resolved {
    let Event::Added(answer) = event else {
        return Resolved::Other;
    };
    let (Some(yes), Proof::Counts(_)) = (answer.confirms, &answer.proof) else {
        return Resolved::Other;
    };
    let theirs = |kept: &mut Unconfirmed| kept.by().is(&answer.by);
    let kept = request.unconfirmed.take_if(theirs);
    if !yes {
        return Resolved::NotTheirs;
    }
    Resolved::Event(Box::new(match kept {
        Some(Unconfirmed::Addition { addition }) => {
            let words = Addition {
                text: String::new(),
                ..answer.clone()
            };
            Event::Added(joined(*addition, words))
        }
        Some(Unconfirmed::Withdrawal { by }) => Event::Withdrawn {
            by,
            proof: answer.proof.clone(),
        },
        // Said twice.
        None if answer.fields.is_empty() && answer.documents.is_empty() => Event::Commented {
            by: answer.by.clone(),
            text: answer.text.clone(),
            decides: false,
            cell: String::new(),
            shown: false,
            documents: vec![],
        },
        None => return Resolved::Other,
    }))
}

/// "I did not send that": nothing was taken, and the desk's people are told.
pub(super) fn not_theirs(mut draft: Draft<'_>, event: &Event) -> Stepped {
    let Event::Added(answer) = event else {
        return draft.finish(Outcome::Nothing);
    };
    draft.happened(Happened::Commented, &answer.by.name);
    let (reason, said) = (AttentionReason::RepudiatedNothing, cut(&answer.text, 300));
    advance::attention(&mut draft, reason, &answer.by.name, &said);
    draft.finish(Outcome::HandedToDesk)
}
