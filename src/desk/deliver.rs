//! Sends notices that are due: made, kept, sent, recorded; no transaction is held while sending.

use chrono::{DateTime, TimeDelta, Utc};

use super::ledger::Ledger;
use super::mask;
use super::world::{DeskError, World};
use crate::delivery::{Delivery, Envelope, Sent};
use crate::letters::{self, Rendered, Rendering};
use crate::mail::{self, Attachment};
use crate::request::{Event, RequestId};
use crate::store::{Books, NoticeRow, NoticeState, Thread};

/// How long a mail is tried before it is given up.
const GIVE_UP_AFTER: TimeDelta = TimeDelta::days(5);
/// The first wait after a failed try; each further one is twice as long.
const FIRST_WAIT_SECONDS: i64 = 60;
/// The longest wait between two tries.
const LONGEST_WAIT_SECONDS: i64 = 4 * 3600;

/// Sends all that is due. Returns when the next notice is.
///
/// # Errors
/// The store failed; a mail that cannot be sent is no error.
pub fn turn(delivery: &mut Delivery, world: &World) -> Result<Option<DateTime<Utc>>, DeskError> {
    while send_one(delivery, world)? {}
    world
        .store
        .transact(|books| books.next_due().map_err(DeskError::from))
}

fn send_one(delivery: &mut Delivery, world: &World) -> Result<bool, DeskError> {
    let now = world.clock.now();
    let due = world
        .store
        .transact(move |books| books.due_notice(now).map_err(DeskError::from))?;
    let Some(row) = due else { return Ok(false) };
    if capped(world, &row)? {
        return Ok(true);
    }
    let bytes = match &row.bytes {
        Some(bytes) => bytes.clone(),
        None => make(world, &row)?,
    };
    let envelope = Envelope {
        return_path: Some(&world.office.desk.address),
        to: &row.notice.to.address,
        name: &row.message_id,
    };
    let sent = delivery.send(&envelope, &bytes);
    record(world, row, sent)?;
    Ok(true)
}

/// Puts a mail off to the next day where its address has had its share of this one.
fn capped(world: &World, row: &NoticeRow) -> Result<bool, DeskError> {
    let (id, address) = (row.id, row.notice.to.address.clone());
    let calendar = &world.office.calendar;
    let now = world.clock.now();
    let cap = world.office.desk.limits.mails_per_address_and_day;
    let since = now - TimeDelta::days(1);
    let tomorrow = calendar.next_open(now + TimeDelta::hours(12), None);
    world.store.transact(move |books| {
        if books.count_sent(&address, since)? < cap {
            return Ok(false);
        }
        let masked = mask::address(&address);
        tracing::warn!(notice = id, to = %masked, cap, "daily cap reached; mail put off");
        books.put_off(id, tomorrow, "daily cap of mails to this address", false)?;
        Ok(true)
    })
}

/// Makes the mail and keeps its bytes, so that every try sends the same.
fn make(world: &World, row: &NoticeRow) -> Result<Vec<u8>, DeskError> {
    let own = world.clone();
    let row = row.clone();
    let now = world.clock.now();
    world.store.transact(move |books| {
        let rendered = render(&own, books, &row, now)?;
        books.keep_bytes(row.id, &rendered.subject, &rendered.bytes)?;
        Ok(rendered.bytes)
    })
}

fn render(
    world: &World,
    books: &Books<'_>,
    row: &NoticeRow,
    now: DateTime<Utc>,
) -> Result<Rendered, DeskError> {
    let thread = match row.request {
        Some(request) => books.thread(request, &row.notice.to.address, row.id)?,
        None => Thread::default(),
    };
    let attachments = match row.request.filter(|_| row.notice.documents) {
        Some(request) => documents(world, books, request)?,
        None => vec![],
    };
    let token = row
        .notice
        .ask
        .as_ref()
        .map(|_| world.key.token(&row.message_id));
    let with = Rendering {
        office: &world.office,
        message_id: &row.message_id,
        token: token.as_deref(),
        in_reply_to: thread.message_ids.last().map(String::as_str),
        references: &thread.message_ids,
        thread_subject: thread.subject.as_deref(),
        date: now,
        attachments: &attachments,
    };
    Ok(world
        .templates
        .render(&row.notice, &with)
        .unwrap_or_else(|error| {
            // A template never undoes a decision: the mail goes out plain, and operators see why.
            tracing::error!(notice = row.id, %error, "template failed; a plain mail is sent");
            letters::fallback(&row.notice, &with)
        }))
}

/// The documents of a request, taken from the mails that brought them.
fn documents(
    world: &World,
    books: &Books<'_>,
    request: RequestId,
) -> Result<Vec<Attachment>, DeskError> {
    let Some(request) = books.request(request)? else {
        return Ok(vec![]);
    };
    let mut found = vec![];
    for document in &request.documents {
        // A purged mail leaves only the name of its document, which the mail's table shows.
        let Some(bytes) = books.contents(document.input)? else {
            continue;
        };
        let letter = mail::parse(&bytes, &world.office.desk);
        found.extend(letter.attachments.into_iter().nth(document.index));
    }
    Ok(found)
}

fn record(world: &World, row: NoticeRow, sent: Sent) -> Result<(), DeskError> {
    let own = world.clone();
    let now = world.clock.now();
    let to = mask::address(&row.notice.to.address);
    let message = row.notice.message.template();
    match &sent {
        Sent::Sent { .. } => tracing::info!(notice = row.id, %to, message, "mail sent"),
        Sent::Later { why } => {
            tracing::warn!(notice = row.id, %to, message, why, "mail not sent yet")
        }
        Sent::Never { why } => tracing::error!(notice = row.id, %to, message, why, "mail refused"),
    }
    world.store.transact(move |books| match sent {
        Sent::Sent { reply } => Ok(books.end_notice(row.id, NoticeState::Sent, &reply, now)?),
        Sent::Later { why } if now - row.created_at < GIVE_UP_AFTER => {
            let doubled = FIRST_WAIT_SECONDS << row.tries.min(20);
            let wait = TimeDelta::seconds(doubled.min(LONGEST_WAIT_SECONDS));
            Ok(books.put_off(row.id, now + wait, &why, true)?)
        }
        Sent::Later { why } | Sent::Never { why } => give_up(&own, books, &row, &why, now),
    })
}

/// A mail that cannot be delivered is told to a person, through the request that it was about.
fn give_up(
    world: &World,
    books: &Books<'_>,
    row: &NoticeRow,
    why: &str,
    now: DateTime<Utc>,
) -> Result<(), DeskError> {
    books.end_notice(row.id, NoticeState::Failed, why, now)?;
    let desk = &world.office.desk;
    let people = world
        .office
        .directory
        .holders(&desk.triage_role, None, None);
    // The desk's people cannot be told by mail that mail to them does not arrive.
    let to_desk = people
        .iter()
        .any(|p| p.addresses.contains(&row.notice.to.address));
    if let Some(request) = row.request.filter(|_| !to_desk) {
        let ledger = Ledger {
            books,
            world,
            input: None,
            now,
        };
        let address = row.notice.to.address.clone();
        ledger.apply(
            request,
            &Event::Unreachable {
                address,
                why: why.to_owned(),
            },
        )?;
    }
    Ok(())
}
