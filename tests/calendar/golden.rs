//! Public holidays against lists of facts: our own, and the oracle's where it is there.

use std::path::Path;

use chrono::{Datelike, NaiveDate};
use mesad::calendar::{Calendar, chile_holiday, chile_holidays};

use crate::shipped;

const OURS: &str = include_str!("../data/holidays-cl.tsv");

/// Date, region (empty: the country), name.
type Fact<'a> = (NaiveDate, &'a str, &'a str);

fn facts(tsv: &str) -> Vec<Fact<'_>> {
    tsv.lines()
        .filter(|line| !line.starts_with('#') && !line.starts_with("date\t"))
        .map(|line| {
            let cells: Vec<_> = line.split('\t').collect();
            (cells[0].parse().unwrap(), cells[1], cells[2])
        })
        .collect()
}

/// The same from the rules.
fn computed<'a>(calendar: &'a Calendar, years: std::ops::RangeInclusive<i32>) -> Vec<Fact<'a>> {
    let mut days = vec![];
    for year in years {
        days.extend(
            chile_holidays(year)
                .into_iter()
                .map(|h| (h.date, "", h.name)),
        );
        for (region, rules) in &calendar.regions {
            for (month, day, name) in &rules.holidays {
                let date = NaiveDate::from_ymd_opt(year, *month, *day).unwrap();
                days.push((date, region.as_str(), name.as_str()));
            }
        }
    }
    days.sort();
    days
}

#[test]
fn the_rules_give_the_facts() {
    let mut expected = facts(OURS);
    expected.sort();
    assert_eq!(expected.len(), 297);
    assert_eq!(computed(&shipped(), 2020..=2035), expected);
}

#[test]
fn a_day_of_the_list_is_off_and_no_other_weekday_is() {
    let calendar = shipped();
    let facts = facts(OURS);
    let first = NaiveDate::from_ymd_opt(2020, 1, 1).unwrap();
    let regions = ["", "Arica y Parinacota", "Ñuble", "Maule", "Magallanes"];
    for date in first.iter_days().take_while(|date| date.year() <= 2035) {
        for region in regions {
            let listed = facts
                .iter()
                .find(|(day, place, _)| *day == date && (place.is_empty() || *place == region));
            let weekend = date.weekday().num_days_from_monday() >= 5;
            let asked = Some(region).filter(|r| !r.is_empty());
            assert_eq!(
                calendar.is_working_day(date, asked),
                listed.is_none() && !weekend,
                "{date} in {region:?}"
            );
            if let Some((_, _, name)) = listed {
                assert_eq!(calendar.day_off(date, asked), Some(*name));
            }
        }
    }
}

#[test]
fn the_oracle_says_the_same() {
    let shared = std::env::var("MESAD_SHARED")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../shared").to_owned());
    let path = Path::new(&shared).join("oracles/holidays-cl.tsv");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: ../shared is absent");
        return;
    };
    let region = |code| match code {
        "" => "",
        "AP" => "Arica y Parinacota",
        "NB" => "Ñuble",
        other => panic!("region {other:?}"),
    };
    let mut expected: Vec<_> = facts(&text)
        .into_iter()
        // whose holiday 20 August is stands in a comment of the configuration
        .map(|(date, code, name)| {
            (
                date,
                region(code),
                without(name, " (Chillán y Chillán Viejo)"),
            )
        })
        .collect();
    expected.sort();
    assert_eq!(computed(&shipped(), 2020..=2035), expected);
}

fn without<'a>(name: &'a str, end: &str) -> &'a str {
    name.strip_suffix(end).unwrap_or(name)
}

/// Days that a rule moves, or that came with a law, one by one.
#[test]
fn laws_and_their_first_years() {
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    let kept = [
        ("2017-01-02", "Ley 20.983"), // the first Monday 2 January under the law
        ("2018-09-17", "Ley 20.215"), // Monday
        ("2019-09-20", "Ley 20.215"), // Friday
        ("2021-09-17", "Ley 20.983"), // Friday
        ("2021-06-21", "Ley 21.357"), // set by the law, not by the sun
        ("2024-06-20", "Ley 21.357"),
        ("2022-09-16", "Ley 21.482"),
        ("2018-07-02", "Ley 18.432, moved by Ley 19.668"), // from Friday 29 June
        ("2017-10-27", "Ley 20.299"),                      // from Tuesday 31 October
        ("2018-11-02", "Ley 20.299"),                      // from Wednesday 31 October
    ];
    for (date, law) in kept {
        assert_eq!(chile_holiday(day(date)).map(|h| h.law), Some(law), "{date}");
    }
    let not_kept = [
        "2012-01-02", // a Monday before the law of 2016
        "2010-09-17", // a Friday before it
        "2019-06-21", // before the law of 2021
        "2018-06-29", // moved away
        "2017-10-31",
        "2018-10-31",
        "2023-09-16",
        "2026-09-17", // Thursday
        "2026-12-31", // of banks only
    ];
    for date in not_kept {
        assert_eq!(chile_holiday(day(date)), None, "{date}");
    }
}
