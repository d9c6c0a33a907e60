//! The writing side of a decision: request row, journal, notices, in the caller's transaction.

use chrono::{DateTime, Datelike, Utc};

use super::world::World;
use super::{DeskError, absence, cap, identity};
use crate::points::{self, Point};
use crate::request::{
    self, Event, Message, Notice, Opening, Outcome, Party, Request, RequestId, State, Stepped,
    WakeReason,
};
use crate::store::{Act, Books, NewNotice};

/// Writes what came of one input.
pub(super) struct Ledger<'a> {
    pub books: &'a Books<'a>,
    pub world: &'a World,
    pub input: Option<i64>,
    pub now: DateTime<Utc>,
}

impl Ledger<'_> {
    /// Begins a request.
    pub fn open(&self, opening: Opening) -> Result<(RequestId, Outcome), DeskError> {
        let office = &*absence::office_today(self.books, self.world)?;
        let year = office.calendar.local(opening.received_at, None).year();
        let (id, number) = self.books.next_number(&office.desk.tag, year)?;
        let stepped = request::open(opening, id, number, office, self.now);
        self.books.insert_request(&stepped.request, stepped.wake)?;
        self.conclude(&stepped, None, "")?;
        Ok((id, stepped.outcome))
    }

    /// Applies an event; none where the request is not there.
    pub fn apply(&self, id: RequestId, event: &Event) -> Result<Option<Outcome>, DeskError> {
        let Some(request) = self.books.request(id)? else {
            return Ok(None);
        };
        let for_whom = stands_in_for(&request, event);
        let before = request.clone();
        let office = absence::office_today(self.books, self.world)?;
        let mut stepped = request::step(request, event, &office, self.now);
        // A wake-up that asks for itself again at once would never let the desk rest.
        if let (Event::Woken(reason), Some(wake)) = (event, &mut stepped.wake)
            && wake.reason == *reason
            && wake.at <= self.now
        {
            tracing::error!(request = %stepped.request.number, ?reason, "wake-up repeats itself");
            wake.at = self.now + chrono::TimeDelta::hours(1);
        }
        self.books.update_request(&stepped.request, stepped.wake)?;
        // The daily look that finds nothing to do is no part of anybody's record; but a row that
        // changed without an entry would look forged.
        if matches!(event, Event::Woken(WakeReason::Look))
            && stepped.outcome == Outcome::Nothing
            && stepped.request == before
        {
            return Ok(Some(stepped.outcome));
        }
        self.conclude(&stepped, Some(event), &for_whom)?;
        Ok(Some(stepped.outcome))
    }

    fn conclude(
        &self,
        stepped: &Stepped,
        event: Option<&Event>,
        for_whom: &str,
    ) -> Result<(), DeskError> {
        let request = &stepped.request;
        let act = Act {
            request,
            input: self.input,
            event,
            outcome: stepped.outcome,
            for_whom,
        };
        self.books.journal(&act, self.now)?;
        points::here(Point::Journalled);
        let deadline = request.deadline(&self.world.office, self.now);
        self.books.promise(request.id, deadline)?;
        for notice in &stepped.notices {
            self.tell(Some(request.id), notice)?;
        }
        let by = match (event, self.input) {
            (Some(Event::Operated(_)), _) => "operator",
            (_, Some(_)) => "mail",
            (_, None) => "time",
        };
        tracing::info!(
            request = %request.number,
            procedure = request.procedure.id.as_str(),
            by,
            outcome = ?stepped.outcome,
            state = request.state.name(),
            notices = stepped.notices.len(),
            "decided"
        );
        Ok(())
    }

    /// Tells the desk's people something that belongs to no request. Whoever cannot be reached at
    /// `except` is left out: a mail there would only fail again.
    pub fn tell_desk(&self, message: &Message, except: Option<&str>) -> Result<(), DeskError> {
        let office = &self.world.office;
        let people = office
            .directory
            .holders(&office.desk.triage_role, None, None);
        let is_out = |address: &String| except.is_some_and(|e| address.eq_ignore_ascii_case(e));
        for person in people {
            if person.addresses.iter().any(is_out) {
                continue;
            }
            let notice = Notice {
                to: Party::of(person),
                message: message.clone(),
                ask: None,
                due: self.now,
                documents: false,
                files: vec![],
            };
            self.tell(None, &notice)?;
        }
        Ok(())
    }

    /// Tells the desk's people something about a request.
    pub fn tell_desk_about(&self, id: RequestId, message: &Message) -> Result<(), DeskError> {
        let office = &self.world.office;
        let role = &office.desk.triage_role;
        for person in office.directory.holders(role, None, None) {
            let notice = Notice {
                to: Party::of(person),
                message: message.clone(),
                ask: None,
                due: self.now,
                documents: false,
                files: vec![],
            };
            self.tell(Some(id), &notice)?;
        }
        Ok(())
    }

    /// Adds a notice. One that a cap holds back waits, or is taken up by one that does.
    pub fn tell(&self, request: Option<RequestId>, notice: &Notice) -> Result<(), DeskError> {
        let mut notice = notice.clone();
        let held = match cap::share(self, request, &notice)? {
            cap::Share::Within => false,
            cap::Share::Held(until) => {
                notice.due = notice.due.max(until);
                true
            }
            cap::Share::Settled => return Ok(()),
        };
        let message_id = identity::of_notice(self, request, &notice)?;
        let token = notice
            .ask
            .as_ref()
            .map(|_| self.world.key.token(&message_id));
        let new = NewNotice {
            request,
            input: self.input,
            notice: &notice,
            message_id: &message_id,
            token: token.as_deref(),
        };
        let added = match held {
            true => self.books.hold_notice(&new, self.now),
            false => self.books.add_notice(&new, self.now),
        };
        Ok(added?)
    }
}

/// For whom somebody answers who was asked in another's place; else empty.
fn stands_in_for(request: &Request, event: &Event) -> String {
    let (Event::Answered(answer), State::AwaitingApproval(state)) = (event, &request.state) else {
        return String::new();
    };
    let asked = state.asked.iter().find(|asked| asked.party.is(&answer.by));
    asked
        .and_then(|asked| asked.standing_in_for.clone())
        .map_or(String::new(), |person| person.0)
}
