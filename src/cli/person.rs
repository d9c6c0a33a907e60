//! `mesad person`: what is kept of somebody, handed out or blanked.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::workplace::Place;
use super::{access, audit_words, operate, words};
use crate::desk::audit;
use crate::desk::clock::Clock;
use crate::desk::person::{self, Found, Hit, Part, Wanted};
use crate::office::Office;
use crate::store::{Purger, Side, Store};

/// Hands out or blanks what is kept of one person; see docs/privacy.md.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    Export(Export),
    Blank(Blank),
}

/// Packs all that is kept of a person in a zip: mails, requests, journal entries, and an index.
///
/// Mails of a request speak of others too: read it before you hand it on.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  mesad person export ana.paz@oficina.example ana.zip\n  \
    mesad person export 12.345.678-5 persona.zip"
)]
struct Export {
    #[command(flatten)]
    place: Place,
    /// An address (with those that the directory knows of the same person) or a RUT
    who: String,
    /// The zip; it must not be there yet
    file: PathBuf,
}

/// Blanks what is kept of a person, where nothing open needs it.
///
/// Mails that belong to no request are blanked. Closed requests are records of the office, and
/// are kept unless --requests says so; those in which the person only decided or worked are kept in
/// any case. Who decided what and when stays in the journal.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  mesad person blank ana.paz@oficina.example --dry-run \
    --reason \"Solicitud de supresión 12/2027\""
)]
struct Blank {
    #[command(flatten)]
    place: Place,
    /// An address (with those that the directory knows of the same person) or a RUT
    who: String,
    /// Closed requests that are about the person too
    #[arg(long)]
    requests: bool,
    /// Why: it stands in the journal, and stays
    #[arg(long)]
    reason: String,
    /// Who orders it, by the directory (id, address or name), where your login does not say
    #[arg(long = "as", value_name = "PERSON")]
    by: Option<String>,
    /// Says what would be blanked and what is kept, and changes nothing
    #[arg(long)]
    dry_run: bool,
}

/// Runs the command.
///
/// # Errors
/// Nobody can be meant, an open request refuses, or something cannot be read or written.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    match &arguments.action {
        Action::Export(arguments) => export(arguments),
        Action::Blank(arguments) => blank(arguments),
    }
}

fn wanted(who: &str, office: &Office) -> anyhow::Result<Wanted> {
    Wanted::new(who, &office.directory).with_context(|| {
        format!("{who} is neither an address nor a RUT; a name alone may be another's")
    })
}

fn blank(arguments: &Blank) -> anyhow::Result<ExitCode> {
    let reason = arguments.reason.trim().to_owned();
    if reason.is_empty() {
        bail!("--reason is empty; say why: it stands in the journal");
    }
    let (office, store) = match arguments.dry_run {
        true => arguments.place.look()?,
        false => arguments.place.change()?,
    };
    let wanted = wanted(&arguments.who, &office)?;
    let by = operate::operator(&office, arguments.by.as_deref())?.cell();
    access::note(&arguments.place, "person blank", &arguments.who)?;
    let found = person::find(&store, &wanted, Clock::Real.now())?;
    if let Some(why) = person::refusal(&found) {
        bail!("nothing is blanked: {why}");
    }
    let what = person::purgeable(&found, arguments.requests);
    if !arguments.dry_run {
        person::blank(&store, &what, &Purger { by, reason }, Clock::Real.now())?;
    }
    let about = |part| {
        let hits = found.requests.iter().filter(move |hit| hit.part == part);
        hits.map(|hit| hit.number.as_str())
            .collect::<Vec<_>>()
            .join(", ")
    };
    let word = if arguments.dry_run { "would be " } else { "" };
    let mut out = std::io::stdout().lock();
    let (mails, sent, requests) = (what.mails.len(), what.sent.len(), what.requests.len());
    let beside = what.beside.len();
    writeln!(
        out,
        "{word}blanked: {mails} mails received, {sent} mails of the desk, {requests} requests, \
         {beside} alarms, orders and absences"
    )?;
    if !arguments.requests && !about(Part::About).is_empty() {
        writeln!(
            out,
            "kept, as records of the office; --requests blanks them too, where the law lets \
             you: {}",
            about(Part::About)
        )?;
    }
    if !about(Part::Named).is_empty() {
        writeln!(
            out,
            "kept: who decided or did something for others must stay provable: {}",
            about(Part::Named)
        )?;
    }
    writeln!(
        out,
        "not in reach of this command: the folders of the mailbox, backups, logs, and the \
         directory's files; see docs/privacy.md"
    )?;
    Ok(ExitCode::SUCCESS)
}

