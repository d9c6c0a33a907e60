//! One request's life: each mail is awaited, looked at, and answered.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::{DateTime, Datelike, TimeDelta, Timelike, Utc};
use mesad::request::{Request, RequestId};

use crate::support::letterbox::{Draft, Mail, Postman, as_sent};
use crate::support::town::{PATIENCE, Town, wait};

/// A request that runs.
pub struct Life<'a> {
    /// Where.
    pub town: &'a Town,
    post: Postman,
    /// `SIGEC-2026-000123`.
    pub number: String,
    /// When its first mail was received.
    pub opened_at: DateTime<Utc>,
    seen: RefCell<BTreeSet<String>>,
    sent: RefCell<BTreeMap<String, BTreeSet<String>>>,
    killed: Cell<bool>,
}

impl<'a> Life<'a> {
    /// Sends a first mail and waits until the desk has given it a number.
    pub fn begin(town: &'a Town, first: Draft) -> Self {
        let first = first.send(town);
        let post = Postman::default();
        let writer = first.from.1.clone();
        let number = wait(
            PATIENCE,
            &format!("a number for «{}»", first.subject),
            || {
                let mails = post.mails(town, &writer);
                let answer = mails.iter().find(|m| m.references.contains(&first.id))?;
                number_of(&answer.subject)
            },
            || town.log(),
        );
        let life = Self {
            town,
            post,
            number,
            opened_at: received_at(town, &first.id),
            seen: RefCell::default(),
            sent: RefCell::default(),
            killed: Cell::default(),
        };
        life.note_sent(&first);
        // The deadline counts from the moment at which the server received it.
        let opened = life.request().opened_at;
        let apart = (opened - life.opened_at).num_seconds().abs();
        assert!(
            apart <= 1,
            "received at {}, opened at {opened}",
            life.opened_at
        );
        life
    }

    fn note_sent(&self, draft: &Draft) {
        let mut sent = self.sent.borrow_mut();
        let ids = sent.entry(draft.from.1.clone()).or_default();
        ids.insert(draft.id.clone());
    }

    /// The request as the books have it.
    pub fn request(&self) -> Request {
        let number = self.number.clone();
        let found = self.town.books(move |books| books.find_request(&number));
        found
            .unwrap_or_else(|| panic!("no request {}", self.number))
            .request
    }

    /// Its key.
    pub fn id(&self) -> RequestId {
        self.request().id
    }

    /// Mails of this request in somebody's mailbox.
    fn mails(&self, address: &str) -> Vec<Mail> {
        let tag = format!("[{}]", self.number);
        let mut mails = self.post.mails(self.town, address);
        mails.retain(|mail| mail.subject.contains(&tag));
        mails
    }

    /// Waits for the next mail to somebody with this heading, and looks at what every mail must be.
    pub fn gets(&self, address: &str, heading: &str) -> Mail {
        self.gets_within(PATIENCE, address, heading)
    }

    /// The same, where the desk itself waits before it tries again.
    pub fn gets_within(&self, patience: Duration, address: &str, heading: &str) -> Mail {
        let fitting = || {
            let mails = self.mails(address).into_iter();
            let mut new = mails.filter(|mail| !self.seen.borrow().contains(&mail.id));
            new.find(|mail| mail.heading().starts_with(heading))
        };
        let mail = wait(
            patience,
            &format!("«{heading}» to {address} about {}", self.number),
            fitting,
            || {
                let there: Vec<String> = self.mails(address).iter().map(Mail::heading).collect();
                format!("there: {there:#?}\ntold: {:#?}", self.town.told(self.id()))
            },
        );
        self.seen.borrow_mut().insert(mail.id.clone());
        self.looks_right(&mail, address);
        mail
    }

