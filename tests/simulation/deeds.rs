//! What people and machines do, and when.

use std::sync::Arc;

use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};
use rusqlite::OptionalExtension;

use crate::cast::Silence;
use crate::office::Simulation;
use crate::papers::Clerk;
use crate::truth::{Author, Says, Written};
use crate::write::{Draft, document};

/// A mail of the desk in somebody's mailbox.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// Whose mailbox, of the cast.
    pub to: usize,
    pub template: String,
    /// Whether it asks something.
    pub asks: bool,
    pub request: Option<i64>,
    /// The mail that led to it.
    pub input: Option<i64>,
    pub bytes: Arc<[u8]>,
}

/// Something that happens.
#[derive(Clone, Debug)]
pub enum Deed {
    /// A day begins: what happens in it is drawn.
    NewDay,
    /// Somebody sends a paper; once more, if it was sent before.
    Asks(u32),
    /// Somebody turns to a mail of the desk.
    Reads(usize, Box<Incoming>),
    /// A mail is handed to the office's server.
    Arrives(usize, Arc<[u8]>),
    /// A mail that a machine sends back or by itself.
    Answers(Box<(Draft, Says)>),
    /// Somebody who means no good, or a machine, writes.
    Pest,
    /// A fault begins, and ends.
    Fault(crate::faults::Fault),
    Mended(crate::faults::Fault),
    /// A person lays a mail back into the mailbox.
    LaysBack(usize),
}

impl Simulation {
    pub fn does(&mut self, deed: Deed) {
        match deed {
            Deed::NewDay => self.begins_day(),
            Deed::Asks(paper) => self.asks(paper),
            Deed::Reads(who, mail) => self.reads(who, *mail),
            Deed::Arrives(mail, bytes) => self.host.lock().arrives(mail, bytes),
            Deed::Answers(answer) => {
                self.posts(Author::Machine, answer.1, answer.0);
            }
            Deed::Pest => self.pest(),
            Deed::Fault(fault) => self.breaks(fault),
            Deed::Mended(fault) => self.mends(fault),
            Deed::LaysBack(copy) => {
                self.tell(format!("somebody lays copy {copy} back"));
                self.host.lock().laid_back(copy);
            }
        }
    }

    /// An instant of the day.
    pub fn at(&self, minute: i64) -> DateTime<Utc> {
        let begin = self.day().and_time(NaiveTime::MIN) + TimeDelta::minutes(minute);
        self.office.calendar.instant(begin, None).max(self.now())
    }

    fn begins_day(&mut self) {
        self.watch.due = true;
        let day = self.day();
        let tomorrow = (day + Days::new(1)).and_time(NaiveTime::MIN);
        let tomorrow = self.office.calendar.instant(tomorrow, None);
        self.plan_for(tomorrow, Deed::NewDay);
        self.refusals();
        let old = self.now() - TimeDelta::days(15);
        self.host.lock().archives(old);
        if day >= self.last_day {
            self.quiet();
            return;
        }
        let works = self.office.calendar.is_working_day(day, None);
        // A paper leads to about five mails, with the pests of its day, until it is done with.
        let papers = self.plan.mails * 1_000 / 5_200 + 1;
        let papers = if works { papers } else { papers / 20 };
        let papers = papers * self.chance.between(70, 130).unsigned_abs() / 100;
        for _ in 0..papers {
            let minute = self.chance.between(8 * 60, 16 * 60);
            let clerk = Clerk {
                office: &self.office,
                serial: self.papers.len() as u32 + 1,
                today: day,
            };
            let paper = clerk.write(&mut self.chance);
            let number = self.papers.len() as u32;
            self.papers.push(paper);
            let at = self.at(minute);
            self.plan_for(at, Deed::Asks(number));
            if self.chance.percent(4) {
                let days = self.chance.between(1, 4);
                self.plan_for(at + TimeDelta::hours(days * 20), Deed::Asks(number));
            }
        }
        if self.plan.pests {
            for _ in 0..papers / 2 + 1 {
                let minute = self.chance.between(0, 24 * 60);
                let at = self.at(minute);
                self.plan_for(at, Deed::Pest);
            }
        }
        if self.plan.faults {
            self.draw_faults();
        }
        self.announce_absences();
    }

    /// Sends a paper.
    fn asks(&mut self, number: u32) {
        let paper = self.papers[number as usize].clone();
        let person = &self.cast[paper.requester];
        let address = paper
            .sender
            .clone()
            .unwrap_or_else(|| person.address.clone());
        let text = paper.text(&self.office, number + 1);
        let mut draft = Draft {
            name: person.name.clone(),
            address,
            subject: paper.subject.clone(),
            text,
            ..Draft::default()
        };
        if number.is_multiple_of(9) {
            draft.attached = Some(document(&draft.text));
            draft.text = format!(
                "Estimados:\n\nAdjunto memorándum: {}.\n\nSaludos\n",
                paper.subject
            );
        }
        self.tell(format!("paper {number} ({}) is sent", paper.procedure));
        self.posts(Author::Person(paper.requester), Says::Asks(number), draft);
    }

