//! The record of a request that an auditor reads: `mesad show N --audit`, and a file of an export.

use anyhow::bail;
use chrono::{DateTime, Utc};

use super::audit_words as words;
use super::find::ends_with;
use crate::desk::DeskError;
use crate::desk::audit::{self, Record};
use crate::office::{Office, PersonId};
use crate::request::Party;
use crate::store::{Evidence, Store};

/// How many digits of a hash are shown.
const SHOWN: usize = 12;

/// The record of the one request that is meant.
///
/// # Errors
/// There is none or several, or the store failed.
pub(super) fn find(store: &Store, wanted: &str) -> anyhow::Result<Record> {
    let numbers = store.transact(|books| Ok::<_, DeskError>(books.numbers(true)?))?;
    let fits = |number: &&String| number.eq_ignore_ascii_case(wanted) || ends_with(number, wanted);
    let found: Vec<&String> = numbers.iter().filter(fits).collect();
    let record = match found.as_slice() {
        [number] => audit::record(store, number)?,
        [] => None,
        many => bail!("{wanted} may be {many:?}; write the whole number"),
    };
    match record {
        Some(record) => Ok(record),
        None => bail!("no request {wanted}; `mesad list --all` shows all"),
    }
}

/// The record as text, hours in the office's zone.
pub(super) fn text(record: &Record, office: &Office) -> String {
    let mut page = Page {
        record,
        office,
        out: String::new(),
    };
    page.head();
    page.people();
    page.approvals();
    page.entries();
    page.mails();
    page.proof();
    page.out
}

/// The beginning of a hash.
fn short(hash: &[u8]) -> String {
    if hash.is_empty() {
        return "—".to_owned();
    }
    let digits: String = hash.iter().map(|b| format!("{b:02x}")).collect();
    digits.chars().take(SHOWN).collect::<String>() + "…"
}

struct Page<'a> {
    record: &'a Record,
    office: &'a Office,
    out: String,
}

