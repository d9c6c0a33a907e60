//! `desk.toml`: the desk, its limits and rhythm.

use chrono::NaiveTime;

use crate::office::{
    Alarms, Backup, Desk, Limits, MailboxSettings, OutgoingSettings, Retention, Rhythm, RoleId,
};

use super::authentication;
use super::findings::{Findings, Spot, Thing};
use super::problem::Place;
use super::reader::Table;
use super::settings;

/// Half past two at night.
const BACKUP_AT: NaiveTime = match NaiveTime::from_hms_opt(2, 30, 0) {
    Some(time) => time,
    None => NaiveTime::MIN,
};
const KIBIBYTE: u64 = 1024;
const GIBIBYTE: u64 = 1024 * 1024 * 1024;

/// Reads `desk.toml`.
pub(super) fn read(table: Table<'_>) -> Desk {
    let found = table.found();
    let address = address(found, table.text("address"));
    found.define(Thing::Address, &address);
    let tag = table.text("tag");
    check_tag(found, &tag);
    let (mailbox, start) = settings::mailbox(&table);
    let desk = Desk {
        name: table.text("name").value,
        tag: tag.value,
        address: address.value,
        aliases: own_addresses(&table, "aliases"),
        plus_addresses: table.flag("plus_addresses", Some(false)),
        authentication: authentication::read(&table),
        systems: addresses(found, table.texts("systems")),
        triage_role: role(&table, "triage_role"),
        escalation_role: role(&table, "escalation_role"),
        limits: limits(&table),
        rhythm: rhythm(&table),
        mailbox,
        start,
        backup: backup(&table),
        alarms: alarms(&table),
        retention: retention(&table),
        outgoing: settings::outgoing(&table),
        state: table
            .maybe_text("state")
            .map_or_else(|| String::from("state"), |s| s.value),
    };
    check_folders(&desk, found, table.place_of("outgoing"));
    table.finish();
    desk
}

/// An address in lower case, checked roughly: one `@` with something on both sides, no spaces.
pub(super) fn address<'a>(found: &Findings<'a>, spot: Spot<'a, String>) -> Spot<'a, String> {
    let value = spot.value.to_lowercase();
    let sound = value.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && !domain.is_empty()
            && !domain.contains('@')
            && !domain.starts_with('.')
            && !domain.ends_with('.')
            && value.chars().all(|c| c.is_ascii_graphic())
            && !value.contains(['<', '>', ',', ';', '"', '(', ')'])
    });
    if sound || value.is_empty() {
        return Spot { value, ..spot };
    }
    let what = format!("`{}` is not an e-mail address", spot.value);
    let advice = "write only the address, name@domain, without accents or spaces";
    found.problem(spot.place, what, advice);
    // Empty, so that nothing else is said about it.
    Spot {
        value: String::new(),
        ..spot
    }
}

/// Addresses in lower case.
pub(super) fn addresses<'a>(found: &Findings<'a>, spots: Vec<Spot<'a, String>>) -> Vec<String> {
    let spots = spots.into_iter().map(|spot| address(found, spot).value);
    spots.collect()
}

fn own_addresses(table: &Table<'_>, key: &'static str) -> Vec<String> {
    let spots = table.texts(key).into_iter().map(|spot| {
        let spot = address(table.found(), spot);
        table.found().define(Thing::Address, &spot);
        spot.value
    });
    spots.collect()
}

fn role(table: &Table<'_>, key: &'static str) -> RoleId {
    let spot = table.text(key);
    table.found().refer(Thing::Role, &spot);
    RoleId(spot.value)
}

fn check_tag(found: &Findings<'_>, tag: &Spot<'_, String>) {
    let sound = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
    let begins_with_digit = tag.value.starts_with(|c: char| c.is_ascii_digit());
    if begins_with_digit || !tag.value.chars().all(sound) {
        let what = format!("`{}` cannot stand in a subject tag", tag.value);
        let advice = "use capital letters A-Z and digits only, beginning with a letter";
        found.problem(tag.place, what, advice);
    }
}

fn limits(desk: &Table<'_>) -> Limits {
    let table = desk.child("limits");
    let number = |key, range, default: u64| {
        let read = |t: &Table<'_>| t.number(key, range, Some(default));
        table.as_ref().map_or(default, read)
    };
    let small =
        |key, high, default| u32::try_from(number(key, (1, high), default)).unwrap_or(u32::MAX);
    let limits = Limits {
        mail_bytes: number("mail_bytes", (KIBIBYTE, GIBIBYTE), 25 * 1024 * 1024),
        mails_per_address_and_day: small("mails_per_address_and_day", 10_000, 60),
        mails_from_address_and_day: small("mails_from_address_and_day", 10_000, 50),
        tries: small("tries", 100, 3),
        duplicate_days: small("duplicate_days", 365, 15),
        reopen_days: small("reopen_days", 365, 10),
        free_bytes: number("free_bytes", (0, 1024 * GIBIBYTE), 256 * 1024 * 1024),
    };
    if let Some(table) = table {
        table.finish();
    }
    limits
}

