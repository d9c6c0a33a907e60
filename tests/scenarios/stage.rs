//! Plays a scenario on the machine with the shipped office.

use chrono::{DateTime, NaiveDateTime, TimeZone, Utc};
use mesad::office::{Office, PersonId, ProcedureId};
use mesad::request as operated;
use mesad::request::{
    Addition, Answer, AskedFor, CommentKind, Confirms, Event, Message, Opening, Operated, Operator,
    Outcome, Party, Proof, Request, RequestId, Ruling, State, Stepped, Wake, WakeReason, open,
    step,
};

use crate::office;
use crate::script::{self, Act, Line};
use crate::values::{document, fields, named, persons_said, proof_of, sample, verdict_of};

struct Stage {
    office: Office,
    now: DateTime<Utc>,
    request: Option<Request>,
    wake: Option<Wake>,
}

/// Plays a scenario; each failure is `line: what`.
pub fn play(text: &str) -> Vec<String> {
    let lines = match script::read(text) {
        Ok(lines) => lines,
        Err(error) => return vec![error],
    };
    let office = mesad::config::load(&mesad::config::shipped()).expect("the shipped office");
    let mut stage = Stage {
        office,
        now: DateTime::UNIX_EPOCH,
        request: None,
        wake: None,
    };
    let mut failures = vec![];
    for line in &lines {
        let outcome = stage
            .play(line)
            .unwrap_or_else(|error| Some(format!("error: {error}")));
        let expected = line.expected.clone();
        if outcome != expected {
            let show = |o: Option<String>| o.unwrap_or_else(|| "nothing".to_owned());
            failures.push(format!(
                "{}:\n  expected {}\n  got      {}",
                line.number,
                show(expected),
                show(outcome)
            ));
        }
    }
    failures
}

impl Stage {
    /// The whole outcome of a line; none for a line that only moves the clock.
    fn play(&mut self, line: &Line) -> Result<Option<String>, String> {
        let stepped = match &line.act {
            Act::At(at) => {
                let to = self.instant(*at)?;
                while let Some(wake) = self.wake.filter(|w| w.at <= to) {
                    if !self.looks_in_vain(wake)? {
                        return Err(format!("a wake-up before: {}", self.shown(wake)));
                    }
                }
                self.now = to;
                return Ok(None);
            }
            Act::Directory(change) => {
                office::change(&mut self.office, change)?;
                return Ok(None);
            }
            Act::Wake(at) => {
                let to = self.instant(*at)?;
                while let Some(wake) = self.wake.filter(|w| w.at < to) {
                    if !self.looks_in_vain(wake)? {
                        break;
                    }
                }
                let wake = self.wake.ok_or("there is no wake-up")?;
                if wake.at != to {
                    return Err(format!("the next wake-up is {}", self.shown(wake)));
                }
                self.now = wake.at;
                self.apply(&Event::Woken(wake.reason))?
            }
            Act::Open {
                procedure,
                by,
                sender,
                data,
            } => self.open(procedure, by, sender.as_deref(), data)?,
            other => {
                let event = self.event(other)?;
                self.apply(&event)?
            }
        };
        let shown = self.outcome(&stepped);
        self.take(stepped)?;
        Ok(Some(shown))
    }

    /// The request goes on. Whatever is open has a wake-up: nothing waits for nobody.
    fn take(&mut self, stepped: Stepped) -> Result<(), String> {
        let open = !matches!(stepped.request.state, State::Closed(_));
        if open != stepped.wake.is_some() {
            let state = stepped.request.state.name();
            return Err(format!("{state} and its wake-up is {:?}", stepped.wake));
        }
        if let Some(wake) = stepped.wake.filter(|w| w.at <= self.now)
            && self.wake == Some(wake)
        {
            return Err(format!("wakes itself again at once: {}", self.shown(wake)));
        }
        self.request = Some(stepped.request);
        self.wake = stepped.wake;
        Ok(())
    }

    /// A look at the beginning of a working day that finds nothing to do: scenarios leave it out.
    fn looks_in_vain(&mut self, wake: Wake) -> Result<bool, String> {
        if wake.reason != WakeReason::Look {
            return Ok(false);
        }
        let before = std::mem::replace(&mut self.now, wake.at);
        let stepped = self.apply(&Event::Woken(wake.reason))?;
        let vain = stepped.outcome == Outcome::Nothing && stepped.notices.is_empty();
        match vain {
            true => self.take(stepped)?,
            false => self.now = before,
        }
        Ok(vain)
    }

    fn shown(&self, wake: Wake) -> String {
        let local = self.office.calendar.local(wake.at, None);
        format!("{} {:?}", local.format("%Y-%m-%d %H:%M"), wake.reason)
    }

    fn instant(&self, at: NaiveDateTime) -> Result<DateTime<Utc>, String> {
        let local = self
            .office
            .calendar
            .zone
            .from_local_datetime(&at)
            .earliest();
        Ok(local.ok_or("no such local time")?.with_timezone(&Utc))
    }

