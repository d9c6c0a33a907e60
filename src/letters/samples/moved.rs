//! Decisions that move to somebody else, that come late, or that were nobody's.

use chrono::NaiveDate;

use crate::request::*;

use super::instant;
use super::messages::{LATER, NOW, Row3, full, least};

pub(super) fn all() -> Vec<Row3> {
    let mut all = moved();
    all.extend(repudiated());
    let overdue = |summary, held_by: &str| StepOverdue {
        summary,
        role: "Jefatura Administrativa Regional".into(),
        held_by: held_by.into(),
        asked_at: instant(NOW - 90_000),
        due: instant(LATER),
    };
    all.push(("", overdue(full(), "Marta Salas").into(), None));
    all.push(("least", overdue(least(), "").into(), None));
    all
}

fn moved() -> Vec<Row3> {
    let until = NaiveDate::from_ymd_opt(2026, 10, 20);
    let moved = |summary, motive, away_until, asked: &[&str]| DecisionMoved {
        summary,
        role: "Jefatura Administrativa Regional".into(),
        of: "Elsa Pino".into(),
        motive,
        away_until,
        asked: asked.iter().map(|s| (*s).to_owned()).collect(),
    };
    let ivan = ["Iván Toro"];
    let row = |suffix, message: DecisionMoved| (suffix, message.into(), None);
    vec![
        row("", moved(full(), Motive::OutOfOffice, until, &ivan)),
        row("absent", moved(least(), Motive::Absent, None, &ivan)),
        row("awaited", moved(least(), Motive::OutOfOffice, until, &[])),
        row(
            "unreachable",
            moved(least(), Motive::Unreachable, None, &ivan),
        ),
        row("own", moved(least(), Motive::OwnRequest, None, &ivan)),
        row("delegated", moved(least(), Motive::Delegated, None, &ivan)),
        row("assigned", moved(least(), Motive::Assigned, None, &ivan)),
    ]
}

fn repudiated() -> Vec<Row3> {
    let said = |summary, role: &str, approved, concern| DecisionRepudiated {
        summary,
        by: "Marta Salas".into(),
        role: role.into(),
        at: instant(NOW),
        approved,
        concern,
    };
    let role = "Jefatura Administrativa Regional";
    let row = |suffix, message: DecisionRepudiated| (suffix, message.into(), None);
    vec![
        row("", said(full(), role, true, Concern::Own)),
        row("executor", said(full(), role, true, Concern::Executor)),
        row("approver", said(least(), role, true, Concern::Approver)),
        row("requester", said(least(), role, false, Concern::Requester)),
        row("disowned", said(least(), "", false, Concern::Own)),
        row(
            "disowned-executor",
            said(least(), "", false, Concern::Executor),
        ),
        row(
            "disowned-approver",
            said(least(), "", false, Concern::Approver),
        ),
    ]
}
