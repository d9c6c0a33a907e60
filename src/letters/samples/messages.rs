//! The messages of the samples: a name for all but the fullest, the message, what it asks.

use chrono::{NaiveDate, NaiveDateTime};

use crate::request::*;

use super::instant;

/// 12 October 2026, 15:30 in Santiago.
const NOW: i64 = 1_791_829_800;
/// 15 October 2026, 15:30 in Santiago.
const LATER: i64 = NOW + 3 * 86_400;

type Row3 = (&'static str, Message, Option<AskedFor>);

pub(super) fn all() -> Vec<Row3> {
    let mut all = intake();
    all.extend(approvals());
    all.extend(work());
    all.extend(told());
    all.extend(desk());
    all
}

const APPROVAL: Option<AskedFor> = Some(AskedFor::Approval { step: 0 });
const WORK: Option<AskedFor> = Some(AskedFor::Work);
const DATA: Option<AskedFor> = Some(AskedFor::Data);
const CONFIRMATION: Option<AskedFor> = Some(AskedFor::Confirmation);

fn row(label: &str, value: &str) -> Row {
    Row {
        label: label.into(),
        value: value.into(),
    }
}

fn full() -> Summary {
    Summary {
        number: "SIGEC-2026-000123".into(),
        procedure: "Desaprobación de rendiciones".into(),
        requester: "Rosa Fuentealba Ríos".into(),
        rows: vec![
            row("Programa", "Programa Familias & Comunidad"),
            row("Región", "Biobío"),
            row("Ejecutor", "Ilustre Municipalidad de Los Ángeles"),
            row("Número de proyecto", "08-12345-2026"),
            row("Período de la rendición", "junio de 2026"),
            row(
                "Motivos",
                "Se rindió por error el gasto de honorarios de julio.\nCorresponde reabrir la \
                 rendición para que el ejecutor la corrija; el detalle está en \
                 https://intranet.ministerio.example/rendiciones/2026/06/08-12345-2026/detalle?vista=completa",
            ),
        ],
        documents: vec!["Memorándum 45-2026.pdf".into(), "planilla.xlsx".into()],
        deadline: Some(instant(LATER)),
        region: Some("Biobío".into()),
    }
}

fn least() -> Summary {
    Summary {
        number: "SIGEC-2026-000007".into(),
        procedure: "Creación de convocatoria estándar".into(),
        requester: "Hugo Paredes".into(),
        rows: vec![],
        documents: vec![],
        deadline: None,
        region: None,
    }
}

fn approved() -> Vec<Approved> {
    vec![
        Approved {
            by: "Marta Salas".into(),
            role: "Jefa Administrativa Regional".into(),
            at: instant(NOW - 7_200),
        },
        Approved {
            by: "Iván Toro por Elsa Pino (subrogante)".into(),
            role: "Encargado Nacional de Programa".into(),
            at: instant(NOW - 3_600),
        },
    ]
}

fn timeline() -> Vec<TimelineRow> {
    let row = |seconds, what: &str| TimelineRow {
        at: instant(NOW - seconds),
        what: what.into(),
    };
    vec![
        row(90_000, "Solicitud recibida de Rosa Fuentealba Ríos"),
        row(89_000, "Aprobación solicitada a Marta Salas"),
        row(7_200, "Aprobada por Marta Salas"),
    ]
}

fn civil(day: u32, hour: u32, minute: u32) -> NaiveDateTime {
    NaiveDate::from_ymd_opt(2026, 10, day)
        .and_then(|d| d.and_hms_opt(hour, minute, 0))
        .unwrap_or_default()
}

fn acknowledgement(summary: Summary, next: Next) -> Message {
    Acknowledgement { summary, next }.into()
}

fn intake() -> Vec<Row3> {
    let next = Next::Approval {
        by: vec!["Marta Salas".into(), "Iván Toro".into()],
        role: "Jefe Administrativo Regional".into(),
    };
    let work = Next::Work {
        by: vec!["Equipo SIGEC".into()],
    };
    let confirmation = Next::Confirmation {
        by: "Elsa Pino".into(),
    };
    let mut rows = vec![
        ("", acknowledgement(full(), next), None),
        ("work", acknowledgement(full(), work), None),
        ("confirmation", acknowledgement(least(), confirmation), None),
        ("triage", acknowledgement(least(), Next::Triage), None),
    ];
    rows.extend(asked_of_requester());
    rows
}

fn asked_of_requester() -> Vec<Row3> {
    let missing = MissingData {
        summary: full(),
        wanted: vec![
            Wanted {
                label: "Número de proyecto".into(),
                example: Some("08-12345-2026".into()),
                refused: None,
            },
            Wanted {
                label: "RUT de la organización".into(),
                example: None,
                refused: Some(Refused {
                    value: "76.543.210-1".into(),
                    why: "el dígito verificador no corresponde".into(),
                }),
            },
        ],
        documents: vec!["Memorándum".into()],
        unreadable: vec![Refused {
            value: "escaneo.pdf".into(),
            why: "es una imagen sin texto".into(),
        }],
    };
    let missing_least = MissingData {
        summary: least(),
        wanted: vec![],
        documents: vec!["Formulario de creación de Claves".into()],
        unreadable: vec![],
    };
    let closing = |summary| ClosingNotAllowed {
        summary,
        label: "Fecha y hora de cierre".into(),
        closing_at: civil(16, 18, 0),
        before: civil(16, 15, 0),
        after: civil(19, 8, 0),
    };
    let wrong = |ask_instead: &[&str]| WrongChannel {
        procedure: "Creación de organizaciones".into(),
        subject: "Crear la Fundación Los Aromos".into(),
        ask_instead: ask_instead.iter().map(|s| (*s).to_owned()).collect(),
    };
    let holder = "Supervisora Biobío: Norma Vidal <norma.vidal@ministerio.example>";
    let opening = |summary| OpeningConfirmation {
        summary,
        sender: "Secretaría DPPS <secretaria@ministerio.example>".into(),
    };
    vec![
        ("", missing.into(), DATA),
        ("least", missing_least.into(), DATA),
        ("", closing(full()).into(), DATA),
        ("least", closing(least()).into(), DATA),
        ("", wrong(&[holder]).into(), None),
        ("least", wrong(&[]).into(), None),
        ("", opening(full()).into(), CONFIRMATION),
        ("least", opening(least()).into(), CONFIRMATION),
    ]
}

fn approvals() -> Vec<Row3> {
    let request = |summary, standing_in_for: Option<&str>, approvals| ApprovalRequest {
        summary,
        role: "Encargada Nacional de Programa".into(),
        standing_in_for: standing_in_for.map(str::to_owned),
        approvals,
        due: instant(LATER),
    };
    let reminder = |summary| ApprovalReminder {
        summary,
        role: "Encargada Nacional de Programa".into(),
        asked_at: instant(NOW - 90_000),
        due: instant(LATER),
    };
    let said = String::from("Lo veo con Jaime\ny <te> aviso.");
    let unclear = |summary| DecisionUnclear {
        summary,
        said: said.clone(),
    };
    let confirm = |summary| DecisionConfirmation {
        summary,
        said: "Apruebo".into(),
    };
    vec![
        (
            "",
            request(full(), Some("Elsa Pino"), approved()).into(),
            APPROVAL,
        ),
        ("least", request(least(), None, vec![]).into(), APPROVAL),
        ("", reminder(full()).into(), APPROVAL),
        ("least", reminder(least()).into(), APPROVAL),
        ("", unclear(full()).into(), APPROVAL),
        ("work", unclear(full()).into(), WORK),
        ("least", unclear(least()).into(), CONFIRMATION),
        ("", confirm(full()).into(), APPROVAL),
        ("least", confirm(least()).into(), WORK),
    ]
    .into_iter()
    .chain(decisions())
    .collect()
}

fn decisions() -> Vec<Row3> {
    let reason = || Some(String::from("La rendición corresponde a otro período."));
    let recorded = |summary, approved, reason| DecisionRecorded {
        summary,
        approved,
        reason,
        at: instant(NOW),
    };
    let uncounted = |summary, why, decided_by: Option<Approved>| AnswerNotCounted {
        summary,
        why,
        decided_by,
    };
    let decided = approved().into_iter().next();
    let rejected = |summary, reason| Rejected {
        summary,
        by: "Marta Salas".into(),
        role: "Jefa Administrativa Regional".into(),
        reason,
        at: instant(NOW),
    };
    vec![
        ("", recorded(full(), true, None).into(), APPROVAL),
        ("rejected", recorded(full(), false, reason()).into(), None),
        ("least", recorded(least(), false, None).into(), None),
        (
            "",
            uncounted(full(), NotCounted::AlreadyDecided, decided).into(),
            None,
        ),
        (
            "changed",
            uncounted(full(), NotCounted::Changed, None).into(),
            None,
        ),
        (
            "withdrawn",
            uncounted(least(), NotCounted::Withdrawn, None).into(),
            None,
        ),
        (
            "closed",
            uncounted(least(), NotCounted::Closed, None).into(),
            None,
        ),
        (
            "not-asked",
            uncounted(least(), NotCounted::NotAsked, None).into(),
            None,
        ),
        ("", rejected(full(), reason()).into(), None),
        ("least", rejected(least(), None).into(), None),
    ]
}

fn work() -> Vec<Row3> {
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

fn told() -> Vec<Row3> {
    let question = |summary, conditional| Question {
        summary,
        by: "Marta Salas".into(),
        text: "¿Se revisó también la rendición de julio?".into(),
        conditional,
    };
    let comment = |summary| Comment {
        summary,
        by: "Rosa Fuentealba Ríos".into(),
        text: "Adjunto el oficio que faltaba.\nSaludos".into(),
    };
    let status = |summary, timeline| Status {
        summary,
        waiting_for: "la aprobación de Marta Salas (Jefa Administrativa Regional)".into(),
        timeline,
    };
    let again = |summary| AlreadyReceived {
        summary,
        received_at: instant(NOW - 90_000),
    };
    let withdrawn = |summary| Withdrawn {
        summary,
        by: "Rosa Fuentealba Ríos".into(),
    };
    vec![
        ("", question(full(), false).into(), DATA),
        ("conditional", question(full(), true).into(), DATA),
        ("least", question(least(), false).into(), None),
        ("", comment(full()).into(), None),
        ("least", comment(least()).into(), None),
        ("", status(full(), timeline()).into(), None),
        ("least", status(least(), vec![]).into(), None),
        ("", again(full()).into(), None),
        ("least", again(least()).into(), None),
        ("", withdrawn(full()).into(), None),
        ("least", withdrawn(least()).into(), None),
    ]
}

fn desk() -> Vec<Row3> {
    let warning = |summary, percent| DeadlineWarning {
        summary,
        percent,
        held_by: "Marta Salas (Jefa Administrativa Regional)".into(),
    };
    let breach = |summary, timeline| Breach {
        summary,
        held_by: "Equipo SIGEC".into(),
        timeline,
    };
    let undeliverable = |summary| Undeliverable {
        summary,
        address: "juan.perez@ministerio.example".into(),
        why: "550 5.1.1 User unknown".into(),
    };
    let triage = |summary, guesses: &[&str], text: &str| Triage {
        summary,
        from: "Alguien <alguien@otra.example>".into(),
        subject: "Consulta por sistema".into(),
        text: text.into(),
        guesses: guesses.iter().map(|s| (*s).to_owned()).collect(),
        why: "no se reconoce el procedimiento".into(),
    };
    let guesses = ["Desaprobación de rendiciones", "Creación de organizaciones"];
    vec![
        ("", warning(full(), 80).into(), None),
        ("least", warning(least(), 50).into(), None),
        ("", breach(full(), timeline()).into(), None),
        ("least", breach(least(), vec![]).into(), None),
        ("", undeliverable(Some(full())).into(), None),
        ("least", undeliverable(None).into(), None),
        (
            "",
            triage(full(), &guesses, "Estimados:\n\n¿Me ayudan?\n").into(),
            None,
        ),
        ("least", triage(least(), &[], "").into(), None),
        ("", too_large().into(), None),
        ("", digest().into(), None),
        ("least", empty_digest().into(), None),
    ]
}

fn too_large() -> TooLarge {
    TooLarge {
        subject: "Rendición completa con fotos".into(),
        bytes: 31_457_280,
        limit: 25_000_000,
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
                "Marta Salas (Jefa Administrativa Regional)",
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
        parked: 1,
    }
}

fn empty_digest() -> Digest {
    Digest {
        date: "2026-10-13".into(),
        open: vec![],
        closed: 0,
        parked: 0,
    }
}
