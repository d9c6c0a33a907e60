//! What an op is to the desk: an event.

use chrono::Days;
use mesad::office::{FieldName, Fields, PersonId, Value};
use mesad::request::{Addition, Answer, AskedFor, Confirms, Ending, Event, State, Verdict};

use super::{Play, VERDICTS};
use crate::cast::{About, CAST, Op};
use crate::reference::roles_of;
use crate::values::{datum, document, named, proof};

impl Play {
    /// The event of an op, told to the model too.
    pub(super) fn event(&mut self, op: &Op) -> Option<Event> {
        Some(match op {
            Op::Answer { .. } => return self.answer(op),
            Op::Data { .. } => return self.data(op),
            Op::Comment(who) => Event::Commented {
                by: self.who(*who),
                text: "Gracias".to_owned(),
                decides: true,
                cell: "model".to_owned(),
                shown: true,
                documents: vec![document()],
            },
            Op::Withdraw(who, proven) => Event::Withdrawn {
                by: self.who(*who),
                proof: proof(*proven),
            },
            Op::Again(who) => Event::SentAgain {
                by: self.who(*who),
                files: vec![],
            },
            Op::Bounce(who) => Event::Unreachable {
                address: self.who(*who).address,
                why: "5.1.1".to_owned(),
            },
            Op::Away(who, days) => Event::Away {
                person: self.who(*who).person?,
                until: days.map(|days| self.day() + Days::new(u64::from(days))),
            },
            Op::Left(who) => Event::Left {
                person: self.who(*who).person?,
                text: "Ya no trabaja aquí".to_owned(),
            },
            Op::Repudiate(who, proven) => {
                let by = self.who(*who);
                // What is over stays as it was, for the record; people see to the rest.
                let over = match &self.request.state {
                    State::Closed(c) => c.ending != Ending::Rejected || !c.by.is(&by),
                    _ => false,
                };
                if *proven && !over {
                    self.reference.disclaims(&by);
                }
                let text = "No fui yo".to_owned();
                let proof = proof(*proven);
                Event::Repudiated { by, text, proof }
            }
            Op::Wake
            | Op::Hours(_)
            | Op::TakeUp(_)
            | Op::Absent(..)
            | Op::Grant(..)
            | Op::Drop(..)
            | Op::Address(_) => return None,
        })
    }

    fn answer(&mut self, op: &Op) -> Option<Event> {
        let Op::Answer {
            who,
            verdict,
            about,
            stale,
            proof: proven,
            to,
        } = op
        else {
            return None;
        };
        let by = self.who(*who);
        let about = match (about, &self.request.state) {
            (About::Step(step), _) => AskedFor::Approval { step: *step },
            (About::Open, State::AwaitingApproval(s)) => AskedFor::Approval { step: s.step },
            (About::Work, _) | (About::Open, State::AwaitingWork(_)) => AskedFor::Work,
            (About::Open | About::Confirmation, _) => AskedFor::Confirmation,
        };
        let version = self.request.version.saturating_sub(u32::from(*stale));
        let verdict = VERDICTS[*verdict].clone();
        if *proven && verdict == Verdict::Approve {
            match about {
                AskedFor::Approval { step } => {
                    let roles = roles_of(&self.request, &self.office, &by, self.day());
                    self.reference.approves(&by, step, version, roles);
                }
                AskedFor::Confirmation if self.request.requester.is(&by) => {
                    self.reference.vouches(version);
                }
                AskedFor::Confirmation
                | AskedFor::Work
                | AskedFor::Data
                | AskedFor::Kept { .. }
                | AskedFor::Triage => {}
            }
        }
        Some(Event::Answered(Answer {
            by,
            about,
            version,
            verdict,
            reason: None,
            text: "…".to_owned(),
            hands_on_to: to.map(|to| PersonId(CAST[to].to_owned())),
            documents: vec![],
            persons: None,
            received_at: self.now,
            proof: proof(*proven),
        }))
    }

    fn data(&mut self, op: &Op) -> Option<Event> {
        let Op::Data {
            who,
            change,
            endorses,
            proof: proven,
            document: brings,
            confirms,
        } = op
        else {
            return None;
        };
        let by = self.who(*who);
        let mut fields = Fields::new();
        self.serial += 1;
        let value = match change {
            true => format!("07-123456-{:05}-26", self.serial),
            false => "07-123456-00010-26".to_owned(),
        };
        // Some send documents alone.
        if *change || !*brings {
            fields.insert(
                FieldName("project_number".to_owned()),
                datum(Value::Text(value)),
            );
        }
        // Data that the requester sends in proven answer to a mail that showed them are their word,
        // for the version that they make.
        if *proven && *endorses && self.request.requester.is(&by) {
            self.reference.vouches(self.request.version);
            self.reference.vouches(self.request.version + 1);
        }
        let theirs = self.request.unconfirmed.iter().filter(|u| u.by.is(&by));
        let serial = theirs.map(|u| u.serial).max().unwrap_or(1);
        Some(Event::Added(Addition {
            by,
            proof: proof(*proven),
            endorses: *endorses,
            fields,
            invalid: vec![],
            documents: match brings {
                true => vec![named(&format!("documento{}.pdf", self.serial))],
                false => vec![],
            },
            text: "Va.".to_owned(),
            confirms: confirms.map(|yes| Confirms { serial, yes }),
            again: false,
        }))
    }
}
