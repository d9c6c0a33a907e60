//! A play: the machine and the model see the same events.

mod event;

use std::sync::LazyLock;

use chrono::{DateTime, Days, TimeDelta, Utc};
use mesad::office::{Absence, FieldName, Office, PersonId, ProcedureId, Substitute, Value};
use mesad::request::{
    AskedFor, DocumentRef, Event, Happened, Kept, Opening, Outcome, Party, Request, RequestId,
    State, Stepped, Verdict, Wake, open, step,
};

use crate::cast::{CAST, Op, PROCEDURES, ROLES, Setting, Who};
use crate::reference::Reference;
use crate::values::{datum, document, entry, fields, grant, party};

static OFFICE: LazyLock<Office> =
    LazyLock::new(|| mesad::config::load(&mesad::config::shipped()).expect("the shipped office"));

const VERDICTS: [Verdict; 9] = [
    Verdict::Approve,
    Verdict::Reject,
    Verdict::Conditional,
    Verdict::Question,
    Verdict::Done,
    Verdict::NotDone,
    Verdict::Delegate,
    Verdict::Claim,
    Verdict::Unclear,
];

/// The longest silence that is followed, in days; and how long nobody may hear of what is open.
const SILENCE: i64 = 120;
const UNHEARD: i64 = 45;

pub struct Play {
    office: Office,
    now: DateTime<Utc>,
    request: Request,
    wake: Option<Wake>,
    reference: Reference,
    last: Option<Stepped>,
    story: Vec<String>,
    serial: u32,
}

impl Play {
    pub fn begin(setting: &Setting) -> Self {
        let mut office = OFFICE.clone();
        for (person, role) in &setting.grants {
            grant(&mut office, *person, *role);
        }
        for (person, other) in &setting.substitutes {
            let other = PersonId(CAST[*other].to_owned());
            let person = entry(&mut office, *person);
            if person.id != other {
                person.substitutes.push(Substitute {
                    person: other,
                    from: None,
                    until: None,
                });
            }
        }
        let id = ProcedureId(PROCEDURES[setting.procedure].to_owned());
        let mut procedure = office.procedure(&id).expect("a procedure").clone();
        procedure.requester_approves = setting.own_step_counts;
        let requester = party(&office, CAST[setting.requester]);
        let sender = setting.sender.map(|s| party(&office, CAST[s]));
        // A Monday at ten.
        let now = "2026-10-05T13:00:00Z".parse().expect("an instant");
        let opening = Opening {
            fields: fields(&procedure, setting),
            sender: sender.unwrap_or_else(|| requester.clone()),
            requester,
            procedure,
            subject: "Solicitud".to_owned(),
            invalid: vec![],
            documents: vec![document()],
            document_in_body: false,
            confirmed: None,
            memorandum: None,
            related: None,
            cell: "model".to_owned(),
            unproven: false,
            received_at: now,
        };
        let number = "SIGEC-2026-000001".to_owned();
        let stepped = open(opening, RequestId(1), number, &office, now);
        Self {
            office,
            now,
            request: stepped.request.clone(),
            wake: stepped.wake,
            reference: Reference::default(),
            last: Some(stepped),
            story: vec![],
            serial: 0,
        }
    }

    /// What came of it all, for whoever reads a failure.
    pub fn story(&self) -> String {
        self.story.join("\n")
    }

    pub fn is_taken_up(&self) -> bool {
        self.request.related.is_some()
    }

    pub fn state(&self) -> String {
        self.request.state.shown().to_owned()
    }

    pub fn outcome(&self) -> String {
        let same = |pair: &[mesad::request::Approval]| match pair {
            [a, b] => a.by.is(&b.by) && a.at == b.at && a.cell == b.cell,
            _ => false,
        };
        let twice = self.request.approvals.windows(2).any(same);
        let outcome = self.last.as_ref().map(|s| format!("{:?}", s.outcome));
        match outcome {
            Some(outcome) if outcome == "Approved" && twice => "twice-approved".to_owned(),
            other => other.unwrap_or_default(),
        }
    }