fn export(arguments: &Export) -> anyhow::Result<ExitCode> {
    let (office, store) = arguments.place.look()?;
    let wanted = wanted(&arguments.who, &office)?;
    access::note(&arguments.place, "person export", &arguments.who)?;
    let found = person::find(&store, &wanted, Clock::Real.now())?;
    let mut zip = Zip::create(&arguments.file)?;
    let index = fill(&mut zip, &store, &wanted, &found)?;
    let head = format!(
        "DATOS DE {}\nReunidos el {} por la {}\n\n\
         Correos: los que escribió, recibió o la nombran. Solicitudes: los datos que se guardan \
         de ellas.\nDiario: lo que se hizo y cuándo; con * lo que la nombra. Los códigos secretos \
         de los correos están acortados.\nLos documentos adjuntos están dentro de los correos.\n\n",
        words::plain(&arguments.who),
        office
            .calendar
            .local(Clock::Real.now(), None)
            .format("%d-%m-%Y %H:%M"),
        office.desk.name,
    );
    zip.add("indice.txt", (head + &index).as_bytes())?;
    let count = zip.finish()?;
    writeln!(
        std::io::stdout().lock(),
        "{}: {count} files; they speak of others too: read them before you hand them on",
        arguments.file.display()
    )?;
    Ok(ExitCode::SUCCESS)
}

/// Packs everything. Returns the index, a line each.
fn fill(zip: &mut Zip, store: &Store, wanted: &Wanted, found: &Found) -> anyhow::Result<String> {
    let mut index = String::new();
    let mut mails: BTreeSet<i64> = found.mails.iter().copied().collect();
    for hit in &found.requests {
        mails.extend(add_request(zip, store, wanted, hit)?);
        let about = match hit.part {
            Part::About => "la pidió, o trata de sus datos",
            Part::Named => "intervino, o se la nombra",
        };
        add_line(
            &mut index,
            &format!("solicitudes/{}.json  {about}", hit.number),
        );
    }
    for id in mails {
        let Some(mail) = person::mail_in(store, id)? else {
            continue;
        };
        let Some(bytes) = mail.bytes else { continue };
        let at = mail.received_at.map(|at| at.to_rfc3339());
        let (at, from, subject) = (at.unwrap_or_default(), mail.sender, mail.subject);
        let name = format!("recibidos/{id}.eml");
        add_line(&mut index, &format!("{name}  {at}  de {from}: {subject}"));
        zip.add(&name, &audit::masked(store, &bytes)?.0)?;
    }
    for id in &found.sent {
        let Some(mail) = person::mail_out(store, *id)? else {
            continue;
        };
        let Some(bytes) = mail.bytes else { continue };
        let (at, to, subject) = (mail.created_at.to_rfc3339(), mail.address, mail.subject);
        let name = format!("enviados/{id}.eml");
        add_line(&mut index, &format!("{name}  {at}  a {to}: {subject}"));
        zip.add(&name, &audit::masked(store, &bytes)?.0)?;
    }
    let mut others = String::new();
    for row in &found.beside {
        let kind = match row.side {
            Side::Alarm | Side::Mark => "aviso",
            Side::Order => "orden",
            Side::Absence => "ausencia",
        };
        add_line(&mut others, &format!("{}  {kind}  {}", row.at, row.text));
    }
    if !others.is_empty() {
        add_line(
            &mut index,
            "otros.txt  avisos, órdenes y ausencias que la nombran",
        );
        zip.add("otros.txt", &audit::masked(store, others.as_bytes())?.0)?;
    }
    Ok(index)
}

fn add_line(text: &mut String, line: &str) {
    *text += words::plain(line).trim_end();
    text.push('\n');
}

/// A request and its journal. Returns the mails that belong to the person in it.
fn add_request(
    zip: &mut Zip,
    store: &Store,
    wanted: &Wanted,
    hit: &Hit,
) -> anyhow::Result<Vec<i64>> {
    let copy = person::copy(store, hit.id)?;
    let (row, _) = audit::masked(store, copy.row.as_bytes())?;
    zip.add(&format!("solicitudes/{}.json", hit.number), &row)?;
    let (mut journal, mut mails) = (String::new(), vec![]);
    for entry in &copy.entries {
        let named = person::is_entry_of(entry, wanted);
        let link = &entry.link;
        let at = chrono::DateTime::from_timestamp_micros(link.at).unwrap_or_default();
        let (mark, by) = if named {
            ("*", link.by_whom.as_str())
        } else {
            (" ", "")
        };
        let outcome = audit_words::outcome(&link.outcome);
        let (place, at) = (link.place, at.to_rfc3339());
        add_line(
            &mut journal,
            &format!("{mark} {place:>3}  {at}  {outcome}  {by}"),
        );
        if named || hit.part == Part::About {
            mails.extend(link.input);
        }
    }
    zip.add(&format!("diario/{}.txt", hit.number), journal.as_bytes())?;
    Ok(mails)
}

/// A zip for its owner alone, written as it grows.
struct Zip {
    writer: ZipWriter<File>,
    files: u32,
}

impl Zip {
    fn create(path: &Path) -> anyhow::Result<Self> {
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
            .with_context(|| format!("{}", path.display()))?;
        let writer = ZipWriter::new(file);
        Ok(Self { writer, files: 0 })
    }

    fn add(&mut self, name: &str, bytes: &[u8]) -> anyhow::Result<()> {
        let options = SimpleFileOptions::default().unix_permissions(0o600);
        self.writer.start_file(name, options)?;
        self.writer.write_all(bytes)?;
        self.files += 1;
        Ok(())
    }

    fn finish(self) -> anyhow::Result<u32> {
        self.writer.finish()?.sync_all()?;
        Ok(self.files)
    }
}
