//! Compares what lies in the mailbox with what the desk knows: on demand, and each night. Looking
//! changes nothing in the mailbox.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Timelike, Utc};

use super::world::{DeskError, World};
use super::{alarm, apart};
use crate::mailbox::{Folder, Mailbox, MailboxError, Outline, Uid};
use crate::request::AlarmKind;
use crate::store::{Account, Behind, Lying, Place, Store};

/// When the nightly comparison was last made.
const MARK: &str = "reconciled";
/// The hour of the office at which the night's comparison begins.
const QUIET_HOUR: u32 = 3;
/// A desk that does not run at night compares when it is up, this long after the last time.
const AT_LATEST: TimeDelta = TimeDelta::hours(30);
/// One that failed for so long is told.
const TOO_LATE: TimeDelta = TimeDelta::hours(54);
/// What the alarm of that is about.
const NOT_COMPARED: &str = "not-compared";
/// What has waited less than this for its next step is on its way.
const ON_ITS_WAY: TimeDelta = TimeDelta::hours(1);
/// Mails read whole in one comparison, to know them by their bytes.
const READ_MOST: usize = 200;
/// Mails outlined at once.
const AT_ONCE: usize = 400;
/// Gaps that are told in one mail.
const TOLD_MOST: usize = 20;

/// What is wrong with a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GapKind {
    /// Lies among those that were handled, and the desk does not know it.
    Unknown,
    /// Lies in the folder that is read, and was not taken.
    NotTaken,
    /// Was seen, and is not fetched.
    NotFetched,
    /// Is stored, and not handled.
    NotHandled,
    /// Was handled, and is not filed.
    NotFiled,
}

impl GapKind {
    /// Its name for programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::NotTaken => "not-taken",
            Self::NotFetched => "not-fetched",
            Self::NotHandled => "not-handled",
            Self::NotFiled => "not-filed",
        }
    }
}

/// A mail that is not accounted for, or not where it should be by now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// What is wrong.
    pub kind: GapKind,
    /// Where it lies, if it was found there.
    pub lies: Option<(Folder, Uid)>,
    /// Its row, if it has one.
    pub input: Option<i64>,
    /// Its Message-ID; empty: none, or not known.
    pub message_id: String,
    /// When it was received, or since when it waits.
    pub since: DateTime<Utc>,
}

/// How many mails lie in a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// The folder.
    pub folder: Folder,
    /// Mails that lie there.
    pub lie: usize,
    /// Of these, known.
    pub known: usize,
    /// Of these, to be taken at the next look.
    pub awaited: usize,
}

/// The comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Each folder of the desk.
    pub counts: Vec<Count>,
    /// How many of those that lie there are older than the desk, which leaves them alone.
    pub before_start: u32,
    /// How many were filed and lie there no more: somebody deleted or moved them, which is allowed.
    pub missing: u32,
    /// The first of those.
    pub missing_first: Vec<i64>,
    /// What is not as it should be.
    pub gaps: Vec<Gap>,
}

impl Report {
    /// Mails in the mailbox.
    pub fn lie(&self) -> usize {
        self.counts.iter().map(|count| count.lie).sum()
    }

    /// Mails in the mailbox that are known, or taken at the next look.
    pub fn accounted(&self) -> usize {
        let each = self.counts.iter().map(|c| c.known + c.awaited);
        each.sum()
    }
}

/// Mails that were found by what they are, and where each lies.
type Found = BTreeMap<i64, Lying>;

/// Compares, without changing anything.
///
/// # Errors
/// The mailbox cannot be reached, or the store failed.
pub fn compare(
    mailbox: &mut Mailbox,
    store: &Store,
    now: DateTime<Utc>,
) -> Result<Report, DeskError> {
    compared(mailbox, store, now).map(|(report, _)| report)
}

