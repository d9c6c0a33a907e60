//! What is kept of one person: found, handed out, or blanked at their request.

use chrono::{DateTime, Utc};

use super::purge;
use super::world::DeskError;
use crate::mail;
use crate::office::{Directory, PersonId};
use crate::request::{Request, RequestId, State};
use crate::store::{
    Beside, Books, Evidence, MailIn, MailOut, Purgeable, Purger, Store, StoreError,
};

/// Mails looked through in one transaction.
const AT_ONCE: usize = 50;

/// Somebody, by all that tells them from others. Names are not enough.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Addresses in lower case.
    addresses: Vec<String>,
    /// RUT, digits and verifier only.
    rut: Option<String>,
    /// The directory's entry.
    id: Option<PersonId>,
}

impl Wanted {
    /// Somebody by an address, with the others that the directory knows, or by a RUT. None: it is
    /// neither.
    pub fn new(text: &str, directory: &Directory) -> Option<Self> {
        let text = text.trim().to_lowercase();
        if text.contains('@') {
            let person = directory.by_address(&text);
            let mut addresses = person.map_or(vec![], |p| p.addresses.clone());
            if !addresses.contains(&text) {
                addresses.push(text);
            }
            let id = person.map(|p| p.id.clone());
            let rut = None;
            return Some(Self { addresses, rut, id });
        }
        let rut = bare(&text);
        let digits = rut.get(..rut.len().saturating_sub(1)).unwrap_or_default();
        let sound = (6..=9).contains(&digits.len())
            && digits.chars().all(|c| c.is_ascii_digit())
            && text
                .chars()
                .all(|c| c.is_ascii_digit() || ".-k ".contains(c));
        sound.then(|| Self {
            rut: Some(rut),
            ..Self::default()
        })
    }

    /// Whether a text names them.
    pub fn is_in(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        let belongs = |c: char| c.is_alphanumeric() || "._-+@".contains(c);
        let mut words = text
            .split(|c| !belongs(c))
            .map(|word| word.trim_matches('.'));
        let address = |word: &str| self.addresses.iter().any(|a| a == word);
        if !self.addresses.is_empty() && words.any(address) {
            return true;
        }
        self.rut.as_ref().is_some_and(|rut| has_rut(&text, rut))
    }

    /// Whether a text names them by their entry in the directory.
    fn has_id_in(&self, text: &str) -> bool {
        let belongs = |c: char| c.is_alphanumeric() || c == '-';
        let id = self.id.as_ref().map(|id| id.0.as_str());
        id.is_some_and(|id| text.split(|c| !belongs(c)).any(|word| word == id))
    }

    fn is(&self, address: &str) -> bool {
        let address = address.to_lowercase();
        self.addresses.contains(&address)
    }
}

fn bare(text: &str) -> String {
    let keep = |c: &char| c.is_ascii_digit() || *c == 'k';
    text.to_lowercase().chars().filter(keep).collect()
}

/// Whether digits, with the marks that people put between them, are this RUT.
fn has_rut(text: &str, rut: &str) -> bool {
    let mut run = String::new();
    for c in text.chars().chain(['\n']) {
        match c {
            '0'..='9' | 'k' => run.push(c),
            '.' | '-' => (),
            _ => {
                // Leading zeros are written by some forms.
                if run.trim_start_matches('0') == rut.trim_start_matches('0') {
                    return true;
                }
                run.clear();
            }
        }
    }
    false
}

/// What somebody is to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// They asked for it, or it holds data of theirs.
    About,
    /// They answered, decided, worked or are named in passing.
    Named,
}

/// A request in which somebody appears.
#[derive(Clone, Debug)]
pub struct Hit {
    /// Its key.
    pub id: RequestId,
    /// Its number.
    pub number: String,
    /// Whether it goes on.
    pub open: bool,
    /// What they are to it.
    pub part: Part,
}

