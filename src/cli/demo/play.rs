//! Plays the script: people write into the Maildir, the clock goes from event to event, and the
//! loops of the desk turn as they do in a real one.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::{Context, bail};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};

use super::album::Album;
use super::machines;
use super::mime::Stamp;
use super::people::Writer;
use super::post::{Mail, Post};
use super::story::Story;
use super::week::{Deed, Scene};
use crate::cli::workplace::Workplace;
use crate::daemon;
use crate::desk::DeskError;
use crate::mailbox::maildir;
use crate::office::Office;
use crate::request::Request;
use crate::store::{HandledMail, JournalEvent, SentMail};

/// The desk, the people, and those who look on.
pub(super) struct Play<'a> {
    pub office: &'a Office,
    pub work: Workplace,
    /// The Maildir.
    pub maildir: PathBuf,
    pub story: Story<'a>,
    pub album: Album,
    pub post: Post,
    pub seen: Seen,
}

/// What was told already.
#[derive(Debug, Default)]
pub(super) struct Seen {
    input: i64,
    entry: i64,
    sent: BTreeSet<i64>,
    /// Mails that people wrote.
    written: u32,
}

impl Seen {
    /// How many mails the desk sent.
    pub fn sent(&self) -> usize {
        self.sent.len()
    }
}

/// What one look at the store shows.
struct News {
    handled: Vec<HandledMail>,
    events: Vec<(JournalEvent, Request)>,
    sent: Vec<SentMail>,
}

/// An hour of the week as an instant.
///
/// # Errors
/// There is no such hour.
pub(super) fn instant(office: &Office, day: u32, hour: &str) -> anyhow::Result<DateTime<Utc>> {
    let date = NaiveDate::from_ymd_opt(2026, 10, day).context("a day of October")?;
    let time = NaiveTime::parse_from_str(hour, "%H:%M").context("an hour")?;
    Ok(office.calendar.instant(date.and_time(time), None))
}