fn compared(
    mailbox: &mut Mailbox,
    store: &Store,
    now: DateTime<Utc>,
) -> Result<(Report, Found), DeskError> {
    let mut lying = vec![];
    let mut counts = vec![];
    for folder in Folder::ALL {
        let uids = mailbox.list(folder)?;
        counts.push(Count {
            folder,
            lie: uids.len(),
            known: 0,
            awaited: 0,
        });
        lying.extend(uids.into_iter().map(|uid| Lying {
            folder: folder.name().to_owned(),
            place: Place {
                validity: uid.validity,
                uid: uid.uid,
            },
        }));
    }
    let (account, before_start) = store.transact(move |books| {
        let account = books.account(&lying, now - ON_ITS_WAY)?;
        Ok::<_, DeskError>((account, books.count_before_start()?))
    })?;
    let (gaps, found) = told_apart(mailbox, store, &account, now, &mut counts)?;
    for count in &mut counts {
        let known = account.known.get(count.folder.name()).copied();
        count.known += known.unwrap_or(0) as usize;
    }
    // What was found elsewhere in the mailbox is not missing.
    let placed = &found;
    let report = Report {
        counts,
        before_start,
        missing: account.missing,
        missing_first: account.missing_first,
        gaps,
    };
    let missing_first = report.missing_first.iter().copied();
    let missing_first = missing_first
        .filter(|id| !placed.contains_key(id))
        .collect();
    let missing = report
        .missing
        .saturating_sub(u32::try_from(placed.len()).unwrap_or(u32::MAX));
    Ok((
        Report {
            missing,
            missing_first,
            ..report
        },
        found,
    ))
}

/// Mails that are not known by their place: known by what they are, awaited, or a gap.
fn told_apart(
    mailbox: &mut Mailbox,
    store: &Store,
    account: &Account,
    now: DateTime<Utc>,
    counts: &mut [Count],
) -> Result<(Vec<Gap>, Found), DeskError> {
    let (mut gaps, mut found) = (behind(account), Found::new());
    let mut reads = 0;
    for count in counts {
        let folder = count.folder;
        let there = account.unknown.iter().filter(|l| l.folder == folder.name());
        let uids: Vec<Uid> = there
            .map(|l| Uid {
                validity: l.place.validity,
                uid: l.place.uid.clone(),
            })
            .collect();
        for some in uids.chunks(AT_ONCE) {
            let all = apart::describe(
                mailbox,
                (folder, some),
                usize::MAX,
                &|| (),
                |mailbox, uids| mailbox.outline(folder, uids),
            )?;
            // What went away meanwhile lies there no more.
            let there = all.found.len() + all.silent.len();
            count.lie -= some.len().saturating_sub(there).min(count.lie);
            gaps.extend(all.silent.into_iter().map(|uid| silent(folder, uid, now)));
            for outline in all.found {
                if folder == Folder::Incoming {
                    match outline.received_at > now - ON_ITS_WAY {
                        true => count.awaited += 1,
                        false => gaps.push(gap(GapKind::NotTaken, folder, outline)),
                    }
                    continue;
                }
                match known_as(mailbox, store, (folder, &outline), &found, &mut reads)? {
                    Some(id) => {
                        count.known += 1;
                        found.insert(id, super::file::lying(&(folder, outline.uid)));
                    }
                    None => gaps.push(gap(GapKind::Unknown, folder, outline)),
                }
            }
        }
    }
    Ok((gaps, found))
}

/// One of which the server says nothing: nobody can know it.
fn silent(folder: Folder, uid: Uid, now: DateTime<Utc>) -> Gap {
    let kind = match folder {
        Folder::Incoming => GapKind::NotTaken,
        Folder::Done | Folder::Review => GapKind::Unknown,
    };
    Gap {
        kind,
        lies: Some((folder, uid)),
        input: None,
        message_id: String::new(),
        since: now,
    }
}

fn gap(kind: GapKind, folder: Folder, outline: Outline) -> Gap {
    Gap {
        kind,
        lies: Some((folder, outline.uid)),
        input: None,
        message_id: outline.message_id,
        since: outline.received_at,
    }
}

fn behind(account: &Account) -> Vec<Gap> {
    let kinds = [
        (GapKind::NotFetched, &account.unfetched),
        (GapKind::NotHandled, &account.undecided),
        (GapKind::NotFiled, &account.unfiled),
    ];
    let gap = |kind, behind: &Behind| Gap {
        kind,
        lies: None,
        input: Some(behind.id),
        message_id: behind.message_id.clone(),
        since: behind.since,
    };
    let each = kinds.into_iter();
    each.flat_map(|(kind, all)| all.iter().map(move |one| gap(kind, one)))
        .collect()
}

