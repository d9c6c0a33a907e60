//! News of a request, and mails to the desk's own people.

use chrono::{DateTime, Utc};

use crate::request::*;

use super::instant;
use super::messages::{APPROVAL, DATA, LATER, NOW, Row3, full, least, timeline};
use super::sorting::options;

pub(super) fn all() -> Vec<Row3> {
    let mut all = news();
    all.extend(additions());
    all.extend(statuses());
    all.extend(attentions());
    all.extend(triages());
    all.extend(to_the_desk());
    all.extend(desk_acts());
    all
}

fn statuses() -> Vec<Row3> {
    let status = |summary, waiting_for, held_by: &str, timeline| Status {
        summary,
        waiting_for,
        held_by: held_by.into(),
        asked_at: Some(instant(NOW - 90_000)).filter(|_| !held_by.is_empty()),
        due: Some(instant(LATER)).filter(|_| !held_by.is_empty()),
        timeline,
    };
    let held = "Marta Salas";
    let short = |suffix, state| (suffix, status(least(), state, "", vec![]).into(), None);
    vec![
        (
            "",
            status(full(), WaitingFor::Approval, held, timeline()).into(),
            None,
        ),
        short("data", WaitingFor::Data),
        short("confirmation", WaitingFor::Confirmation),
        short("work", WaitingFor::Work),
        short("done", WaitingFor::Done),
        short("not-done", WaitingFor::NotDone),
        short("rejected", WaitingFor::Rejected),
        short("withdrawn", WaitingFor::Withdrawn),
        short("disowned", WaitingFor::Disowned),
    ]
}

fn attentions() -> Vec<Row3> {
    let attention = |summary, why, who: &str, text: &str| Attention {
        summary,
        why,
        who: who.into(),
        text: text.into(),
    };
    let short = |suffix, why| (suffix, attention(least(), why, "", "").into(), None);
    let full = attention(
        full(),
        AttentionReason::Delegated,
        "Elsa Pino",
        "Eso lo ve Finanzas.",
    );
    vec![
        ("", full.into(), None),
        short("nobody-there", AttentionReason::NobodyThere),
        short("unclear-twice", AttentionReason::UnclearTwice),
        short("away", AttentionReason::AwayWithoutSubstitute),
        short("disowned", AttentionReason::Disowned),
        short("no-answer", AttentionReason::NoAnswer),
        short("after-end", AttentionReason::AfterEnd),
        short("worked-against", AttentionReason::WorkedAgainst),
        short("left", AttentionReason::Left),
        short("repudiated", AttentionReason::Repudiated),
        short("repudiated-nothing", AttentionReason::RepudiatedNothing),
        short("repudiated-after-end", AttentionReason::RepudiatedAfterEnd),
        short("repudiated-unproven", AttentionReason::RepudiatedUnproven),
    ]
}

fn desk_acts() -> Vec<Row3> {
    let act = |summary, acted, held_by: &str| DeskAct {
        summary,
        acted,
        held_by: held_by.into(),
    };
    let recorded = Summary {
        recorded: Some(Recorded {
            by: "Valentina Osorio Garay".into(),
            reason: "Está con licencia médica hasta fin de mes".into(),
        }),
        ..full()
    };
    let short = |suffix, acted| (suffix, act(least(), acted, "").into(), None);
    vec![
        (
            "",
            act(recorded, DeskActed::Assigned, "Iván Toro").into(),
            None,
        ),
        short("released", DeskActed::Released),
        short("amended", DeskActed::Amended),
        short("reclassified", DeskActed::Reclassified),
        short("reopened", DeskActed::Reopened),
        short("confirmed", DeskActed::Confirmed),
        short("done", DeskActed::Done),
        short("not-done", DeskActed::NotDone),
    ]
}