impl Play<'_> {
    /// Plays all scenes, then lets the time go on until `end`.
    ///
    /// # Errors
    /// The desk failed, or somebody finds no mail to answer.
    pub fn play(&mut self, scenes: &[Scene], end: DateTime<Utc>) -> anyhow::Result<()> {
        for scene in scenes {
            let at = instant(self.office, scene.day, scene.hour)?;
            self.pass_time(at)?;
            self.act(scene, at)
                .with_context(|| format!("October {}, {}", scene.day, scene.hour))?;
            self.turn()?;
        }
        self.pass_time(end)
    }

    /// Lets everything happen that time alone brings before `until`.
    fn pass_time(&mut self, until: DateTime<Utc>) -> anyhow::Result<()> {
        loop {
            let now = self.work.world.clock.now();
            let Some(next) = self.next(now)?.filter(|next| *next < until) else {
                self.work.world.clock.set(until);
                return Ok(());
            };
            if next <= now {
                bail!("the desk does not come to rest at {now}");
            }
            self.work.world.clock.set(next);
            self.turn()?;
        }
    }

    /// When something is due next: a wake-up, a mail that was put off, the opening of the office.
    fn next(&self, now: DateTime<Utc>) -> anyhow::Result<Option<DateTime<Utc>>> {
        let calendar = &self.office.calendar;
        let tomorrow = calendar.local(now, None).date_naive() + Days::new(1);
        let midnight = calendar.instant(tomorrow.and_time(NaiveTime::MIN), None);
        let opening = calendar.next_open(midnight, None);
        let (wake, due) = self
            .work
            .world
            .store
            .transact(|books| Ok::<_, DeskError>((books.next_wake()?, books.next_due()?)))?;
        Ok([wake, due, Some(opening)].into_iter().flatten().min())
    }

    /// Somebody does something: a mail lies in the Maildir.
    fn act(&mut self, scene: &Scene, now: DateTime<Utc>) -> anyhow::Result<()> {
        let writer = Writer::find(self.office, scene.who)?;
        self.seen.written += 1;
        let number = self.seen.written;
        let local = self.office.calendar.local(now, None);
        let domain = writer.address().split_once('@').map_or("", |(_, d)| d);
        let stamp = Stamp {
            date: local.to_rfc2822(),
            id: format!("{}.{number:03}@{domain}", local.format("%Y%m%d%H%M")),
        };
        let (what, bytes) = self.written(scene, &writer, &stamp)?;
        let name = format!("demo{number:03}");
        maildir::deliver(&self.maildir, &name, now, &bytes)?;
        let text = format!("{} {what}", writer.name());
        self.story.line(now, '<', &text)?;
        self.album.arrived(local, &writer, &what, &bytes)
    }

    /// What they did in words, and the mail.
    fn written(
        &self,
        scene: &Scene,
        writer: &Writer<'_>,
        stamp: &Stamp,
    ) -> anyhow::Result<(String, Vec<u8>)> {
        Ok(match scene.deed {
            Deed::Writes(paper) => {
                let mut draft = writer.writes(paper.subject, paper.text);
                draft.documents = paper.documents;
                let names: Vec<&str> = paper.documents.iter().map(|d| d.name).collect();
                let with = match names.as_slice() {
                    [] => String::new(),
                    names => format!(" [{}]", names.join(", ")),
                };
                let what = format!("writes: \"{}\"{with}", paper.subject);
                (what, draft.bytes(stamp))
            }
            Deed::Answers(to, says) => {
                let mail = self.mail(scene.who, to)?;
                let draft =
                    writer.answers(mail, self.office.calendar.local(mail.written, None), says);
                (format!("answers: \"{says}\""), draft.bytes(stamp))
            }
            Deed::Presses(to, label) => {
                let mail = self.mail(scene.who, to)?;
                let (subject, text) = mail
                    .button(label)
                    .with_context(|| format!("“{}” has no button {label}", mail.subject))?;
                let draft = writer.writes(&subject, &text);
                (
                    format!("presses the button \"{label}\""),
                    draft.bytes(stamp),
                )
            }
            Deed::Tags(to, says) => {
                let tag = self.mail(scene.who, to)?.tag().context("a tag")?;
                let draft = writer.writes(&format!("Sobre {tag}"), says);
                let what = format!("begins a new mail, \"Sobre {tag}\": \"{says}\"");
                (what, draft.bytes(stamp))
            }
            Deed::IsAway(to, says) => {
                let draft = machines::away(writer, self.mail(scene.who, to)?, says);
                let what = format!("is away; the mail program answers: \"{says}\"");
                (what, draft.bytes(stamp))
            }
            Deed::Bounces(to) => {
                let mail = self.mail(scene.who, to)?;
                let what = format!("<{}>: the mail comes back, no such mailbox", mail.to);
                let bytes = machines::bounce(mail, &self.office.desk.address, stamp);
                (what, bytes)
            }
            Deed::Forges { of, to, says } => {
                let mail = self.mail(of, to)?;
                let draft =
                    writer.answers(mail, self.office.calendar.local(mail.written, None), says);
                let what = format!("<{}> answers: \"{says}\" (FORGED)", writer.address());
                (what, draft.bytes(stamp))
            }
            Deed::Arrives(mail) => {
                let mail = mail
                    .replace("{date}", &stamp.date)
                    .replace("{id}", &stamp.id);
                let lines: Vec<&str> = mail.lines().collect();
                let mut bytes = lines.join("\r\n").into_bytes();
                bytes.extend(b"\r\n");
                ("send their newsletter".to_owned(), bytes)
            }
        })
    }

    fn mail(&self, who: &str, word: &str) -> anyhow::Result<&Mail> {
        let people = &self.office.directory.people;
        let person = people.iter().find(|p| p.id.0 == who);
        let person = person.with_context(|| format!("nobody is called {who}"))?;
        self.post.newest(self.office, person, word)
    }

    /// Turns the loops until nothing is left to do, and tells what happened.
    fn turn(&mut self) -> anyhow::Result<()> {
        daemon::drain(&mut self.work.ends, &self.work.world)?;
        let now = self.work.world.clock.now();
        let news = self.news(now)?;
        for mail in &news.handled {
            let led = news.events.iter().any(|(e, _)| e.input == Some(mail.id));
            if !led {
                self.story.handled(now, mail)?;
            }
            self.seen.input = self.seen.input.max(mail.id);
        }
        for (event, request) in &news.events {
            self.story.event(now, event, request)?;
            self.seen.entry = self.seen.entry.max(event.id);
        }
        self.tell_sent(now, &news.sent)
    }

    fn news(&self, now: DateTime<Utc>) -> anyhow::Result<News> {
        let (input, entry) = (self.seen.input, self.seen.entry);
        let mut news = self.work.world.store.transact(move |books| {
            let mut events = vec![];
            for event in books.events_after(entry)? {
                if let Some(request) = books.request(event.request)? {
                    events.push((event, request));
                }
            }
            let handled = books.handled_after(input)?;
            let sent = books.sent_since(now)?;
            Ok::<_, DeskError>(News {
                handled,
                events,
                sent,
            })
        })?;
        news.sent.retain(|mail| !self.seen.sent.contains(&mail.id));
        Ok(news)
    }

    /// Mails that went out, those of one kind in one line.
    fn tell_sent(&mut self, now: DateTime<Utc>, sent: &[SentMail]) -> anyhow::Result<()> {
        let local = self.office.calendar.local(now, None);
        let mut kinds: Vec<(String, Vec<String>)> = vec![];
        for one in sent {
            self.seen.sent.insert(one.id);
            let mail = Mail::read(&one.address, now, &one.bytes)?;
            self.album.sent(local, one, &mail)?;
            let person = self.office.directory.by_address(&one.address);
            let name = person.map_or(one.address.clone(), |p| p.name.clone());
            let kind = match mail.heading.starts_with("Copia") {
                true => format!("{} (copy)", one.message),
                false => one.message.clone(),
            };
            self.post.take(mail);
            match kinds.iter_mut().find(|(known, _)| *known == kind) {
                Some((_, names)) => names.push(name),
                None => kinds.push((kind, vec![name])),
            }
        }
        for (kind, names) in kinds {
            let text = format!("{kind} to {}", names.join(", "));
            self.story.line(now, '>', &text)?;
        }
        Ok(())
    }
}
