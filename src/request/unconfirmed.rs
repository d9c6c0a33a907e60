//! What the requester seems to have sent, and nothing proves: it is kept, they are asked at the
//! address that is known, and a "yes" from there is enough. Nothing waits for it: the request goes
//! on as it is meanwhile.
//!
//! A "yes" is for what the mail that it answers showed, and for nothing that was kept since:
//! somebody else may have written that.

use serde::{Deserialize, Serialize};

use super::draft::{Draft, summary};
use super::{
    Addition, AskedFor, AttentionReason, DecisionConfirmation, Event, Happened, Outcome, Party,
    Proof, Request, Stepped, advance, cut,
};

/// Characters that are kept of what nothing proves.
const TEXT_MOST: usize = 10_000;
/// Documents of the same.
const DOCUMENTS_MOST: usize = 100;

/// Something that is kept until its sender says that it is theirs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unconfirmed {
    /// Whose it seems to be.
    pub by: Party,
    /// Counts what was kept for the request; the mail that asks about it has the same.
    pub serial: u32,
    /// What.
    pub what: Kept,
}

/// What is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kept {
    /// Data, documents, words.
    Addition(Box<Addition>),
    /// "Desisto".
    Withdrawal,
}

/// An answer to "did you send this?".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirms {
    /// What the mail asked about.
    pub serial: u32,
    /// Whether they did.
    pub yes: bool,
}

/// Keeps something and asks whose it is. What is kept already of the same person and kind is shown
/// with it.
pub(super) fn keep(draft: &mut Draft<'_>, by: &Party, what: Kept) {
    let request = &mut draft.request;
    request.kept += 1;
    let serial = request.kept;
    let same = |u: &Unconfirmed| {
        let kinds = matches!(
            (&u.what, &what),
            (Kept::Addition(_), Kept::Addition(_)) | (Kept::Withdrawal, Kept::Withdrawal)
        );
        kinds && u.by.is(by)
    };
    let before = request.unconfirmed.iter().position(same);
    let before = before.map(|index| request.unconfirmed.remove(index));
    let what = match (before.map(|u| u.what), what) {
        (Some(Kept::Addition(before)), Kept::Addition(later)) => {
            // What nothing proves may be a flood: all of it lies in the mails that brought it.
            let mut all = joined(*before, *later);
            all.documents.truncate(DOCUMENTS_MOST);
            Kept::Addition(Box::new(all))
        }
        (_, what) => what,
    };
    let kept = Unconfirmed {
        by: by.clone(),
        serial,
        what,
    };
    ask(draft, &kept);
    draft.request.unconfirmed.push(kept);
}

/// Asks whether it is theirs, and shows all of it.
fn ask(draft: &mut Draft<'_>, kept: &Unconfirmed) {
    let mut requesters = draft.requesters().into_iter();
    let to = requesters.find(|p| p.is(&kept.by));
    let to = to.unwrap_or_else(|| kept.by.clone());
    let message = DecisionConfirmation {
        summary: draft.summary(),
        said: shown(draft, &kept.what),
        due: None,
        kept: true,
        approves: false,
    };
    let serial = kept.serial;
    draft.ask(&to, AskedFor::Kept { serial }, message);
}

/// What would happen, in words: values, documents, then the words themselves.
fn shown(draft: &Draft<'_>, what: &Kept) -> String {
    let Kept::Addition(addition) = what else {
        return "Se retira la solicitud.".to_owned();
    };
    let only = Request {
        fields: addition.fields.clone(),
        ..draft.request.clone()
    };
    let rows = summary(&only, draft.office, draft.now).rows;
    let mut lines: Vec<String> = rows
        .iter()
        .map(|row| format!("{}: {}", row.label, cut(&row.value, 300)))
        .collect();
    let names: Vec<&str> = addition.documents.iter().map(|d| d.name.as_str()).collect();
    if !names.is_empty() {
        lines.push(format!("Documentos: {}", names.join(", ")));
    }
    let text = cut(addition.text.trim(), 1_000);
    let parts = [lines.join("\n"), text];
    let parts: Vec<String> = parts.into_iter().filter(|p| !p.is_empty()).collect();
    parts.join("\n\n")
}

/// Both in one; the later one wins.
fn joined(before: Addition, later: Addition) -> Addition {
    let mut fields = before.fields;
    fields.extend(later.fields);
    let mut invalid = before.invalid;
    invalid.retain(|i| {
        let again = later.invalid.iter().any(|l| l.field == i.field);
        !fields.contains_key(&i.field) && !again
    });
    invalid.extend(later.invalid);
    let mut documents = before.documents;
    documents.extend(later.documents);
    let texts = [before.text.trim(), later.text.trim()];
    Addition {
        text: cut(texts.join("\n\n").trim(), TEXT_MOST),
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
    /// More was kept since: they are shown all of it.
    Asked(Box<Unconfirmed>),
    /// It is not.
    NotTheirs,
}

/// Whether an event says "yes, I sent that": what was kept happens now.
pub(super) fn resolve(request: &mut Request, event: &Event) -> Resolved {
    let Event::Added(answer) = event else {
        return Resolved::Other;
    };
    let (Some(confirms), Proof::Counts(_)) = (answer.confirms, &answer.proof) else {
        return Resolved::Other;
    };
    if !confirms.yes {
        let meant = |u: &Unconfirmed| u.serial == confirms.serial && u.by.is(&answer.by);
        let one = request.unconfirmed.iter().any(meant);
        // What a later mail shows too may hold what this one showed: then all of it goes.
        request
            .unconfirmed
            .retain(|u| !(meant(u) || !one && u.by.is(&answer.by)));
        return Resolved::NotTheirs;
    }
    let all = request.unconfirmed.iter();
    let meant = all
        .clone()
        .position(|u| u.serial == confirms.serial && u.by.is(&answer.by));
    let Some(index) = meant else {
        let newest = all.filter(|u| u.by.is(&answer.by)).max_by_key(|u| u.serial);
        return match newest {
            Some(newest) => Resolved::Asked(Box::new(newest.clone())),
            // Said twice.
            None if answer.fields.is_empty() && answer.documents.is_empty() => {
                Resolved::Event(Box::new(comment(answer)))
            }
            None => Resolved::Other,
        };
    };
    Resolved::Event(Box::new(match request.unconfirmed.remove(index).what {
        Kept::Addition(addition) => {
            let words = Addition {
                text: String::new(),
                ..answer.clone()
            };
            Event::Added(joined(*addition, words))
        }
        Kept::Withdrawal => Event::Withdrawn {
            by: answer.by.clone(),
            proof: answer.proof.clone(),
        },
    }))
}

fn comment(answer: &Addition) -> Event {
    Event::Commented {
        by: answer.by.clone(),
        text: answer.text.clone(),
        decides: false,
        cell: String::new(),
        shown: false,
        documents: vec![],
    }
}

/// Asks again, for all that is kept by now.
pub(super) fn asked_again(mut draft: Draft<'_>, kept: &Unconfirmed) -> Stepped {
    ask(&mut draft, kept);
    draft.finish(Outcome::ConfirmationAsked)
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
