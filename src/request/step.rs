//! One event applied to a request: the machine's only way on.

use chrono::{DateTime, Utc};

use super::draft::Draft;
use super::unconfirmed::Resolved;
use super::{
    Event, Remark, Request, State, Stepped, awaiting_approval, awaiting_confirmation,
    awaiting_data, awaiting_work, closed, cut, unconfirmed,
};
use crate::office::Office;

/// Applies an event. The request is consumed and the next one returned.
pub fn step(request: Request, event: &Event, office: &Office, now: DateTime<Utc>) -> Stepped {
    let mut request = request;
    let resolved = unconfirmed::resolve(&mut request, event);
    let event = match &resolved {
        Resolved::Other => event,
        Resolved::Event(event) => event,
        Resolved::NotTheirs => {
            return unconfirmed::not_theirs(Draft::new(request, office, now), event);
        }
    };
    remember(&mut request, event, now);
    let state = request.state.clone();
    let draft = Draft::new(request, office, now);
    match state {
        State::AwaitingData(state) => awaiting_data::on(draft, state, event),
        State::AwaitingConfirmation(state) => awaiting_confirmation::on(draft, state, event),
        State::AwaitingApproval(state) => awaiting_approval::on(draft, state, event),
        State::AwaitingWork(state) => awaiting_work::on(draft, state, event),
        State::Closed(state) => closed::on(draft, &state, event),
    }
}

/// Keeps what others wrote, whatever the state, for whoever acts on the request next.
fn remember(request: &mut Request, event: &Event, now: DateTime<Utc>) {
    if let Event::Commented {
        by,
        text,
        shown: true,
        documents,
        ..
    } = event
    {
        request.remember(Remark {
            by: by.clone(),
            at: now,
            text: cut(text, 2_000),
            documents: documents.clone(),
        });
    }
}
