//! One region's days: why a day is off, and which instants of a day tick.

use std::borrow::Cow;

use chrono::{
    DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone,
    Utc, Weekday,
};
use chrono_tz::Tz;

use super::{Calendar, Holidays, Hours, RegionRules, chile_holiday};

/// From an instant (included) to another.
pub(super) type Span = (DateTime<Utc>, DateTime<Utc>);

/// All hours of a day, as a block.
const WHOLE_DAY: [(NaiveTime, NaiveTime); 1] = [(NaiveTime::MIN, NaiveTime::MIN)];

/// How far the clock of any zone is from universal time, rounded up.
const FARTHEST_OFFSET: TimeDelta = TimeDelta::hours(18);

/// The days of one region.
pub(super) struct LocalDays<'a> {
    calendar: &'a Calendar,
    region: Option<&'a str>,
    rules: Option<&'a RegionRules>,
    pub(super) zone: Tz,
}

impl<'a> LocalDays<'a> {
    pub(super) fn new(calendar: &'a Calendar, region: Option<&'a str>) -> Self {
        let rules = region.and_then(|name| calendar.regions.get(name));
        Self {
            calendar,
            region,
            rules,
            zone: rules.and_then(|r| r.zone).unwrap_or(calendar.zone),
        }
    }

    /// The day that the wall clock shows.
    pub(super) fn date_of(&self, at: DateTime<Utc>) -> NaiveDate {
        self.local(at.naive_utc()).date()
    }

