//! What breaks, and when.

use chrono::TimeDelta;
use mesad::desk::DeskError;
use mesad::desk::command::{Command, Order};
use mesad::office::PersonId;
use mesad::request::Operator;

use crate::cast::Silence;
use crate::deeds::Deed;
use crate::host::Flaws;
use crate::office::Simulation;

/// A fault that lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    MailboxDown,
    DeliveryDown,
    DiskFull,
    /// Everything fails now and then.
    BadDay,
    /// The clock goes wrong by so many seconds.
    Clock(i64),
    /// The process dies in one of its next acts.
    Crash,
    /// The server counts its mails anew.
    Renumbered,
    /// A person moves or deletes what lies in the mailbox.
    Hand,
}

/// Faults by how many in a thousand days bring one.
const FAULTS: [(u64, Fault); 8] = [
    (150, Fault::MailboxDown),
    (150, Fault::DeliveryDown),
    (70, Fault::DiskFull),
    (200, Fault::BadDay),
    (60, Fault::Clock(0)),
    (400, Fault::Crash),
    (40, Fault::Renumbered),
    (150, Fault::Hand),
];

/// What always goes wrong now and then.
const USUAL: Flaws = Flaws {
    fetch: 1_000,
    file: 1_000,
    refused_later: 4_000,
    refused: 100,
    answer_lost: 1_500,
    disk: 20,
    death: 4,
};

const BAD: Flaws = Flaws {
    fetch: 60_000,
    file: 60_000,
    refused_later: 80_000,
    refused: 2_000,
    answer_lost: 40_000,
    disk: 4_000,
    death: 300,
};

impl Simulation {
    /// Draws the day's faults.
    pub fn draw_faults(&mut self) {
        self.host.lock().flaws = USUAL;
        for (often, fault) in FAULTS {
            if !self.chance.millionth(often * 1_000) {
                continue;
            }
            let minute = self.chance.between(0, 24 * 60);
            let at = self.at(minute);
            let fault = match fault {
                Fault::Clock(_) => Fault::Clock(*self.chance.pick(&[
                    -90_000, -7_200, -3_600, -70, -1, 2, 65, 3_600, 10_800, 100_000,
                ])),
                fault => fault,
            };
            self.plan_for(at, Deed::Fault(fault));
        }
    }

    pub fn breaks(&mut self, fault: Fault) {
        self.tell(format!("fault: {fault:?}"));
        let minutes = self.chance.between(2, 600);
        let mut host = self.host.lock();
        match fault {
            Fault::MailboxDown => host.mailbox_down = true,
            Fault::DeliveryDown => host.delivery_down = true,
            Fault::DiskFull => host.disk_full = true,
            Fault::BadDay => host.flaws = BAD,
            Fault::Crash => {
                drop(host);
                let acts = self.chance.below(60) as u32;
                self.host.lock().fuse = Some(acts);
                return;
            }
            Fault::Renumbered => {
                host.renumber();
                host.count("UIDVALIDITY changed");
                return;
            }
            Fault::Hand => {
                drop(host);
                return self.takes_away();
            }
            Fault::Clock(seconds) => {
                host.count("clock set wrong");
                drop(host);
                self.offset = TimeDelta::seconds(seconds);
                let end = self.now() + TimeDelta::minutes(minutes);
                return self.plan_for(end, Deed::Mended(fault));
            }
        }
        drop(host);
        let end = self.now() + TimeDelta::minutes(minutes);
        self.plan_for(end, Deed::Mended(fault));
        // Somebody looks why nothing happens, and moves a mail.
        if fault == Fault::MailboxDown && self.chance.percent(50) {
            let at = self.now() + TimeDelta::minutes(minutes) - TimeDelta::seconds(30);
            self.plan_for(at, Deed::Fault(Fault::Hand));
        }
    }

    pub fn mends(&mut self, fault: Fault) {
        self.tell(format!("mended: {fault:?}"));
        let mut host = self.host.lock();
        match fault {
            Fault::MailboxDown => host.mailbox_down = false,
            Fault::DeliveryDown => host.delivery_down = false,
            Fault::DiskFull => host.disk_full = false,
            Fault::BadDay => host.flaws = USUAL,
            Fault::Clock(_) => self.offset = TimeDelta::zero(),
            Fault::Crash | Fault::Renumbered | Fault::Hand => {}
        }
    }

    /// A person takes a mail out of the mailbox; perhaps back again.
    fn takes_away(&mut self) {
        let lying = self.host.lock().lying();
        if lying.is_empty() {
            return;
        }
        let copy = *self.chance.pick(&lying);
        self.tell(format!("somebody takes copy {copy} away"));
        let mut host = self.host.lock();
        host.taken_away(copy);
        host.count("mail moved or deleted by a person");
        drop(host);
        if self.chance.percent(60) {
            let minutes = self.chance.between(1, 3_000);
            let at = self.now() + TimeDelta::minutes(minutes);
            self.plan_for(at, Deed::LaysBack(copy));
        }
    }

    /// All is mended, and nothing breaks any more.
    pub fn quiet(&mut self) {
        let mut host = self.host.lock();
        host.flaws = Flaws::default();
        host.fuse = None;
    }

    /// Addresses that the server refuses today.
    pub fn refusals(&mut self) {
        let day = self.day();
        let refused = |m: &&crate::cast::Member| {
            m.trip(day)
                .is_some_and(|trip| trip.silence == Silence::Refused)
        };
        let dead = self.cast.iter().filter(refused).map(|m| m.address.clone());
        self.host.lock().dead = dead.collect();
    }

    /// Somebody of the desk enters absences that begin tomorrow.
    pub fn announce_absences(&mut self) {
        let tomorrow = self.day().succ_opt().unwrap();
        let begin = |m: &&crate::cast::Member| {
            m.trip(tomorrow)
                .is_some_and(|t| t.from == tomorrow && t.announced)
        };
        let away: Vec<(String, chrono::NaiveDate)> = self
            .cast
            .iter()
            .filter(begin)
            .filter_map(|m| Some((m.id.clone(), m.trip(tomorrow)?.until)))
            .collect();
        for (person, until) in away {
            let command = Command {
                by: Operator {
                    login: "operadora".to_owned(),
                    person: None,
                },
                reason: "feriado legal".to_owned(),
                order: Order::AbsenceAdd {
                    person: PersonId(person.clone()),
                    from: tomorrow,
                    until,
                    substitute: None,
                },
            };
            let body = serde_json::to_string(&command).unwrap();
            let now = self.now();
            let given = self.by_hand().transact(move |books| {
                books.add_command("operator", &body, None, now)?;
                Ok::<_, DeskError>(())
            });
            given.unwrap();
            self.tell(format!(
                "the desk is told that {person} will be away until {until}"
            ));
        }
    }
}
