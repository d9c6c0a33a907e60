//! Sends notices that are due: made, kept, sent, recorded; no transaction is held while a mail is
//! made or sent.

use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};

use super::ledger::Ledger;
use super::mask;
use super::outage;
use super::sent_list;
use super::world::{DeskError, World, guarded};
use crate::delivery::{Delivery, Envelope, Sent};
use crate::letters::{self, Rendered, Rendering};
use crate::mail::{self, Attachment};
use crate::points::{self, Point};
use crate::request::{DocumentRef, Event, Undeliverable};
use crate::store::{Books, CAPPED, DueNotice, NoticeRow, NoticeState, Thread};

/// How long a mail is tried before it is given up, from its first try.
const GIVE_UP_AFTER: TimeDelta = TimeDelta::days(5);
/// A mail that a server has put off for so long in all is given up even where that server was away
/// again and again.
const GIVE_UP_AT_LAST: TimeDelta = TimeDelta::days(20);
/// The first wait after a failed try; each further one is twice as long.
const FIRST_WAIT_SECONDS: i64 = 60;
/// The longest wait where the way out does not answer: once it does, all that waits goes out soon.
const UNREACHED_WAIT: TimeDelta = TimeDelta::minutes(10);
/// What is told in any case: of it there is one at the beginning and one at the end.
const ALARM: &str = "alarm";
/// How many times the daily cap a mail that asks something may use.
const ASKED_SHARE: u32 = 3;
/// The longest wait between two tries.
const LONGEST_WAIT_SECONDS: i64 = 4 * 3600;

/// What a turn did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivered {
    /// Nothing was due.
    Nothing {
        /// When the next notice is.
        next: Option<DateTime<Utc>>,
    },
    /// A notice was sent, put off or ended.
    Notice,
    /// A notice was put off because the way out does not answer: the next one would fare no better
    /// just now.
    Unreached,
}

/// Sends the next notice that is due.
///
/// # Errors
/// The store failed; a mail that cannot be made or sent is no error.
pub fn turn(delivery: &mut Delivery, world: &World) -> Result<Delivered, DeskError> {
    let now = world.clock.now();
    let due = world
        .store
        .transact(move |books| books.due_notice(now).map_err(DeskError::from))?;
    let Some(due) = due else {
        let next = world
            .store
            .transact(|books| books.next_due().map_err(DeskError::from))?;
        return Ok(Delivered::Nothing { next });
    };
    points::here(Point::NoticeDue);
    if capped(world, &due)? {
        return Ok(Delivered::Notice);
    }
    // The try is counted before the mail is made: one whose making kills this process is met a
    // bounded number of times.
    begin_try(world, &due)?;
    points::here(Point::TryCounted);
    if is_deadly(world, &due) {
        let why = format!("{}: the desk died each time it was made", due.message);
        give_up(world, due, why)?;
        return Ok(Delivered::Notice);
    }
    let made = match make(world, due.id) {
        Ok(made) => made,
        Err(error) if error.is_passing() => {
            take_back(world, due.id);
            return Err(error);
        }
        // Were it an error, this one notice would hold back all others for ever.
        Err(error) => {
            not_made(world, due, &error)?;
            return Ok(Delivered::Notice);
        }
    };
    let envelope = Envelope {
        return_path: Some(&world.office.desk.address),
        to: &due.address,
        name: &made.message_id,
    };
    let sent = delivery.send(&envelope, &made.bytes);
    if matches!(sent, Sent::Sent { .. }) {
        points::here(Point::Sent);
    }
    let reached = delivery.is_reached();
    record(world, due, sent, (&made.message_id, reached))?;
    Ok(match reached {
        true => Delivered::Notice,
        false => Delivered::Unreached,
    })
}

/// Takes up what the process before this one had in hand when it died.
///
/// # Errors
/// The store failed.
pub fn resume(world: &World) -> Result<(), DeskError> {
    let (now, tries) = (world.clock.now(), world.office.desk.limits.tries);
    world
        .store
        .transact(move |books| books.resume_notices(now, tries).map_err(DeskError::from))?;
    points::here(Point::Resumed);
    Ok(())
}

