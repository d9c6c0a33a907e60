//! What people answer to the desk's mails.

use chrono::TimeDelta;

use crate::cast::Silence;
use crate::deeds::{Deed, Incoming};
use crate::office::Simulation;
use crate::truth::{Author, Says};
use crate::write::{Draft, Read};

const APPROVES: [&str; 12] = [
    "Apruebo.",
    "Apruebo la solicitud.",
    "Sí, apruebo.",
    "Aprobado, gracias.",
    "Visto bueno.",
    "V°B°",
    "Conforme, apruebo.",
    "De acuerdo, se aprueba.",
    "apruebo",
    "Aprobado.",
    "Estimados:\n\nApruebo lo solicitado.\n\nSaludos cordiales,",
    "Se aprueba. Gracias.",
];
const REJECTS: [&str; 4] = [
    "Rechazo: el expediente está incompleto.",
    "No apruebo: el convenio ya venció.",
    "Se rechaza, porque los montos no cuadran.",
    "Rechazado. Motivo: falta el respaldo.",
];
/// None of these is a decision.
const WAVERS: [&str; 8] = [
    "Ok, pero primero confirmen el número de proyecto.",
    "Apruebo siempre que adjunten la cartola.",
    "¿A qué cuenta corresponde?",
    "Lo voy a revisar mañana.",
    "¿Esto no lo había aprobado ya otra persona?",
    "Estoy en reunión, después les contesto.",
    "¿Por qué me llega esto a mí?",
    "Antes de aprobar necesito ver el respaldo.",
];
const CONFIRMS: [&str; 5] = [
    "Sí, es mío.",
    "Sí, es mío",
    "Es mío, gracias.",
    "Sí.",
    "Confirmo, es mío.",
];
const DONE: [&str; 5] = [
    "Listo.",
    "Listo, quedó hecho.",
    "Hecho.",
    "Listo, se realizó lo solicitado.",
    "Realizado, saludos.",
];
const CLAIMS: [&str; 3] = ["Lo tomo.", "Lo tomo", "Yo lo tomo."];
const NOT_DONE: [&str; 2] = [
    "No se pudo: el proyecto no existe en SIGEC.",
    "No se pudo: el sistema rechaza la fecha.",
];

/// What a mail asks for, by the words that say how to answer it.
fn asks_for(text: &str) -> Option<&'static str> {
    let found = [
        ("«Apruebo»", "approval"),
        ("«Listo»", "work"),
        ("«Sí, es mío»", "confirmation"),
        ("«tipo ", "sorting"),
    ];
    let found = found.iter().find(|(words, _)| text.contains(words));
    found.map(|(_, what)| *what)
}

impl Simulation {
    /// Somebody turns to a mail; on a trip, when they are back.
    pub fn reads(&mut self, who: usize, mail: Incoming) {
        let day = self.day();
        if let Some(trip) = self.cast[who].trip(day) {
            let back = trip.until.succ_opt().unwrap();
            let back = self
                .office
                .calendar
                .instant(back.and_hms_opt(8, 30, 0).unwrap(), None);
            let minutes = TimeDelta::minutes(self.chance.between(1, 300));
            let at = self.office.calendar.next_open(back + minutes, None);
            self.plan_for(at.max(self.now()), Deed::Reads(who, Box::new(mail)));
            return;
        }
        // Who forgets is reminded, and in the quiet weeks nobody forgets.
        let forgets = if day >= self.last_day {
            0
        } else {
            self.cast[who].forgets
        };
        if mail.asks && self.chance.percent(forgets) {
            return;
        }
        let read = Read::of(&mail.bytes);
        match asks_for(&read.text) {
            Some("approval") => self.decides(who, &mail, &read),
            Some("work") => self.works_on(who, &mail, &read),
            Some("confirmation") => self.confirms(who, &mail, &read),
            Some("sorting") => self.sorts(who, &mail, &read),
            _ => self.replies(who, &mail, &read),
        }
    }

    /// Answers a mail with these words.
    fn says(&mut self, who: usize, read: &Read, (says, words): (Says, &str)) {
        let at = self.office.calendar.local(self.now(), None);
        let member = &self.cast[who];
        let draft = Draft {
            name: member.name.clone(),
            address: member.address.clone(),
            ..Draft::default()
        };
        let mut draft = draft.answers(read, words, (member.program, at));
        // Some begin a new mail, with nothing but the tag of the old one.
        let bare = matches!(says, Says::Approves | Says::AsksStatus | Says::Withdraws);
        if bare && self.chance.percent(3) {
            draft.in_reply_to = None;
            draft.references.clear();
            draft.subject = format!("Sobre {}", read.tag().unwrap_or_default());
            draft.text = format!("{words}\n\n{}\n", draft.name);
        }
        self.posts(Author::Person(who), says, draft);
    }

