//! A mail that was set aside is placed by hand: it opens a request, belongs to one, or to none.

use super::carry_out::{Done, Prepared};
use super::command::{Command, Order, Sorting};
use super::decide::{self, Read};
use super::ledger::Ledger;
use super::world::DeskError;
use crate::judge::{self, Case, Judgement, Known, SortTo};
use crate::mail::Origin;
use crate::office::Office;
use crate::request::{
    NotSorted, Notice, Operator, Party, RequestId, Sorted, TriageDone, TriageOption, TriageReason,
};
use crate::store::{StoreError, StoredMail};

/// Subject and sender of a mail.
pub(super) fn names(read: &Read) -> (String, String) {
    let from = read.letter.from.as_ref();
    let from = from.map_or_else(String::new, |a| a.address.clone());
    (read.letter.subject.clone(), from)
}

/// All procedures by the number that one answers with.
pub(super) fn options(office: &Office) -> Vec<TriageOption> {
    let numbered = office.procedures.iter().enumerate();
    let option = |(index, procedure): (usize, &crate::office::Procedure)| TriageOption {
        number: index + 1,
        id: procedure.id.clone(),
        name: procedure.name.clone(),
    };
    numbered.map(option).collect()
}

fn refused(input: i64, why: NotSorted) -> Done {
    let words = match why {
        NotSorted::SortedAlready => "it is not set aside, or not any more; see `mesad list`",
        NotSorted::NoSuchRequest => "there is no such request, or procedure",
        NotSorted::NotAllowed => {
            "its sender or signatory may not ask for that procedure; open it all the same with \
             --override"
        }
        NotSorted::UnknownSignatory => {
            "the directory does not know who signed the memorandum; open it in the name of its \
             sender with --override"
        }
        NotSorted::NoSender => "nobody can tell who sent it: nothing can be opened in their name",
        NotSorted::Unclear | NotSorted::Unproven | NotSorted::Failed => "it cannot be placed",
    };
    Done {
        not_sorted: Some(why),
        ..Done::refused(format!("mail {input}: {words}"))
    }
}

/// Stores the order of somebody of the desk who answered a triage mail: a turn carries it out.
///
/// # Errors
/// The store failed.
pub(super) fn order(
    ledger: &Ledger<'_>,
    (input, to): (i64, SortTo),
    by: Operator,
    reason: String,
) -> Result<(), DeskError> {
    let to = match to {
        SortTo::Procedure(id) => Sorting::Procedure { id, beyond: false },
        SortTo::NotOurs => Sorting::NotOurs,
        SortTo::Request(wanted) => match meant(ledger, &wanted)? {
            Some(request) => Sorting::Request(request),
            // None has this key: the turn says so, to who answered.
            None => Sorting::Request(RequestId(0)),
        },
    };
    let cell = by.cell();
    let order = Order::Sort { input, to };
    let command = Command { by, reason, order };
    let body = serde_json::to_string(&command).map_err(StoreError::from)?;
    let books = ledger.books;
    books.add_command(&cell, &body, ledger.input, ledger.now)?;
    Ok(())
}

/// The request with a number, or the last one whose number ends in these digits.
fn meant(ledger: &Ledger<'_>, wanted: &str) -> Result<Option<RequestId>, DeskError> {
    let digits = |text: &str| text.rsplit('-').next().and_then(|d| d.parse::<u64>().ok());
    let whole = wanted.contains('-');
    let fits = |number: &String| match whole {
        true => number.eq_ignore_ascii_case(wanted),
        false => digits(number) == digits(wanted),
    };
    let found = ledger.books.numbers(true)?.into_iter().find(fits);
    Ok(match found {
        Some(number) => ledger.books.id_of_number(&number)?,
        None => None,
    })
}

