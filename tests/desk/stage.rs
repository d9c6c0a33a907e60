//! A desk in a folder of its own, and what people write to it.

use std::path::PathBuf;

use chrono::{DateTime, NaiveDate, Utc};
use mesad::cli::workplace::Workplace;
use mesad::config;
use mesad::daemon;
use mesad::desk::clock::Clock;
use mesad::desk::random::Random;
use mesad::desk::{DeskError, World};
use mesad::letters::Templates;
use mesad::mailbox::maildir;
use mesad::office::Office;
use mesad::sandbox::Sandbox;
use mesad::store::{Books, StoreError};
use rusqlite::Connection;
use tempfile::TempDir;

pub const TOMAS: &str = "tzepeda@maule.seremi.example";
pub const BEATRIZ: &str = "balcaino@ministerio.example";
pub const OPERATORS: [&str; 2] = [
    "mbahamonde@ministerio.example",
    "vosorio@ministerio.example",
];

/// A desk that runs.
pub struct Stage {
    pub folder: TempDir,
    pub work: Workplace,
    written: u32,
}

/// A mail that the desk sent.
#[derive(Clone, Debug)]
pub struct Sent {
    pub address: String,
    pub text: String,
}

/// An hour of October 2026 where the office is; the 5th is a Monday.
pub fn at(day: u32, hour: u32) -> DateTime<Utc> {
    let office = config::load(&config::shipped()).unwrap();
    let local = NaiveDate::from_ymd_opt(2026, 10, day).unwrap();
    office
        .calendar
        .instant(local.and_hms_opt(hour, 0, 0).unwrap(), None)
}

/// The memorandum of a technical report, which Beatriz must approve.
pub fn memorandum(report: &str) -> String {
    format!(
        "Estimada Mesa de Ayuda:\n\n\
         Solicito la desaprobación del informe técnico que se indica, para que el ejecutor pueda \
         corregirlo.\n\n\
         Programa: Programa Familias\n\
         Región: Región del Maule\n\
         Nombre del ejecutor: I. Municipalidad de Quebrada Honda\n\
         Número de proyecto: 07-123456-00012-26\n\
         Informe técnico: {report}\n\
         Motivos: Faltan las listas de asistencia de los talleres.\n\n\
         Saludos,\nTomás Zepeda Figueroa\n"
    )
}

impl Stage {
    /// A desk on Monday at ten with the shipped configuration.
    pub fn begin() -> Self {
        Self::with(|_| ())
    }

    /// A desk with something changed in its configuration.
    pub fn with(change: impl Fn(&mut Office)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut office = config::load(&config::shipped()).unwrap();
        change(&mut office);
        let templates = Templates::new(&[]).unwrap();
        let clock = Clock::simulated(at(5, 10));
        let mut work =
            Workplace::open(folder.path(), office, templates, clock, Random::seeded(7)).unwrap();
        work.world.sandbox = Sandbox::child(env!("CARGO_BIN_EXE_mesad"));
        Self {
            folder,
            work,
            written: 0,
        }
    }

    /// The desk stops.
    pub fn stops(self) -> TempDir {
        self.folder
    }

    /// A desk in the folder of one that stopped.
    pub fn starts(folder: TempDir, now: DateTime<Utc>) -> Result<Self, String> {
        Self::starts_with(folder, now, |_| ())
    }

    /// The same with something changed in its configuration.
    pub fn starts_with(
        folder: TempDir,
        now: DateTime<Utc>,
        change: impl Fn(&mut Office),
    ) -> Result<Self, String> {
        let mut office = config::load(&config::shipped()).unwrap();
        change(&mut office);
        let templates = Templates::new(&[]).unwrap();
        let clock = Clock::simulated(now);
        let work = Workplace::open(folder.path(), office, templates, clock, Random::seeded(8));
        let mut work = work.map_err(|error| format!("{error:#}"))?;
        work.world.sandbox = Sandbox::child(env!("CARGO_BIN_EXE_mesad"));
        Ok(Self {
            folder,
            work,
            written: 1_000,
        })
    }

    pub fn world(&self) -> &World {
        &self.work.world
    }

    pub fn set(&self, to: DateTime<Utc>) {
        self.work.world.clock.set(to);
    }

    pub fn maildir(&self) -> PathBuf {
        self.folder.path().join("mail/in")
    }

    /// Does all that can be done now.
    pub fn drain(&mut self) {
        self.try_drain().unwrap();
    }

    /// The same as `mesad run --once` does it.
    #[allow(dead_code, reason = "for the tests of other folders")]
    pub fn once(&mut self) -> Result<(), DeskError> {
        daemon::once(&mut self.work.ends, &self.work.world)
    }

    pub fn try_drain(&mut self) -> Result<(), DeskError> {
        daemon::drain(&mut self.work.ends, &self.work.world)
    }

    /// Somebody writes a mail; its name in the Maildir.
    pub fn writes(&mut self, from: &str, subject: &str, text: &str) -> String {
        let id = format!("mail{}@maule.example", self.written);
        self.delivers(&[&format!("Message-ID: <{id}>")], from, subject, text)
    }

    /// The same with these lines in the header.
    pub fn delivers(&mut self, lines: &[&str], from: &str, subject: &str, text: &str) -> String {
        let mail = format!(
            "{}\r\nFrom: <{from}>\r\nTo: <mesa@sigec.example>\r\nSubject: {subject}\r\n\
             MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\
             Content-Transfer-Encoding: 8bit\r\n\r\n{}",
            lines.join("\r\n"),
            text.replace('\n', "\r\n")
        );
        self.drops(mail.as_bytes())
    }

    /// A mail as it is lies in the Maildir.
    pub fn drops(&mut self, bytes: &[u8]) -> String {
        self.written += 1;
        let name = format!("t{}", self.written);
        let now = self.work.world.clock.now();
        maildir::deliver(&self.maildir(), &name, now, bytes)
            .unwrap()
            .uid
    }

    /// What the store says.
    pub fn books<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&Books<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        self.work.world.store.transact(ask).unwrap()
    }

    /// Everything sent so far, of one kind.
    pub fn sent(&self, message: &str) -> Vec<Sent> {
        let all = self.books(|books| books.sent_since(DateTime::<Utc>::default()));
        all.into_iter()
            .filter(|mail| mail.message == message)
            .map(|mail| {
                let parsed = mail_parser::MessageParser::default()
                    .parse(&mail.bytes)
                    .unwrap();
                Sent {
                    text: parsed.body_text(0).unwrap().into_owned(),
                    address: mail.address,
                }
            })
            .collect()
    }

    /// To whom mails of one kind were sent, in the alphabet's order.
    pub fn told(&self, message: &str) -> Vec<String> {
        let mut told: Vec<String> = self.sent(message).into_iter().map(|s| s.address).collect();
        told.sort();
        told
    }

    /// Why each mail is done or set aside, in order of arrival.
    pub fn reasons(&self) -> Vec<String> {
        self.column("SELECT reason FROM inputs ORDER BY id")
    }

    /// A column of text, straight from the database.
    pub fn column(&self, sql: &str) -> Vec<String> {
        let connection = self.connection();
        let mut statement = connection.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    }

    /// Damages the database, as a fault of the program or of the disk would.
    pub fn damage(&self, sql: &str) {
        assert!(self.connection().execute(sql, []).unwrap() > 0, "{sql}");
    }

    /// Changes the database's shape.
    pub fn alter(&self, sql: &str) {
        self.connection().execute_batch(sql).unwrap();
    }

    fn connection(&self) -> Connection {
        Connection::open(self.folder.path().join("state/mesad.sqlite")).unwrap()
    }
}