    /// Why nobody works on this day; none: it is a working day.
    pub(super) fn day_off(&self, date: NaiveDate) -> Option<&'a str> {
        self.one_off(date)
            .or_else(|| self.public_holiday(date))
            .or_else(|| self.regional_holiday(date))
            .or_else(|| self.rest(date))
    }

    fn one_off(&self, date: NaiveDate) -> Option<&'a str> {
        let here = |region: &Option<String>| region.is_none() || region.as_deref() == self.region;
        self.calendar
            .days_off
            .iter()
            .find(|day| day.date == date && here(&day.region))
            .map(|day| day.name.as_str())
    }

    fn public_holiday(&self, date: NaiveDate) -> Option<&'static str> {
        match self.calendar.holidays {
            Holidays::Chile => chile_holiday(date).map(|holiday| holiday.name),
            Holidays::None => None,
        }
    }

    fn regional_holiday(&self, date: NaiveDate) -> Option<&'a str> {
        let holidays = &self.rules?.holidays;
        holidays
            .iter()
            .find(|(month, day, _)| (*month, *day) == (date.month(), date.day()))
            .map(|(_, _, name)| name.as_str())
    }

    /// Saturday and Sunday, unless the office has hours on them.
    fn rest(&self, date: NaiveDate) -> Option<&'static str> {
        let weekend = matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
        (weekend && self.blocks(date).is_empty()).then(|| weekday_name(date.weekday()))
    }

    /// The blocks of a weekday, whether or not the day works.
    pub(super) fn blocks(&self, date: NaiveDate) -> &'a [(NaiveTime, NaiveTime)] {
        let weekday = date.weekday().num_days_from_monday();
        u8::try_from(weekday)
            .ok()
            .and_then(|weekday| self.calendar.blocks.get(&weekday))
            .map_or(&[], Vec::as_slice)
    }

    /// The blocks that tick on a working day under a reading.
    fn ticking(&self, date: NaiveDate, hours: Hours) -> &'a [(NaiveTime, NaiveTime)] {
        match hours {
            Hours::Office => self.blocks(date),
            Hours::WorkingDays => &WHOLE_DAY,
        }
    }

    /// The instants of a day that tick, in order; none on a day off.
    pub(super) fn spans(&self, date: NaiveDate, hours: Hours) -> Vec<Span> {
        match self.day_off(date) {
            Some(_) => vec![],
            None => self.instants(date, self.ticking(date, hours)),
        }
    }

    /// What ticks on a day, for people: "08:00-13:00, 14:00-16:00", or why nothing does.
    pub(super) fn why(&self, date: NaiveDate, hours: Hours) -> Cow<'a, str> {
        if let Some(reason) = self.day_off(date) {
            return Cow::Borrowed(reason);
        }
        let blocks = self.ticking(date, hours);
        if blocks.is_empty() {
            return Cow::Borrowed("no office hours");
        }
        let texts: Vec<_> = blocks.iter().copied().map(block_text).collect();
        Cow::Owned(texts.join(", "))
    }

    /// When the wall clock shows a time within the blocks on this day.
    fn instants(&self, date: NaiveDate, blocks: &[(NaiveTime, NaiveTime)]) -> Vec<Span> {
        let periods = self.periods(date);
        let mut spans = Vec::with_capacity(blocks.len());
        for (since, until, offset) in periods.into_iter().flatten() {
            for &block in blocks {
                let Some((start, end)) = civil_span(date, block) else {
                    continue;
                };
                let utc = |local: NaiveDateTime| local.checked_sub_signed(offset);
                let (Some(start), Some(end)) = (utc(start), utc(end)) else {
                    continue;
                };
                let (start, end) = (start.max(since), end.min(until));
                if start < end {
                    spans.push((start.and_utc(), end.and_utc()));
                }
            }
        }
        spans
    }

    /// The times (universal, half-open) around a day in which the zone keeps one offset: one, or
    /// two about a change of the clock.
    fn periods(&self, date: NaiveDate) -> [Option<(NaiveDateTime, NaiveDateTime, TimeDelta)>; 2] {
        let midnight = date.and_time(NaiveTime::MIN);
        let first = midnight
            .checked_sub_signed(FARTHEST_OFFSET)
            .unwrap_or(NaiveDateTime::MIN);
        let last = midnight
            .checked_add_signed(FARTHEST_OFFSET + TimeDelta::days(1))
            .unwrap_or(NaiveDateTime::MAX);
        let (before, after) = (self.offset(first), self.offset(last));
        if before == after {
            return [Some((first, last, before)), None];
        }
        let change = self.change(first, last, before);
        [Some((first, change, before)), Some((change, last, after))]
    }

    /// The first second after `from` at which the offset is no more the one before. Zones change
    /// theirs at most once in the two days that are looked at.
    fn change(&self, from: NaiveDateTime, to: NaiveDateTime, before: TimeDelta) -> NaiveDateTime {
        let (mut low, mut high) = (0, (to - from).num_seconds());
        while high - low > 1 {
            let middle = i64::midpoint(low, high);
            if self.offset(from + TimeDelta::seconds(middle)) == before {
                low = middle;
            } else {
                high = middle;
            }
        }
        from + TimeDelta::seconds(high)
    }

    fn offset(&self, utc: NaiveDateTime) -> TimeDelta {
        let offset = self.zone.offset_from_utc_datetime(&utc).fix();
        TimeDelta::seconds(i64::from(offset.local_minus_utc()))
    }

    fn local(&self, utc: NaiveDateTime) -> NaiveDateTime {
        utc.checked_add_signed(self.offset(utc)).unwrap_or(utc)
    }

    /// The instant at which the wall clock first shows a local time, or leaps over it.
    pub(super) fn instant(&self, local: NaiveDateTime) -> DateTime<Utc> {
        let [first, second] = self.periods(local.date());
        let shown = [first, second].into_iter().flatten().find_map(|period| {
            let (since, until, offset) = period;
            let utc = local.checked_sub_signed(offset)?;
            (since <= utc && utc < until).then_some(utc)
        });
        // No period shows it: the clock leaps over it where the second one begins.
        let leap = second.map_or(local, |(change, _, _)| change);
        shown.unwrap_or(leap).and_utc()
    }
}

/// A block as local times; none where it is empty.
pub(super) fn civil_span(
    date: NaiveDate,
    (start, end): (NaiveTime, NaiveTime),
) -> Option<(NaiveDateTime, NaiveDateTime)> {
    let end = if end == NaiveTime::MIN {
        date.checked_add_days(Days::new(1))?.and_time(end)
    } else {
        date.and_time(end)
    };
    let start = date.and_time(start);
    (start < end).then_some((start, end))
}

fn block_text((start, end): (NaiveTime, NaiveTime)) -> String {
    let end = if end == NaiveTime::MIN {
        "24:00".to_owned()
    } else {
        end.format("%H:%M").to_string()
    };
    format!("{}-{end}", start.format("%H:%M"))
}

fn weekday_name(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Mon => "Monday",
        Weekday::Tue => "Tuesday",
        Weekday::Wed => "Wednesday",
        Weekday::Thu => "Thursday",
        Weekday::Fri => "Friday",
        Weekday::Sat => "Saturday",
        Weekday::Sun => "Sunday",
    }
}
