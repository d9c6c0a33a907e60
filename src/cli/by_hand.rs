//! `mesad decide`, `assign`, `reclassify`, `amend`, `withdraw`, `reopen`, `release`.

use std::collections::BTreeMap;
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::ValueEnum;

use super::operate::{self, Common};
use super::{amend_persons, find};
use crate::desk::DeskError;
use crate::desk::clock::Clock;
use crate::desk::command::{Order, RequestOrder, Sorting};
use crate::office::{Datum, Evidence, Field, FieldKind, FieldName, Office, Source, Value};
use crate::reading;
use crate::request::{Operator, RequestId, Ruling};
use crate::store::Store;

/// A decision.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Decision {
    /// The step is approved, or the request is confirmed as its requester's
    Approve,
    /// It is rejected
    Reject,
    /// The work is done
    Done,
    /// The work cannot be done
    NotDone,
}

/// Records a decision for whoever was asked: an approval, a confirmation, the end of the work.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  mesad decide 123 approve --reason \"Oficio 45 firmado en papel\"\n\n\
    Nobody decides on their own request. Everybody is told who recorded it, and why."
)]
pub struct Decide {
    /// The number: SIGEC-2026-000123, or its last digits
    number: String,
    /// What is decided
    decision: Decision,
    #[command(flatten)]
    common: Common,
}

/// Has somebody else asked for the approval or the work, instead of those who are.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  mesad assign 123 rocio-lillo --reason \"Conoce el proyecto\"")]
pub struct Assign {
    /// The number: SIGEC-2026-000123, or its last digits
    number: String,
    /// Whom: id, address or name in the directory
    person: String,
    /// Even somebody who neither holds the role nor stands in for who does
    #[arg(long = "override")]
    beyond: bool,
    #[command(flatten)]
    common: Common,
}

/// Places a mail that was set aside, or makes a request one of another procedure.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    mesad reclassify mail:12 rendition-disapproval --reason \"Es una rendición\"\n  \
    mesad reclassify mail:12 none --reason \"Las licencias las ve Recursos Humanos\"\n  \
    mesad reclassify mail:12 SIGEC-2026-000123 --reason \"Es de esa solicitud\"\n  \
    mesad reclassify 123 technical-report-disapproval --reason \"Era un informe\"\n\n\
    With `none` the reason is sent to whoever wrote the mail.")]
pub struct Reclassify {
    /// A mail (mail:12, as `mesad list` shows it) or a request's number
    what: String,
    /// A procedure (id or name); for a mail also `none`, or the number of its request
    to: String,
    /// Even though its requester may not ask for that procedure
    #[arg(long = "override")]
    beyond: bool,
    #[command(flatten)]
    common: Common,
}

/// Changes data of an open request: a new version, whose approvals are all asked again.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  \
    mesad amend 123 project_number=07-123456-00012-26 --reason \"Lo corrigió por teléfono\"\n  \
    mesad amend 123 'persons[2].rut=12.345.678-5' --reason \"Lo corrigió por teléfono\"\n  \
    mesad amend 123 'persons[3]=' --reason \"Ya no lo necesita\"\n\n\
    `name=` without a value takes one away. People of a form are counted from 1; the one after\n\
    the last adds one. Their data are name, rut, email, profile.")]
pub struct Amend {
    /// The number: SIGEC-2026-000123, or its last digits
    number: String,
    /// name=value, as `mesad show` names the data
    #[arg(required = true, value_name = "FIELD=VALUE")]
    data: Vec<String>,
    #[command(flatten)]
    common: Common,
}

/// Takes an open request back for its requester.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  mesad withdraw 123 --reason \"Desistió por teléfono\"")]
pub struct Withdraw {
    /// The number: SIGEC-2026-000123, or its last digits
    number: String,
    #[command(flatten)]
    common: Common,
}

/// Takes a closed request up again, where it ended; no earlier mail counts for it any more.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  mesad reopen 123 --reason \"Se rechazó por error\"")]
pub struct Reopen {
    /// The number: SIGEC-2026-000123, or its last digits
    number: String,
    #[command(flatten)]
    common: Common,
}

/// Takes the work from who claimed it, and asks all who may do it again.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  mesad release 123 --reason \"Está con licencia\"")]
pub struct Release {
    /// The number: SIGEC-2026-000123, or its last digits
    number: String,
    #[command(flatten)]
    common: Common,
}

fn about(
    common: &Common,
    number: &str,
    act: impl FnOnce(&Office, &Operator) -> anyhow::Result<RequestOrder>,
) -> anyhow::Result<ExitCode> {
    operate::run(common, |office, store, by| {
        let (request, _) = find::request(store, number)?;
        let act = act(office, by)?;
        Ok(Order::Request { request, act })
    })
}

/// Runs the command.
///
/// # Errors
/// What kept it from being done.
pub fn decide(arguments: &Decide) -> anyhow::Result<ExitCode> {
    let ruling = match arguments.decision {
        Decision::Approve => Ruling::Approve,
        Decision::Reject => Ruling::Reject,
        Decision::Done => Ruling::Done,
        Decision::NotDone => Ruling::NotDone,
    };
    about(&arguments.common, &arguments.number, |_, _| {
        Ok(RequestOrder::Decide(ruling))
    })
}

/// Runs the command.
///
/// # Errors
/// What kept it from being done.
pub fn assign(arguments: &Assign) -> anyhow::Result<ExitCode> {
    about(&arguments.common, &arguments.number, |office, _| {
        Ok(RequestOrder::Assign {
            to: find::person(office, &arguments.person)?.id.clone(),
            beyond: arguments.beyond,
        })
    })
}

