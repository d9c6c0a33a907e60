//! Chile's public holidays, computed from the laws that declare them.
//!
//! The rules hold from 2008 on, the year SIGEC began; before that some had other names or dates.
//! Election days are not here: their dates are set by the State each time, and fall on Sundays or
//! are added to the configuration.

use chrono::{Datelike, Days, NaiveDate, Weekday};

use super::solstice::june_solstice;

/// A public holiday of one year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicHoliday {
    /// The day on which it is kept.
    pub date: NaiveDate,
    /// Its name in Spanish.
    pub name: &'static str,
    /// The law that declares it or fixes its date.
    pub law: &'static str,
}

/// One holiday as the law says it.
struct Rule {
    name: &'static str,
    law: &'static str,
    /// The first year in which it is kept.
    since: i32,
    when: When,
}

/// When a holiday falls.
enum When {
    /// Always on this month and day.
    On(u32, u32),
    /// On this month and day, in those years in which it is one of these weekdays.
    If(u32, u32, &'static [Weekday]),
    /// In one year only.
    Once(i32, u32, u32),
    /// Days before Easter Sunday.
    BeforeEaster(u64),
    /// To the Monday of its week from Tuesday, Wednesday or Thursday, to the next one from Friday.
    Monday(u32, u32),
    /// 31 October: a Tuesday goes to the Friday before, a Wednesday to the Friday after.
    Reformation,
    /// The day of the winter solstice.
    Solstice,
}

const fn rule(name: &'static str, law: &'static str, since: i32, when: When) -> Rule {
    Rule {
        name,
        law,
        since,
        when,
    }
}

/// All of them, in the order of the year.
const RULES: [Rule; 21] = [
    rule("Año Nuevo", "Ley 2.977", 1915, When::On(1, 1)),
    rule(
        "Feriado nacional",
        "Ley 20.983",
        2017,
        When::If(1, 2, &[Weekday::Mon]),
    ),
    rule("Viernes Santo", "Ley 2.977", 1915, When::BeforeEaster(2)),
    rule("Sábado Santo", "Ley 2.977", 1915, When::BeforeEaster(1)),
    rule(
        "Día Nacional del Trabajo",
        "Código del Trabajo, art. 35",
        1932,
        When::On(5, 1),
    ),
    rule(
        "Día de las Glorias Navales",
        "Ley 2.977",
        1915,
        When::On(5, 21),
    ),
    rule(
        "Día Nacional de los Pueblos Indígenas",
        "Ley 21.357",
        2021,
        When::Solstice,
    ),
    rule(
        "San Pedro y San Pablo",
        "Ley 18.432, moved by Ley 19.668",
        2000,
        When::Monday(6, 29),
    ),
    rule("Virgen del Carmen", "Ley 20.148", 2007, When::On(7, 16)),
    rule("Asunción de la Virgen", "Ley 2.977", 1915, When::On(8, 15)),
    rule(
        "Feriado nacional",
        "Ley 21.482",
        2022,
        When::Once(2022, 9, 16),
    ),
    rule(
        "Fiestas Patrias",
        "Ley 20.215",
        2007,
        When::If(9, 17, &[Weekday::Mon]),
    ),
    rule(
        "Fiestas Patrias",
        "Ley 20.983",
        2017,
        When::If(9, 17, &[Weekday::Fri]),
    ),
    rule(
        "Día de la Independencia",
        "Ley 2.977",
        1915,
        When::On(9, 18),
    ),
    rule(
        "Día de las Glorias del Ejército",
        "Ley 2.977",
        1915,
        When::On(9, 19),
    ),
    rule(
        "Fiestas Patrias",
        "Ley 20.215",
        2007,
        When::If(9, 20, &[Weekday::Fri]),
    ),
    rule(
        "Día del Encuentro de dos Mundos",
        "Ley 3.810, moved by Ley 19.668",
        2000,
        When::Monday(10, 12),
    ),
    rule(
        "Día Nacional de las Iglesias Evangélicas y Protestantes",
        "Ley 20.299",
        2008,
        When::Reformation,
    ),
    rule(
        "Día de Todos los Santos",
        "Ley 2.977",
        1915,
        When::On(11, 1),
    ),
    rule(
        "La Inmaculada Concepción",
        "Ley 2.977",
        1915,
        When::On(12, 8),
    ),
    rule("Navidad", "Ley 2.977", 1915, When::On(12, 25)),
];

/// The national holidays of a year, in order. Those of a region belong to its
/// [`RegionRules`](super::RegionRules).
pub fn chile_holidays(year: i32) -> Vec<PublicHoliday> {
    let mut days: Vec<_> = RULES.iter().filter_map(|rule| rule.in_year(year)).collect();
    days.sort_by_key(|holiday| holiday.date);
    days
}

/// The national holiday that a day is, if it is one.
pub fn chile_holiday(date: NaiveDate) -> Option<PublicHoliday> {
    RULES
        .iter()
        // Most days end here: Easter and the solstice cost something.
        .filter(|rule| rule.when.may_fall_in(date.month()))
        .filter_map(|rule| rule.in_year(date.year()))
        .find(|holiday| holiday.date == date)
}

impl Rule {
    fn in_year(&self, year: i32) -> Option<PublicHoliday> {
        let date = self.when.in_year(year).filter(|_| year >= self.since)?;
        Some(PublicHoliday {
            date,
            name: self.name,
            law: self.law,
        })
    }
}

impl When {
    fn may_fall_in(&self, month: u32) -> bool {
        match *self {
            Self::On(of, _) | Self::If(of, ..) | Self::Once(_, of, _) => of == month,
            // Friday 29 June goes to Monday 2 July.
            Self::Monday(of, _) => of == month || of + 1 == month,
            Self::BeforeEaster(_) => month == 3 || month == 4,
            Self::Reformation => month == 10 || month == 11,
            Self::Solstice => month == 6,
        }
    }

