//! Handles one stored mail: read it, judge it, apply what follows, in one transaction.

use chrono::{DateTime, TimeDelta, Utc};

use super::cap;
use super::flood;
use super::ledger::Ledger;
use super::receive::{cannot_be_read, header, is_of_a_person, parsed};
use super::world::{DeskError, World, guarded};
use super::{content, mask, sort};
use crate::documents::Document;
use crate::judge::{self, Case, Clues, Fate, Judged, Judgement, Known};
use crate::mail::{self, Letter, Origin, SenderAuthentication};
use crate::office::{Office, Procedure};
use crate::points::{self, Point};
use crate::reading::{self, Reading};
use crate::request::{Notice, Party, RequestId, TriageReceived};
use crate::store::{Handled, StoredMail};

/// What a turn did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decided {
    /// There was nothing to handle.
    Nothing,
    /// A mail was handled, or set aside for a person.
    Mail {
        /// Its row.
        input: i64,
        /// Why it led to what it led to.
        reason: String,
    },
    /// A mail could not be handled this time.
    Failed {
        /// Its row.
        input: i64,
    },
}

/// Handles the next mail.
///
/// # Errors
/// The store failed; a mail that fails is no error: it is tried again, then parked.
pub fn turn(world: &World) -> Result<Decided, DeskError> {
    let Some(mail) = world
        .store
        .transact(|books| books.next_mail().map_err(DeskError::from))?
    else {
        return Ok(Decided::Nothing);
    };
    points::here(Point::Taken);
    let input = mail.id;
    if mail.tries > world.office.desk.limits.tries {
        return park(world, &mail);
    }
    match handle(world, &mail) {
        Ok(reason) => Ok(Decided::Mail {
            input,
            reason: reason.to_owned(),
        }),
        // A full disk is not the mail's fault: it must not be parked for that.
        Err(error) if error.is_passing() => {
            let back = world
                .store
                .transact(move |books| books.take_try_back(input).map_err(DeskError::from));
            if let Err(error) = back {
                tracing::warn!(input, %error, "the counted try could not be taken back");
            }
            Err(error)
        }
        Err(error) => {
            tracing::error!(input, %error, "mail could not be handled; it is tried again");
            Ok(Decided::Failed { input })
        }
    }
}

/// Sets a mail aside that was tried too often, and tells the desk's people and its sender.
fn park(world: &World, mail: &StoredMail) -> Result<Decided, DeskError> {
    let (input, reason) = (mail.id, "too-many-tries");
    tracing::error!(input, reason, "mail set aside for a person");
    // Whatever is wrong with it must not keep the word about it from going out: only its header is
    // looked at, and not even that if this may have brought the process down twice.
    let looks = mail.tries <= world.office.desk.limits.tries + 2;
    let bytes = contents(world, input).ok().filter(|_| looks);
    let letter = bytes.and_then(|bytes| parsed(world, header(&bytes)));
    let word = letter.as_ref().and_then(|letter| receipt(world, letter));
    let (own, now) = (world.clone(), world.clock.now());
    world.store.transact(move |books| {
        let ledger = Ledger {
            books,
            world: &own,
            input: Some(input),
            now,
        };
        ledger.tell_desk(&cannot_be_read(input, reason, letter.as_ref()), None)?;
        if let Some(notice) = &word {
            ledger.tell(None, notice)?;
        }
        mark_handled(&ledger, input, true, reason)?;
        points::here(Point::Parking);
        Ok::<_, DeskError>(())
    })?;
    points::here(Point::Parked);
    Ok(Decided::Mail {
        input,
        reason: reason.to_owned(),
    })
}

/// A word to the sender that a person will look at the mail; none for strangers and machines.
fn receipt(world: &World, letter: &Letter) -> Option<Notice> {
    let person = world
        .office
        .directory
        .by_address(&letter.from.as_ref()?.address)?;
    if !is_of_a_person(letter) {
        return None;
    }
    let message = TriageReceived {
        subject: letter.subject.clone(),
    };
    Some(Notice {
        to: Party::of(person),
        message: message.into(),
        ask: None,
        due: world.clock.now(),
        documents: false,
        files: vec![],
    })
}

fn contents(world: &World, input: i64) -> Result<Vec<u8>, DeskError> {
    let bytes = world
        .store
        .transact(move |books| books.contents(input).map_err(DeskError::from))?;
    bytes.ok_or(DeskError::NoContents)
}

/// A mail, read.
pub(super) struct Read {
    pub letter: Letter,
    pub documents: Vec<Document>,
    pub reading: Reading,
}

