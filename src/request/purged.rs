//! What is left of a request whose contents are blanked.

use super::{Approval, Closed, Hold, Party, Request, State, TimelineRow};

fn nobody() -> Party {
    Party {
        address: String::new(),
        name: String::new(),
        person: None,
    }
}

impl Request {
    /// The request without anything that somebody said or that says who they are: number,
    /// procedure, times and outcome stay, so that it can still be listed and counted.
    ///
    /// Every field is named here: a new one is forgotten by nobody.
    #[must_use]
    pub fn purged(&self) -> Self {
        let Self {
            id,
            number,
            procedure,
            requester: _,
            sender: _,
            subject: _,
            fields: _,
            invalid: _,
            documents: _,
            document_in_body,
            // It names a signatory.
            memorandum: _,
            related,
            remarks: _,
            unconfirmed: _,
            kept,
            confirmed: _,
            // It may name an operator.
            opening_cell: _,
            unproven,
            acknowledged,
            opened_at,
            version,
            pauses,
            warned,
            away: _,
            approvals,
            persons_done: _,
            holds,
            timeline,
            state,
        } = self.clone();
        Self {
            id,
            number,
            procedure,
            requester: nobody(),
            sender: nobody(),
            subject: String::new(),
            fields: Default::default(),
            invalid: vec![],
            documents: vec![],
            document_in_body,
            memorandum: None,
            related: related.map(|related| super::Related {
                said: String::new(),
                ..related
            }),
            remarks: vec![],
            unconfirmed: vec![],
            kept,
            confirmed: None,
            opening_cell: String::new(),
            unproven,
            acknowledged,
            opened_at,
            version,
            pauses,
            warned,
            away: vec![],
            approvals: approvals.into_iter().map(approval).collect(),
            persons_done: vec![],
            holds: holds.into_iter().map(hold).collect(),
            timeline: timeline.into_iter().map(row).collect(),
            state: ended(state),
        }
    }
}

fn approval(given: Approval) -> Approval {
    let Approval {
        step,
        role,
        by: _,
        standing_in_for: _,
        motive,
        delegated_by: _,
        version,
        at,
        cell: _,
        recorded: _,
    } = given;
    Approval {
        step,
        role,
        by: nobody(),
        standing_in_for: None,
        motive,
        delegated_by: None,
        version,
        at,
        cell: String::new(),
        recorded: None,
    }
}

fn hold(held: Hold) -> Hold {
    let Hold {
        waiting_for,
        by: _,
        from,
        until,
    } = held;
    Hold {
        waiting_for,
        by: String::new(),
        from,
        until,
    }
}

fn row(shown: TimelineRow) -> TimelineRow {
    TimelineRow {
        who: String::new(),
        ..shown
    }
}

/// Only what is closed is blanked; a state that goes on names those that it waits for.
fn ended(state: State) -> State {
    match state {
        State::Closed(Closed { ending, by: _, at }) => State::Closed(Closed {
            ending,
            by: nobody(),
            at,
        }),
        state @ (State::AwaitingData(_)
        | State::AwaitingConfirmation(_)
        | State::AwaitingApproval(_)
        | State::AwaitingWork(_)) => state,
    }
}
