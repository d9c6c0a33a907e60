//! How often the same thing is told to the same person: what others can cause, they must not be
//! able to cause without end.
//!
//! Nothing that somebody must act on is capped away. What asks for a decision or for work is always
//! told; a confirmation or a question for data beyond its share waits for the next morning in one
//! mail, which shows the last words; so do words of others, gathered, and what is told to whoever
//! asks how far it is or sends the same again. Only "your answer did not count",
//! which asks nothing, comes to an end: a rule that answers every mail must not be answered for
//! ever. The desk's people are told of such a flood once.

use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};

use super::DeskError;
use super::ledger::Ledger;
use super::mask;
use crate::office::Office;
use crate::request::{
    self, AskedFor, Attention, AttentionReason, Message, Notice, Opening, Party, RequestId, cut,
};
use crate::store::{Books, StoreError};

/// The time that a cap counts over.
const WINDOW: TimeDelta = TimeDelta::days(1);
/// Warnings of forged mails to one person in that time, whatever they were about.
const WARNINGS: u32 = 3;
/// Confirmations that one person is asked for about one request in that time. Whoever writes
/// without proof gets one each time, and a forger, or a machine that answers everything, goes on.
const CONFIRMATIONS: u32 = 5;
/// Words of others that one person is handed about one request in that time: nobody adds so many,
/// but a machine does. All of them are kept with the request.
const COMMENTS: u32 = 8;
/// Times that somebody is told in that time that an answer about one request did not count, and in
/// all of its life.
const NOT_COUNTED: u32 = 3;
const NOT_COUNTED_EVER: u32 = 10;
/// Times that somebody is told in that time how far one request is. Whoever writes in their name
/// has it told.
const STATUSES: u32 = 5;
/// Times that somebody is told in that time that a request had come already, or must come from
/// another.
const RECEIPTS: u32 = 3;
/// Times that somebody is told in that time that a mail of theirs goes to a person: more than the
/// nine in an hour by which a machine is known.
const FOR_A_PERSON: u32 = 12;
/// Times that one person is asked in that time for data of one request: as many as anybody answers
/// in a day. The last one asks for all that lacks.
const QUESTIONS: u32 = 8;
/// Times that one of the desk's people is told in that time to look at one request.
const ATTENTIONS: u32 = 6;
/// Characters of gathered words that one mail shows; all of them are kept with the request.
const GATHERED: usize = 3_500;

/// Unconfirmed requests that may be open in one person's name: more are a forger's, or a person's
/// who should confirm those first.
const UNCONFIRMED: u32 = 10;
/// Requests in one person's name that may open in a day with nothing to prove that they are theirs.
/// Each is told to that person and to whoever approves it.
const UNPROVEN: u32 = 15;

/// Whether so many requests were opened in the name of whoever signed this one, with as little
/// proof, that it is left to a person of the desk.
pub(super) fn is_flooded(
    books: &Books<'_>,
    opening: &Opening,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    if opening.confirmed.is_some() {
        return Ok(false);
    }
    let requester = &opening.requester;
    let person = requester.person.as_ref().map_or("", |id| id.0.as_str());
    let name = (requester.address.as_str(), person);
    Ok(books.count_unconfirmed(&requester.address)? >= UNCONFIRMED
        || books.count_unproven(name, now - WINDOW)? >= UNPROVEN)
}

/// Whether the desk's people were told today that somebody's openings are left to them; notes that
/// they are now.
pub(super) fn is_flood_told(
    books: &Books<'_>,
    requester: &Party,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let person = requester.person.as_ref();
    let whose = person.map_or(requester.address.as_str(), |id| id.0.as_str());
    let mark = format!("flood-of-openings-{whose}");
    let told = books.mark(&mark)?.is_some_and(|at| now - at < WINDOW);
    if !told {
        books.set_mark(&mark, now)?;
    }
    Ok(told)
}

/// How often a kind of mail is told in a day, about the same request; and in its whole life.
fn shares(message: &Message) -> Option<(u32, Option<u32>)> {
    match message {
        Message::ImpersonationWarning(_) => Some((WARNINGS, None)),
        Message::DecisionConfirmation(_) => Some((CONFIRMATIONS, None)),
        Message::Comment(_) => Some((COMMENTS, None)),
        Message::AnswerNotCounted(_) => Some((NOT_COUNTED, Some(NOT_COUNTED_EVER))),
        Message::Attention(_) => Some((ATTENTIONS, None)),
        Message::Status(_) => Some((STATUSES, None)),
        Message::AlreadyReceived(_) | Message::WrongChannel(_) => Some((RECEIPTS, None)),
        Message::TriageReceived(_) => Some((FOR_A_PERSON, None)),
        Message::MissingData(_) => Some((QUESTIONS, None)),
        _ => None,
    }
}

/// What becomes of a notice.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Share {
    /// It is told.
    Within,
    /// It waits until then, and takes up what comes after it.
    Held(DateTime<Utc>),
    /// One that waits has taken it up; or it need not be told any more.
    Settled,
}