fn handle(world: &World, mail: &StoredMail) -> Result<&'static str, DeskError> {
    let read = read(world, mail, None)?;
    points::here(Point::Read);
    let clues = judge::clues(&read.letter, &read.reading, &world.office);
    let (own, input, received_at) = (world.clone(), mail.id, mail.received_at);
    let now = world.clock.now();
    let reason = world.store.transact(move |books| {
        let ledger = Ledger {
            books,
            world: &own,
            input: Some(input),
            now,
        };
        let reason = conclude(&ledger, input, &read, &clues, received_at)?;
        points::here(Point::Deciding);
        Ok::<_, DeskError>(reason)
    })?;
    points::here(Point::Decided);
    Ok(reason)
}

/// Makes the tables of the readers before the first mail is in hand: whoever ends a process that
/// has just started would else seem to have been ended by that mail.
pub fn warm_up(world: &World) {
    let office = &world.office;
    let day = office.calendar.local(world.clock.now(), None).date_naive();
    let read = guarded(|| {
        let letter = mail::parse(reading::SAMPLE.as_bytes(), &office.desk);
        let _ = reading::decide(&letter, reading::RoleOfSender::Approver);
        reading::read(&letter, &[], office, day)
    });
    if let Err(error) = read {
        tracing::error!(%error, "the readers do not work");
    }
}

/// Reading is pure and happens outside any transaction. Where somebody has said which procedure it
/// asks for, that one's data are read.
pub(super) fn read(
    world: &World,
    mail: &StoredMail,
    procedure: Option<&Procedure>,
) -> Result<Read, DeskError> {
    let office = &world.office;
    let bytes = contents(world, mail.id)?;
    points::here_with(Point::Reading, &bytes);
    let letter = guarded(|| mail::parse(&bytes, &office.desk))?;
    let documents = world.sandbox.read(&letter.attachments)?;
    let day = office.calendar.local(mail.received_at, None).date_naive();
    let reading = guarded(|| match procedure {
        Some(procedure) => reading::read_for(procedure, &letter, &documents, office, day),
        None => reading::read(&letter, &documents, office, day),
    })?;
    Ok(Read {
        letter,
        documents,
        reading,
    })
}

fn conclude(
    ledger: &Ledger<'_>,
    input: i64,
    read: &Read,
    clues: &Clues,
    received_at: DateTime<Utc>,
) -> Result<&'static str, DeskError> {
    let (books, office) = (ledger.books, &ledger.world.office);
    let (message_id, sender) = described(ledger, input, read, clues)?;
    let authentication = read.letter.authentication;
    let original = books.original(input)?;
    let judgement = if original.is_some() {
        // The very same mail through another door: it was answered the first time.
        Judgement {
            judged: vec![],
            fate: Fate::Done,
            reason: "repeated",
        }
    } else {
        let clues = &proven(ledger, clues)?;
        let known = known(ledger, clues, (input, received_at))?;
        let answered = books.bytes_answered(&clues.tokens, &clues.message_ids)?;
        let own = answered.map(|bytes| own_words(office, read, &bytes, received_at));
        let own = own.transpose()?.flatten();
        let (letter, reading) = match &own {
            Some((letter, reading)) => (letter, reading),
            None => (&read.letter, &read.reading),
        };
        let case = Case {
            input,
            letter,
            documents: &read.documents,
            reading,
            known: &known,
            office,
            received_at,
        };
        bounded(ledger, &case, judge::judge(&case))?
    };
    let judgement = flood::bounded(ledger, (input, read, &sender), judgement)?;
    let (reason, fate) = (judgement.reason, judgement.fate);
    let review = fate == Fate::Review;
    for judged in judgement.judged {
        // A machine's mail is no part of anybody's conversation.
        if let Some(request) = apply(ledger, judged)?
            && !message_id.is_empty()
            && read.letter.origin == Origin::Person
            // Nor is a forged one: the real person's next mail must not thread under it.
            && authentication != SenderAuthentication::Fails
        {
            books.belongs(&message_id, request, &sender, input)?;
        }
    }
    mark_handled(ledger, input, review, reason)?;
    if original.is_some_and(|original| original.review) {
        books.file_for_review(input)?;
    }
    let from = mask::address(&sender);
    tracing::info!(input, %from, ?authentication, reason, review, "mail handled");
    Ok(reason)
}

/// What is known of the clues, and what hangs together with the mail.
fn known(
    ledger: &Ledger<'_>,
    clues: &Clues,
    (input, received_at): (i64, DateTime<Utc>),
) -> Result<Known, DeskError> {
    let days = ledger.world.office.desk.limits.duplicate_days;
    let since = received_at - TimeDelta::days(i64::from(days));
    let mut known = ledger.books.known(clues, since)?;
    ledger.books.kin(&mut known, clues, input, since)?;
    Ok(known)
}