/// Puts a mail off to the next day where its address has had its share of this one.
fn capped(world: &World, due: &DueNotice) -> Result<bool, DeskError> {
    if due.message == ALARM {
        return Ok(false);
    }
    let (id, address) = (due.id, due.address.clone());
    let calendar = &world.office.calendar;
    // What is asked has a larger share: a flood of lesser mails to somebody, which others can
    // cause, must not keep them from deciding.
    let share = if due.asks { ASKED_SHARE } else { 1 };
    let cap = world
        .office
        .desk
        .limits
        .mails_per_address_and_day
        .saturating_mul(share);
    let today = calendar.local(world.clock.now(), None).date_naive();
    let midnight = |day: chrono::NaiveDate| calendar.instant(day.and_time(NaiveTime::MIN), None);
    let since = midnight(today);
    let tomorrow = calendar.next_open(midnight(today + Days::new(1)), None);
    world.store.transact(move |books| {
        if books.count_sent(&address, since)? < cap {
            return Ok(false);
        }
        let masked = mask::address(&address);
        tracing::warn!(notice = id, to = %masked, cap, "daily cap reached; mail put off");
        books.put_off(id, tomorrow, CAPPED)?;
        Ok(true)
    })
}

/// A mail that is ready.
struct Made {
    message_id: String,
    bytes: Vec<u8>,
}

/// What a mail is made of.
struct Parts {
    row: NoticeRow,
    thread: Thread,
    /// The mails that brought the documents, and the place of each document in them.
    brought: Vec<(Vec<u8>, usize)>,
}

/// Makes the mail and keeps its bytes, so that every try sends the same.
fn make(world: &World, id: i64) -> Result<Made, DeskError> {
    let parts = world.store.transact(move |books| parts(books, id))?;
    let message_id = parts.row.message_id.clone();
    if let Some(bytes) = parts.row.bytes {
        return Ok(Made { message_id, bytes });
    }
    let token = token(world, &parts.row);
    let rendered = guarded(|| render(world, &parts, token.as_deref()))?;
    points::here_with(Point::Rendered, &rendered.bytes);
    let bytes = rendered.bytes.clone();
    world.store.transact(move |books| {
        if let Some(token) = &token {
            books.bind_token(id, token)?;
        }
        books.keep_bytes(id, &rendered.subject, &rendered.bytes)?;
        points::here(Point::KeepingBytes);
        Ok::<_, DeskError>(())
    })?;
    points::here(Point::KeptBytes);
    Ok(Made { message_id, bytes })
}

fn parts(books: &Books<'_>, id: i64) -> Result<Parts, DeskError> {
    let row = books.notice(id)?;
    let mut parts = Parts {
        thread: Thread::default(),
        brought: vec![],
        row,
    };
    if parts.row.bytes.is_some() {
        return Ok(parts);
    }
    let Some(request) = parts.row.request else {
        // What belongs to no request answers the mail that led to it, if its sender gets it.
        if let Some(input) = parts.row.input {
            parts.thread = books.thread_of_mail(input, &parts.row.notice.to.address)?;
        }
        return Ok(parts);
    };
    parts.thread = books.thread(request, &parts.row.notice.to.address, id)?;
    let mut documents = match parts.row.notice.documents {
        true => books
            .request(request)?
            .map_or(vec![], |r| r.all_documents().into_iter().cloned().collect()),
        false => vec![],
    };
    documents.extend(parts.row.notice.files.iter().cloned());
    parts.brought = brought(books, &documents)?;
    Ok(parts)
}

fn brought(
    books: &Books<'_>,
    documents: &[DocumentRef],
) -> Result<Vec<(Vec<u8>, usize)>, DeskError> {
    let mut found = vec![];
    for document in documents {
        // A purged mail leaves only the name of its document, which the mail's table shows.
        if let Some(bytes) = books.contents(document.input)? {
            found.push((bytes, document.index));
        }
    }
    Ok(found)
}