    fn person(&self, id: &str) -> Result<Party, String> {
        let person = self.office.directory.person(&PersonId(id.to_owned()));
        person
            .map(Party::of)
            .ok_or(format!("nobody is called {id}"))
    }

    fn open(
        &self,
        procedure: &str,
        by: &str,
        sender: Option<&str>,
        data: &[(String, String)],
    ) -> Result<Stepped, String> {
        let id = ProcedureId(procedure.to_owned());
        let procedure = self
            .office
            .procedure(&id)
            .ok_or("no such procedure")?
            .clone();
        let requester = self.person(by)?;
        let opening = Opening {
            fields: sample(&procedure, data)?,
            procedure,
            sender: sender.map_or(Ok(requester.clone()), |s| self.person(s))?,
            requester,
            subject: "Solicitud".to_owned(),
            invalid: vec![],
            documents: vec![document()],
            document_in_body: false,
            confirmed: None,
            memorandum: None,
            related: None,
            cell: "scenario".to_owned(),
            unproven: false,
            received_at: self.now,
        };
        let number = "SIGEC-2026-000001".to_owned();
        Ok(open(opening, RequestId(1), number, &self.office, self.now))
    }

    fn apply(&self, event: &Event) -> Result<Stepped, String> {
        let request = self.request.clone().ok_or("there is no request yet")?;
        Ok(step(request, event, &self.office, self.now))
    }

    /// The address that somebody was asked at, else the directory's.
    fn written_to(&self, id: &str) -> Result<String, String> {
        if id.contains('@') {
            return Ok(id.to_owned());
        }
        let holders = self.request.iter().flat_map(|r| r.holders());
        let is_theirs = |p: &&Party| p.person.as_ref().is_some_and(|p| p.0 == id);
        match holders.into_iter().find(is_theirs) {
            Some(party) => Ok(party.address.clone()),
            None => Ok(self.person(id)?.address),
        }
    }

    fn event(&self, act: &Act) -> Result<Event, String> {
        Ok(match act {
            Act::Answer {
                by,
                verdict,
                about,
                version,
                proof,
                to,
                said,
            } => {
                let mut event = self.answer(by, verdict, about.as_deref(), (*version, *proof))?;
                if let Event::Answered(answer) = &mut event {
                    answer.hands_on_to = to.clone().map(PersonId);
                    answer.persons = said.as_ref().map(persons_said);
                }
                event
            }
            Act::Data { .. } => self.addition(act)?,
            Act::Comment { by, shown } => Event::Commented {
                by: self.person(by)?,
                text: "Gracias".to_owned(),
                decides: false,
                cell: "scenario".to_owned(),
                shown: *shown,
                documents: vec![],
            },
            Act::Withdraw { by, proof } => Event::Withdrawn {
                by: self.person(by)?,
                proof: proof_of(*proof),
            },
            Act::Status { by } => Event::StatusAsked {
                by: self.person(by)?,
            },
            Act::Again { by } => Event::SentAgain {
                by: self.person(by)?,
                files: vec![],
            },
            Act::Bounce { person } => Event::Unreachable {
                address: self.written_to(person)?,
                why: "5.1.1".to_owned(),
            },
            Act::Away { person, until } => Event::Away {
                person: PersonId(person.clone()),
                until: *until,
            },
            Act::Operator { by, words } => self.operator(by, words)?,
            Act::Left { person } => Event::Left {
                person: PersonId(person.clone()),
                text: "Ya no trabaja aquí.".to_owned(),
            },
            Act::Disclaim { by, proof } => Event::Repudiated {
                by: self.person(by)?,
                text: "No fui yo.".to_owned(),
                proof: proof_of(*proof),
            },
            Act::At(_) | Act::Wake(_) | Act::Open { .. } | Act::Directory(_) => {
                return Err("not an event".to_owned());
            }
        })
    }

    fn addition(&self, act: &Act) -> Result<Event, String> {
        let Act::Data {
            by,
            data,
            files,
            proof,
            confirms,
            older,
        } = act
        else {
            return Err("not an addition".to_owned());
        };
        let request = self.request.as_ref().ok_or("there is no request yet")?;
        let serial = request.kept.saturating_sub(u32::from(*older));
        Ok(Event::Added(Addition {
            by: self.person(by)?,
            proof: proof_of(*proof),
            endorses: !data.is_empty(),
            fields: fields(data)?,
            invalid: vec![],
            documents: files.iter().map(|name| named(name)).collect(),
            text: "Va lo que faltaba.".to_owned(),
            confirms: confirms.map(|yes| Confirms { serial, yes }),
            again: false,
        }))
    }