/// Notes what a mail says of itself, whatever comes of it. Returns its Message-ID and sender.
fn described(
    ledger: &Ledger<'_>,
    input: i64,
    read: &Read,
    clues: &Clues,
) -> Result<(String, String), DeskError> {
    let (books, letter) = (ledger.books, &read.letter);
    let message_id = letter.message_id.clone().unwrap_or_default();
    let sender = clues.sender.clone().unwrap_or_default();
    books.describe_mail(input, &message_id, &sender, &letter.subject)?;
    content::note(books, input, letter)?;
    let verdict = letter.authentication.name();
    books.note_authentication(input, verdict, &letter.authentication_words)?;
    note_bounce(ledger, read, clues)?;
    books.note_replies(input, &clues.tokens, &clues.message_ids)?;
    if let Some(words) = words(letter) {
        books.note_words(input, &words)?;
    }
    Ok((message_id, sender))
}

/// Notes on a mail of ours that it came back for good.
fn note_bounce(ledger: &Ledger<'_>, read: &Read, clues: &Clues) -> Result<(), DeskError> {
    if let Origin::Bounce(bounce) = &read.letter.origin
        && let Some(dead) = bounce.recipients.iter().find(|r| r.permanent)
    {
        let why = dead.status.as_deref().unwrap_or_default();
        let ours = (clues.message_ids.as_slice(), clues.tokens.as_slice());
        ledger.books.came_back(ours, why)?;
    }
    Ok(())
}

/// What an answer says beside the words of ours that it brings back without a mark, and what that
/// asks for; none where it brings none back. Else our own summary would be taken for a memorandum.
fn own_words(
    office: &Office,
    read: &Read,
    answered: &[u8],
    received_at: DateTime<Utc>,
) -> Result<Option<(Letter, Reading)>, DeskError> {
    let letter = mail::without_echo(&read.letter, &mail::every_text(answered));
    if letter.text == read.letter.text {
        return Ok(None);
    }
    let day = office.calendar.local(received_at, None).date_naive();
    let reading = guarded(|| reading::read(&letter, &read.documents, office, day))?;
    Ok(Some((letter, reading)))
}

/// A judgement that opens one unproven request too many in somebody's name opens nothing: the mail
/// waits for a person. Of the first one of the day the desk's people and its sender are told; the
/// rest stand in the digest.
fn bounded(
    ledger: &Ledger<'_>,
    case: &Case<'_>,
    judgement: Judgement,
) -> Result<Judgement, DeskError> {
    let (books, now) = (ledger.books, ledger.now);
    points::here(Point::Judged);
    for judged in &judgement.judged {
        if let Judged::Open(opening) = judged
            && cap::is_flooded(books, opening, now)?
        {
            let told = cap::is_flood_told(books, &opening.requester, now)?;
            let set_aside = judge::too_many(case);
            return Ok(match told {
                true => Judgement {
                    judged: vec![],
                    ..set_aside
                },
                false => set_aside,
            });
        }
    }
    Ok(judgement)
}

/// The clues with those tokens alone that our key made: neither a thief of the database nor one of
/// the key can make one that counts.
fn proven(ledger: &Ledger<'_>, clues: &Clues) -> Result<Clues, DeskError> {
    let mut proven = clues.clone();
    proven.tokens.clear();
    for token in &clues.tokens {
        let Some(message_id) = ledger.books.message_id_of_token(token)? else {
            continue;
        };
        if ledger.world.key.is_token_of(&message_id, token, ledger.now) {
            proven.tokens.push(token.clone());
        } else {
            let input = ledger.input;
            tracing::warn!(input, "a token of a key that is accepted no more");
        }
    }
    Ok(proven)
}

pub(super) fn apply(ledger: &Ledger<'_>, judged: Judged) -> Result<Option<RequestId>, DeskError> {
    Ok(match judged {
        Judged::Open(opening) => Some(ledger.open(*opening)?.0),
        Judged::Apply(request, event) => ledger.apply(request, &event)?.map(|_| request),
        Judged::Tell(notice) => {
            ledger.tell(None, &notice)?;
            None
        }
        Judged::Sort {
            input,
            by,
            reason,
            to,
        } => {
            sort::order(ledger, (input, to), by, reason)?;
            None
        }
    })
}

/// What a mail says to who reads it, however its parts are wrapped: its new words and its files.
fn words(letter: &Letter) -> Option<Vec<u8>> {
    let text = letter.text.split_whitespace();
    let mut words = text.collect::<Vec<_>>().join(" ").into_bytes();
    for file in &letter.attachments {
        words.push(0);
        words.extend_from_slice(file.name.as_bytes());
        words.push(0);
        words.extend_from_slice(&file.bytes);
    }
    Some(words).filter(|words| !words.is_empty())
}

fn mark_handled(
    ledger: &Ledger<'_>,
    input: i64,
    review: bool,
    reason: &str,
) -> Result<(), DeskError> {
    let handled = Handled {
        id: input,
        review,
        reason: reason.to_owned(),
    };
    ledger.books.handled(&handled)?;
    Ok(ledger.books.note_handled(input, ledger.now)?)
}