    /// One random event.
    pub fn act(&mut self, op: &Op) -> Result<(), String> {
        match op {
            Op::Wake => return self.wakes(None),
            Op::Hours(hours) => {
                let to = self.now + TimeDelta::hours(i64::from(*hours));
                return self.wakes(Some(to));
            }
            Op::TakeUp(change) => self.take_up(*change),
            Op::Absent(person, from, days) => {
                let from = self.day() + Days::new(u64::from(*from));
                let until = from + Days::new(u64::from(*days));
                let absence = Absence { from, until };
                entry(&mut self.office, *person).absences.push(absence);
            }
            Op::Grant(person, role) => grant(&mut self.office, *person, *role),
            Op::Drop(person, role) => {
                let person = entry(&mut self.office, *person);
                person.roles.retain(|g| g.role.0 != ROLES[*role]);
            }
            Op::Address(person) => {
                self.serial += 1;
                let address = format!("otra{}@ministerio.example", self.serial);
                entry(&mut self.office, *person).addresses.push(address);
            }
            other => {
                if let Some(event) = self.event(other) {
                    self.apply(&event)?;
                }
            }
        }
        Ok(())
    }

    /// What must hold after every event.
    pub fn check(&self) -> Result<(), String> {
        self.reference.check(&self.request, &self.office)?;
        let open = !matches!(self.request.state, State::Closed(_));
        if open != self.wake.is_some() {
            return Err(format!("{} with {:?}", self.state(), self.wake));
        }
        Ok(())
    }

    /// What must hold of the mails of one event.
    fn mails(&self, last: &Stepped) -> Result<(), String> {
        for notice in &last.notices {
            let asks = notice.ask.as_ref().map(|a| a.about);
            let own = self.request.requester.is(&notice.to);
            // Whose own step counted may object to it, and is asked whether it was them.
            let given = |step| {
                let mut approvals = self.request.approvals.iter();
                approvals.any(|a| a.step == step && a.by.is(&notice.to))
            };
            if own && matches!(asks, Some(AskedFor::Approval { step }) if !given(step)) {
                return Err(format!(
                    "the requester is asked: {}",
                    notice.message.template()
                ));
            }
            if notice.due < self.now {
                return Err("a mail that was due before its cause".to_owned());
            }
        }
        match last.notices.len() {
            0..=40 => Ok(()),
            many => Err(format!("{many} mails at once")),
        }
    }

    /// Nobody writes any more: time alone brings somebody word, again and again.
    pub fn wait(&mut self) -> Result<(), String> {
        let (from, mut heard) = (self.now, self.now);
        while self.now - from < TimeDelta::days(SILENCE) && self.wake.is_some() {
            let before = self.now;
            self.wakes(None)?;
            self.check()?;
            if self.last.as_ref().is_some_and(|s| !s.notices.is_empty()) {
                heard = self.now;
            }
            if self.now - heard > TimeDelta::days(UNHEARD) {
                return Err(format!("{}: nobody heard since {heard}", self.state()));
            }
            let all = self.request.timeline.iter();
            let approved = all.filter(|r| r.what == Happened::Approved && r.at > before);
            if approved.count() > self.own_steps() {
                return Err("approved by silence".to_owned());
            }
        }
        Ok(())
    }

    /// Steps that count as given because they are the requester's.
    fn own_steps(&self) -> usize {
        let own = |a: &&mesad::request::Approval| a.cell == "requester-approves";
        self.request.approvals.iter().filter(own).count()
    }

    fn day(&self) -> chrono::NaiveDate {
        let calendar = &self.office.calendar;
        calendar.local(self.now, self.request.region()).date_naive()
    }

    /// Applies wake-ups up to an instant, or just the next.
    fn wakes(&mut self, to: Option<DateTime<Utc>>) -> Result<(), String> {
        for _ in 0..100 {
            let Some(wake) = self.wake.filter(|w| to.is_none_or(|to| w.at <= to)) else {
                break;
            };
            self.now = self.now.max(wake.at);
            self.apply(&Event::Woken(wake.reason))?;
            if self
                .wake
                .is_some_and(|w| w.reason == wake.reason && w.at <= self.now)
            {
                return Err(format!("wakes itself at once: {wake:?}"));
            }
            if to.is_none() {
                return Ok(());
            }
        }
        if let Some(to) = to {
            if self.wake.is_some_and(|w| w.at <= to) {
                return Err("a hundred wake-ups in a few days".to_owned());
            }
            self.now = to;
        }
        Ok(())
    }