    fn answer(
        &self,
        by: &str,
        verdict: &str,
        about: Option<&str>,
        (version, proof): (Option<u32>, bool),
    ) -> Result<Event, String> {
        let request = self.request.as_ref().ok_or("there is no request yet")?;
        let about = match (about, &request.state) {
            (Some("work"), _) | (None, State::AwaitingWork(_)) => AskedFor::Work,
            (Some("confirmation"), _) | (None, State::AwaitingConfirmation(_)) => {
                AskedFor::Confirmation
            }
            (None, State::AwaitingApproval(s)) => AskedFor::Approval { step: s.step },
            (Some(text), _) => {
                let step = text.strip_prefix("approval").and_then(|n| n.parse().ok());
                AskedFor::Approval {
                    step: step.ok_or(format!("about what: {text}"))?,
                }
            }
            (None, _) => return Err("say about=…".to_owned()),
        };
        let cell = "scenario".to_owned();
        Ok(Event::Answered(Answer {
            by: self.person(by)?,
            about,
            version: version.unwrap_or(request.version),
            verdict: verdict_of(verdict)?,
            reason: None,
            text: verdict.to_owned(),
            hands_on_to: None,
            documents: vec![],
            persons: None,
            received_at: self.now,
            proof: if proof {
                Proof::Counts(cell)
            } else {
                Proof::Confirm(cell)
            },
        }))
    }

    /// An operator's act: `approve`, `assign PERSON [override]`, `amend name=value …`,
    /// `reclassify PROCEDURE [override] [name=value …]`, `absent PERSON`, `withdraw`, …
    fn operator(&self, by: &str, words: &[String]) -> Result<Event, String> {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let person = |id: &str| PersonId(id.to_owned());
        let act = match words.as_slice() {
            ["approve"] => operated::Act::Decide(Ruling::Approve),
            ["reject"] => operated::Act::Decide(Ruling::Reject),
            ["done"] => operated::Act::Decide(Ruling::Done),
            ["not-done"] => operated::Act::Decide(Ruling::NotDone),
            ["withdraw"] => operated::Act::Withdraw,
            ["reopen"] => operated::Act::Reopen,
            ["release"] => operated::Act::Release,
            ["absent", who] => operated::Act::Away {
                person: person(who),
                until: None,
            },
            ["assign", to, rest @ ..] => operated::Act::Assign {
                to: person(to),
                beyond: rest == ["override"],
            },
            ["amend", rest @ ..] => {
                let data = fields(&script::data(rest)?)?.into_iter();
                operated::Act::Amend {
                    fields: data.map(|(name, datum)| (name, Some(datum))).collect(),
                }
            }
            ["reclassify", id, rest @ ..] => {
                let beyond = rest.first() == Some(&"override");
                let rest = rest.get(usize::from(beyond)..).unwrap_or_default();
                let procedure = self.office.procedure(&ProcedureId((*id).to_owned()));
                let procedure = procedure.ok_or("no such procedure")?.clone();
                operated::Act::Reclassify {
                    fields: sample(&procedure, &script::data(rest)?)?,
                    procedure: Box::new(procedure),
                    invalid: vec![],
                    beyond,
                }
            }
            other => return Err(format!("no such act: {}", other.join(" "))),
        };
        let party = self.person(by)?;
        let operator = Operator {
            login: by.to_owned(),
            person: Some(party),
        };
        Ok(Event::Operated(Operated::new(
            operator,
            "Por teléfono".to_owned(),
            act,
        )))
    }

    /// `outcome state(holders) mail>person …`, in the order in which the mails were written.
    fn outcome(&self, stepped: &Stepped) -> String {
        let name = |party: &Party| {
            party
                .person
                .as_ref()
                .map_or(party.address.clone(), |id| id.0.clone())
        };
        let outcome = serde_json::to_value(stepped.outcome).expect("a word");
        let mut words = vec![outcome.as_str().unwrap_or_default().to_owned()];
        let holders: Vec<String> = stepped.request.holders().into_iter().map(name).collect();
        let state = stepped.request.state.name();
        words.push(match &stepped.request.state {
            State::Closed(closed) => {
                let ending = serde_json::to_value(closed.ending).expect("a word");
                format!("closed({})", ending.as_str().unwrap_or_default())
            }
            _ => format!("{state}({})", holders.join(",")),
        });
        for notice in &stepped.notices {
            words.push(format!(
                "{}{}>{}",
                notice.message.template(),
                told_again(&notice.message),
                name(&notice.to)
            ));
        }
        words.join(" ")
    }
}

/// Whether a mail says that the data were corrected.
fn told_again(message: &Message) -> &'static str {
    match message {
        Message::Acknowledgement(m) if m.corrected => "/corrected",
        Message::ApprovalRequest(m) if m.changed => "/corrected",
        Message::ApprovalRequest(m) if !m.summary.remarks.is_empty() => "/remarked",
        Message::WorkOrder(m) if !m.summary.remarks.is_empty() => "/remarked",
        Message::DecisionConfirmation(m) if m.kept => "/kept",
        Message::AdditionReceived(m) if m.differs => "/differs",
        Message::Comment(m) if m.kind == CommentKind::Differs => "/differs",
        _ => "",
    }
}
