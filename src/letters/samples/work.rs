//! Mails about the work and its end.

use crate::request::*;

use super::instant;
use super::messages::{DATA, NOW, Row3, WORK, approved, full, least};

pub(super) fn all() -> Vec<Row3> {
    let order = |summary, approvals, claimable, copy| WorkOrder {
        summary,
        approvals,
        claimable,
        copy,
        executor: "Equipo SIGEC".into(),
        hands_on: claimable,
        handed_on_by: None,
    };
    let handed_on = WorkOrder {
        handed_on_by: Some("Rocío Lillo".into()),
        ..order(full(), vec![], false, false)
    };
    let reminder = |summary| WorkReminder {
        summary,
        asked_at: instant(NOW - 90_000),
    };
    let claimed = |summary| Claimed {
        summary,
        by: "Jorge Lillo".into(),
        done: false,
        handed_on: false,
    };
    let given = Claimed {
        handed_on: true,
        ..claimed(full())
    };
    vec![
        ("", order(full(), approved(), true, false).into(), WORK),
        ("copy", order(full(), approved(), false, true).into(), None),
        ("least", order(least(), vec![], false, false).into(), WORK),
        ("handed-on", handed_on.into(), WORK),
        ("", reminder(full()).into(), WORK),
        ("least", reminder(least()).into(), WORK),
        ("", claimed(full()).into(), None),
        ("least", claimed(least()).into(), None),
        ("handed-on", given.into(), None),
    ]
    .into_iter()
    .chain(ends())
    .chain(parts())
    .collect()
}

fn resolution(summary: Summary, text: Option<&str>, approvals: Vec<Approved>) -> Resolution {
    Resolution {
        summary,
        by: "Jorge Lillo".into(),
        at: instant(NOW),
        text: text.map(str::to_owned),
        approvals,
        persons: vec![],
    }
}

fn not_done(summary: Summary, reason: Option<&str>) -> NotDone {
    NotDone {
        summary,
        by: "Jorge Lillo".into(),
        reason: reason.map(str::to_owned),
        at: instant(NOW),
        done: vec![],
    }
}

fn ends() -> Vec<Row3> {
    let words = "La rendición quedó en borrador.\nEl ejecutor ya puede corregirla.";
    let why = "La rendición ya fue cerrada.";
    vec![
        ("", resolution(full(), Some(words), approved()).into(), None),
        ("least", resolution(least(), None, vec![]).into(), None),
        ("", not_done(full(), Some(why)).into(), None),
        ("least", not_done(least(), None).into(), None),
    ]
}

/// Forms with several persons, done in parts.
fn parts() -> Vec<Row3> {
    let person = |name: &str| PersonRow {
        name: name.into(),
        by: "Jorge Lillo".into(),
        at: instant(NOW - 90_000),
    };
    let in_parts = Resolution {
        persons: vec![person("Ana Rojas Díaz"), person("Juan Soto Lara")],
        ..resolution(full(), None, vec![])
    };
    let open = |name: &str, why: Option<&str>| OpenPerson {
        name: name.into(),
        why: why.map(str::to_owned),
    };
    let partly = |by: &str, done: &[&str], open| PartlyDone {
        summary: full(),
        by: by.into(),
        at: instant(NOW),
        done: done.iter().map(|name| String::from(*name)).collect(),
        open,
    };
    let two = vec![
        open("Juan Soto Lara", Some("RUT inválido")),
        open("Luz Vera Pino", None),
    ];
    let (both, one) = (["Ana Rojas Díaz", "Pedro Mena Ríos"], ["Ana Rojas Díaz"]);
    let not_all = NotDone {
        done: vec!["Ana Rojas Díaz".into()],
        ..not_done(full(), Some("Juan Soto Lara: RUT inválido"))
    };
    let least = partly("Jorge Lillo", &one, vec![open("Luz Vera Pino", None)]);
    vec![
        ("in-parts", in_parts.into(), None),
        ("", partly("Jorge Lillo", &both, two.clone()).into(), DATA),
        ("own", partly("Pilar Muñoz Ibáñez", &both, two).into(), WORK),
        ("least", least.into(), DATA),
        ("in-parts", not_all.into(), None),
    ]
}
