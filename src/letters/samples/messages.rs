//! The messages of the samples: a name for all but the fullest, the message, what it asks.

use chrono::{NaiveDate, NaiveDateTime};

use crate::request::*;

use super::{instant, moved, sorting, told, work};

/// 12 October 2026, 15:30 in Santiago.
pub(super) const NOW: i64 = 1_791_829_800;
/// 15 October 2026, 15:30 in Santiago.
pub(super) const LATER: i64 = NOW + 3 * 86_400;

pub(super) type Row3 = (&'static str, Message, Option<AskedFor>);

pub(super) fn all() -> Vec<Row3> {
    let mut all = intake();
    all.extend(approvals());
    all.extend(moved::all());
    all.extend(work::all());
    all.extend(told::all());
    all.extend(sorting::all());
    all
}

pub(super) const APPROVAL: Option<AskedFor> = Some(AskedFor::Approval { step: 0 });
pub(super) const WORK: Option<AskedFor> = Some(AskedFor::Work);
pub(super) const DATA: Option<AskedFor> = Some(AskedFor::Data);
const CONFIRMATION: Option<AskedFor> = Some(AskedFor::Confirmation);

fn row(label: &str, value: &str) -> Row {
    Row {
        label: label.into(),
        value: value.into(),
    }
}

pub(super) fn full() -> Summary {
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
                 https://intranet.ministerio.example/rendiciones/2026/06/08-12345-2026?vista=si",
            ),
        ],
        documents: vec!["Memorándum 45-2026.pdf".into(), "planilla.xlsx".into()],
        deadline: Some(instant(LATER)),
        region: Some("Biobío".into()),
        recorded: None,
        related: None,
        remarks: vec![],
    }
}

pub(super) fn least() -> Summary {
    Summary {
        number: "SIGEC-2026-000007".into(),
        procedure: "Creación de convocatoria estándar".into(),
        requester: "Hugo Paredes".into(),
        rows: vec![],
        documents: vec![],
        deadline: None,
        region: None,
        recorded: None,
        related: None,
        remarks: vec![],
    }
}

/// One that continues another, and that somebody else has written about.
pub(super) fn continued() -> Summary {
    Summary {
        related: Some(Related {
            kind: RelatedKind::Continues,
            request: RequestId(98),
            number: "SIGEC-2026-000098".into(),
            said: "Corregimos el monto que se observó.".into(),
        }),
        remarks: vec![Remarked {
            by: "Elsa Pino".into(),
            at: instant(NOW - 3_600),
            text: "Falta el acta de la visita.\nLa pido hoy.".into(),
            documents: vec!["acta.pdf".into()],
        }],
        ..full()
    }
}

pub(super) fn approved() -> Vec<Approved> {
    vec![
        Approved {
            by: "Marta Salas".into(),
            standing_in_for: None,
            motive: None,
            delegated_by: Some("Nora Pinto".into()),
            role: "Jefatura Administrativa Regional".into(),
            at: instant(NOW - 7_200),
            recorded: None,
        },
        Approved {
            by: "Iván Toro".into(),
            standing_in_for: Some("Elsa Pino".into()),
            motive: Some(Motive::OutOfOffice),
            delegated_by: None,
            role: "Encargado(a) Nacional de Programa".into(),
            at: instant(NOW - 3_600),
            recorded: None,
        },
    ]
}

/// A life in which everything happens.
pub(super) fn timeline() -> Vec<TimelineRow> {
    use Happened::*;
    let life = [
        Opened,
        DataAsked,
        DataReceived,
        ConfirmationAsked,
        Confirmed,
        Disowned,
        ApprovalAsked,
        Approved,
        Rejected,
        Asked,
        Commented,
        WorkAsked,
        Claimed,
        Done,
        NotDone,
        Withdrawn,
        Reminded,
        Warned,
        Breached,
        SubstituteAsked,
        Unreachable,
        Assigned,
        Released,
        Amended,
        Reclassified,
        Reopened,
        Away,
        Left,
        Delegated,
        Overdue,
        Repudiated,
    ];
    let row = |(minutes, what)| TimelineRow {
        at: instant(NOW - 90_000 + minutes * 60),
        what,
        who: if what == Breached {
            String::new()
        } else {
            "Marta Salas".into()
        },
    };
    (0_i64..).zip(life).map(row).collect()
}

fn civil(day: u32, hour: u32, minute: u32) -> NaiveDateTime {
    NaiveDate::from_ymd_opt(2026, 10, day)
        .and_then(|d| d.and_hms_opt(hour, minute, 0))
        .unwrap_or_default()
}

fn acknowledgement(summary: Summary, next: Next, corrected: bool) -> Message {
    Acknowledgement {
        summary,
        next,
        corrected,
    }
    .into()
}

