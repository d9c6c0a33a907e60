//! Every way to write a date.

use super::*;

fn iso(text: &str) -> Vec<String> {
    let received = NaiveDate::from_ymd_opt(2026, 11, 10).unwrap();
    dates(text, received)
        .into_iter()
        .map(|m| m.date.map_or("invalid".into(), |d| d.to_string()))
        .collect()
}

#[test]
fn every_way_to_write_a_date() {
    for text in [
        "12 de octubre de 2026",
        "12 de Octubre del 2026",
        "12 octubre 2026",
        "12-10-2026",
        "12/10/26",
        "12.10.2026",
        "12 oct. 2026",
        "12-oct-2026",
        "2026-10-12",
        "2026/10/12",
        "lunes 12 de octubre de 2026",
        "doce de octubre de dos mil veintiséis",
        "12 DE OCTUBRE DE 2026",
        "12 de octubre del año 2026",
        "12 de octubre, 2026",
        "el día 12 de octubre de 2026.",
        "12 / 10 / 2026",
        "Santiago, 12 OCT 2026",
        "12 de octubre",
        "12/10",
        "12-X-2026",
        "12 (doce) de octubre de 2026",
        "doce (12) de octubre de 2026",
        "octubre 12, 2026",
        "12 del mes de octubre del año 2026",
        "2026-10-12T09:00",
    ] {
        assert_eq!(iso(text), ["2026-10-12"], "{text}");
    }
    assert_eq!(
        iso("1° de marzo de 2026 y primero de abril de 2026"),
        ["2026-03-01", "2026-04-01"]
    );
    assert_eq!(iso("08 de setiembre de 2026"), ["2026-09-08"]);
}

#[test]
fn a_year_is_shared_and_days_that_do_not_exist_are_seen() {
    assert_eq!(
        iso("desde el 15 de marzo al 30 de abril de 2025"),
        ["2025-03-15", "2025-04-30"]
    );
    assert_eq!(
        iso("31 de septiembre de 2026, 30/02/2026"),
        ["invalid", "invalid"]
    );
    assert_eq!(iso("5 de enero"), ["2027-01-05"]);
    for (text, both) in [
        ("del 2 al 16 de marzo de 2026", ["2026-03-02", "2026-03-16"]),
        (
            "entre el dos y el dieciséis de marzo de 2026",
            ["2026-03-02", "2026-03-16"],
        ),
        (
            "del 28 de diciembre al 5 de enero de 2027",
            ["2026-12-28", "2027-01-05"],
        ),
        (
            "el 10 de marzo del presente año, 5 de mayo del año pasado",
            ["2026-03-10", "2025-05-05"],
        ),
        (
            "el 1 de septiembre de 2025 y el viernes 26 del mismo mes",
            ["2025-09-01", "2025-09-26"],
        ),
        (
            "desde el 3 de noviembre y hasta el 27 del presente mes",
            ["2026-11-03", "2026-11-27"],
        ),
        // A Friday in 2027, a Thursday in 2026.
        (
            "viernes 18 de junio; 5 de julio pasado",
            ["2026-06-18", "2026-07-05"],
        ),
    ] {
        assert_eq!(iso(text), both, "{text}");
    }
    assert_eq!(iso("viernes 18 de junio"), ["2027-06-18"]);
}

#[test]
fn a_year_that_was_not_written_is_said() {
    let received = NaiveDate::from_ymd_opt(2026, 11, 10).unwrap();
    let note = year_note("2026-10-12", "el 12 de octubre", received);
    assert_eq!(note.as_deref(), Some(" [sin año: se entiende 2026]"));
    assert_eq!(year_note("2026-10-12", "el 12-10-2026", received), None);
}

#[test]
fn numbers_of_other_things_are_no_dates() {
    for text in [
        "proyecto 09-331310-00035-26",
        "12-345678-00012-24",
        "N° 48/2026",
        "RUT 12.340.987-6",
        "19.628",
    ] {
        assert_eq!(iso(text), Vec::<String>::new(), "{text}");
    }
}