    fn decides(&mut self, who: usize, mail: &Incoming, read: &Read) {
        // A confirmation that they did not cause.
        if mail.template == "decision-confirmation" && self.chance.percent(4) {
            return self.says(who, read, (Says::Repudiates, "No fui yo."));
        }
        let says =
            self.chance
                .weighted(&[(80, Says::Approves), (7, Says::Rejects), (13, Says::Wavers)]);
        let words = match says {
            Says::Approves => *self.chance.pick(&APPROVES),
            Says::Rejects => *self.chance.pick(&REJECTS),
            _ => *self.chance.pick(&WAVERS),
        };
        self.says(who, read, (says, words));
        // Some think again, and some answer a second time.
        if self.chance.percent(2) {
            let later = self.working(self.chance.clone().between(5, 600));
            self.plan_for(later, Deed::Reads(who, Box::new(mail.clone())));
        }
    }

    fn works_on(&mut self, who: usize, mail: &Incoming, read: &Read) {
        let says = self.chance.weighted(&[
            (76, Says::Done),
            (17, Says::Claims),
            (4, Says::NotDone),
            (3, Says::Wavers),
        ]);
        let words = match says {
            Says::Done => *self.chance.pick(&DONE),
            Says::Claims => *self.chance.pick(&CLAIMS),
            Says::NotDone => *self.chance.pick(&NOT_DONE),
            _ => "¿Me pueden confirmar el número de proyecto?",
        };
        self.says(who, read, (says, words));
        if says == Says::Claims {
            let minutes = self.chance.minutes(120);
            let at = self.working(minutes);
            self.plan_for(at, Deed::Reads(who, Box::new(mail.clone())));
        }
    }

    fn confirms(&mut self, who: usize, mail: &Incoming, read: &Read) {
        // Asked about one mail, which is shown to them, or about the paper.
        let one = mail.template == "decision-confirmation";
        let about = mail
            .input
            .filter(|_| one)
            .and_then(|input| self.mail_of(input));
        let own = match about {
            Some(about) => self.written[about].author == Author::Person(who),
            None => !one && self.is_paper_of(who, mail),
        };
        if !own || self.chance.percent(1) {
            return self.says(who, read, (Says::Disowns, "No es mío."));
        }
        // Whoever reads that the request is to be taken back knows whether they wrote so.
        if read.text.contains("Se retira la solicitud") {
            let led = mail.input.and_then(|input| self.mail_of(input));
            let theirs = led.map(|index| &self.written[index]).is_some_and(|led| {
                matches!(led.author, Author::Person(author) if author == who)
                    && led.says == Says::Withdraws
            });
            let words = match theirs {
                true => (Says::Withdraws, "Sí, es mío."),
                false => (Says::Disowns, "No es mío."),
            };
            return self.says(who, read, words);
        }
        if self.chance.percent(3) {
            return self.says(who, read, (Says::Wavers, "¿Qué debo responder?"));
        }
        let words = *self.chance.pick(&CONFIRMS);
        self.says(who, read, (Says::Confirms, words));
        if let Some(said) = self.written.last_mut() {
            said.confirms = about;
        }
    }

    fn is_paper_of(&mut self, who: usize, mail: &Incoming) -> bool {
        let paper = mail.request.and_then(|request| self.paper_of(request));
        paper.is_some_and(|paper| self.papers[paper as usize].requester == who)
    }

    /// One of the desk's people places a mail.
    fn sorts(&mut self, who: usize, mail: &Incoming, read: &Read) {
        if self.chance.percent(45) {
            return;
        }
        let written = mail.input.and_then(|input| self.mail_of(input));
        let paper = match written.map(|index| self.written[index].says) {
            Some(Says::Asks(paper)) => Some(&self.papers[paper as usize]),
            _ => None,
        };
        let procedures = &self.office.procedures;
        let number = paper.filter(|p| p.allowed).and_then(|paper| {
            let at = procedures
                .iter()
                .position(|p| p.id.as_str() == paper.procedure)?;
            Some(at + 1)
        });
        let words = match number {
            Some(number) => format!("tipo {number}"),
            None => "no corresponde: no es materia de esta mesa".to_owned(),
        };
        self.says(who, read, (Says::Sorts, &words));
    }

    /// Answers to mails that ask for data, or for nothing.
    fn replies(&mut self, who: usize, mail: &Incoming, read: &Read) {
        let paper = mail.request.and_then(|r| self.paper_of(r));
        let paper = paper.map(|paper| self.papers[paper as usize].clone());
        match mail.template.as_str() {
            "missing-data" | "closing-not-allowed" => {
                if self.chance.percent(3) {
                    return self.says(who, read, (Says::Withdraws, "Desisto de la solicitud."));
                }
                let words = match &paper {
                    Some(paper) if !paper.lacks.is_empty() => paper.rest(),
                    Some(paper) if paper.procedure == "standard-call-creation" => self.closes(),
                    _ => self.everything(&read.text),
                };
                self.says(who, read, (Says::Data, &words));
            }
            "question" => self.says(who, read, (Says::Noise, "Sí, el dato está correcto.")),
            "acknowledgement" => {
                let says = self.chance.weighted(&[
                    (35, Says::Thanks),
                    (30, Says::AsksStatus),
                    (20, Says::Corrects),
                    (15, Says::Withdraws),
                ]);
                let words = match says {
                    Says::Thanks => "Muchas gracias.",
                    Says::AsksStatus => "¿En qué va mi solicitud?",
                    Says::Corrects => "Corrijo un dato:\n\nMotivos: Hubo un error de digitación.",
                    _ => "Desisto de la solicitud.",
                };
                self.says(who, read, (says, words));
            }
            "decision-recorded" => self.says(who, read, (Says::Repudiates, "No fui yo.")),
            "resolution" | "rejected" | "not-done" => {
                self.says(who, read, (Says::Thanks, "Muchas gracias."));
            }
            _ => {}
        }
    }

