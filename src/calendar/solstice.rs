//! The instant of the June solstice, for the holiday that follows it.
//!
//! Method and terms: J. Meeus, *Astronomical Algorithms*, 2nd edition, chapter 27 (years 1000 to
//! 3000, within a minute for ours).

use chrono::{DateTime, TimeDelta, Utc};

/// Amplitude (1e-5 days), phase and yearly motion (degrees per century) of the periodic terms.
const TERMS: [(f64, f64, f64); 24] = [
    (485.0, 324.96, 1934.136),
    (203.0, 337.23, 32964.467),
    (199.0, 342.08, 20.186),
    (182.0, 27.85, 445267.112),
    (156.0, 73.14, 45036.886),
    (136.0, 171.52, 22518.443),
    (77.0, 222.54, 65928.934),
    (74.0, 296.72, 3034.906),
    (70.0, 243.58, 9037.513),
    (58.0, 119.81, 33718.147),
    (52.0, 297.17, 150.678),
    (50.0, 21.02, 2281.226),
    (45.0, 247.54, 29929.562),
    (44.0, 325.15, 31555.956),
    (29.0, 60.93, 4443.417),
    (18.0, 155.12, 67555.328),
    (17.0, 288.79, 4562.452),
    (16.0, 198.04, 62894.029),
    (14.0, 199.76, 31436.921),
    (12.0, 95.39, 14577.848),
    (12.0, 287.11, 31931.756),
    (12.0, 320.81, 34777.259),
    (9.0, 227.73, 1222.114),
    (8.0, 15.45, 16859.074),
];

/// Julian date of 1970-01-01 00:00.
const UNIX_EPOCH: f64 = 2_440_587.5;

/// Terrestrial time less universal time, in seconds: 69 in 2020, perhaps 90 in 2050. A rough value
/// serves, since it moves the instant by less than the method's own error.
const DELTA_T: f64 = 72.0;

/// The instant of the June solstice of a year between 1000 and 3000.
pub(super) fn june_solstice(year: i32) -> Option<DateTime<Utc>> {
    if !(1000..=3000).contains(&year) {
        return None;
    }
    let y = (f64::from(year) - 2000.0) / 1000.0;
    let mean =
        2_451_716.567_67 + y * (365_241.626_03 + y * (0.003_25 + y * (0.008_88 - y * 0.000_30)));
    let t = (mean - 2_451_545.0) / 36_525.0;
    let w = (35_999.373 * t - 2.47).to_radians();
    let speed = 1.0 + 0.033_4 * w.cos() + 0.000_7 * (2.0 * w).cos();
    let sum: f64 = TERMS
        .iter()
        .map(|(amplitude, phase, motion)| amplitude * (phase + motion * t).to_radians().cos())
        .sum();
    let days = mean + 0.000_01 * sum / speed - UNIX_EPOCH;
    // Within years 1000 to 3000 this is far from the bounds of either type.
    #[expect(clippy::cast_possible_truncation, reason = "whole seconds are wanted")]
    let seconds = (days * 86_400.0 - DELTA_T).round() as i64;
    DateTime::UNIX_EPOCH.checked_add_signed(TimeDelta::try_seconds(seconds)?)
}

#[cfg(test)]
mod tests {
    use chrono::Timelike;

    use super::*;

    /// Instants as almanacs print them, to the minute (universal time).
    #[test]
    fn agrees_with_almanacs() {
        let printed = [
            (2000, "2000-06-21T01:48:00Z"),
            (2015, "2015-06-21T16:38:00Z"),
            (2020, "2020-06-20T21:44:00Z"),
            (2021, "2021-06-21T03:32:00Z"),
            (2024, "2024-06-20T20:51:00Z"),
            (2025, "2025-06-21T02:42:00Z"),
        ];
        for (year, text) in printed {
            let expected: DateTime<Utc> = text.parse().unwrap();
            let found = june_solstice(year).unwrap();
            let apart = (found - expected).num_seconds().abs();
            assert!(apart <= 90, "{year}: {found}, printed {expected}");
        }
    }

    /// The holiday is a day, so an error of the method matters only near midnight. None of these
    /// years comes near enough.
    #[test]
    fn no_year_of_the_century_is_doubtful() {
        for year in 2021..=2099 {
            let local = june_solstice(year)
                .unwrap()
                .with_timezone(&chrono_tz::America::Santiago);
            let after_midnight = local.num_seconds_from_midnight();
            let apart = after_midnight.min(86_400 - after_midnight);
            assert!(apart > 300, "{local}");
        }
    }

    #[test]
    fn promises_nothing_outside_its_years() {
        assert_eq!(june_solstice(999), None);
        assert_eq!(june_solstice(3001), None);
    }
}