/// The row of a mail by what it is: Message-ID and size of one whose place nobody knows, else its
/// very bytes.
fn known_as(
    mailbox: &mut Mailbox,
    store: &Store,
    (folder, outline): (Folder, &Outline),
    found: &Found,
    reads: &mut usize,
) -> Result<Option<i64>, DeskError> {
    let (message_id, bytes) = (outline.message_id.clone(), outline.bytes);
    let candidates =
        store.transact(move |books| Ok::<_, DeskError>(books.unplaced(&message_id, bytes)?))?;
    let free = |id: &i64| !found.contains_key(id);
    if let Some(id) = candidates.into_iter().find(free) {
        return Ok(Some(id));
    }
    if *reads == READ_MOST {
        return Ok(None);
    }
    *reads += 1;
    let read = match mailbox.read(folder, &outline.uid) {
        // The connection may be what failed. If it was not, the mail is one that nobody knows.
        Err(MailboxError::Retry(_)) => mailbox.read(folder, &outline.uid),
        read => read,
    };
    let bytes = match read {
        Ok(bytes) => bytes,
        Err(MailboxError::Gone | MailboxError::Retry(_)) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    store.transact(move |books| Ok(books.mail_of_bytes(&bytes)?))
}

/// The night's comparison, where it is due: what was found elsewhere is noted, and a gap raises
/// the alarm. Returns whether it was due.
///
/// # Errors
/// The mailbox cannot be reached, or the store failed.
pub fn turn(mailbox: &mut Mailbox, world: &World) -> Result<bool, DeskError> {
    let now = world.clock.now();
    let last = world
        .store
        .transact(|books| books.mark(MARK).map_err(DeskError::from))?;
    let Some(last) = last else {
        // The first night comes after the first day.
        return mark(world, now).map(|()| false);
    };
    if !is_due(world, last, now) {
        return Ok(false);
    }
    let compared = compared(mailbox, &world.store, now);
    if let Err(error) = &compared
        && now - last > TOO_LATE
    {
        let details = format!("La comparación de cada noche no se ha podido hacer: {error}.");
        alarm::report(
            world,
            AlarmKind::Unaccounted,
            (NOT_COMPARED, &details),
            None,
        )?;
    }
    let (report, found) = compared?;
    alarm::take_back(world, AlarmKind::Unaccounted, NOT_COMPARED)?;
    let (lie, accounted) = (report.lie(), report.accounted());
    let (gaps, missing) = (report.gaps.len(), report.missing);
    tracing::info!(lie, accounted, gaps, missing, "mailbox and store compared");
    world.store.transact(move |books| {
        for (id, lies) in &found {
            books.lies(*id, Some(lies))?;
        }
        Ok::<_, DeskError>(())
    })?;
    tell(world, &report)?;
    mark(world, now)?;
    Ok(true)
}

fn is_due(world: &World, last: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    let calendar = &world.office.calendar;
    let (local, before) = (calendar.local(now, None), calendar.local(last, None));
    let is_night = (QUIET_HOUR..QUIET_HOUR + 3).contains(&local.hour());
    (is_night && before.date_naive() < local.date_naive()) || now - last > AT_LATEST
}

fn mark(world: &World, now: DateTime<Utc>) -> Result<(), DeskError> {
    world
        .store
        .transact(move |books| books.set_mark(MARK, now).map_err(DeskError::from))
}

/// Raises the alarm where there is a gap, and ends it where there is none any more.
fn tell(world: &World, report: &Report) -> Result<(), DeskError> {
    let kind = AlarmKind::Unaccounted;
    if report.gaps.is_empty() {
        return alarm::take_back(world, kind, "");
    }
    let gaps = report.gaps.len();
    tracing::error!(gaps, "mails are not accounted for");
    let details = words(world, &report.gaps, (report.lie(), report.accounted()));
    alarm::report(world, kind, ("", &details), None)
}

fn words(world: &World, gaps: &[Gap], (lie, accounted): (usize, usize)) -> String {
    let mut text = format!("En la casilla hay {lie} correos; registrados, {accounted}.\n");
    for gap in gaps.iter().take(TOLD_MOST) {
        let what = match gap.kind {
            GapKind::Unknown => "está archivado y la mesa no lo conoce",
            GapKind::NotTaken => "está en la bandeja de entrada y no se ha tomado",
            GapKind::NotFetched => "se vio y no se ha podido descargar",
            GapKind::NotHandled => "está guardado y no se ha tratado",
            GapKind::NotFiled => "se trató y no se ha podido archivar",
        };
        let local = world.office.calendar.local(gap.since, None);
        let since = local.format("%d-%m-%Y %H:%M");
        let which = match (gap.input, gap.message_id.as_str()) {
            (Some(id), _) => format!("correo {id}"),
            (None, "") => "un correo sin Message-ID".to_owned(),
            (None, id) => format!("<{id}>"),
        };
        text += &format!("{which} ({since}): {what}\n");
    }
    if gaps.len() > TOLD_MOST {
        text += &format!("y {} más\n", gaps.len() - TOLD_MOST);
    }
    text
}
