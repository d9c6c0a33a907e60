//! Forgers, newsletters, people who ask something else.

use rusqlite::OptionalExtension;

use crate::deeds::Incoming;
use crate::office::Simulation;
use crate::papers::Clerk;
use crate::truth::{Author, Says};
use crate::write::{Draft, Program, Read};

/// What is tried.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Newsletter,
    Question,
    Stranger,
    /// The asked person's address, and the tag.
    ForgedFrom,
    /// Another's address, and the very mail.
    StolenMail,
    /// The asked person's name before another address, and the very mail.
    ForgedName,
    /// An automatic answer that quotes the words.
    Echo,
    /// A memorandum in somebody's name.
    ForgedPaper,
    /// Where the server judges: the asked person's address, and the very mail.
    ForgedAll,
}

const KINDS: [(u64, Kind); 9] = [
    (25, Kind::Newsletter),
    (15, Kind::Question),
    (10, Kind::Stranger),
    (10, Kind::ForgedFrom),
    (10, Kind::StolenMail),
    (8, Kind::ForgedName),
    (8, Kind::Echo),
    (4, Kind::ForgedPaper),
    (10, Kind::ForgedAll),
];

const WORDS: [&str; 7] = [
    "Apruebo.",
    "Apruebo la solicitud.",
    "Sí, es mío.",
    "Listo.",
    "Desisto de la solicitud.",
    "Rechazo: no corresponde.",
    "No fui yo.",
];

const MAL: &str = "quien@mal.example";

impl Simulation {
    pub fn pest(&mut self) {
        match self.chance.weighted(&KINDS) {
            Kind::Newsletter => self.newsletter(),
            Kind::Question => self.question(),
            Kind::Stranger => self.stranger(),
            Kind::ForgedPaper => self.forged_paper(),
            Kind::ForgedFrom => self.forged_from(),
            Kind::ForgedAll if !self.stamped => self.forged_from(),
            kind => self.stolen(kind),
        }
    }

    fn newsletter(&mut self) {
        let draft = Draft {
            name: "Ofertas".to_owned(),
            address: "ventas@ofertas.example".to_owned(),
            subject: "Boletín de la semana".to_owned(),
            headers: "List-Unsubscribe: <mailto:baja@ofertas.example>\r\nPrecedence: bulk\r\n"
                .to_owned(),
            text: "Ofertas. Para darse de baja, pulse aquí.".to_owned(),
            ..Draft::default()
        };
        self.posts(Author::Machine, Says::Noise, draft);
    }

    fn question(&mut self) {
        let who = self.chance.below(self.cast.len());
        let words = *self.chance.pick(&[
            "No puedo entrar a SIGEC, la pantalla queda en blanco.",
            "¿Quién ve los temas de impresoras?",
            "Adjunto lo conversado ayer.",
        ]);
        let draft = Draft {
            name: self.cast[who].name.clone(),
            address: self.cast[who].address.clone(),
            subject: "Consulta".to_owned(),
            text: format!("Estimados:\n\n{words}\n\nSaludos\n"),
            ..Draft::default()
        };
        self.posts(Author::Person(who), Says::Noise, draft);
    }

    fn stranger(&mut self) {
        let draft = Draft {
            name: "Quien sea".to_owned(),
            address: MAL.to_owned(),
            subject: "Hola".to_owned(),
            text: "Quiero hacer una oferta muy conveniente.\n".to_owned(),
            ..Draft::default()
        };
        self.posts(Author::Forger, Says::Noise, draft);
    }

    /// Somebody whom an open request waits for, and its number.
    fn waited_for(&mut self) -> Option<(usize, String)> {
        let row: Option<(String, String)> = self.disk.look(|c| {
            let sql =
                "SELECT h.address, q.number FROM holders h JOIN requests q ON q.id = h.request
                       ORDER BY q.id DESC LIMIT 1";
            let mut statement = c.prepare_cached(sql).unwrap();
            let row = statement.query_row([], |row| Ok((row.get(0)?, row.get(1)?)));
            row.optional().unwrap()
        });
        let (address, number) = row?;
        Some((*self.addresses.get(&address)?, number))
    }

    fn forged_from(&mut self) {
        let Some((who, number)) = self.waited_for() else {
            return;
        };
        let words = *self.chance.pick(&WORDS);
        let draft = Draft {
            name: self.cast[who].name.clone(),
            address: self.cast[who].address.clone(),
            subject: format!("Re: [{number}] Solicitud"),
            text: format!("{words}\n"),
            ..Draft::default()
        };
        self.posts(Author::Forger, Says::Noise, draft);
    }

    /// Answers a mail that went to somebody else.
    fn stolen(&mut self, kind: Kind) {
        let Some(Incoming {
            to,
            bytes,
            template,
            ..
        }) = self.stolen.pop_front()
        else {
            return;
        };
        let (name, address) = (self.cast[to].name.clone(), self.cast[to].address.clone());
        let read = Read::of(&bytes);
        let words = *self.chance.pick(&WORDS);
        let (name, address) = match kind {
            Kind::StolenMail => ("Quien sea".to_owned(), MAL.to_owned()),
            Kind::ForgedName => (name, MAL.to_owned()),
            _ => (name, address),
        };
        let draft = Draft {
            name,
            address,
            // A confirmation proves by itself where the server says nothing: whoever takes it out
            // of somebody's mailbox can answer then, which no desk can tell from its owner.
            judged: template.ends_with("-confirmation"),
            ..Draft::default()
        };
        let at = self.office.calendar.local(self.now(), None);
        let mut draft = draft.answers(&read, words, (Program::Gmail, at));
        if matches!(kind, Kind::Echo) {
            draft.headers = "Auto-Submitted: auto-generated\r\n".to_owned();
            return self.posts(Author::Machine, Says::Noise, draft);
        }
        if let Some(token) = read.token() {
            draft.text += &format!("\n[ref:{token}]\n");
        }
        self.posts(Author::Forger, Says::Noise, draft);
    }

    /// A memorandum in the name of somebody who knows nothing of it.
    fn forged_paper(&mut self) {
        let clerk = Clerk {
            office: &self.office,
            serial: 800_000 + self.written.len() as u32,
            today: self.day(),
        };
        let paper = clerk.write(&mut self.chance);
        let draft = Draft {
            name: self.cast[paper.requester].name.clone(),
            address: self.cast[paper.requester].address.clone(),
            subject: paper.subject.clone(),
            text: paper.text(&self.office, clerk.serial),
            ..Draft::default()
        };
        self.posts(Author::Forger, Says::Noise, draft);
    }
}
