//! A desk with two open requests, and what an honest server writes above a mail.

use mail_parser::MessageParser;
use mesad::office::{Authentication, Authserv, StampPlace};

use crate::stage::{BEATRIZ, Stage, TOMAS, memorandum};

/// Whose word the desk believes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    None,
    Authserv,
    Microsoft,
    Google,
}

pub const ALL: &[Mode] = &[Mode::None, Mode::Authserv, Mode::Microsoft, Mode::Google];
pub const STAMPED: &[Mode] = &[Mode::Authserv, Mode::Microsoft, Mode::Google];
pub const UNSTAMPED: &[Mode] = &[Mode::None];

/// What the office's server found.
#[derive(Clone, Debug)]
pub enum Said {
    /// DMARC passed for this domain.
    Passes(&'static str),
    /// It passed for the domain in From, which is the attacker's own.
    Own,
    /// It failed for this one.
    Fails(&'static str),
    /// Nothing that helps.
    Nothing,
    /// This stamp, with the mode's beginning of the field.
    Stamp(&'static str),
}

/// The domain of most people.
pub const HOME: &str = "ministerio.example";
/// The requester's.
pub const SEREMI: &str = "maule.seremi.example";

const DATE: &str = "Mon, 5 Oct 2026 10:00:00 -0300";

/// The lines that the office's servers write above a mail from outside.
pub fn server(mode: Mode, said: &Said, header: &str) -> String {
    let found = match said {
        Said::Own => Some(format!(
            "dmarc=pass action=none header.from={}",
            domain_of(header)
        )),
        Said::Passes(domain) => Some(format!("dmarc=pass action=none header.from={domain}")),
        Said::Fails(domain) => Some(format!("dmarc=fail action=none header.from={domain}")),
        Said::Nothing => None,
        Said::Stamp(text) => Some((*text).to_owned()),
    };
    let stamp = |id: &str| {
        let found = found
            .as_ref()
            .map(|f| format!("Authentication-Results: {id}{f}\n"));
        found.unwrap_or_default()
    };
    let edge = |host: &str, with: &str| {
        format!(
            "Received: from mta.mal.example (unknown [192.0.2.66]) by {host} with {with}; {DATE}\n"
        )
    };
    match mode {
        Mode::None => edge("mx.ministerio.example", "ESMTPS id 1"),
        Mode::Authserv => {
            stamp("mx.ministerio.example; ") + &edge("mx.ministerio.example", "ESMTPS id 1")
        }
        Mode::Microsoft => {
            let hop = "Received: from A.prod.outlook.com (2603::1) by B.prod.outlook.com (::1)";
            let edge = edge("C.mail.protection.outlook.com", "Microsoft SMTP Server");
            format!("{hop} with HTTPS; {DATE}\n{}{edge}", stamp("spf=none; "))
        }
        Mode::Google => {
            let hop = format!("Received: by 2002:a05:6a10:1 with SMTP id x1; {DATE}\n");
            hop + &edge("mx.google.com", "ESMTPS id y1") + &stamp("mx.google.com; ")
        }
    }
}

/// The domain of the last address in From.
fn domain_of(header: &str) -> &str {
    let from = header.lines().find(|l| l.starts_with("From:"));
    let (_, domain) = from.and_then(|f| f.rsplit_once('@')).unwrap_or_default();
    let ends = |c: char| matches!(c, '>' | ' ' | ')' | ';' | ',');
    domain.split(ends).next().unwrap_or_default()
}

/// A mail that the desk sent: what an attacker may have got hold of.
#[derive(Clone, Debug)]
pub struct Ours {
    pub message_id: String,
    pub token: String,
    /// Its text.
    pub text: String,
    /// Its HTML.
    pub html: String,
}

/// The desk, and what is known of its requests.
pub struct Scene {
    pub stage: Stage,
    pub mode: Mode,
    /// The first request, which waits for Beatriz.
    pub number: String,
    /// What she was asked.
    pub asked: Ours,
    /// What Tomás was asked about another request of his.
    pub other: Ours,
    /// The acknowledgement to Tomás, which asks nothing.
    pub told: Ours,
    written: u32,
}

fn authentication(mode: Mode) -> Authentication {
    match mode {
        Mode::None => Authentication::None,
        Mode::Microsoft => Authentication::Microsoft365,
        Mode::Google => Authentication::Google,
        Mode::Authserv => Authentication::Authserv(Authserv {
            ids: vec!["mx.ministerio.example".to_owned()],
            relays: vec![],
            place: StampPlace::Above,
        }),
    }
}

impl Scene {
    pub fn begin(mode: Mode) -> Self {
        let mut stage = Stage::with(|office| {
            office.desk.authentication = authentication(mode);
            office.desk.plus_addresses = true;
            office.desk.limits.mails_per_address_and_day = 1_000;
        });
        let subject = "Desaprobación de informe técnico";
        let incomplete =
            memorandum("Informe N° 2").replace("Número de proyecto: 07-123456-00012-26\n", "");
        for (n, text) in [(1, memorandum("Informe N° 1")), (2, incomplete)] {
            let header =
                format!("From: <{TOMAS}>\nMessage-ID: <first{n}@{SEREMI}>\nSubject: {subject}\n");
            let mail = whole(mode, &Said::Passes(SEREMI), &header, &text);
            stage.drops(mail.as_bytes());
        }
        stage.drain();
        assert_eq!(stage.reasons(), ["opening", "opening"]);
        let asked = ours(&stage, "approval-request", BEATRIZ);
        let number = number_of(&asked.text);
        Self {
            other: ours(&stage, "missing-data", TOMAS),
            told: ours(&stage, "acknowledgement", TOMAS),
            asked,
            number,
            stage,
            mode,
            written: 0,
        }
    }

    /// A mail arrives and is handled: these lines of its sender, beneath those of the server.
    pub fn arrives(&mut self, said: &Said, header: &str, body: &str) -> i64 {
        self.written += 1;
        let id = match header.to_lowercase().contains("message-id:") {
            true => String::new(),
            false => format!("Message-ID: <attack{}@mal.example>\n", self.written),
        };
        let mail = whole(self.mode, said, &format!("{header}{id}"), body);
        self.raw(mail.as_bytes())
    }

    /// The same with every byte as it is.
    pub fn raw(&mut self, bytes: &[u8]) -> i64 {
        self.stage.drops(bytes);
        self.stage.drain();
        let last = "SELECT CAST(max(id) AS TEXT) FROM inputs";
        self.stage.column(last)[0].parse().unwrap()
    }

    /// One value of the database.
    pub fn one(&self, sql: &str) -> String {
        self.stage
            .column(sql)
            .into_iter()
            .next()
            .unwrap_or_default()
    }

    /// The last mail of one kind to somebody.
    pub fn ours(&self, message: &str, address: &str) -> Ours {
        ours(&self.stage, message, address)
    }
}

/// A mail with its server's lines; a date, a recipient and a type where its sender gives none.
fn whole(mode: Mode, said: &Said, header: &str, body: &str) -> String {
    let lower = header.to_lowercase();
    let or = |name: &str, line: &str| match lower.contains(&format!("{name}:")) {
        true => String::new(),
        false => format!("{line}\n"),
    };
    let mail = format!(
        "{}{header}{}{}{}\n{body}",
        server(mode, said, header),
        or("\ndate", &format!("Date: {DATE}")),
        or("\nto", "To: <mesa@sigec.example>"),
        or(
            "\ncontent-type",
            "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit"
        ),
    );
    mail.replace('\n', "\r\n")
}

fn ours(stage: &Stage, message: &str, address: &str) -> Ours {
    let all = stage.books(|books| books.sent_since(chrono::DateTime::<chrono::Utc>::default()));
    let mail = all
        .into_iter()
        .rfind(|mail| mail.message == message && mail.address == address)
        .unwrap_or_else(|| panic!("no {message} to {address}"));
    let parsed = MessageParser::default().parse(&mail.bytes).unwrap();
    let text = parsed.body_text(0).unwrap().into_owned();
    let token = text.split("[ref:").nth(1).and_then(|t| t.split(']').next());
    Ours {
        message_id: parsed.message_id().unwrap().to_owned(),
        token: token.unwrap_or_default().to_owned(),
        html: parsed.body_html(0).unwrap().into_owned(),
        text,
    }
}

pub fn number_of(text: &str) -> String {
    let at = text.find("SIGEC-20").unwrap();
    text[at..at + "SIGEC-2026-000001".len()].to_owned()
}
