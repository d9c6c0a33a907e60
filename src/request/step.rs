//! One event applied to a request: the machine's only way on.

use chrono::{DateTime, Utc};

use super::draft::Draft;
use super::{
    Event, Request, State, Stepped, awaiting_approval, awaiting_confirmation, awaiting_data,
    awaiting_work, closed,
};
use crate::office::Office;

/// Applies an event. The request is consumed and the next one returned.
pub fn step(request: Request, event: &Event, office: &Office, now: DateTime<Utc>) -> Stepped {
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