/// The token of a notice that asks something: as it was born, or of today's key where the key of
/// then is gone and nobody has seen the mail.
fn token(world: &World, row: &NoticeRow) -> Option<String> {
    row.notice.ask.as_ref()?;
    let hash = row.token_hash.as_deref().unwrap_or_default();
    let born = world
        .key
        .token_born(&row.message_id, hash, world.clock.now());
    Some(born.unwrap_or_else(|| world.key.token(&row.message_id)))
}

fn render(world: &World, parts: &Parts, token: Option<&str>) -> Rendered {
    let Parts { row, thread, .. } = parts;
    let attachments: Vec<Attachment> = parts
        .brought
        .iter()
        .filter_map(|(bytes, index)| {
            let letter = mail::parse(bytes, &world.office.desk);
            letter.attachments.into_iter().nth(*index)
        })
        .collect();
    let with = Rendering {
        office: &world.office,
        message_id: &row.message_id,
        token,
        in_reply_to: thread.message_ids.last().map(String::as_str),
        references: &thread.message_ids,
        thread_subject: thread.subject.as_deref(),
        date: world.clock.now(),
        attachments: &attachments,
    };
    world
        .templates
        .render(&row.notice, &with)
        .unwrap_or_else(|error| {
            // A template never undoes a decision: the mail goes out plain, and operators see why.
            tracing::error!(notice = row.id, %error, "template failed; a plain mail is sent");
            letters::fallback(&row.notice, &with)
        })
}

/// The wait after so many tries.
fn wait(tries: u32) -> TimeDelta {
    let doubled = FIRST_WAIT_SECONDS << tries.min(20);
    TimeDelta::seconds(doubled.min(LONGEST_WAIT_SECONDS))
}

fn begin_try(world: &World, due: &DueNotice) -> Result<(), DeskError> {
    let (id, now) = (due.id, world.clock.now());
    let next = now + wait(due.tries);
    world
        .store
        .transact(move |books| books.begin_try(id, next, now).map_err(DeskError::from))
}

/// Whether the desk died over the making of a mail as often as is let.
fn is_deadly(world: &World, due: &DueNotice) -> bool {
    !due.made && due.tries >= world.office.desk.limits.tries
}

fn take_back(world: &World, id: i64) {
    let now = world.clock.now();
    let back = world
        .store
        .transact(move |books| books.take_notice_try_back(id, now).map_err(DeskError::from));
    if let Err(error) = back {
        tracing::warn!(notice = id, %error, "the counted try could not be taken back");
    }
}

/// Puts a notice off that cannot be read or made; after a few tries it is ended and told.
fn not_made(world: &World, due: DueNotice, error: &DeskError) -> Result<(), DeskError> {
    let message = due.message.as_str();
    tracing::error!(notice = due.id, message, %error, "mail could not be made");
    if due.tries + 1 < world.office.desk.limits.tries {
        return Ok(());
    }
    let why = format!("{message}: {error}");
    give_up(world, due, why)
}

fn record(
    world: &World,
    due: DueNotice,
    sent: Sent,
    (message_id, reached): (&str, bool),
) -> Result<(), DeskError> {
    let now = world.clock.now();
    let (id, message) = (due.id, due.message.as_str());
    let to = mask::address(&due.address);
    match sent {
        Sent::Sent { reply } => {
            tracing::info!(notice = id, %to, message, "mail sent");
            let noted = sent_list::note(world, &due, message_id);
            let is_noted = noted.is_ok();
            let lacks = world.store.transact(move |books| {
                books.end_notice(id, NoticeState::Sent, &reply, now)?;
                let lacks = sent_list::record(books, noted, now)?;
                outage::note(books, true, now)?;
                points::here(Point::RecordingSent);
                Ok::<_, DeskError>(lacks)
            })?;
            points::here(Point::RecordedSent);
            if is_noted {
                sent_list::mend(world, lacks);
            }
            Ok(())
        }
        Sent::Later { why } => put_off(world, due, why, reached),
        Sent::Never { why } => {
            world
                .store
                .transact(move |books| outage::note(books, true, now).map_err(DeskError::from))?;
            refused(world, due, why)
        }
    }
}

