//! What the commands of operators share: who does it and why, a rehearsal, the command's row, and
//! what came of it.

use std::io::Write;
use std::process::{Command as Process, ExitCode};
use std::time::Duration;

use anyhow::{Context, bail};

use super::workplace::{Operating, Place};
use super::{access, find, words};
use crate::desk::clock::Clock;
use crate::desk::command::{Command, Order};
use crate::desk::operate::{self, Rehearsal};
use crate::letters::{Rendering, bare_subject};
use crate::office::Office;
use crate::request::{Notice, Operator, Party};
use crate::store::{CommandState, Store};

/// How long a running desk is given to handle a command.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often it is asked whether it has.
const ROUND: Duration = Duration::from_millis(200);

/// Who, why, and whether only to look.
#[derive(Clone, Debug, clap::Args)]
pub struct Common {
    /// Where.
    #[command(flatten)]
    pub place: Place,
    /// Why: stands in the journal and in the mails that follow
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// Who you are in the directory (id, address or name), where your login does not say
    #[arg(long = "as", value_name = "PERSON")]
    pub by: Option<String>,
    /// Shows what would be sent to whom, and changes nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// Gives a command. `order` is told the office and the store, to find what is meant.
///
/// # Errors
/// The command does not fit, or cannot be given.
pub(super) fn run(
    common: &Common,
    order: impl FnOnce(&Office, &Store, &Operator) -> anyhow::Result<Order>,
) -> anyhow::Result<ExitCode> {
    let reason = common.reason.trim().to_owned();
    if reason.is_empty() {
        bail!("--reason is empty; say why: it stands in the journal and in the mails");
    }
    let desk = common.place.operate()?;
    let by = operator(&desk.world.office, common.by.as_deref())?;
    let order = order(&desk.world.office, &desk.world.store, &by)?;
    let command = Command { by, reason, order };
    // What does not fit is said at once, and leaves no trace.
    let rehearsal = operate::rehearse(&desk.world, &command)?;
    if rehearsal.refused {
        bail!("{}", rehearsal.words);
    }
    if common.dry_run {
        // What is carried out stands in the journal; a rehearsal shows the same, and does not.
        access::note(&common.place, "dry-run", "")?;
        return rehearsed(&desk, &rehearsal);
    }
    let id = operate::give(&desk.world.store, &command, Clock::Real.now())?;
    let mut out = std::io::stdout().lock();
    let (state, said) = await_end(common, &desk, id)?;
    match state {
        CommandState::Done => writeln!(out, "{}", words::plain(&said))?,
        CommandState::Waiting => writeln!(
            out,
            "stored as command {id}; the running desk has not come to it yet, and will"
        )?,
        CommandState::Refused => bail!("{said}"),
        CommandState::Failed => bail!("the command could not be handled: {said}; see the logs"),
    }
    if !desk.is_desk_running() && state == CommandState::Done && !rehearsal.notices.is_empty() {
        let count = rehearsal.notices.len();
        writeln!(
            out,
            "the desk is not running: its {count} mails go out when it does"
        )?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Waits until the running desk has handled the command; where none runs, it is handled here.
fn await_end(common: &Common, desk: &Operating, id: i64) -> anyhow::Result<(CommandState, String)> {
    let mut waited = Duration::ZERO;
    loop {
        let became = operate::became(&desk.world.store, id)?;
        if became.0 != CommandState::Waiting || waited >= PATIENCE {
            return Ok(became);
        }
        if !desk.is_desk_running() {
            while operate::turn(&desk.world)? {}
        } else if waited.as_secs().is_multiple_of(5) && common.place.is_free() {
            // The desk was stopped meanwhile: its next start handles it.
            return Ok(operate::became(&desk.world.store, id)?);
        } else {
            std::thread::sleep(ROUND);
        }
        waited += ROUND;
    }
}

fn rehearsed(desk: &Operating, rehearsal: &Rehearsal) -> anyhow::Result<ExitCode> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "dry run, nothing is changed; it would be:")?;
    writeln!(out, "{}", words::plain(&rehearsal.words))?;
    match rehearsal.notices.len() {
        0 => writeln!(out, "no mail would be sent")?,
        1 => writeln!(out, "1 mail would be sent:")?,
        many => writeln!(out, "{many} mails would be sent:")?,
    }
    for notice in &rehearsal.notices {
        let heading = heading(desk, notice);
        let (name, address) = (&notice.to.name, &notice.to.address);
        let line = format!("  {name} <{address}>: {heading}");
        writeln!(out, "{}", words::plain(&line))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The heading that a mail would have.
fn heading(desk: &Operating, notice: &Notice) -> String {
    let rendering = Rendering {
        office: &desk.world.office,
        message_id: "rehearsal@mesad.invalid",
        token: notice.ask.as_ref().map(|_| "rehearsal"),
        in_reply_to: None,
        references: &[],
        thread_subject: None,
        date: Clock::Real.now(),
        attachments: &[],
    };
    let rendered = desk.world.templates.render(notice, &rendering);
    let template = notice.message.template();
    match rendered {
        Ok(mail) => format!("{} ({template})", bare_subject(&mail.subject)),
        Err(_) => template.to_owned(),
    }
}

/// Who gives the command: always the login, and the directory's entry where one fits.
pub(super) fn operator(office: &Office, by: Option<&str>) -> anyhow::Result<Operator> {
    let login = login()?;
    let person = match by {
        Some(by) => Some(find::person(office, by)?),
        None => {
            let own = |address: &String| {
                let local = address.split('@').next().unwrap_or_default();
                local.eq_ignore_ascii_case(&login)
            };
            let people = office.directory.people.iter().filter(|p| !p.shared);
            let mut fitting = people.filter(|p| p.id.0 == login || p.addresses.iter().any(own));
            // Two people with the same name of address: neither is meant.
            fitting.next().filter(|_| fitting.next().is_none())
        }
    };
    if person.is_none() && login == "root" {
        bail!("root is nobody in particular; say who you are with --as PERSON");
    }
    if let Some(shared) = person.filter(|p| p.shared) {
        bail!(
            "{} is a mailbox that several people read; name a person",
            shared.name
        );
    }
    Ok(Operator {
        login,
        person: person.map(Party::of),
    })
}

/// The name of the account: that of the user behind `sudo`, else that of the user id. The
/// environment alone is not believed: anybody can set it.
pub(super) fn login() -> anyhow::Result<String> {
    let uid = rustix::process::getuid();
    let sudo = std::env::var("SUDO_USER").ok();
    if let Some(user) = sudo.filter(|user| uid.is_root() && !user.is_empty()) {
        return Ok(user);
    }
    // It asks every directory that the system knows of, not /etc/passwd alone.
    let told = Process::new("id").arg("-un").output();
    let name = told.ok().filter(|t| t.status.success());
    let name = name.map(|t| String::from_utf8_lossy(&t.stdout).trim().to_owned());
    name.filter(|n| !n.is_empty())
        .with_context(|| format!("the user {} has no name", uid.as_raw()))
}