    /// What holds for every mail of the desk about a request.
    fn looks_right(&self, mail: &Mail, address: &str) {
        let (desk, about) = (&self.town.office.desk, mail.heading());
        assert_eq!(
            mail.from,
            (desk.name.clone(), desk.address.clone()),
            "{about}"
        );
        assert_eq!(mail.to, [address], "{about}");
        let tag = format!("[{}]", self.number);
        assert_eq!(mail.subject.matches(&tag).count(), 1, "{}", mail.subject);
        assert_eq!(mail.field("x-mesad"), Some(self.number.as_str()), "{about}");
        self.is_threaded(mail, address);
        // Nobody's mail program answers it by itself, but an absence is wanted where somebody
        // must act: a vacation program keeps silent towards what is marked as automatic.
        let acts = [
            "Se solicita su aprobación",
            "Trabajo por realizar",
            "Recordatorio",
            "Confirme su respuesta",
        ];
        let wanted = acts.iter().any(|words| about.starts_with(words));
        let marked = mail
            .field("auto-submitted")
            .is_some_and(|v| v.starts_with("auto-"));
        assert_eq!(marked, !wanted, "Auto-Submitted of «{about}»");
        let suppressed = mail.field("x-auto-response-suppress").unwrap_or_default();
        assert!(suppressed.contains("AutoReply"), "{about}: {suppressed}");
    }

    /// It hangs on a mail of the same person's conversation about this request, or begins it.
    fn is_threaded(&self, mail: &Mail, address: &str) {
        let others = self.mails(address).into_iter().filter(|m| m.id != mail.id);
        let mut known: BTreeSet<String> = others.map(|m| m.id).collect();
        let sent = self.sent.borrow();
        let written = sent.get(address).cloned().unwrap_or_default();
        let begins = written.is_empty() && mail.in_reply_to.is_none();
        known.extend(written);
        let about = mail.heading();
        match &mail.in_reply_to {
            Some(parent) => {
                assert!(
                    known.contains(parent),
                    "{about} to {address}: parent {parent}"
                );
                assert_eq!(mail.references.last(), Some(parent), "{about}");
            }
            None => assert!(begins, "{about} to {address} hangs on nothing"),
        }
        let strange: Vec<&String> = mail
            .references
            .iter()
            .filter(|r| !known.contains(*r))
            .collect();
        assert!(
            strange.is_empty(),
            "{about} to {address}: {strange:?} are not theirs"
        );
    }

    /// Somebody answers a mail as their mail program does.
    pub fn answers(&self, from: &str, to: &Mail, text: &str) -> Draft {
        let reply = Draft::reply(self.town, from, to, text).send(self.town);
        self.note_sent(&reply);
        reply
    }

    /// Somebody sends a mail of this request that was made in another way.
    pub fn sends(&self, draft: Draft) {
        self.note_sent(&draft.send(self.town));
    }

    /// A mail says when the answer is due: so many working hours after the first mail was received.
    pub fn is_due(&self, mail: &Mail, label: &str, region: Option<&str>) {
        let hours = TimeDelta::hours(self.request().procedure.hours.into());
        let calendar = &self.town.office.calendar;
        // The clock may have stood still for a part of the time until this mail was written.
        let most = calendar.working_time(self.opened_at, mail.received_at, region);
        let most = most.num_seconds();
        let dates = (0..=most + i64::from(most > 0))
            .map(|pause| hours + TimeDelta::seconds(pause))
            .map(|hours| calendar.deadline(self.opened_at, hours, region).at);
        self.shows(mail, label, dates.collect(), region);
    }

    /// A mail says by when the approver should answer: an even share of what is left.
    pub fn step_is_due(&self, mail: &Mail, step: usize) {
        let request = self.request();
        let calendar = &self.town.office.calendar;
        let hours = TimeDelta::hours(request.procedure.hours.into());
        let own = request.steps()[step]
            .hours
            .map(|hours| TimeDelta::hours(hours.into()));
        let parts = i32::try_from(request.steps().len() - step + 1).unwrap();
        let end = calendar.deadline(self.opened_at, hours, None).at;
        let seconds = (mail.received_at - self.opened_at).num_seconds() + 1;
        let dates = (-1..=seconds).map(|later| {
            let asked_at = self.opened_at + TimeDelta::seconds(later);
            let left = calendar.working_time(asked_at, end, None);
            calendar
                .deadline(asked_at, own.unwrap_or(left / parts), None)
                .at
        });
        self.shows(mail, "Plazo para responder", dates.collect(), None);
    }

