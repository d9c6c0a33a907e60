//! `mesad demo`: a working week of the ministry, played through the whole program.
//!
//! Lives here: the script of the week, its people and their mail programs, what is told of it. May
//! not live here: anything that the desk does; it runs as it always does, on a simulated clock.

mod album;
mod ending;
mod folder;
mod machines;
mod mime;
mod papers;
mod people;
mod play;
mod post;
mod story;
mod week;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use self::album::Album;
use self::ending::Ending;
use self::play::{Play, Seen, instant};
use self::post::Post;
use self::story::Story;
use super::setup;
use super::workplace::Workplace;
use crate::desk::clock::Clock;
use crate::desk::random::Random;
use crate::office::{MailboxSettings, Office};

/// The seed of everything that is chance elsewhere: the same week each time.
const SEED: u64 = 20_261_005;

/// Plays a working week of the ministry.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Folder in which it is played; one that an earlier demo made is made anew
    #[arg(value_name = "DIR", default_value = "mesad-demo")]
    folder: PathBuf,
}

/// Runs the command.
///
/// # Errors
/// The folder holds something else, or something failed.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    super::logs::start(false, "error");
    let folder = &arguments.folder;
    folder::make(folder)?;
    let office = setup::load_office(None)?;
    let mut out = std::io::stdout().lock();
    let text = play(folder, &office, &mut out)?;
    out.write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// Plays the week; returns how it ended.
fn play(folder: &Path, office: &Office, out: &mut dyn Write) -> anyhow::Result<String> {
    let clock = Clock::simulated(instant(office, week::BEGINS.0, week::BEGINS.1)?);
    let templates = setup::load_templates(None)?;
    let random = Random::seeded(SEED);
    let work = Workplace::open(folder, office.clone(), templates, clock, random)?;
    let maildir = match &office.desk.mailbox {
        MailboxSettings::Maildir { path, .. } => folder.join(path),
        MailboxSettings::Imap { .. } => anyhow::bail!("the shipped mailbox is no Maildir"),
    };
    let mut play = Play {
        office,
        work,
        maildir,
        story: Story::begin(out, office)?,
        album: Album::new(folder),
        post: Post::default(),
        seen: Seen::default(),
    };
    play.play(week::WEEK, instant(office, week::ENDS.0, week::ENDS.1)?)?;
    play.album.finish()?;
    let ending = Ending::read(&play.work.world.store, play.seen.sent())?;
    Ok(ending.text(office, play.work.world.clock.now(), folder))
}