    /// A mail is sent to the desk.
    pub fn posts(&mut self, author: Author, says: Says, mut draft: Draft) {
        let mail = self.written.len();
        let domain = draft
            .address
            .split_once('@')
            .map_or("x.example", |(_, d)| d)
            .to_owned();
        let at = self.office.calendar.local(self.now(), None);
        draft.stamps += &self.stamps(author, &domain, (at, draft.judged));
        let without = says == Says::Noise && self.chance.percent(5);
        let id = if without {
            String::new()
        } else {
            format!("{mail}.sim@{domain}")
        };
        let bytes: Arc<[u8]> = draft.bytes(&id, at).into();
        let words: String = draft.text.chars().take(90).collect();
        self.tell(format!(
            "mail {mail} of {}: {says:?} {words:?}",
            draft.address
        ));
        self.written.push(Written {
            author,
            says,
            confirms: None,
        });
        self.figures.wrote(author, says);
        if self.recent.len() == 400 {
            self.recent.pop_front();
        }
        self.recent.push_back((mail, Arc::clone(&bytes)));
        let mut host = self.host.lock();
        host.ids.push(id);
        host.arrives(mail, Arc::clone(&bytes));
        drop(host);
        if self.plan.faults && self.chance.millionth(7_000) {
            self.host.lock().count("delivered twice");
            let later = TimeDelta::seconds(*self.chance.pick(&[0, 1, 60, 3_000, 90_000]));
            self.plan_for(self.now() + later, Deed::Arrives(mail, bytes));
        }
    }

    /// What the office's server writes above a mail from outside.
    fn stamps(
        &mut self,
        author: Author,
        domain: &str,
        (at, judged): (DateTime<chrono_tz::Tz>, bool),
    ) -> String {
        let edge = format!(
            "Received: from mta.{domain} (unknown [192.0.2.7]) by mx.ministerio.example with ESMTPS \
             id 1; {}\r\n",
            at.to_rfc2822()
        );
        let forged = author == Author::Forger && domain != "mal.example";
        let verdict = if forged { "fail" } else { "pass" };
        // Now and then it has nothing to say.
        if !self.stamped || (self.chance.percent(2) && !judged) {
            return edge;
        }
        format!(
            "Authentication-Results: mx.ministerio.example; dmarc={verdict} header.from={domain}\r\n\
             {edge}"
        )
    }

    /// What the desk sent since the last look goes to people's mailboxes.
    pub fn collect(&mut self) {
        let post = std::mem::take(&mut self.host.lock().post);
        for mail in post {
            self.figures.sent += 1;
            let Some(to) = self.addresses.get(&mail.to).copied() else {
                continue;
            };
            let row = self.disk.look(|c| {
                let sql = "SELECT message, token_hash NOT NULL, request, input FROM notices
                           WHERE message_id = ?1";
                let mut statement = c.prepare_cached(sql).unwrap();
                let row = statement.query_row([&mail.id], |row| {
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
                });
                row.optional().unwrap()
            });
            let Some((template, asks, request, input)) = row else {
                self.host
                    .lock()
                    .broken
                    .push(format!("{}: sent, and no notice", mail.id));
                continue;
            };
            self.figures.hash(&mail.bytes);
            let line = format!(
                "the desk tells {}: {template} {request:?}",
                self.cast[to].id
            );
            self.tell(line);
            self.gets(Incoming {
                to,
                template,
                asks,
                request,
                input,
                bytes: mail.bytes.into(),
            });
        }
    }

    /// A mail of the desk lies in a mailbox.
    fn gets(&mut self, mail: Incoming) {
        let day = self.day();
        let silence = self.cast[mail.to]
            .trip(day)
            .map(|trip| (trip.silence, trip.until));
        if mail.asks && self.chance.percent(3) {
            if self.stolen.len() == 30 {
                self.stolen.pop_front();
            }
            self.stolen.push_back(mail.clone());
        }
        if let Some((silence, until)) = silence {
            self.machine_answers(&mail, silence, until);
            if matches!(silence, Silence::Left | Silence::Bounces | Silence::Refused) {
                return;
            }
        }
        if !self.is_of_interest(&mail) {
            return;
        }
        let readers = self.readers(mail.to);
        let twice = readers.len() > 1 && self.chance.percent(10);
        for _ in 0..=u8::from(twice) {
            let who = *self.chance.pick(&readers);
            let minutes = self.chance.minutes(self.cast[who].usual);
            let at = self.working(minutes);
            self.plan_for(at, Deed::Reads(who, Box::new(mail.clone())));
        }
    }

    /// Who reads a mailbox.
    fn readers(&self, mailbox: usize) -> Vec<usize> {
        let member = &self.cast[mailbox];
        match member.readers.is_empty() {
            true => vec![mailbox],
            false => member.readers.clone(),
        }
    }

    /// Whether somebody would do anything with a mail.
    fn is_of_interest(&mut self, mail: &Incoming) -> bool {
        mail.asks
            || match mail.template.as_str() {
                "acknowledgement" => self.chance.percent(9),
                "resolution" | "rejected" | "not-done" => self.chance.percent(12),
                "decision-recorded" => self.chance.millionth(6_000),
                "question" => true,
                _ => false,
            }
    }
}