fn triages() -> Vec<Row3> {
    let triage = |why, guesses: &[&str], text: &str| Triage {
        from: "Alguien <alguien@otra.example>".into(),
        subject: "Consulta por sistema".into(),
        text: text.into(),
        guesses: guesses.iter().map(|s| (*s).to_owned()).collect(),
        why,
        input: Some(12).filter(|_| !guesses.is_empty()),
        options: options(guesses),
    };
    let guesses = ["Desaprobación de rendiciones", "Creación de organizaciones"];
    let text = "Estimados:\n\n¿Me ayudan?\n";
    let short = |suffix, why| (suffix, triage(why, &[], "").into(), None);
    vec![
        (
            "",
            triage(TriageReason::Unclassified, &guesses, text).into(),
            super::sorting::TRIAGE,
        ),
        short("not-allowed", TriageReason::NotAllowed),
        short("no-sender", TriageReason::NoSender),
        short("cannot-be-read", TriageReason::CannotBeRead),
    ]
}

fn triage_received() -> TriageReceived {
    TriageReceived {
        subject: "Consulta por sistema".into(),
    }
}

fn additions() -> Vec<Row3> {
    let comment = |summary, kind| Comment {
        summary,
        by: "Rosa Fuentealba Ríos".into(),
        address: "rosa.fuentealba@correo.example".into(),
        kind,
        text: "Adjunto el oficio que faltaba.\nSaludos".into(),
    };
    let received = |summary, files: &[&str], passed_to: &[&str], differs| AdditionReceived {
        summary,
        files: files.iter().map(|s| (*s).to_owned()).collect(),
        passed_to: passed_to.iter().map(|s| (*s).to_owned()).collect(),
        differs,
    };
    vec![
        ("", comment(full(), CommentKind::Added).into(), APPROVAL),
        (
            "your-name",
            comment(full(), CommentKind::YourName).into(),
            None,
        ),
        (
            "least",
            comment(least(), CommentKind::NotAsked).into(),
            None,
        ),
        (
            "differs",
            comment(full(), CommentKind::Differs).into(),
            super::messages::WORK,
        ),
        (
            "",
            received(full(), &["Oficio 12.pdf"], &["Marta Salas"], false).into(),
            None,
        ),
        (
            "differs",
            received(least(), &[], &["Iván Toro"], true).into(),
            None,
        ),
        ("least", received(least(), &[], &[], false).into(), None),
    ]
}

fn news() -> Vec<Row3> {
    let question = |summary, by: &str, conditional| Question {
        summary,
        by: by.into(),
        text: "¿Se revisó también la rendición de julio?".into(),
        conditional,
    };
    let again = |summary, waiting_for| AlreadyReceived {
        summary,
        waiting_for,
        received_at: instant(NOW - 90_000),
        files: match waiting_for {
            WaitingFor::Approval => vec!["planilla corregida.xlsx".into()],
            _ => vec![],
        },
    };
    let withdrawn = |summary, by: &str| Withdrawn {
        summary,
        by: by.into(),
    };
    let (own, rosa) = ("Pilar Muñoz Ibáñez", "Rosa Fuentealba Ríos");
    vec![
        ("", question(full(), "Marta Salas", false).into(), DATA),
        (
            "conditional",
            question(full(), "Marta Salas", true).into(),
            DATA,
        ),
        ("own", question(least(), own, true).into(), None),
        (
            "least",
            question(least(), "Marta Salas", false).into(),
            None,
        ),
        ("", again(full(), WaitingFor::Approval).into(), None),
        ("done", again(full(), WaitingFor::Done).into(), None),
        ("least", again(least(), WaitingFor::Rejected).into(), None),
        ("", withdrawn(full(), rosa).into(), None),
        ("own", withdrawn(least(), own).into(), None),
        ("least", withdrawn(least(), rosa).into(), None),
    ]
}

