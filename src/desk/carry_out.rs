//! One command carried out: what it needs is read first, then all of it happens in the caller's
//! transaction.

use super::absence;
use super::command::{Command, Order, RequestOrder, Sorting};
use super::decide::{self, Read};
use super::ledger::Ledger;
use super::sort;
use super::world::{DeskError, World};
use crate::office::{Fields, PersonId, ProcedureId};
use crate::request::{
    self, Act, Ask, AskedFor, Event, NotSorted, Notice, Operated, Outcome, Request, RequestId,
    TriageUnclear,
};
use crate::store::{StoredMail, ToldAbsence};

/// What came of a command.
pub(super) struct Done {
    /// Whether it was refused.
    pub refused: bool,
    /// What came of it, or why it was refused: for the operator.
    pub words: String,
    /// Why a mail was not placed.
    pub not_sorted: Option<NotSorted>,
}

impl Done {
    pub(super) fn said(words: String) -> Self {
        Self {
            refused: false,
            words,
            not_sorted: None,
        }
    }

    pub(super) fn refused(words: String) -> Self {
        Self {
            refused: true,
            words,
            not_sorted: None,
        }
    }
}

/// What a command needs that must not be read within a transaction.
pub(super) enum Prepared {
    /// Nothing, or it is not there.
    Nothing,
    /// A mail, read.
    Mail(StoredMail, Box<Read>),
}

/// Reads what the command needs.
///
/// # Errors
/// The store or the reader of documents failed.
pub(super) fn prepare(world: &World, command: &Command) -> Result<Prepared, DeskError> {
    let (mail, procedure) = match &command.order {
        Order::Sort { input, to } => {
            let (input, procedure) = (
                *input,
                match to {
                    Sorting::Procedure { id, .. } => Some(id),
                    Sorting::NotOurs | Sorting::Request(_) => None,
                },
            );
            let mail = world
                .store
                .transact(move |books| Ok::<_, DeskError>(books.parked_mail(input)?))?;
            (mail, procedure)
        }
        Order::Request {
            request,
            act: RequestOrder::Reclassify { procedure, .. },
        } => {
            let request = *request;
            let mail = world
                .store
                .transact(move |books| Ok::<_, DeskError>(books.opening_mail(request)?))?;
            (mail, Some(procedure))
        }
        Order::Request { .. } | Order::AbsenceAdd { .. } | Order::AbsenceEnd { .. } => {
            return Ok(Prepared::Nothing);
        }
    };
    let Some(mail) = mail else {
        return Ok(Prepared::Nothing);
    };
    let procedure = procedure.and_then(|id| world.office.procedure(id));
    let read = decide::read(world, &mail, procedure)?;
    Ok(Prepared::Mail(mail, Box::new(read)))
}

/// Carries a command out.
///
/// # Errors
/// The store failed. What does not fit is no error: it is refused.
pub(super) fn carry_out(
    ledger: &Ledger<'_>,
    command: &Command,
    prepared: &Prepared,
) -> Result<Done, DeskError> {
    match &command.order {
        Order::Request { request, act } => {
            let Some(found) = ledger.books.request(*request)? else {
                return Ok(Done::refused("there is no such request".to_owned()));
            };
            if let Some(at) = ledger.books.purged_at(*request)? {
                let (number, day) = (&found.number, at.date_naive());
                return Ok(Done::refused(format!(
                    "{number}: its contents were purged on {day}; nothing can be done with it"
                )));
            }
            operate(ledger, command, (&found, act), prepared)
        }
        Order::Sort { input, to } => sort::sort(ledger, command, (*input, to), prepared),
        Order::AbsenceAdd {
            person,
            from,
            until,
            substitute,
        } => {
            let told = ToldAbsence {
                id: 0,
                person: person.clone(),
                from: *from,
                until: *until,
                substitute: substitute.clone(),
                by: command.by.clone(),
                reason: command.reason.clone(),
            };
            absence_add(ledger, told)
        }
        Order::AbsenceEnd { person } => absence_end(ledger, command, person),
    }
}

fn operate(
    ledger: &Ledger<'_>,
    command: &Command,
    (request, order): (&Request, &RequestOrder),
    prepared: &Prepared,
) -> Result<Done, DeskError> {
    let act = match order {
        RequestOrder::Decide(ruling) => Act::Decide(*ruling),
        RequestOrder::Assign { to, beyond } => Act::Assign {
            to: to.clone(),
            beyond: *beyond,
        },
        RequestOrder::Amend(fields) => Act::Amend {
            fields: fields.clone(),
        },
        RequestOrder::Withdraw => Act::Withdraw,
        RequestOrder::Reopen => Act::Reopen,
        RequestOrder::Release => Act::Release,
        RequestOrder::Reclassify { procedure, beyond } => {
            match reclassified(ledger, request, procedure, prepared) {
                Some((procedure, fields, invalid)) => Act::Reclassify {
                    procedure: Box::new(procedure),
                    fields,
                    invalid,
                    beyond: *beyond,
                },
                None => {
                    let id = procedure.as_str();
                    return Ok(Done::refused(format!("the office has no procedure {id}")));
                }
            }
        }
    };
    let operated = Operated::new(command.by.clone(), command.reason.clone(), act);
    let office = absence::office_today(ledger.books, ledger.world)?;
    let refusal = request::refusal(request, &operated, &office);
    let event = Event::Operated(operated);
    let outcome = ledger.apply(request.id, &event)?;
    if let Some(refusal) = refusal {
        return Ok(Done::refused(format!("{}: {refusal}", request.number)));
    }
    let outcome = outcome.unwrap_or(Outcome::Nothing);
    Ok(Done::said(came_of(ledger, request.id, outcome)?))
}