    /// A closing hour that is allowed.
    fn closes(&self) -> String {
        let at = self.working(60 * 8 * 30);
        let day = self.office.calendar.local(at, None).format("%d-%m-%Y");
        format!("Fecha y hora de cierre: {day} a las 12:00")
    }

    /// Values for whatever a mail asks for that the paper seemed to hold.
    fn everything(&self, text: &str) -> String {
        let lines = text
            .lines()
            .filter(|line| line.ends_with(':') && !line.contains("Estimad"));
        let value = |label: &str| match label {
            _ if label.contains("echa") => "12-03-2026",
            _ if label.contains("egión") => "Región del Maule",
            _ if label.contains("rograma") => "Programa Familias",
            _ if label.contains("convenio") => "nacional",
            _ if label.contains("ño") => "2026",
            _ => "77-123",
        };
        let filled = lines.take(8).map(|line| format!("{line} {}", value(line)));
        filled.collect::<Vec<_>>().join("\n")
    }

    /// What a mailbox does by itself.
    pub fn machine_answers(&mut self, mail: &Incoming, silence: Silence, until: chrono::NaiveDate) {
        let now = self.now();
        let (name, address) = (
            self.cast[mail.to].name.clone(),
            self.cast[mail.to].address.clone(),
        );
        let words = match silence {
            Silence::Silent | Silence::Refused => return,
            Silence::Bounces => {
                let seconds = self.chance.between(2, 1_800);
                let draft = bounce(&Read::of(&mail.bytes), &address);
                let at = now + TimeDelta::seconds(seconds);
                return self.plan_for(at, Deed::Answers(Box::new((draft, Says::Noise))));
            }
            Silence::Tells { until: true } => {
                format!(
                    "Estaré fuera de la oficina hasta el {}.",
                    until.format("%d-%m-%Y")
                )
            }
            Silence::Tells { until: false } => {
                "Estoy con licencia, fuera de la oficina.".to_owned()
            }
            Silence::Left => "Le informo que esta persona ya no trabaja aquí.".to_owned(),
            Silence::Parrot => "Recibimos su correo. Lo contestaremos a la brevedad.".to_owned(),
        };
        // A program answers the same address once in some hours; a parrot knows no measure.
        let last = self.cast[mail.to].answered_at;
        let often = last.is_some_and(|last| now - last < TimeDelta::hours(4));
        if often && silence != Silence::Parrot {
            return;
        }
        self.cast[mail.to].answered_at = Some(now);
        let read = Read::of(&mail.bytes);
        let mut draft = Draft {
            name,
            address,
            subject: format!("Respuesta automática: {}", read.subject),
            in_reply_to: Some(read.id.clone()),
            references: vec![read.id],
            text: words,
            ..Draft::default()
        };
        if silence != Silence::Parrot {
            draft.headers = "Auto-Submitted: auto-replied\r\n".to_owned();
        }
        let at = now + TimeDelta::seconds(self.chance.between(1, 60));
        self.plan_for(at, Deed::Answers(Box::new((draft, Says::Noise))));
    }
}

/// A server's report that a mailbox is not there (RFC 3464).
fn bounce(mail: &Read, to: &str) -> Draft {
    let domain = to.split_once('@').map_or("", |(_, domain)| domain);
    let why = format!("550 5.1.1 <{to}>: Recipient address rejected: User unknown");
    Draft {
        name: "Mail Delivery System".to_owned(),
        address: format!("MAILER-DAEMON@correo.{domain}"),
        subject: "Undelivered Mail Returned to Sender".to_owned(),
        headers: "Auto-Submitted: auto-replied\r\nX-Failed-Recipients: ".to_owned() + to + "\r\n",
        text: format!(
            "This is the mail system at host correo.{domain}.\n\nI'm sorry to have to inform you \
             that your message could not be delivered.\n\n<{to}>: {why}\n\n\
             Reporting-MTA: dns; correo.{domain}\n\nFinal-Recipient: rfc822; {to}\n\
             Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; {why}\n\n\
             Message-ID: <{}>\nSubject: {}\n",
            mail.id, mail.subject
        ),
        ..Draft::default()
    }
}
