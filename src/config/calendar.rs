//! `calendar.toml`: working hours, holidays, zones.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveTime};
use chrono_tz::Tz;

use crate::calendar::{Calendar, DayOff, Holidays, Hours, RegionRules};

use super::findings::{Findings, Spot, Thing};
use super::problem::nearest;
use super::reader::Table;

const WEEKDAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

type Block = (NaiveTime, NaiveTime);

/// Reads `calendar.toml`.
pub(super) fn read(table: Table<'_>) -> Calendar {
    let found = table.found();
    let zone = zone(found, &table.text("zone")).unwrap_or(Tz::UTC);
    let readings = [
        ("office", Hours::Office),
        ("working-days", Hours::WorkingDays),
    ];
    let laws = [("chile", Holidays::Chile), ("none", Holidays::None)];
    let hours = table.word("hours", &readings, Some(Hours::Office));
    let holidays = table.word("holidays", &laws, Some(Holidays::Chile));
    let blocks = table.needed_child("blocks", "blocks").map(blocks);
    let days = table.children("day_off").into_iter().filter_map(day_off);
    let days_off = days.collect();
    let mut regions = BTreeMap::new();
    for child in table.children("region") {
        let place = child.place_of("name");
        let (name, rules) = region(child);
        if regions.insert(name.clone(), rules).is_some() && !name.is_empty() {
            let what = format!("`{name}` has two entries");
            found.problem(place, what, "put everything about a region into one entry");
        }
    }
    table.finish();
    Calendar {
        zone,
        hours: hours.unwrap_or(Hours::Office),
        blocks: blocks.unwrap_or_default(),
        holidays: holidays.unwrap_or(Holidays::Chile),
        days_off,
        regions,
    }
}

fn zone<'a>(found: &Findings<'a>, spot: &Spot<'a, String>) -> Option<Tz> {
    let zone = spot.value.parse().ok();
    if zone.is_none() && !spot.value.is_empty() {
        let names = chrono_tz::TZ_VARIANTS.iter().map(|z| z.name());
        let advice = match nearest(&spot.value, names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => String::from("use a name of the IANA time zones, `America/Santiago`"),
        };
        let what = format!("`{}` is not a time zone", spot.value);
        found.problem(spot.place, what, advice);
    }
    zone
}

fn blocks(table: Table<'_>) -> BTreeMap<u8, Vec<Block>> {
    let mut week = BTreeMap::new();
    for (number, day) in (0_u8..).zip(WEEKDAYS) {
        let blocks = day_blocks(&table, day);
        if !blocks.is_empty() {
            week.insert(number, blocks);
        }
    }
    let place = table.place();
    let found = table.found();
    let before = found.count();
    table.finish();
    if week.is_empty() && before == found.count() {
        let advice = "write the hours of at least one day: monday = [\"08:00-16:00\"]";
        found.problem(place, "the office is never open", advice);
    }
    week
}

fn day_blocks(table: &Table<'_>, day: &'static str) -> Vec<Block> {
    let mut blocks: Vec<Block> = vec![];
    for spot in table.texts(day) {
        let Some(block) = block(table.found(), &spot) else {
            continue;
        };
        if blocks.last().is_some_and(|last| last.1 > block.0) {
            let what = format!("`{}` begins before the block before it ends", spot.value);
            let advice = "write the blocks of a day ascending, without overlap";
            table.found().problem(spot.place, what, advice);
        }
        blocks.push(block);
    }
    blocks
}

fn block<'a>(found: &Findings<'a>, spot: &Spot<'a, String>) -> Option<Block> {
    let time = |text: &str| NaiveTime::parse_from_str(text.trim(), "%H:%M").ok();
    let block = spot
        .value
        .split_once('-')
        .and_then(|(from, until)| Some((time(from)?, time(until)?)))
        .filter(|(from, until)| from < until);
    if block.is_none() && !spot.value.is_empty() {
        let what = format!("`{}` is not a block of hours", spot.value);
        let advice = "write from-until within one day: \"08:00-16:00\"";
        found.problem(spot.place, what, advice);
    }
    block
}

fn day_off(table: Table<'_>) -> Option<DayOff> {
    let date = table.date("date");
    let name = table.text("name").value;
    let region = region_name(&table, table.maybe_text("region"));
    table.finish();
    date.map(|date| DayOff { date, name, region })
}

fn region(table: Table<'_>) -> (String, RegionRules) {
    let found = table.found();
    let name = region_name(&table, Some(table.text("name")));
    let zone = table.maybe_text("zone");
    let zone = zone.and_then(|spot| self::zone(found, &spot));
    let holidays = table.children("holidays").into_iter().map(holiday);
    let holidays = holidays.collect();
    table.finish();
    (name.unwrap_or_default(), RegionRules { zone, holidays })
}

fn region_name<'a>(table: &Table<'a>, spot: Option<Spot<'a, String>>) -> Option<String> {
    let spot = spot?;
    table.found().refer(Thing::Region, &spot);
    Some(spot.value)
}

fn holiday(table: Table<'_>) -> (u32, u32, String) {
    let month = u32::try_from(table.number("month", (1, 12), None)).unwrap_or(1);
    let day = u32::try_from(table.number("day", (1, 31), None)).unwrap_or(1);
    let name = table.text("name").value;
    // A leap year, so that 29 February may be one.
    if NaiveDate::from_ymd_opt(2024, month, day).is_none() {
        let what = format!("month {month} has no day {day}");
        let place = table.place_of("day");
        table
            .found()
            .problem(place, what, "write a real day of the year");
    }
    table.finish();
    (month, day, name)
}
