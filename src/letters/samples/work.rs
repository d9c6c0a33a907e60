//! Mails about the work and its end.

use crate::request::*;

use super::instant;
use super::messages::{NOW, Row3, WORK, approved, full, least};

pub(super) fn all() -> Vec<Row3> {
    let order = |summary, approvals, claimable, copy| WorkOrder {
        summary,
        approvals,
        claimable,
        copy,
        executor: "Equipo SIGEC".into(),
    };
    let reminder = |summary| WorkReminder {
        summary,
        asked_at: instant(NOW - 90_000),
    };
    let claimed = |summary| Claimed {
        summary,
        by: "Jorge Lillo".into(),
        done: false,
    };
    let resolution = |summary, text: Option<&str>, approvals| Resolution {
        summary,
        by: "Jorge Lillo".into(),
        at: instant(NOW),
        text: text.map(str::to_owned),
        approvals,
    };
    let not_done = |summary, reason: Option<&str>| NotDone {
        summary,
        by: "Jorge Lillo".into(),
        reason: reason.map(str::to_owned),
        at: instant(NOW),
    };
    let words = "La rendición quedó en borrador.\nEl ejecutor ya puede corregirla.";
    vec![
        ("", order(full(), approved(), true, false).into(), WORK),
        ("copy", order(full(), approved(), false, true).into(), None),
        ("least", order(least(), vec![], false, false).into(), WORK),
        ("", reminder(full()).into(), WORK),
        ("least", reminder(least()).into(), WORK),
        ("", claimed(full()).into(), None),
        ("least", claimed(least()).into(), None),
        ("", resolution(full(), Some(words), approved()).into(), None),
        ("least", resolution(least(), None, vec![]).into(), None),
        (
            "",
            not_done(full(), Some("La rendición ya fue cerrada.")).into(),
            None,
        ),
        ("least", not_done(least(), None).into(), None),
    ]
}