/// Where somebody appears.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Requests.
    pub requests: Vec<Hit>,
    /// Mails received, of any request or none.
    pub mails: Vec<i64>,
    /// Of these, those that wait for a person of the desk.
    pub parked: Vec<i64>,
    /// Of these, those of no request.
    pub of_nothing: Vec<i64>,
    /// Mails of the desk to them.
    pub sent: Vec<i64>,
    /// Of these, those of no request.
    pub sent_of_nothing: Vec<i64>,
    /// Alarms, orders about no request, absences.
    pub beside: Vec<Beside>,
}

/// Looks through everything that is kept. Documents are not opened: what was read from them stands
/// in the requests.
///
/// # Errors
/// The store failed.
pub fn find(store: &Store, wanted: &Wanted, now: DateTime<Utc>) -> Result<Found, DeskError> {
    let mut found = Found::default();
    let numbers = store.transact(|books| Ok::<_, DeskError>(books.numbers(true)?))?;
    for number in numbers {
        let own = wanted.clone();
        let hit = store.transact(move |books| hit(books, number, &own))?;
        found.requests.extend(hit);
    }
    let ids = store.transact(|books| Ok::<_, DeskError>(books.mails_kept()?))?;
    for some in ids.chunks(AT_ONCE) {
        let (some, own) = (some.to_vec(), wanted.clone());
        let part = store.transact(move |books| {
            let mut part = Found::default();
            for id in some {
                look(books, id, &own, &mut part)?;
            }
            Ok::<_, DeskError>(part)
        })?;
        found.mails.extend(part.mails);
        found.parked.extend(part.parked);
        found.of_nothing.extend(part.of_nothing);
    }
    let own = wanted.clone();
    let today = now.date_naive().to_string();
    let (sent, beside) = store.transact(move |books| {
        let sent = books.sent_about(&own.addresses, |body| own.is_in(body))?;
        let mut beside = books.beside(&today)?;
        beside.retain(|row| own.is_in(&row.text) || own.has_id_in(&row.text));
        Ok::<_, DeskError>((sent, beside))
    })?;
    found.beside = beside;
    for (id, of_request) in sent {
        found.sent.push(id);
        if !of_request {
            found.sent_of_nothing.push(id);
        }
    }
    Ok(found)
}

fn hit(books: &Books<'_>, number: String, wanted: &Wanted) -> Result<Option<Hit>, DeskError> {
    let Some(id) = books.id_of_number(&number)? else {
        return Ok(None);
    };
    let row = books.stored_row(id)?;
    let entries = books.evidence(id)?;
    let in_entries = entries.iter().any(|entry| is_entry_of(entry, wanted));
    if !in_entries && !wanted.is_in(&row) {
        return Ok(None);
    }
    let request: Request = serde_json::from_str(&row).map_err(StoreError::from)?;
    let data = serde_json::to_string(&request.fields).map_err(StoreError::from)?;
    let parties = [&request.requester, &request.sender];
    let about = parties.iter().any(|p| wanted.is(&p.address)) || wanted.is_in(&data);
    Ok(Some(Hit {
        id,
        number,
        open: !matches!(request.state, State::Closed(_)),
        part: if about { Part::About } else { Part::Named },
    }))
}

/// Whether an entry names somebody: who did it, for whom, or what it rests on.
pub fn is_entry_of(entry: &Evidence, wanted: &Wanted) -> bool {
    let link = &entry.link;
    let stood_for = wanted.id.as_ref().is_some_and(|id| id.0 == link.for_whom);
    let event = entry.event.as_deref().unwrap_or_default();
    stood_for || wanted.is(&link.by_whom) || wanted.is_in(event)
}

fn look(books: &Books<'_>, id: i64, wanted: &Wanted, found: &mut Found) -> Result<(), DeskError> {
    let kept = books.mail_kept(id)?;
    let bytes = books.contents(id)?.unwrap_or_default();
    let end = bytes.windows(2).position(|w| w == b"\n\n" || w == b"\n\r");
    let header = bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default();
    let named = wanted.is(&kept.sender)
        || wanted.is_in(&kept.subject)
        || wanted.is_in(&String::from_utf8_lossy(header))
        || wanted.is_in(&mail::every_text(&bytes));
    if !named {
        return Ok(());
    }
    found.mails.push(id);
    match kept {
        kept if kept.parked => found.parked.push(id),
        kept if !kept.of_request => found.of_nothing.push(id),
        _ => (),
    }
    Ok(())
}

