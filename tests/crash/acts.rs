//! The workload: acts, each a moment in the life of an office, small enough to be played again and
//! again from where it begins.

use std::sync::{Arc, LazyLock, Mutex};

use chrono::{DateTime, NaiveDate, Utc};
use mesad::config;
use mesad::desk::command::{Command, Order, RequestOrder};
use mesad::office::{Office, PersonId};
use mesad::request::{Operator, RequestId, Ruling};

use crate::stage::{Servers, Stage};
use crate::support::machine;

const TOMAS: &str = "tzepeda@maule.seremi.example";
const PEDRO: &str = "pcortes@biobio.seremi.example";
const BEATRIZ: &str = "balcaino@ministerio.example";
/// Bytes of a mail, in the office of these acts.
pub const MAIL_BYTES: u64 = 20_000;

/// The office that ships.
pub static SHIPPED: LazyLock<Office> = LazyLock::new(|| config::load(&config::shipped()).unwrap());

/// A moment.
#[derive(Clone, Copy)]
pub struct Act {
    pub name: &'static str,
    /// When.
    pub at: fn() -> DateTime<Utc>,
    /// What people do before the desk looks.
    pub people: fn(&mut Stage, DateTime<Utc>),
    /// What operators order while it happens.
    pub orders: fn() -> Vec<Command>,
    /// Whether mails that were set aside are taken up again.
    pub retries: bool,
    /// Whether it goes on from where the act before it ended.
    pub goes_on: bool,
}

/// All of them. Those that go on follow the one that they go on from.
pub const ACTS: [Act; 6] = [
    Act {
        name: "the desk begins",
        at: || hour(5, 10),
        people: memoranda,
        orders: Vec::new,
        retries: false,
        goes_on: false,
    },
    Act {
        name: "people answer, operators order",
        at: || hour(5, 15),
        people: answers,
        orders,
        retries: false,
        goes_on: true,
    },
    Act {
        name: "days pass",
        at: || hour(8, 11),
        people: |_, _| (),
        orders: Vec::new,
        retries: false,
        goes_on: true,
    },
    Act {
        name: "what was set aside is tried again",
        at: || hour(8, 12),
        people: poison,
        orders: Vec::new,
        retries: true,
        goes_on: true,
    },
    Act {
        name: "servers, with MOVE",
        at: || hour(5, 10),
        people: |stage, at| by_servers(stage, at, true),
        orders: Vec::new,
        retries: false,
        goes_on: false,
    },
    Act {
        name: "servers, without MOVE",
        at: || hour(5, 10),
        people: |stage, at| by_servers(stage, at, false),
        orders: Vec::new,
        retries: false,
        goes_on: false,
    },
];

/// An hour of October 2026 where the office is; the 5th is a Monday.
fn hour(day: u32, hour: u32) -> DateTime<Utc> {
    let local = NaiveDate::from_ymd_opt(2026, 10, day).unwrap();
    let time = local.and_hms_opt(hour, 0, 0).unwrap();
    SHIPPED.calendar.instant(time, None)
}

fn writes(stage: &Stage, at: DateTime<Utc>, (id, from, subject): (&str, &str, &str), text: &str) {
    let lines = format!("Message-ID: <{id}@maule.example>");
    let mail = mail(&lines, from, subject, text);
    stage.arrives(id, at, mail.as_bytes());
}

/// A mail as it comes.
pub fn mail(lines: &str, from: &str, subject: &str, text: &str) -> String {
    format!(
        "{lines}\r\nFrom: <{from}>\r\nTo: <mesa@sigec.example>\r\nSubject: {subject}\r\n\
         MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\
         Content-Transfer-Encoding: 8bit\r\n\r\n{}",
        text.replace('\n', "\r\n")
    )
}

/// The words of one that the shipped office understands.
pub fn memorandum(report: &str) -> String {
    format!(
        "Estimada Mesa de Ayuda:\n\nSolicito la desaprobación del informe técnico que se indica.\n\n\
         Programa: Programa Familias\nNombre del ejecutor: I. Municipalidad de Quebrada Honda\n\
         Número de proyecto: 07-123456-00012-26\nInforme técnico: {report}\n\
         Motivos: Faltan las listas de asistencia de los talleres.\n\nSaludos\n"
    )
}

