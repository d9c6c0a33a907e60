//! How a request begins.

use chrono::{DateTime, Utc};

use super::draft::Draft;
use super::{
    AwaitingData, DocumentRef, Happened, Outcome, Party, Related, Request, RequestId, State,
    Stepped, advance,
};
use crate::office::{Fields, Invalid, Office, Procedure};

/// What a first mail gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// The procedure as it is today.
    pub procedure: Procedure,
    /// The signatory.
    pub requester: Party,
    /// The sender.
    pub sender: Party,
    /// The subject of the mail.
    pub subject: String,
    /// Its data.
    pub fields: Fields,
    /// Values that cannot be right.
    pub invalid: Vec<Invalid>,
    /// Its documents.
    pub documents: Vec<DocumentRef>,
    /// Whether the memorandum or form stands in the mail itself.
    pub document_in_body: bool,
    /// What tells its memorandum from others; none without a number.
    pub memorandum: Option<String>,
    /// An earlier request that it hangs together with.
    pub related: Option<Related>,
    /// The cell of the table that proves whose word it is; none: it is asked where it matters.
    pub confirmed: Option<String>,
    /// The cell of the table that it came through, for the record.
    pub cell: String,
    /// Whether nothing shows who sent it, so that the signatory is asked in any case.
    pub unproven: bool,
    /// When the mail was received.
    pub received_at: DateTime<Utc>,
}

/// Begins a request.
pub fn open(
    opening: Opening,
    id: RequestId,
    number: String,
    office: &Office,
    now: DateTime<Utc>,
) -> Stepped {
    let request = Request {
        id,
        number,
        procedure: opening.procedure,
        requester: opening.requester,
        sender: opening.sender,
        subject: opening.subject,
        fields: opening.fields,
        invalid: opening.invalid,
        documents: opening.documents,
        document_in_body: opening.document_in_body,
        memorandum: opening.memorandum,
        related: opening.related,
        remarks: vec![],
        unconfirmed: vec![],
        kept: 0,
        confirmed: opening.confirmed,
        opening_cell: opening.cell,
        unproven: opening.unproven,
        acknowledged: false,
        opened_at: opening.received_at,
        version: 1,
        pauses: vec![],
        warned: 0,
        away: vec![],
        approvals: vec![],
        persons_done: vec![],
        holds: vec![],
        timeline: vec![],
        state: State::AwaitingData(AwaitingData {
            asked_at: now,
            reminded: false,
            forgotten: false,
            stirred_at: None,
        }),
    };
    let mut draft = Draft::new(request, office, now);
    let who = draft.request.requester.name.clone();
    draft.happened(Happened::Opened, &who);
    advance::advance(&mut draft);
    let outcome = match draft.request.state {
        State::AwaitingData(_) => Outcome::OpenedIncomplete,
        _ => Outcome::Opened,
    };
    draft.finish(outcome)
}