fn intake() -> Vec<Row3> {
    let next = Next::Approval {
        by: vec!["Marta Salas".into(), "Iván Toro".into()],
        role: "Jefatura Administrativa Regional".into(),
    };
    let department = Next::Approval {
        by: vec!["Departamento de Finanzas".into()],
        role: "Departamento de Finanzas".into(),
    };
    let work = Next::Work {
        by: vec!["Equipo SIGEC".into()],
    };
    let confirmation = Next::Confirmation {
        by: "Elsa Pino".into(),
    };
    let mut rows = vec![
        ("", acknowledgement(full(), next, false), None),
        ("corrected", acknowledgement(full(), department, true), None),
        ("work", acknowledgement(full(), work, false), None),
        (
            "confirmation",
            acknowledgement(least(), confirmation, false),
            None,
        ),
        (
            "triage",
            acknowledgement(least(), Next::Triage, false),
            None,
        ),
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
        unreadable: [
            "no-text",
            "encrypted",
            "corrupt",
            "unsupported",
            "over-limit",
        ]
        .iter()
        .map(|why| UnreadableDocument {
            name: "escaneo.pdf".into(),
            why: (*why).to_owned(),
        })
        .collect(),
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
    let holder = "Norma Vidal, Supervisor(a) regional, norma.vidal@ministerio.example";
    let opening = |summary, own| OpeningConfirmation {
        summary,
        sender: "Secretaría DPPS <secretaria@ministerio.example>".into(),
        own,
    };
    vec![
        ("", missing.into(), DATA),
        ("least", missing_least.into(), DATA),
        ("", closing(full()).into(), DATA),
        ("least", closing(least()).into(), DATA),
        ("", wrong(&[holder]).into(), None),
        ("least", wrong(&[]).into(), None),
        ("", opening(full(), false).into(), CONFIRMATION),
        ("own", opening(full(), true).into(), CONFIRMATION),
        ("least", opening(least(), false).into(), CONFIRMATION),
    ]
}

fn approvals() -> Vec<Row3> {
    let request = |summary, standing_in_for: Option<&str>, approvals, changed| ApprovalRequest {
        summary,
        role: "Encargado(a) Nacional de Programa".into(),
        standing_in_for: standing_in_for.map(str::to_owned),
        approvals,
        due: instant(LATER),
        changed,
        several: standing_in_for.is_some(),
    };
    let reminder = |summary, standing_in_for: Option<&str>| ApprovalReminder {
        summary,
        role: "Encargado(a) Nacional de Programa".into(),
        standing_in_for: standing_in_for.map(str::to_owned),
        asked_at: instant(NOW - 90_000),
        due: instant(LATER),
    };
    let said = String::from("Lo veo con Jaime\ny <te> aviso.");
    let unclear = |summary| DecisionUnclear {
        summary,
        said: said.clone(),
        due: Some(instant(LATER)),
        persons: vec![],
    };
    let of_persons = DecisionUnclear {
        persons: vec!["Ana Rojas Díaz".into(), "Ana Soto Lara".into()],
        ..unclear(full())
    };
    vec![
        (
            "",
            request(full(), Some("Elsa Pino"), approved(), false).into(),
            APPROVAL,
        ),
        (
            "changed",
            request(full(), None, vec![], true).into(),
            APPROVAL,
        ),
        (
            "least",
            request(least(), None, vec![], false).into(),
            APPROVAL,
        ),
        (
            "continued",
            request(continued(), None, vec![], false).into(),
            APPROVAL,
        ),
        ("", reminder(full(), Some("Elsa Pino")).into(), APPROVAL),
        ("least", reminder(least(), None).into(), APPROVAL),
        ("", unclear(full()).into(), APPROVAL),
        ("work", unclear(full()).into(), WORK),
        ("persons", of_persons.into(), WORK),
        ("least", unclear(least()).into(), CONFIRMATION),
    ]
    .into_iter()
    .chain(confirmations())
    .chain(decisions())
    .collect()
}

fn confirmations() -> Vec<Row3> {
    let confirm = |summary| DecisionConfirmation {
        summary,
        said: "Apruebo".into(),
        due: None,
        kept: false,
        approves: true,
    };
    let kept = |summary| DecisionConfirmation {
        said: "La fecha nueva es el 30 de noviembre.\n\nDocumentos: oficio.pdf".into(),
        kept: true,
        ..confirm(summary)
    };
    vec![
        ("", confirm(full()).into(), APPROVAL),
        ("least", confirm(least()).into(), WORK),
        (
            "kept",
            kept(least()).into(),
            Some(AskedFor::Kept { serial: 1 }),
        ),
    ]
}

fn decisions() -> Vec<Row3> {
    let reason = || Some(String::from("La rendición corresponde a otro período."));
    let recorded = |summary, approved, reason| DecisionRecorded {
        summary,
        approved,
        role: "Encargado(a) Nacional de Programa".into(),
        standing_in_for: approved.then(|| String::from("Elsa Pino")),
        reason,
        at: instant(NOW),
    };
    let uncounted = |summary, why, decided_by: Option<Approved>| AnswerNotCounted {
        summary,
        why,
        decided_by,
    };
    let decided = approved().into_iter().next();
    let answered = |summary, approved| AlreadyAnswered {
        summary,
        decided: self::approved().remove(1),
        approved,
    };
    let rejected = |summary, reason| Rejected {
        summary,
        by: "Marta Salas".into(),
        role: "Jefatura Administrativa Regional".into(),
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
        (
            "after-rejection",
            uncounted(least(), NotCounted::AfterRejection, None).into(),
            None,
        ),
        ("", answered(full(), true).into(), None),
        ("least", answered(least(), false).into(), None),
        ("", rejected(full(), reason()).into(), None),
        ("least", rejected(least(), None).into(), None),
    ]
}