/// Places a mail.
///
/// # Errors
/// The store failed.
pub(super) fn sort(
    ledger: &Ledger<'_>,
    command: &Command,
    (input, to): (i64, &Sorting),
    prepared: &Prepared,
) -> Result<Done, DeskError> {
    let books = ledger.books;
    if *to == Sorting::NotOurs && books.is_never_whole(input)? {
        return closed_unread(ledger, command, input);
    }
    // Another answer may have come first.
    let (Prepared::Mail(mail, read), Some(_)) = (prepared, books.parked_mail(input)?) else {
        return Ok(refused(input, NotSorted::SortedAlready));
    };
    let ledger = Ledger {
        books,
        world: ledger.world,
        input: Some(input),
        now: ledger.now,
    };
    let mut known = Known::default();
    if let Sorting::Request(id) = to
        && let Some(request) = books.request(*id)?
    {
        known.requests.insert(*id, request);
    }
    let judgement = match judged(&ledger, command, to, (mail, read, &known)) {
        Ok(judgement) => judgement,
        Err(why) => return Ok(refused(input, why)),
    };
    let mut about = None;
    for judged in judgement.judged {
        about = decide::apply(&ledger, judged)?.or(about);
    }
    let (subject, from) = names(read);
    if let (Some(request), Some(message_id)) = (about, &read.letter.message_id)
        && read.letter.origin == Origin::Person
    {
        books.belongs(message_id, request, &from, input)?;
    }
    books.sorted(input, judgement.reason)?;
    let what = format!("sorted: {}", judgement.reason);
    books.journal_mail(input, &what, &command.by.cell(), ledger.now)?;
    let sorted = match to {
        Sorting::Procedure { .. } => Sorted::Opened,
        Sorting::Request(_) => Sorted::Added,
        Sorting::NotOurs => Sorted::NotOurs,
    };
    let number = tell_others(&ledger, command, (sorted, about), (subject, from))?;
    Ok(Done::said(match (sorted, number) {
        (Sorted::Opened, Some(number)) => format!("mail {input} opened {number}"),
        (Sorted::Added, Some(number)) => format!("mail {input} belongs to {number}"),
        (_, _) => format!("mail {input} is none of the desk's; its sender is told why"),
    }))
}

/// Closes a mail that never came in whole: there is nothing to answer. Its sender, or the desk's
/// people, were told when it was set aside.
fn closed_unread(ledger: &Ledger<'_>, command: &Command, input: i64) -> Result<Done, DeskError> {
    let books = ledger.books;
    books.sorted(input, "not-ours")?;
    let what = "sorted: not-ours";
    books.journal_mail(input, what, &command.by.cell(), ledger.now)?;
    let words = format!("mail {input}, which never came in whole, is closed; nobody is told");
    Ok(Done::said(words))
}

fn judged(
    ledger: &Ledger<'_>,
    command: &Command,
    to: &Sorting,
    (mail, read, known): (&StoredMail, &Read, &Known),
) -> Result<Judgement, NotSorted> {
    let office = &ledger.world.office;
    let case = Case {
        input: mail.id,
        letter: &read.letter,
        documents: &read.documents,
        reading: &read.reading,
        known,
        office,
        received_at: mail.received_at,
    };
    let not = |why| match why {
        TriageReason::NoSender => NotSorted::NoSender,
        TriageReason::UnknownSignatory => NotSorted::UnknownSignatory,
        TriageReason::Unclassified | TriageReason::NotAllowed => NotSorted::NotAllowed,
        TriageReason::CannotBeRead | TriageReason::TooMany => NotSorted::Failed,
    };
    match to {
        Sorting::Procedure { id, beyond } => {
            let procedure = office.procedure(id).ok_or(NotSorted::NoSuchRequest)?;
            judge::sorted_as(&case, procedure, *beyond).map_err(not)
        }
        Sorting::Request(id) => {
            let request = known.requests.get(id).ok_or(NotSorted::NoSuchRequest)?;
            judge::sorted_to(&case, request).map_err(not)
        }
        Sorting::NotOurs => Ok(judge::not_ours(&case, &command.reason)),
    }
}

/// Tells the others of the desk that somebody has placed it. Returns the request's number.
fn tell_others(
    ledger: &Ledger<'_>,
    command: &Command,
    (sorted, about): (Sorted, Option<RequestId>),
    (subject, from): (String, String),
) -> Result<Option<String>, DeskError> {
    let request = match about {
        Some(id) => ledger.books.request(id)?,
        None => None,
    };
    let message = TriageDone {
        subject,
        from,
        by: command.by.name().to_owned(),
        sorted,
        request: request.as_ref().map(|r| r.number.clone()),
        procedure: request.as_ref().map(|r| r.procedure.name.clone()),
        reason: Some(command.reason.clone()).filter(|r| !r.is_empty()),
    };
    let desk = &ledger.world.office.desk;
    let directory = &ledger.world.office.directory;
    for person in directory.holders(&desk.triage_role, None, None) {
        let to = Party::of(person);
        if command.by.party().is(&to) {
            continue;
        }
        let notice = Notice {
            to,
            message: message.clone().into(),
            ask: None,
            due: ledger.now,
            documents: false,
            files: vec![],
        };
        ledger.tell(None, &notice)?;
    }
    Ok(request.map(|r| r.number))
}