    fn apply(&mut self, event: &Event) -> Result<(), String> {
        let before = self.request.clone();
        let stepped = step(self.request.clone(), event, &self.office, self.now);
        self.request = stepped.request.clone();
        self.wake = stepped.wake;
        if before.fields != self.request.fields {
            self.reference.data_changed(self.request.version);
        }
        if stepped.outcome == Outcome::Repudiated {
            let from = self.request.approvals.len();
            self.reference.reopened(from, before.version);
        }
        let local = self.office.calendar.local(self.now, None);
        let by = match event {
            Event::Answered(a) => format!("{} {:?} {:?}", a.by.name, a.verdict, a.about),
            other => format!("{other:?}").chars().take(90).collect(),
        };
        let line = format!(
            "{} {by} -> {:?} {} ({})",
            local.format("%m-%d %H:%M"),
            stepped.outcome,
            self.state(),
            self.request.held_by()
        );
        self.story.push(line);
        // What is closed opens again only where the one who closed it says that it was not them.
        let closed = |r: &Request| matches!(r.state, State::Closed(_));
        if closed(&before) && !closed(&self.request) && stepped.outcome != Outcome::Repudiated {
            return Err("a closed request opened by itself".to_owned());
        }
        self.mails(&stepped)?;
        self.nothing_is_dropped(event, &before)?;
        self.last = Some(stepped);
        Ok(())
    }

    /// What the requester of an open request sends is part of it, or kept until they say that it is
    /// theirs; what others write is kept as theirs.
    fn nothing_is_dropped(&self, event: &Event, before: &Request) -> Result<(), String> {
        let request = &self.request;
        if let Event::Commented { by, documents, .. } = event {
            let kept = request.remarks.last();
            return match kept.is_some_and(|r| r.by.is(by) && &r.documents == documents) {
                true => Ok(()),
                false => Err("a comment was dropped".to_owned()),
            };
        }
        let Event::Added(addition) = event else {
            return Ok(());
        };
        let closed = matches!(before.state, State::Closed(_));
        if closed
            || !before.is_requesters(&addition.by)
            || addition.confirms.is_some_and(|c| !c.yes)
        {
            return Ok(());
        }
        let kept = request.unconfirmed.iter().filter_map(|u| match &u.what {
            Kept::Addition(addition) => Some(&addition.documents),
            Kept::Withdrawal => None,
        });
        let kept: Vec<&DocumentRef> = kept.flatten().collect();
        let withdrawn = matches!(request.state, State::Closed(_));
        let has = |d: &DocumentRef| request.documents.contains(d) || kept.contains(&d);
        match withdrawn || addition.documents.iter().all(has) {
            true => Ok(()),
            false => Err("a document was dropped".to_owned()),
        }
    }

    /// The requester of a closed request asks again: its data come along, none of its approvals.
    fn take_up(&mut self, change: bool) {
        let old = &self.request;
        if !matches!(old.state, State::Closed(_)) {
            return;
        }
        let (mut fields, related) = old.handed_down("No quedó bien.");
        self.serial += 1;
        if change {
            let value = format!("07-123456-{:05}-26", self.serial);
            let name = FieldName("project_number".to_owned());
            fields.insert(name, datum(Value::Text(value)));
        }
        let opening = Opening {
            fields,
            sender: old.sender.clone(),
            requester: old.requester.clone(),
            procedure: old.procedure.clone(),
            subject: "RE: Solicitud".to_owned(),
            invalid: vec![],
            documents: old.documents.clone(),
            document_in_body: old.document_in_body,
            confirmed: None,
            memorandum: None,
            related: Some(related),
            cell: "model".to_owned(),
            unproven: false,
            received_at: self.now,
        };
        let (id, number) = (RequestId(old.id.0 + 1), "SIGEC-2026-000002".to_owned());
        let stepped = open(opening, id, number, &self.office, self.now);
        self.request = stepped.request.clone();
        self.wake = stepped.wake;
        // Whatever was proven before was about the old one.
        self.reference = Reference::default();
        self.last = Some(stepped);
        self.story.push("taken up again".to_owned());
    }

    fn who(&self, who: Who) -> Party {
        let from = |all: Vec<Party>, n: usize| match all.len() {
            0 => None,
            len => all.into_iter().nth(n % len),
        };
        let found = match who {
            Who::Cast(n) => Some(party(&self.office, CAST[n])),
            Who::Holder(n) => from(self.request.holders().into_iter().cloned().collect(), n),
            Who::Approver(n) => from(
                self.request
                    .approvals
                    .iter()
                    .map(|a| a.by.clone())
                    .collect(),
                n,
            ),
            Who::Requester => Some(self.request.requester.clone()),
            Who::Stranger => None,
        };
        found.unwrap_or(Party {
            address: "alguien@otra.example".to_owned(),
            name: "Alguien".to_owned(),
            person: None,
        })
    }
}