    fn shows(
        &self,
        mail: &Mail,
        label: &str,
        dates: BTreeSet<DateTime<Utc>>,
        region: Option<&str>,
    ) {
        let local = |at| in_words(self.town.office.calendar.local(at, region).naive_local());
        let lines: BTreeSet<String> = dates.into_iter().map(local).collect();
        let text = mail.flat();
        let shown = lines
            .iter()
            .any(|at| text.contains(&format!("{label}: {at}.")));
        assert!(
            shown,
            "«{}» has none of {label}: {lines:?}\n{text}",
            mail.heading()
        );
    }

    /// The whole list of what was told, in order, once it is over; each mail arrived once.
    pub fn was_told(&self, expected: &[&str]) {
        let told = || self.town.told(self.id());
        wait(
            PATIENCE,
            &format!("all mails about {} to be sent", self.number),
            || {
                (told().len() >= expected.len() && !told().iter().any(|t| t.contains("(due)")))
                    .then_some(())
            },
            || format!("{:#?}", told()),
        );
        assert_eq!(told(), expected, "{}", self.number);
        let mut count: BTreeMap<&str, usize> = BTreeMap::new();
        for line in expected.iter().filter(|line| !line.contains('(')) {
            *count.entry(line.split_once(" > ").unwrap().1).or_default() += 1;
        }
        for (address, expected) in count {
            if address.ends_with(crate::support::mailhost::TARDY_DOMAIN) {
                continue;
            }
            let mails = wait(
                PATIENCE,
                &format!("{expected} mails to {address}"),
                || Some(self.mails(address)).filter(|mails| mails.len() >= expected),
                || format!("{} are there", self.mails(address).len()),
            );
            let ids: BTreeSet<&String> = mails.iter().map(|m| &m.id).collect();
            assert_eq!(ids.len(), expected, "to {address}");
            if !self.killed.get() {
                assert_eq!(mails.len(), expected, "to {address}");
            }
            // One that was sent again, since nobody had recorded that it was taken, is the same.
            let bodies: BTreeSet<&[u8]> = mails.iter().map(|m| as_sent(&m.raw)).collect();
            assert_eq!(bodies.len(), expected, "to {address}");
        }
    }

    /// The desk is killed somewhere in this life: a mail that the server took just before may be
    /// sent again.
    pub fn kill_desk(&self) {
        self.killed.set(true);
        self.town.kill_desk();
    }
}

/// The number in a subject's tag.
pub fn number_of(subject: &str) -> Option<String> {
    let (_, rest) = subject.split_once("[SIGEC-")?;
    let (number, _) = rest.split_once(']')?;
    Some(format!("SIGEC-{number}"))
}

/// When the server received a mail to the desk: Dovecot shows its file's time as INTERNALDATE.
fn received_at(town: &Town, id: &str) -> DateTime<Utc> {
    let desk = &town.office.desk.address;
    let line = format!("Message-ID: <{id}>");
    // It may be on its way from one folder to another.
    let look = || {
        let folders = ["", "Procesados", "Revisar"].into_iter();
        let mut files = folders.flat_map(|folder| town.host.list_folder(desk, folder));
        let found = files.find(|(path, _)| {
            let raw = std::fs::read(path).unwrap_or_default();
            String::from_utf8_lossy(&raw).contains(&line)
        });
        found.map(|(_, at)| at)
    };
    wait(
        PATIENCE,
        &format!("{id} in the desk's mailbox"),
        look,
        || town.log(),
    )
}

/// `jueves 12 de noviembre de 2026 a las 15:30 horas`.
pub fn in_words(at: chrono::NaiveDateTime) -> String {
    let days = [
        "lunes",
        "martes",
        "miércoles",
        "jueves",
        "viernes",
        "sábado",
        "domingo",
    ];
    let months = [
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ];
    format!(
        "{} {} de {} de {} a las {:02}:{:02} horas",
        days[at.weekday().num_days_from_monday() as usize],
        at.day(),
        months[at.month0() as usize],
        at.year(),
        at.hour(),
        at.minute()
    )
}