/// Runs the command.
///
/// # Errors
/// What kept it from being done.
pub fn withdraw(arguments: &Withdraw) -> anyhow::Result<ExitCode> {
    about(&arguments.common, &arguments.number, |_, _| {
        Ok(RequestOrder::Withdraw)
    })
}

/// Runs the command.
///
/// # Errors
/// What kept it from being done.
pub fn reopen(arguments: &Reopen) -> anyhow::Result<ExitCode> {
    about(&arguments.common, &arguments.number, |_, _| {
        Ok(RequestOrder::Reopen)
    })
}

/// Runs the command.
///
/// # Errors
/// What kept it from being done.
pub fn release(arguments: &Release) -> anyhow::Result<ExitCode> {
    about(&arguments.common, &arguments.number, |_, _| {
        Ok(RequestOrder::Release)
    })
}

/// Runs the command.
///
/// # Errors
/// What kept it from being done.
pub fn reclassify(arguments: &Reclassify) -> anyhow::Result<ExitCode> {
    let beyond = arguments.beyond;
    operate::run(&arguments.common, |office, store, _| {
        match what(store, &arguments.what)? {
            What::Mail(input) => {
                let to = sorting(office, store, &arguments.to, beyond)?;
                Ok(Order::Sort { input, to })
            }
            What::Request(request) => {
                let procedure = find::procedure(office, &arguments.to)?.id.clone();
                let act = RequestOrder::Reclassify { procedure, beyond };
                Ok(Order::Request { request, act })
            }
        }
    })
}

enum What {
    Mail(i64),
    Request(RequestId),
}

/// A mail that was set aside, or a request; bare digits that are both are an error.
fn what(store: &Store, wanted: &str) -> anyhow::Result<What> {
    if let Some(digits) = wanted.strip_prefix("mail") {
        let digits = digits.trim_start_matches([':', ' ']);
        let id = digits.parse();
        return Ok(What::Mail(
            id.with_context(|| format!("{wanted}: not a mail's number"))?,
        ));
    }
    let mail: Option<i64> = wanted.parse().ok();
    let parked = store.transact(move |books| {
        let found = mail.map(|id| books.parked_mail(id)).transpose()?;
        Ok::<_, DeskError>(found.flatten().map(|m| m.id))
    })?;
    let requests = find::numbers(store, wanted)?;
    match (parked, requests.as_slice()) {
        (Some(id), []) => Ok(What::Mail(id)),
        (Some(id), [number, ..]) => {
            bail!("{wanted} may be a mail or a request; write mail:{id} or {number}")
        }
        (None, _) => Ok(What::Request(find::request(store, wanted)?.0)),
    }
}

fn sorting(office: &Office, store: &Store, to: &str, beyond: bool) -> anyhow::Result<Sorting> {
    if to == "none" {
        return Ok(Sorting::NotOurs);
    }
    let digits = to.chars().any(|c| c.is_ascii_digit());
    if digits && office.procedures.iter().all(|p| p.id.as_str() != to) {
        return Ok(Sorting::Request(find::request(store, to)?.0));
    }
    let id = find::procedure(office, to)?.id.clone();
    Ok(Sorting::Procedure { id, beyond })
}

/// Runs the command.
///
/// # Errors
/// What kept it from being done.
pub fn amend(arguments: &Amend) -> anyhow::Result<ExitCode> {
    let reason = arguments.common.reason.clone();
    operate::run(&arguments.common, |office, store, by| {
        let (request, number) = find::request(store, &arguments.number)?;
        let found = store.transact(move |books| Ok::<_, DeskError>(books.request(request)?))?;
        let found = found.with_context(|| format!("no request {number}"))?;
        let procedure = &found.procedure;
        let mut persons = amend_persons::People::of(&found);
        let mut fields: BTreeMap<FieldName, Option<Datum>> = BTreeMap::new();
        for pair in &arguments.data {
            let Some((name, words)) = pair.split_once('=') else {
                bail!("{pair}: write name=value");
            };
            if persons.amend(name.trim(), words.trim())? {
                continue;
            }
            let field = find::field(procedure, name.trim())?;
            let datum = match words.trim() {
                "" => None,
                words => Some(datum(office, field, words, (by, &reason))?),
            };
            fields.insert(field.name.clone(), datum);
        }
        fields.extend(persons.amended(|| evidence(by, &reason)));
        let act = RequestOrder::Amend(fields);
        Ok(Order::Request { request, act })
    })
}

fn datum(
    office: &Office,
    field: &Field,
    words: &str,
    (by, reason): (&Operator, &str),
) -> anyhow::Result<Datum> {
    if field.kind == FieldKind::Persons {
        bail!(
            "{name} is a list of people; name one of them: {name}[1].rut=…, or {name}[1]= to take \
             the first away",
            name = field.name.as_str()
        );
    }
    let today = office.calendar.local(Clock::Real.now(), None).date_naive();
    let value = match reading::value(field, words, office, today) {
        Ok(value) => value,
        Err(why) => bail!(
            "{}: {why}{}",
            field.name.as_str(),
            match &field.example {
                Some(example) => format!(" (for example {example})"),
                None => String::new(),
            }
        ),
    };
    Ok(Datum {
        value: Value::Text(value),
        evidence: evidence(by, reason),
    })
}

fn evidence(by: &Operator, reason: &str) -> Evidence {
    Evidence {
        source: Source::Operator(by.name().to_owned()),
        line: 0,
        quote: crate::request::cut(reason, 200),
    }
}