/// A procedure, the request's data as they are read for it, and what cannot be right.
type Reclassified = (
    crate::office::Procedure,
    Fields,
    Vec<crate::office::Invalid>,
);

/// The mail is read again for the other procedure; what was learnt since stays, where the other
/// asks for the same.
fn reclassified(
    ledger: &Ledger<'_>,
    request: &Request,
    procedure: &ProcedureId,
    prepared: &Prepared,
) -> Option<Reclassified> {
    let procedure = ledger.world.office.procedure(procedure)?.clone();
    let (mut fields, mut invalid) = match prepared {
        Prepared::Mail(_, read) => (read.reading.fields.clone(), read.reading.invalid.clone()),
        Prepared::Nothing => (Fields::new(), vec![]),
    };
    for (name, datum) in &request.fields {
        let kind = |p: &crate::office::Procedure| p.field(name).map(|f| f.kind);
        if kind(&procedure).is_some() && kind(&procedure) == kind(&request.procedure) {
            fields.insert(name.clone(), datum.clone());
            invalid.retain(|i| &i.field != name);
        }
    }
    Some((procedure, fields, invalid))
}

/// What came of something done to a request, in words.
pub(super) fn came_of(
    ledger: &Ledger<'_>,
    id: RequestId,
    outcome: Outcome,
) -> Result<String, DeskError> {
    let Some(request) = ledger.books.request(id)? else {
        return Ok("nothing".to_owned());
    };
    let outcome = serde_json::to_value(outcome).unwrap_or_default();
    let outcome = outcome.as_str().unwrap_or_default().replace('-', " ");
    let state = request.state.shown().replace('-', " ");
    Ok(match request.held_by() {
        by if by.is_empty() => format!("{}: {outcome}; now {state}", request.number),
        by => format!("{}: {outcome}; now {state}, held by {by}", request.number),
    })
}

fn absence_add(ledger: &Ledger<'_>, told: ToldAbsence) -> Result<Done, DeskError> {
    let directory = &ledger.world.office.directory;
    let Some(person) = directory.person(&told.person) else {
        return Ok(Done::refused(
            "the directory does not know this person".to_owned(),
        ));
    };
    let name = person.name.clone();
    let id = ledger.books.add_absence(&told)?;
    let told = ToldAbsence { id, ..told };
    let calendar = &ledger.world.office.calendar;
    let today = calendar.local(ledger.now, None).date_naive();
    let days = format!("from {} to {}", told.from, told.until);
    if told.from > today {
        return Ok(Done::said(format!(
            "{name} is away {days}; who stands in is asked from that day on"
        )));
    }
    let seen_to = absence::begin(ledger, &told)?;
    Ok(Done::said(format!(
        "{name} is away {days}; {seen_to} open requests waited for them"
    )))
}

fn absence_end(
    ledger: &Ledger<'_>,
    command: &Command,
    person: &PersonId,
) -> Result<Done, DeskError> {
    let calendar = &ledger.world.office.calendar;
    let today = calendar.local(ledger.now, None).date_naive();
    let ended = ledger.books.end_absences(person, today, ledger.now)?;
    let name = &person.0;
    if ended == 0 {
        return Ok(Done::refused(format!(
            "no absence of {name} was told here; those of the directory stand in its files"
        )));
    }
    tracing::info!(
        person = name,
        by = command.by.cell(),
        ended,
        "absence ended"
    );
    Ok(Done::said(format!(
        "{name} is back; {ended} absences ended"
    )))
}

/// Tells who answered a triage mail why the mail was not placed.
pub(super) fn tell_not_sorted(
    ledger: &Ledger<'_>,
    command: &Command,
    prepared: &Prepared,
    why: NotSorted,
) -> Result<(), DeskError> {
    let (Some(to), Order::Sort { input, .. }) = (&command.by.person, &command.order) else {
        return Ok(());
    };
    let (subject, from) = match prepared {
        Prepared::Mail(_, read) => sort::names(read),
        Prepared::Nothing => (String::new(), String::new()),
    };
    let again = matches!(
        why,
        NotSorted::NoSuchRequest | NotSorted::NotAllowed | NotSorted::UnknownSignatory
    );
    let message = TriageUnclear {
        input: *input,
        subject,
        from,
        said: String::new(),
        why,
        options: sort::options(&ledger.world.office),
    };
    let ask = again.then_some(Ask {
        about: AskedFor::Triage,
        version: 1,
    });
    let notice = Notice {
        to: to.clone(),
        message: message.into(),
        ask,
        due: ledger.now,
        documents: false,
        files: vec![],
    };
    ledger.tell(None, &notice)
}