fn to_the_desk() -> Vec<Row3> {
    let warning = |summary, percent| DeadlineWarning {
        summary,
        percent,
        held_by: "Marta Salas".into(),
    };
    let breach = |summary, timeline| Breach {
        summary,
        held_by: "Equipo SIGEC".into(),
        timeline,
    };
    let undeliverable = |summary, why: &str, asked_instead| Undeliverable {
        summary,
        address: "juan.perez@ministerio.example".into(),
        why: why.into(),
        asked_instead,
    };
    vec![
        ("", warning(full(), 80).into(), None),
        ("least", warning(least(), 50).into(), None),
        ("", breach(full(), timeline()).into(), None),
        ("least", breach(least(), vec![]).into(), None),
        (
            "",
            undeliverable(
                Some(full()),
                "550 5.1.1 User unknown",
                vec!["Elsa Pino".into()],
            )
            .into(),
            None,
        ),
        ("least", undeliverable(None, "5.2.2", vec![]).into(), None),
        ("", triage_received().into(), None),
        (
            "least",
            TriageReceived {
                subject: String::new(),
            }
            .into(),
            None,
        ),
        ("", impersonation(true).into(), None),
        ("least", impersonation(false).into(), None),
        ("", too_large().into(), None),
        ("", alarm(None).into(), None),
        ("over", alarm(Some(instant(LATER))).into(), None),
        ("", digest().into(), None),
        ("least", empty_digest().into(), None),
    ]
}

fn impersonation(full: bool) -> ImpersonationWarning {
    ImpersonationWarning {
        subject: full.then(|| "RE: [SIGEC-2026-000123] Desaprobación rendición".into()),
        address: "pilar.munoz@ministerio.example".into(),
        received_at: instant(NOW),
        mentioned: full.then(|| "SIGEC-2026-000123".into()),
        more: if full { 4 } else { 0 },
    }
}

fn too_large() -> TooLarge {
    TooLarge {
        subject: "Rendición completa con fotos".into(),
        bytes: 31_457_280,
        limit: 25_000_000,
    }
}

fn alarm(until: Option<DateTime<Utc>>) -> Alarm {
    let details = match until {
        Some(_) => String::new(),
        None => "mail.example:993: no hay respuesta en 30 s".into(),
    };
    Alarm {
        kind: AlarmKind::NoFetch,
        over: until.is_some(),
        at: instant(NOW),
        until,
        details,
    }
}

fn digest() -> Digest {
    let row =
        |number: &str, procedure: &str, held_by: &str, deadline: Option<i64>, late| DigestRow {
            number: number.into(),
            procedure: procedure.into(),
            held_by: held_by.into(),
            deadline: deadline.map(instant),
            late,
        };
    let mail = |input, why: &str| DigestMail {
        input,
        at: Some(instant(NOW - 9_000)),
        from: "vecino@otra.example".into(),
        subject: "Consulta por un proyecto".into(),
        why: why.into(),
    };
    Digest {
        date: "2026-10-12".into(),
        open: vec![
            row(
                "SIGEC-2026-000098",
                "Cambio de fecha de modificación presupuestaria",
                "Jorge Lillo",
                Some(NOW - 9_000),
                true,
            ),
            row(
                "SIGEC-2026-000123",
                "Desaprobación de rendiciones",
                "Marta Salas",
                Some(LATER),
                false,
            ),
            row(
                "SIGEC-2026-000124",
                "Sin clasificar",
                "Mesa de Ayuda",
                None,
                false,
            ),
        ],
        closed: 4,
        mails: vec![mail(41, "unclassified"), mail(42, "quarantined")],
        bounced: vec![DigestBounce {
            address: "elsa.pino@ministerio.example".into(),
            why: "5.1.1".into(),
        }],
        confirmations: vec![DigestConfirmation {
            number: "SIGEC-2026-000124".into(),
            who: "Marta Salas".into(),
            at: instant(NOW - 90_000),
        }],
        held: 2,
        parked: 1,
    }
}

fn empty_digest() -> Digest {
    Digest {
        date: "2026-10-13".into(),
        open: vec![],
        closed: 0,
        mails: vec![],
        bounced: vec![],
        confirmations: vec![],
        held: 0,
        parked: 0,
    }
}