    fn in_year(&self, year: i32) -> Option<NaiveDate> {
        let on = |month, day| NaiveDate::from_ymd_opt(year, month, day);
        match *self {
            Self::On(month, day) => on(month, day),
            Self::If(month, day, weekdays) => {
                on(month, day).filter(|date| weekdays.contains(&date.weekday()))
            }
            Self::Once(only, month, day) => on(month, day).filter(|_| year == only),
            Self::BeforeEaster(days) => easter(year)?.checked_sub_days(Days::new(days)),
            Self::Monday(month, day) => to_monday(on(month, day)?),
            Self::Reformation => to_friday(on(10, 31)?),
            Self::Solstice => solstice_day(year),
        }
    }
}

/// Ley 19.668, art. 1.
fn to_monday(date: NaiveDate) -> Option<NaiveDate> {
    match date.weekday() {
        Weekday::Tue | Weekday::Wed | Weekday::Thu => {
            let since_monday = u64::from(date.weekday().num_days_from_monday());
            date.checked_sub_days(Days::new(since_monday))
        }
        Weekday::Fri => date.checked_add_days(Days::new(3)),
        Weekday::Sat | Weekday::Sun | Weekday::Mon => Some(date),
    }
}

/// Ley 20.299, art. único.
fn to_friday(date: NaiveDate) -> Option<NaiveDate> {
    match date.weekday() {
        Weekday::Tue => date.checked_sub_days(Days::new(4)),
        Weekday::Wed => date.checked_add_days(Days::new(2)),
        _ => Some(date),
    }
}

/// Ley 21.357. In its first year the law itself set 21 June, though the solstice was an hour before
/// midnight of the 20th in Santiago.
fn solstice_day(year: i32) -> Option<NaiveDate> {
    if year == 2021 {
        return NaiveDate::from_ymd_opt(2021, 6, 21);
    }
    let instant = june_solstice(year)?;
    Some(
        instant
            .with_timezone(&chrono_tz::America::Santiago)
            .date_naive(),
    )
}

/// Easter Sunday of the Gregorian calendar, by the rule of the tables of 1582: golden number,
/// century, epact, and the Sunday after the full moon.
fn easter(year: i32) -> Option<NaiveDate> {
    let golden = year.rem_euclid(19);
    let (century, of_century) = (year.div_euclid(100), year.rem_euclid(100));
    let moon_correction = (century - (century + 8).div_euclid(25) + 1).div_euclid(3);
    let full_moon =
        (19 * golden + century - century.div_euclid(4) - moon_correction + 15).rem_euclid(30);
    let weekday =
        (32 + 2 * century.rem_euclid(4) + 2 * (of_century / 4) - full_moon - of_century % 4)
            .rem_euclid(7);
    let late = (golden + 11 * full_moon + 22 * weekday).div_euclid(451);
    let day = full_moon + weekday - 7 * late + 114;
    let (month, day) = (u32::try_from(day / 31).ok()?, u32::try_from(day % 31).ok()?);
    NaiveDate::from_ymd_opt(year, month, day + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn easter_of_the_extremes_and_the_present() {
        let known = [
            (1818, 3, 22),
            (1943, 4, 25),
            (1954, 4, 18),
            (2000, 4, 23),
            (2008, 3, 23),
            (2026, 4, 5),
            (2038, 4, 25),
            (2285, 3, 22),
        ];
        for (year, month, day) in known {
            assert_eq!(easter(year), NaiveDate::from_ymd_opt(year, month, day));
        }
    }

    #[test]
    fn the_list_of_a_year_and_the_look_up_of_a_day_agree() {
        for year in 2008..2100 {
            let list = chile_holidays(year);
            let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
            let looked_up: Vec<_> = first
                .iter_days()
                .take_while(|date| date.year() == year)
                .filter_map(chile_holiday)
                .collect();
            assert_eq!(list, looked_up);
        }
    }

    #[test]
    fn every_holiday_names_its_law() {
        for rule in &RULES {
            assert!(rule.law.contains("Ley ") || rule.law.contains("Código "));
        }
    }
}
