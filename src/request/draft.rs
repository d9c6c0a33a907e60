//! A request while one event is applied to it: what is told is collected, the end is one value.

use chrono::{DateTime, NaiveDate, Utc};

use super::{
    Approved, Ask, AskedFor, DocumentRef, Happened, Hold, Message, Notice, Outcome, Party, Pause,
    Recorded, Request, Row, State, Stepped, Summary, TimelineRow, WaitingFor, wake,
};
use crate::office::{ClockStop, Field, FieldKind, Office, Person, PersonValue, RoleId, Value};

/// What goes with a mail.
enum With {
    Nothing,
    /// The request's documents.
    Documents,
    /// These files.
    Files(Vec<DocumentRef>),
}

impl Party {
    /// A person of the directory.
    pub fn of(person: &Person) -> Self {
        Self {
            address: person.address().to_owned(),
            name: person.name.clone(),
            person: Some(person.id.clone()),
        }
    }

    /// Whether both are the same person, or the same address where one is unknown.
    pub fn is(&self, other: &Self) -> bool {
        match (&self.person, &other.person) {
            (Some(a), Some(b)) => a == b,
            _ => self.address == other.address,
        }
    }
}

/// See the module.
pub(super) struct Draft<'a> {
    pub request: Request,
    pub office: &'a Office,
    pub now: DateTime<Utc>,
    /// Who of the desk does it by hand, and why.
    pub recorded: Option<Recorded>,
    notices: Vec<Notice>,
}

impl<'a> Draft<'a> {
    pub fn new(request: Request, office: &'a Office, now: DateTime<Utc>) -> Self {
        Self {
            request,
            office,
            now,
            recorded: None,
            notices: vec![],
        }
    }

    /// What every mail shows.
    pub fn summary(&self) -> Summary {
        Summary {
            recorded: self.recorded.clone(),
            ..summary(&self.request, self.office, self.now)
        }
    }

    /// Tells somebody something.
    pub fn tell(&mut self, to: &Party, message: impl Into<Message>) {
        self.push(to, message.into(), None, With::Nothing);
    }

    /// Tells somebody something, with these files.
    pub fn tell_with_files(
        &mut self,
        to: &Party,
        message: impl Into<Message>,
        files: Vec<DocumentRef>,
    ) {
        self.push(to, message.into(), None, With::Files(files));
    }

    /// Asks somebody something, with these files.
    pub fn ask_with_files(
        &mut self,
        to: &Party,
        about: AskedFor,
        message: impl Into<Message>,
        files: Vec<DocumentRef>,
    ) {
        self.push(to, message.into(), Some(about), With::Files(files));
    }

    /// Asks somebody something.
    pub fn ask(&mut self, to: &Party, about: AskedFor, message: impl Into<Message>) {
        self.push(to, message.into(), Some(about), With::Nothing);
    }

    /// Asks somebody something, with the request's documents.
    pub fn ask_with_documents(&mut self, to: &Party, about: AskedFor, message: impl Into<Message>) {
        self.push(to, message.into(), Some(about), With::Documents);
    }

    fn push(&mut self, to: &Party, message: Message, about: Option<AskedFor>, with: With) {
        // Nobody reads what a ticket or document system is sent.
        if self.office.desk.systems.contains(&to.address) {
            return;
        }
        // An operator whom the directory does not know has no address.
        if !to.address.contains('@') {
            return;
        }
        let ask = about.map(|about| Ask {
            about,
            version: self.request.version,
        });
        let due = self.now;
        self.notices.push(Notice {
            to: to.clone(),
            message,
            ask,
            due,
            documents: matches!(with, With::Documents),
            files: match with {
                With::Files(files) => files,
                With::Nothing | With::Documents => vec![],
            },
        });
    }

    /// Tells the requester and whoever sent it for them.
    pub fn tell_requester(&mut self, message: impl Into<Message>) {
        let message = message.into();
        for party in self.requesters() {
            self.tell(&party, message.clone());
        }
    }

    /// The requester, and the sender where that is somebody else.
    pub fn requesters(&self) -> Vec<Party> {
        let mut all = vec![self.request.requester.clone()];
        if !self.request.sender.is(&self.request.requester) {
            all.push(self.request.sender.clone());
        }
        all
    }

    /// Tells everybody who holds a role of the desk.
    pub fn tell_role(&mut self, role: &RoleId, message: impl Into<Message>) {
        let message = message.into();
        let holders = self.office.directory.holders(role, None, None);
        let parties: Vec<Party> = holders.into_iter().map(Party::of).collect();
        for party in &parties {
            self.tell(party, message.clone());
        }
    }

    /// Tells whom the procedure names for lateness: of the step, of the whole, else the desk's.
    /// Whoever stands in for one of them who is away today is told instead.
    pub fn tell_escalation(&mut self, step: Option<usize>, message: impl Into<Message>) {
        let message = message.into();
        let (request, office) = (&self.request, self.office);
        let of_step = step.and_then(|step| request.steps().get(step)?.escalation_role.as_ref());
        let named = of_step.or(request.procedure.escalation_role.as_ref());
        let desk = &office.desk;
        let day = self.today();
        let holders = |role: &RoleId| {
            office
                .directory
                .holders(role, request.region(), request.programme())
        };
        let people = [named, Some(&desk.escalation_role), Some(&desk.triage_role)]
            .into_iter()
            .flatten()
            .map(holders)
            .find(|people| !people.is_empty())
            .unwrap_or_default();
        let mut told: Vec<Party> = vec![];
        for person in people {
            let party = Party::of(office.directory.acting(person, day));
            if !told.iter().any(|p| p.is(&party)) {
                told.push(party);
            }
        }
        for party in &told {
            self.tell(party, message.clone());
        }
    }