/// All that is kept of one request, where somebody appears.
pub struct Copy {
    /// Its row, as it is stored.
    pub row: String,
    /// Its entries.
    pub entries: Vec<Evidence>,
}

/// The request and its entries.
///
/// # Errors
/// The store failed.
pub fn copy(store: &Store, id: RequestId) -> Result<Copy, DeskError> {
    store.transact(move |books| {
        let (row, entries) = (books.stored_row(id)?, books.evidence(id)?);
        Ok(Copy { row, entries })
    })
}

/// A mail received, whole.
///
/// # Errors
/// The store failed.
pub fn mail_in(store: &Store, id: i64) -> Result<Option<MailIn>, DeskError> {
    store.transact(move |books| Ok(books.mail_in(id)?))
}

/// A mail of the desk, whole.
///
/// # Errors
/// The store failed.
pub fn mail_out(store: &Store, id: i64) -> Result<Option<MailOut>, DeskError> {
    store.transact(move |books| Ok(books.mail_out(id)?))
}

/// Why nothing of somebody may be blanked now, in words; none: it may.
pub fn refusal(found: &Found) -> Option<String> {
    let open = found.requests.iter().filter(|hit| hit.open);
    let open: Vec<&str> = open.map(|hit| hit.number.as_str()).collect();
    let parked: Vec<String> = found.parked.iter().map(|id| format!("mail:{id}")).collect();
    match (open.is_empty(), parked.is_empty()) {
        (false, _) => Some(format!(
            "open requests need what they say: {}. Wait for their end, or take them back with \
             `mesad withdraw`; then ask again",
            open.join(", ")
        )),
        (true, false) => Some(format!(
            "these mails wait for a person: {}. Place them first, with `mesad reclassify`",
            parked.join(", ")
        )),
        (true, true) => None,
    }
}

/// What is blanked of somebody: mails of no request, and with `requests` also the closed requests
/// that are about them.
pub fn purgeable(found: &Found, requests: bool) -> Purgeable {
    let about = found.requests.iter().filter(|hit| hit.part == Part::About);
    Purgeable {
        mails: found.of_nothing.clone(),
        sent: found.sent_of_nothing.clone(),
        requests: match requests {
            true => about.map(|hit| hit.id).collect(),
            false => vec![],
        },
        beside: found
            .beside
            .iter()
            .filter(|row| !row.open)
            .map(|row| (row.side, row.id))
            .collect(),
    }
}

/// Blanks it.
///
/// # Errors
/// The store failed; what was blanked before stays so.
pub fn blank(
    store: &Store,
    what: &Purgeable,
    purger: &Purger,
    now: DateTime<Utc>,
) -> Result<(), DeskError> {
    purge::blank(store, what, purger, now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_is_found_as_people_write_them() {
        let nobody = Directory {
            people: vec![],
            roles: vec![],
        };
        let rut = Wanted::new("12.345.678-K", &nobody).unwrap();
        for text in [
            "RUT 12345678-k.",
            "012.345.678-K",
            "12345678K",
            "(12.345.678-K)",
        ] {
            assert!(rut.is_in(text), "{text}");
        }
        assert!(!rut.is_in("112.345.678-K") && !rut.is_in("12.345.678-5"));
        let ana = Wanted::new("Ana.Paz@oficina.example", &nobody).unwrap();
        assert!(ana.is_in("de \"Ana\" <ANA.PAZ@oficina.example>."));
        assert!(!ana.is_in("juana.paz@oficina.example, ana.paz@oficina.example.cl"));
        assert_eq!(Wanted::new("Ana Paz", &nobody), None);
    }
}