/// What becomes of a notice that may be one too many.
pub(super) fn share(
    ledger: &Ledger<'_>,
    request: Option<RequestId>,
    notice: &Notice,
) -> Result<Share, DeskError> {
    let Some((most, ever)) = shares(&notice.message) else {
        return Ok(Share::Within);
    };
    let (books, now) = (ledger.books, ledger.now);
    let (template, address) = (notice.message.template(), &notice.to.address);
    let about = match notice.message {
        Message::ImpersonationWarning(_) => None,
        _ => request,
    };
    let told = |since| books.count_told(template, address, about, since);
    let over = ever.is_some_and(|ever| told(DateTime::default()).is_ok_and(|n| n >= ever));
    if !over && told(now - WINDOW)? < most {
        return Ok(Share::Within);
    }
    tracing::warn!(
        message = template,
        to = %mask::address(address),
        over,
        "told often enough today; gathered"
    );
    tell_once(ledger, request, notice)?;
    if over {
        return Ok(Share::Settled);
    }
    for (id, mut held) in books.held_notices(template, address, request)? {
        if !still_asks(books, request, (&held, notice))? && take_up(&mut held, notice) {
            books.change_held(id, &held)?;
            return Ok(Share::Settled);
        }
    }
    Ok(Share::Held(morning(&ledger.world.office, now)))
}

/// The beginning of the next working day.
fn morning(office: &Office, now: DateTime<Utc>) -> DateTime<Utc> {
    let calendar = &office.calendar;
    let tomorrow = calendar.local(now, None).date_naive() + Days::new(1);
    let midnight = calendar.instant(tomorrow.and_time(NaiveTime::MIN), None);
    calendar.next_open(midnight, None)
}

/// Whether one that waits asks something that the new one does not ask: then it is told too.
fn still_asks(
    books: &Books<'_>,
    request: Option<RequestId>,
    (held, new): (&Notice, &Notice),
) -> Result<bool, StoreError> {
    let about = |notice: &Notice| notice.ask.as_ref().map(|ask| ask.about);
    let (Some(old), Some(new)) = (about(held), about(new)) else {
        return Ok(false);
    };
    Ok(match (old, new, request) {
        // What is kept later is shown together with what was kept before, if it is of its kind.
        (AskedFor::Kept { serial }, AskedFor::Kept { .. }, Some(id)) => {
            let request = books.request(id)?;
            request.is_some_and(|r| r.unconfirmed.iter().any(|u| u.serial == serial))
        }
        _ => matches!(held.message, Message::DecisionConfirmation(_)) && old != new,
    })
}

/// Puts what a notice says into one that waits. Returns whether both are of a kind.
fn take_up(held: &mut Notice, new: &Notice) -> bool {
    let taken = match (&mut held.message, &new.message) {
        (Message::Comment(old), Message::Comment(new)) => {
            let words = match old.by == new.by {
                true => new.text.clone(),
                false => format!("{}:\n{}", new.by, new.text),
            };
            old.text = cut(&format!("{}\n\n{words}", old.text), GATHERED);
            old.summary = new.summary.clone();
            old.kind == new.kind
        }
        (Message::Attention(old), Message::Attention(new)) => {
            let same = old.why == new.why && old.who == new.who;
            if same && !new.text.is_empty() {
                old.text = cut(&format!("{}\n\n{}", old.text, new.text), GATHERED);
            }
            same
        }
        (Message::ImpersonationWarning(old), Message::ImpersonationWarning(_)) => {
            old.more += 1;
            true
        }
        (Message::DecisionConfirmation(_), Message::DecisionConfirmation(_))
        | (Message::AnswerNotCounted(_), Message::AnswerNotCounted(_))
        | (Message::Status(_), Message::Status(_))
        | (Message::MissingData(_), Message::MissingData(_)) => {
            held.message = new.message.clone();
            true
        }
        (Message::AlreadyReceived(old), Message::AlreadyReceived(new)) => {
            let files = std::mem::replace(old, new.clone()).files;
            old.files.extend(files);
            true
        }
        (Message::TriageReceived(old), Message::TriageReceived(new)) => {
            old.subject = both(&old.subject, &new.subject);
            true
        }
        (Message::WrongChannel(old), Message::WrongChannel(new)) => {
            let same = (&old.procedure, &old.ask_instead) == (&new.procedure, &new.ask_instead);
            if same {
                old.subject = both(&old.subject, &new.subject);
            }
            same
        }
        _ => false,
    };
    if taken {
        // What is asked now, and all that goes with it.
        held.ask = new.ask.clone().or(held.ask.take());
        held.documents |= new.documents;
        for file in &new.files {
            if !held.files.contains(file) {
                held.files.push(file.clone());
            }
        }
    }
    taken
}

/// The subjects of several mails.
fn both(before: &str, new: &str) -> String {
    cut(&format!("{before}; {new}"), GATHERED)
}

/// Tells the desk's people, once for each person and request, that somebody causes more mails than
/// a person would. What they must look at is their own affair.
fn tell_once(
    ledger: &Ledger<'_>,
    request: Option<RequestId>,
    notice: &Notice,
) -> Result<(), DeskError> {
    let books = ledger.books;
    let about = match (&notice.message, request) {
        (Message::Attention(_), _) | (_, None) => None,
        (_, Some(id)) => books.request(id)?,
    };
    let Some(request) = about else { return Ok(()) };
    let address = &notice.to.address;
    let mark = format!("flood-{}-{address}", request.number);
    if books.mark(&mark)?.is_some() {
        return Ok(());
    }
    books.set_mark(&mark, ledger.now)?;
    let office = &ledger.world.office;
    let message = Attention {
        summary: request::summary(&request, office, ledger.now),
        why: AttentionReason::TooMany,
        who: format!("{} <{address}>", notice.to.name),
        text: String::new(),
    };
    ledger.tell_desk_about(request.id, &message.into())
}