/// Two requests, a question that nobody can classify, an advertisement, one that is too large.
fn memoranda(stage: &mut Stage, at: DateTime<Utc>) {
    let subject = "Desaprobación de informe técnico";
    let first = memorandum("Informe Técnico de Avance N° 1");
    let second = memorandum("Informe Técnico de Avance N° 2");
    writes(stage, at, ("m1", TOMAS, subject), &first);
    writes(stage, at, ("m2", PEDRO, subject), &second);
    let question = "¿Cómo están? Quería saber quién ve los temas de impresoras.\n";
    writes(stage, at, ("m3", TOMAS, "Consulta"), question);
    let offer = "Message-ID: <m4@ofertas.example>\r\nPrecedence: bulk\r\n\
                 List-Unsubscribe: <mailto:baja@ofertas.example>";
    let offer = mail(
        offer,
        "ventas@ofertas.example",
        "Ofertas",
        "Compre ahora.\n",
    );
    stage.arrives("m4", at, offer.as_bytes());
    let long = "una línea entre muchas\n".repeat(MAIL_BYTES as usize / 20);
    writes(stage, at, ("m5", TOMAS, "Respaldo"), &long);
}

/// Beatriz approves the first and rejects the second; the question comes again by another door.
fn answers(stage: &mut Stage, at: DateTime<Utc>) {
    for (number, words) in [(1, "Apruebo\n"), (2, "Rechazo: falta el acta.\n")] {
        let sql = format!(
            "SELECT message_id FROM notices WHERE message = 'approval-request'
               AND request = {number} AND address = '{BEATRIZ}'"
        );
        let asked = stage.rows(&sql).remove(0);
        let id = format!("a{number}");
        let lines = format!("Message-ID: <{id}@ministerio.example>\r\nIn-Reply-To: <{asked}>");
        let answer = mail(&lines, BEATRIZ, "Re: Solicitud", words);
        stage.arrives(&id, at, answer.as_bytes());
    }
    let third = memorandum("Informe Técnico de Avance N° 3");
    let subject = "Desaprobación de informe técnico";
    writes(stage, at, ("m6", TOMAS, subject), &third);
    let question = "¿Cómo están? Quería saber quién ve los temas de impresoras.\n";
    let id = "Received: by other.example\r\nMessage-ID: <m3@maule.example>";
    let again = mail(id, TOMAS, "Consulta", question);
    stage.arrives("m7", at, again.as_bytes());
}

fn operator() -> Operator {
    Operator {
        login: "vosorio".to_owned(),
        person: None,
    }
}

/// The second request is decided after all; somebody will be away from the next day on.
fn orders() -> Vec<Command> {
    let day = |day| NaiveDate::from_ymd_opt(2026, 10, day).unwrap();
    let orders = [
        Order::Request {
            request: RequestId(2),
            act: RequestOrder::Decide(Ruling::Approve),
        },
        Order::AbsenceAdd {
            person: PersonId("beatriz-alcaino".to_owned()),
            from: day(6),
            until: day(9),
            substitute: Some(PersonId("pilar-sotomayor".to_owned())),
        },
    ];
    let command = |order| Command {
        by: operator(),
        reason: "Lo dijo por teléfono".to_owned(),
        order,
    };
    orders.map(command).into()
}

/// A mail that the desk has died over as often as it is let, and one that it has not.
fn poison(stage: &mut Stage, at: DateTime<Utc>) {
    let text = memorandum("Informe Técnico de Avance N° 4");
    writes(stage, at, ("m8", TOMAS, "Desaprobación"), &text);
    crate::desk::only_receives(stage, at);
    let sql = "UPDATE inputs SET tries = 3 WHERE state = 'stored'";
    assert_eq!(stage.database().execute(sql, []).unwrap(), 1);
    let text = memorandum("Informe Técnico de Avance N° 5");
    writes(stage, at, ("m9", TOMAS, "Desaprobación"), &text);
}

/// Requests of two people, by servers that are not always of the same mind.
fn by_servers(stage: &mut Stage, at: DateTime<Utc>, moves: bool) {
    machine::certificates(stage.path(), false);
    std::fs::write(stage.path().join("secret"), "s3creto\n").unwrap();
    stage.servers = Some(Servers {
        letters: Arc::new(Mutex::default()),
        outbox: Arc::new(Mutex::default()),
    });
    let subject = "Desaprobación de informe técnico";
    let first = memorandum("Informe Técnico de Avance N° 1");
    writes(stage, at, ("m1", TOMAS, subject), &first);
    if moves {
        let second = memorandum("Informe Técnico de Avance N° 2");
        writes(stage, at, ("m2", PEDRO, subject), &second);
    }
    let servers = stage.servers.as_ref().unwrap();
    let mut letters = servers.letters.lock().unwrap();
    letters.moves = moves;
    letters.refused.extend(moves.then_some((2, 2)));
    let mut outbox = servers.outbox.lock().unwrap();
    outbox.later.insert(BEATRIZ.to_owned());
    outbox.never.extend(moves.then(|| PEDRO.to_owned()));
}