    /// The day, where the request's region is.
    pub fn today(&self) -> NaiveDate {
        let region = self.request.region();
        self.office.calendar.local(self.now, region).date_naive()
    }

    /// Puts off what is told until office hours, where the office wants quiet.
    pub fn quiet(&mut self) {
        if !self.office.desk.rhythm.quiet_outside_hours {
            return;
        }
        let region = self.request.clock_region(self.office).map(str::to_owned);
        let due = self.office.calendar.next_open(self.now, region.as_deref());
        for notice in &mut self.notices {
            notice.due = notice.due.max(due);
        }
    }

    /// Notes something in the request's life.
    pub fn happened(&mut self, what: Happened, who: &str) {
        let row = TimelineRow {
            at: self.now,
            what,
            who: who.to_owned(),
        };
        self.request.timeline.push(row);
    }

    /// Goes over to another state: who holds it changes, and whether the clock runs.
    pub fn enter(&mut self, state: State) {
        let now = self.now;
        if let Some(hold) = self.request.holds.last_mut().filter(|h| h.until.is_none()) {
            hold.until = Some(now);
        }
        let waiting_for = state.waiting_for();
        self.request.state = state;
        let stop = match waiting_for {
            WaitingFor::Data | WaitingFor::Confirmation => Some(ClockStop::Requester),
            WaitingFor::Approval => Some(ClockStop::Approver),
            WaitingFor::Work => Some(ClockStop::Executor),
            _ => None,
        };
        if stop.is_some() {
            let by = self.request.held_by();
            self.request.holds.push(Hold {
                waiting_for,
                by,
                from: now,
                until: None,
            });
        }
        let stops = stop.is_some_and(|s| self.request.procedure.clock_stops.contains(&s));
        match (stops, self.request.is_paused()) {
            (true, false) => self.request.pauses.push(Pause {
                from: now,
                until: None,
            }),
            (false, true) => {
                if let Some(pause) = self.request.pauses.last_mut() {
                    pause.until = Some(now);
                }
            }
            _ => {}
        }
    }

    /// The end of the step.
    pub fn finish(self, outcome: Outcome) -> Stepped {
        let wake = wake::next(&self.request, self.office, self.now);
        Stepped {
            request: self.request,
            outcome,
            notices: self.notices,
            wake,
        }
    }

    /// Approvals given so far, as mails show them.
    pub fn approved(&self) -> Vec<Approved> {
        self.request
            .approvals
            .iter()
            .map(|a| approved(a, self.office))
            .collect()
    }
}

/// An approval, as mails show it.
pub fn approved(approval: &super::Approval, office: &Office) -> Approved {
    let role = office.directory.role(&approval.role);
    let absent = approval
        .standing_in_for
        .as_ref()
        .and_then(|id| office.directory.person(id));
    Approved {
        by: approval.by.name.clone(),
        standing_in_for: absent.map(|p| p.name.clone()),
        motive: approval.motive,
        delegated_by: approval.delegated_by.as_ref().map(|p| p.name.clone()),
        role: role.map_or_else(|| approval.role.0.clone(), |r| r.name.clone()),
        at: approval.at,
        recorded: approval.recorded.clone(),
    }
}

/// What every mail about a request shows of it.
pub fn summary(request: &Request, office: &Office, now: DateTime<Utc>) -> Summary {
    let mut rows = vec![];
    // While some of a form are done and some are not, every mail says which.
    let open = !matches!(request.state, State::Closed(_));
    let done = &request.persons_done;
    let is_done = |person: &PersonValue| open && done.iter().any(|d| &d.person == person);
    for field in &request.procedure.fields {
        match request.fields.get(&field.name).map(|d| &d.value) {
            Some(Value::Text(text)) => {
                rows.push(Row {
                    label: field.label.clone(),
                    value: shown(field, text),
                });
            }
            Some(Value::Persons(persons)) => {
                for (index, person) in persons.iter().enumerate() {
                    let parts = person.parts();
                    rows.push(Row {
                        label: match persons.len() {
                            1 => field.label.clone(),
                            _ => format!("{} {}", field.label, index + 1),
                        },
                        value: match is_done(person) {
                            true => format!("{} · ya realizada", parts.join(" · ")),
                            false => parts.join(" · "),
                        },
                    });
                }
            }
            None => {}
        }
    }
    let mut documents: Vec<String> = request.documents.iter().map(|d| d.name.clone()).collect();
    documents.dedup();
    Summary {
        number: request.number.clone(),
        procedure: request.procedure.name.clone(),
        requester: request.requester.name.clone(),
        rows,
        documents,
        deadline: match request.state {
            State::Closed(_) => None,
            _ => request.deadline(office, now),
        },
        region: request.clock_region(office).map(str::to_owned),
        recorded: None,
        related: request.related.clone(),
        remarks: request.remarked(),
    }
}

/// A stored value as people write it: dates day first, words of the office.
fn shown(field: &Field, text: &str) -> String {
    if let Some(word) = field.shown.get(text) {
        return word.clone();
    }
    let day = |iso: &str| {
        let parts: Vec<&str> = iso.split('-').collect();
        match parts.as_slice() {
            [year, month, day] => format!("{day}-{month}-{year}"),
            _ => iso.to_owned(),
        }
    };
    match field.kind {
        FieldKind::Date => day(text),
        FieldKind::DateTime => match text.split_once('T') {
            Some((date, time)) => format!("{} {time}", day(date)),
            None => text.to_owned(),
        },
        _ => text.to_owned(),
    }
}