fn rhythm(desk: &Table<'_>) -> Rhythm {
    let mut rhythm = Rhythm {
        warnings: vec![50, 80],
        reminder: 50,
        again_days: 3,
        quiet_outside_hours: true,
    };
    let Some(table) = desk.child("rhythm") else {
        return rhythm;
    };
    let percent = |number: u64| u8::try_from(number).unwrap_or(99);
    if let Some(warnings) = table.numbers("warnings", (1, 99)) {
        rhythm.warnings = warnings.into_iter().map(percent).collect();
    }
    if !rhythm.warnings.is_sorted_by(|a, b| a < b) {
        let what = "the warnings do not ascend";
        let advice = "write each percentage once, the smallest first: [50, 80]";
        desk.found()
            .problem(table.place_of("warnings"), what, advice);
    }
    rhythm.reminder = percent(table.number("reminder", (1, 99), Some(50)));
    let days = table.number("again_days", (1, 60), Some(3));
    rhythm.again_days = u32::try_from(days).unwrap_or(60);
    rhythm.quiet_outside_hours = table.flag("quiet_outside_hours", Some(true));
    table.finish();
    rhythm
}

fn backup(desk: &Table<'_>) -> Backup {
    let mut backup = Backup {
        folder: String::from("backup"),
        at: BACKUP_AT,
        keep: 14,
    };
    let Some(table) = desk.child("backup") else {
        return backup;
    };
    if let Some(folder) = table.maybe_text("folder") {
        if folder.value.is_empty() {
            let advice = "name a folder, best on another disk";
            table
                .found()
                .problem(folder.place, "the folder is empty".to_owned(), advice);
        }
        backup.folder = folder.value;
    }
    if let Some(at) = table.maybe_text("at") {
        match NaiveTime::parse_from_str(&at.value, "%H:%M") {
            Ok(time) => backup.at = time,
            Err(_) if at.value.is_empty() => (),
            Err(_) => {
                let what = format!("`{}` is not a time of day", at.value);
                table
                    .found()
                    .problem(at.place, what, "write it as \"02:30\"");
            }
        }
    }
    backup.keep = u32::try_from(table.number("keep", (0, 10_000), Some(14))).unwrap_or(u32::MAX);
    table.finish();
    backup
}

fn alarms(desk: &Table<'_>) -> Alarms {
    let usual = Alarms::default();
    let Some(table) = desk.child("alarm") else {
        return usual;
    };
    let minutes = |key, default: u32| {
        let read = table.number(key, (1, 10_080), Some(default.into()));
        u32::try_from(read).unwrap_or(default)
    };
    let alarms = Alarms {
        open_minutes: minutes("open_minutes", usual.open_minutes),
        closed_minutes: minutes("closed_minutes", usual.closed_minutes),
        undecided_minutes: minutes("undecided_minutes", usual.undecided_minutes),
        unsent_minutes: minutes("unsent_minutes", usual.unsent_minutes),
        clock_minutes: minutes("clock_minutes", usual.clock_minutes),
        backup_minutes: minutes("backup_minutes", usual.backup_minutes),
        refused_minutes: minutes("refused_minutes", usual.refused_minutes),
    };
    table.finish();
    alarms
}

/// Days; 0 keeps for ever.
fn retention(desk: &Table<'_>) -> Retention {
    const CENTURY: u64 = 36_525;
    let default = Retention::default();
    let Some(table) = desk.child("retention") else {
        return default;
    };
    let days = |key, default: Option<u32>| {
        let read = table.number(key, (0, CENTURY), Some(default.map_or(0, u64::from)));
        u32::try_from(read).ok().filter(|days| *days > 0)
    };
    let retention = Retention {
        mails_of_nothing: days("mails_of_nothing", default.mails_of_nothing),
        mails: days("mails", default.mails),
        documents: days("documents", default.documents),
        sent: days("sent", default.sent),
        requests: days("requests", default.requests),
        accesses: days("accesses", default.accesses),
    };
    table.finish();
    retention
}

/// Mails that go out must not come in again.
fn check_folders<'a>(desk: &Desk, found: &Findings<'a>, place: Place<'a>) {
    let MailboxSettings::Maildir { path: incoming, .. } = &desk.mailbox else {
        return;
    };
    let OutgoingSettings::Directory { path: outgoing } = &desk.outgoing else {
        return;
    };
    if incoming == outgoing && !incoming.is_empty() {
        let what = format!("mails come from and go to the same folder, `{incoming}`");
        found.problem(place, what, "give `path` of [outgoing] another folder");
    }
}
