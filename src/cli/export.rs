//! `mesad export`.

use std::fs::OpenOptions;
use std::io::{Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::access;
use super::audit as page;
use super::workplace::Place;
use crate::desk::audit::{self, Record};
use crate::mail;
use crate::office::Office;
use crate::request::State;
use crate::store::{Evidence, Store};

/// Packs all that is kept of a request in a zip: mails, documents, record, journal; see
/// docs/audit.md.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Where.
    #[command(flatten)]
    place: Place,
    /// The number: SIGEC-2026-000123, or its last digits
    number: String,
    /// The file; without it, the request's number with .zip, here
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Mails as they were, with tokens; only of a closed request, where no token counts any more
    #[arg(long)]
    whole: bool,
}

/// Runs the command.
///
/// # Errors
/// There is no such request, the file is there already, or it cannot be written.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let (office, store) = arguments.place.look()?;
    let record = page::find(&store, &arguments.number)?;
    let number = &record.request.number;
    access::note(&arguments.place, "export", number)?;
    if arguments.whole && !matches!(record.request.state, State::Closed(_)) {
        bail!("{number} is open: somebody could answer with the tokens in its mails");
    }
    let files = files(&record, &office, &store, arguments.whole)?;
    let default = || PathBuf::from(format!("{number}.zip"));
    let path = arguments.output.clone().unwrap_or_else(default);
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path)
        .with_context(|| format!("{}", path.display()))?;
    pack(file, &files)?.sync_all()?;
    let count = files.0.len();
    writeln!(
        std::io::stdout().lock(),
        "{}: {count} files",
        path.display()
    )?;
    Ok(ExitCode::SUCCESS)
}

/// Names and contents, in order.
#[derive(Default)]
struct Files(Vec<(String, Vec<u8>)>);

impl Files {
    fn add(&mut self, name: String, bytes: impl Into<Vec<u8>>) {
        self.0.push((name, bytes.into()));
    }

    fn add_some(&mut self, name: String, bytes: &Option<Vec<u8>>) {
        if let Some(bytes) = bytes {
            self.add(name, bytes.clone());
        }
    }
}

fn pack<W: Write + Seek>(to: W, files: &Files) -> anyhow::Result<W> {
    let mut zip = ZipWriter::new(to);
    // One time for all: the same record gives the same zip.
    let options = SimpleFileOptions::default().unix_permissions(0o600);
    for (name, bytes) in &files.0 {
        zip.start_file(name.as_str(), options)?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?)
}

fn files(record: &Record, office: &Office, store: &Store, whole: bool) -> anyhow::Result<Files> {
    let mut files = Files::default();
    files.add("registro.txt".to_owned(), page::text(record, office));
    files.add("solicitud.json".to_owned(), record.row.clone());
    for entry in &record.entries {
        add_entry(&mut files, entry);
    }
    for received in &record.mails_in {
        files.add_some(format!("recibidos/{}.eml", received.id), &received.bytes);
    }
    for sent in &record.mails_out {
        files.add_some(format!("enviados/{}.eml", sent.id), &sent.bytes);
        files.add_some(format!("enviados/{}.sal", sent.id), &sent.salt);
        if let Some(hash) = &sent.hash {
            let line = format!("mail {} {}\n", sent.message_id, hex(hash));
            files.add(format!("enviados/{}.txt", sent.id), line);
        }
    }
    add_documents(&mut files, record, office);
    for (anchor, list) in &record.anchors {
        files.add(format!("anclas/{:06}.txt", anchor.place), anchor.text());
        files.add(format!("anclas/{:06}.lista", anchor.place), list.clone());
    }
    add_heads(&mut files, record);
    let masked = match whole {
        true => String::new(),
        false => mask(&mut files, store)?,
    };
    files.add("enmascarados.txt".to_owned(), masked);
    let sums: String = files.0.iter().map(sum).collect();
    files.add("sumas.sha256".to_owned(), sums);
    Ok(files)
}

/// Shortens every token wherever it stands. Returns the names of the files that had one, a line
/// each: these are no longer what was hashed.
fn mask(files: &mut Files, store: &Store) -> anyhow::Result<String> {
    let mut masked = String::new();
    for (name, bytes) in &mut files.0 {
        let (without, had_tokens) = audit::masked(store, bytes)?;
        if had_tokens {
            masked += &format!("{name}\n");
            *bytes = without;
        }
    }
    Ok(masked)
}

/// An entry as it was hashed, and what its hashes are of.
fn add_entry(files: &mut Files, entry: &Evidence) {
    let link = &entry.link;
    let name = |end: &str| format!("diario/{:06}.{end}", link.place);
    if let Some(bytes) = link.bytes(entry.event.as_deref()) {
        files.add(name("txt"), bytes);
    }
    if let Some(event) = &entry.event {
        files.add(name("suceso.json"), event.clone());
    }
    files.add_some(name("suceso.sal"), &entry.event_salt);
    files.add_some(name("correo.sal"), &entry.mail_salt);
    files.add_some(name("solicitud.sal"), &entry.row_salt);
}

/// What the hashes of entries and anchors should be, as `sha256sum -c` reads it.
fn add_heads(files: &mut Files, record: &Record) {
    let mut sums = String::new();
    for entry in &record.entries {
        let (hash, place) = (hex(&entry.link.hash), entry.link.place);
        sums += &format!("{hash}  diario/{place:06}.txt\n");
    }
    for (anchor, _) in &record.anchors {
        let (hash, place) = (hex(&anchor.hash), anchor.place);
        sums += &format!("{hash}  anclas/{place:06}.txt\n");
    }
    files.add("huellas.sha256".to_owned(), sums);
}

fn add_documents(files: &mut Files, record: &Record, office: &Office) {
    for (place, document) in record.request.documents.iter().enumerate() {
        let mut mails = record.mails_in.iter();
        let mail = mails.find(|mail| mail.id == document.input);
        let Some(bytes) = mail.and_then(|mail| mail.bytes.as_ref()) else {
            continue;
        };
        let letter = mail::parse(bytes, &office.desk);
        if let Some(file) = letter.attachments.into_iter().nth(document.index) {
            let name = format!("documentos/{:02}-{}", place + 1, safe(&document.name));
            files.add(name, file.bytes);
        }
    }
}

/// A file name that stays where it is put, on any system.
fn safe(name: &str) -> String {
    let keep = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ');
    let name: String = name
        .chars()
        .map(|c| if keep(c) { c } else { '_' })
        .collect();
    name.trim_matches(['.', ' ']).chars().take(100).collect()
}

fn sum((name, bytes): &(String, Vec<u8>)) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, bytes);
    format!("{}  {name}\n", hex(digest.as_ref()))
}

fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}