impl Page<'_> {
    fn line(&mut self, text: &str) {
        // What people wrote must not move the terminal's cursor, nor make a line of its own.
        self.out += &super::words::plain(text);
        self.out.push('\n');
    }

    fn title(&mut self, text: &str) {
        self.line("");
        self.line(&text.to_uppercase());
    }

    fn time(&self, at: DateTime<Utc>) -> String {
        let region = self.record.request.clock_region(self.office);
        let local = self.office.calendar.local(at, region);
        local.format("%d-%m-%Y %H:%M:%S").to_string()
    }

    fn party(party: &Party) -> String {
        match party.name == party.address {
            true => party.address.clone(),
            false => format!("{} <{}>", party.name, party.address),
        }
    }

    /// Somebody by an address, with the directory's name.
    fn named(&self, address: &str) -> String {
        match self.office.directory.by_address(address) {
            Some(person) => format!("{} <{address}>", person.name),
            None => address.to_owned(),
        }
    }

    fn person(&self, id: &str) -> String {
        let person = self.office.directory.person(&PersonId(id.to_owned()));
        person.map_or(id.to_owned(), |person| person.name.clone())
    }

    fn head(&mut self) {
        let request = &self.record.request;
        let zone = self.office.calendar.local(request.opened_at, None);
        self.line(&format!("ACTA DE LA SOLICITUD {}", request.number));
        self.line(&format!("Trámite     {}", request.procedure.name));
        self.line(&format!("Asunto      {}", request.subject));
        let opened = self.time(request.opened_at);
        self.line(&format!("Recibida    {opened}"));
        self.line(&format!(
            "Estado      {}",
            words::state(request.state.shown())
        ));
        let zone = zone.timezone().name();
        self.line(&format!("Horas       las de la oficina ({zone})"));
    }

    fn people(&mut self) {
        let request = &self.record.request;
        self.title("Quién");
        self.line(&format!(
            "Pide (firma)  {}",
            Self::party(&request.requester)
        ));
        self.line(&format!("Envió         {}", Self::party(&request.sender)));
        let confirmed = match &request.confirmed {
            Some(cell) => format!("sí: {}", words::cell(cell)),
            None => "no se pidió, o aún no".to_owned(),
        };
        self.line(&format!("Confirmada    {confirmed}"));
        let by = |e: &&Evidence| e.link.outcome == "confirmed" && !e.link.by_whom.is_empty();
        if let Some(entry) = self.record.entries.iter().find(by) {
            let (who, at) = (self.named(&entry.link.by_whom), self.moment(entry));
            self.line(&format!("Confirmó      {who}, el {at}"));
        }
    }

    fn moment(&self, entry: &Evidence) -> String {
        self.time(DateTime::from_timestamp_micros(entry.link.at).unwrap_or_default())
    }

    fn approvals(&mut self) {
        let request = &self.record.request;
        self.title("Aprobaciones que cuentan");
        if request.approvals.is_empty() {
            self.line("Ninguna.");
        }
        for approval in &request.approvals {
            let role = self.office.directory.role(&approval.role);
            let role = role.map_or(approval.role.0.clone(), |role| role.name.clone());
            self.line(&format!("Paso {}: {role}", approval.step + 1));
            self.line(&format!("  Por        {}", Self::party(&approval.by)));
            let whom = match &approval.standing_in_for {
                Some(person) => format!("subrogante de {}", self.person(&person.0)),
                None => "titular".to_owned(),
            };
            self.line(&format!("  En calidad de {whom}"));
            let at = self.time(approval.at);
            self.line(&format!("  Recibida   {at}"));
            self.line(&format!("  Cuenta porque {}", words::cell(&approval.cell)));
        }
    }

    fn entries(&mut self) {
        self.title("Asientos del diario");
        for entry in &self.record.entries {
            let link = &entry.link;
            let (place, at) = (link.place, self.moment(entry));
            self.line(&format!(
                "{place:>3}  {at}  {}",
                words::outcome(&link.outcome)
            ));
            let mut by = match link.by_whom.as_str() {
                "" => "la mesa misma".to_owned(),
                address => self.named(address),
            };
            if !link.for_whom.is_empty() {
                by += &format!(", como subrogante de {}", self.person(&link.for_whom));
            }
            self.line(&format!("     Por: {by}"));
            if !link.cell.is_empty() {
                self.line(&format!("     Regla: {}", words::cell(&link.cell)));
            }
            let mail = match link.input {
                Some(id) => format!("correo recibido {id}; "),
                None => String::new(),
            };
            let hash = short(&link.hash);
            let previous = short(&link.previous);
            self.line(&format!("     {mail}huella {hash}, anterior {previous}"));
            if entry.event.is_none() {
                self.line("     Su contenido fue borrado; queda su huella.");
            }
        }
    }

    fn mails(&mut self) {
        self.title("Correos recibidos");
        for mail in &self.record.mails_in {
            let at = mail.received_at.map(|at| self.time(at)).unwrap_or_default();
            let from = self.named(&mail.sender);
            self.line(&format!("{:>3}  {at}  de {from}", mail.id));
            self.line(&format!("     «{}»  <{}>", mail.subject, mail.message_id));
        }
        self.title("Correos enviados");
        for mail in &self.record.mails_out {
            let at = self.time(mail.ended_at.unwrap_or(mail.created_at));
            let to = self.named(&mail.address);
            let state = words::state(&mail.state);
            self.line(&format!("{:>3}  {at}  {state}, a {to}", mail.id));
            self.line(&format!("     «{}»  <{}>", mail.subject, mail.message_id));
            let hash = short(mail.hash.as_deref().unwrap_or_default());
            let anchor = match mail.anchor {
                Some(place) => format!("ancla {place}"),
                None => "aún sin ancla".to_owned(),
            };
            self.line(&format!(
                "     plantilla {}; huella {hash}; {anchor}",
                mail.message
            ));
        }
    }

    fn proof(&mut self) {
        self.title("Comprobación");
        let last = self.record.entries.last();
        let head = last.map_or("—".to_owned(), |e| short(&e.link.hash));
        self.line(&format!(
            "{} asientos encadenados; el último tiene la huella {head}.",
            self.record.entries.len()
        ));
        if let Some((anchor, _)) = self.record.anchors.last() {
            let hash = short(&anchor.hash);
            self.line(&format!("Última ancla: {}, huella {hash}.", anchor.place));
        }
        match self.record.broken.as_slice() {
            [] => self.line("La cadena está íntegra: cada huella se volvió a calcular y coincide."),
            broken => {
                self.line("LA CADENA ESTÁ ROTA:");
                for one in broken {
                    self.line(&format!("  {one}"));
                }
            }
        }
    }
}