/// Puts a mail off that was not taken this time; a server that answers has five days to take it.
fn put_off(world: &World, due: DueNotice, why: String, reached: bool) -> Result<(), DeskError> {
    let (now, id, first) = (world.clock.now(), due.id, due.first_tried_at);
    let tried_for = world.store.transact(move |books| {
        outage::note(books, reached, now)?;
        Ok::<_, DeskError>(outage::tried_for(books, first, now)?)
    })?;
    // What does not come as far as an answer is no fault of the mail: it is never given up.
    let long = now - first.unwrap_or(now) >= GIVE_UP_AT_LAST;
    if reached && (tried_for >= GIVE_UP_AFTER || long) {
        return refused(world, due, why);
    }
    let (to, message) = (mask::address(&due.address), due.message.as_str());
    tracing::warn!(notice = id, %to, message, why = mask::words(&why), "mail not sent yet");
    let longest = match reached {
        // The tries that came to nothing while nobody answered make no wait longer.
        true => tried_for + TimeDelta::seconds(FIRST_WAIT_SECONDS),
        false => UNREACHED_WAIT,
    };
    let next = now + wait(due.tries).min(longest);
    world
        .store
        .transact(move |books| books.put_off(id, next, &why).map_err(DeskError::from))?;
    points::here(Point::PutOff);
    Ok(())
}

fn refused(world: &World, due: DueNotice, why: String) -> Result<(), DeskError> {
    let (to, message) = (mask::address(&due.address), due.message.as_str());
    tracing::error!(notice = due.id, %to, message, why = mask::words(&why), "mail refused");
    give_up(world, due, why)
}

/// A mail that cannot be delivered is told to a person; where even that fails, it is ended all the
/// same: else it would go out, or fail, again and again.
fn give_up(world: &World, due: DueNotice, why: String) -> Result<(), DeskError> {
    let (own, now, id, reply) = (world.clone(), world.clock.now(), due.id, why.clone());
    let told = world.store.transact(move |books| {
        books.end_notice(due.id, NoticeState::Failed, &why, now)?;
        let ledger = Ledger {
            books,
            world: &own,
            input: None,
            now,
        };
        tell_failure(&ledger, &due, why)?;
        points::here(Point::GivingUp);
        Ok::<_, DeskError>(())
    });
    if told.is_ok() {
        points::here(Point::GaveUp);
    }
    match told {
        Err(error) if !error.is_passing() => {
            tracing::error!(notice = id, %error, "nobody could be told that a mail failed");
            world.store.transact(move |books| {
                books
                    .end_notice(id, NoticeState::Failed, &reply, now)
                    .map_err(DeskError::from)
            })
        }
        told => told,
    }
}

/// Told through the request that it was about, else to the desk's people; never to the address that
/// failed, and a failed word about a failure is told to nobody: that would go round for ever.
fn tell_failure(ledger: &Ledger<'_>, due: &DueNotice, why: String) -> Result<(), DeskError> {
    let office = &ledger.world.office;
    let address = due.address.clone();
    let people = office
        .directory
        .holders(&office.desk.triage_role, None, None);
    let to_desk = people.iter().any(|p| p.addresses.contains(&address));
    if let Some(request) = due.request.filter(|_| !to_desk) {
        let event = Event::Unreachable { address, why };
        return ledger.apply(request, &event).map(|_| ());
    }
    let word = Undeliverable {
        summary: None,
        asked_instead: vec![],
        address: address.clone(),
        why,
    };
    let word = crate::request::Message::from(word);
    if due.message == word.template() {
        tracing::error!(
            notice = due.id,
            "nobody is told that a word about a failure failed"
        );
        return Ok(());
    }
    ledger.tell_desk(&word, Some(&address))
}
