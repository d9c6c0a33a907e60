//! What is left of a request whose contents are blanked.

use super::{Closed, Party, Request, State};

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
    #[must_use]
    pub fn purged(&self) -> Self {
        let mut left = self.clone();
        left.requester = nobody();
        left.sender = nobody();
        left.subject.clear();
        left.fields.clear();
        left.invalid.clear();
        left.documents.clear();
        left.away.clear();
        left.confirmed = None;
        // It may name an operator.
        left.opening_cell.clear();
        for approval in &mut left.approvals {
            approval.by = nobody();
            approval.standing_in_for = None;
            approval.recorded = None;
            approval.cell.clear();
        }
        for hold in &mut left.holds {
            hold.by.clear();
        }
        for row in &mut left.timeline {
            row.who.clear();
        }
        if let State::Closed(Closed { by, .. }) = &mut left.state {
            *by = nobody();
        }
        left
    }
}
