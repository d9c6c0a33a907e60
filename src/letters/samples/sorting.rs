//! Mails that somebody of the desk places by hand.

use crate::office::ProcedureId;
use crate::request::*;

use super::messages::Row3;

pub(super) const TRIAGE: Option<AskedFor> = Some(AskedFor::Triage);
const GUESSES: [&str; 2] = ["Desaprobación de rendiciones", "Creación de organizaciones"];

pub(super) fn all() -> Vec<Row3> {
    let mut all = done();
    all.extend(unclear());
    all.extend(not_ours());
    all
}

/// Numbered as one answers with.
pub(super) fn options(names: &[&str]) -> Vec<TriageOption> {
    let numbered = names.iter().enumerate();
    let option = |(index, name): (usize, &&str)| TriageOption {
        number: 5 - index,
        id: ProcedureId("some".into()),
        name: (*name).to_owned(),
    };
    numbered.map(option).collect()
}

fn done() -> Vec<Row3> {
    let done = |sorted, request: Option<&str>, reason: Option<&str>| TriageDone {
        subject: "Consulta por sistema".into(),
        from: "alguien@otra.example".into(),
        by: "Matías Bahamonde Ruz".into(),
        sorted,
        request: request.map(str::to_owned),
        procedure: request.map(|_| GUESSES[0].to_owned()),
        reason: reason.map(str::to_owned),
    };
    let number = Some("SIGEC-2026-000123");
    let why = Some("Es del área de compras");
    vec![
        (
            "",
            done(Sorted::Opened, number, Some("Llamó por teléfono")).into(),
            None,
        ),
        ("added", done(Sorted::Added, number, None).into(), None),
        ("not-ours", done(Sorted::NotOurs, None, why).into(), None),
    ]
}

fn unclear() -> Vec<Row3> {
    let unclear = |why, said: &str| TriageUnclear {
        input: 12,
        subject: "Consulta por sistema".into(),
        from: "alguien@otra.example".into(),
        said: said.into(),
        why,
        options: options(&GUESSES),
    };
    let short = |suffix, why| (suffix, unclear(why, "").into(), None);
    vec![
        (
            "",
            unclear(NotSorted::Unclear, "Lo veo mañana").into(),
            TRIAGE,
        ),
        (
            "unproven",
            unclear(NotSorted::Unproven, "tipo 5").into(),
            TRIAGE,
        ),
        short("sorted-already", NotSorted::SortedAlready),
        short("no-such-request", NotSorted::NoSuchRequest),
        short("not-allowed", NotSorted::NotAllowed),
        short("no-sender", NotSorted::NoSender),
        short("unknown-signatory", NotSorted::UnknownSignatory),
        short("failed", NotSorted::Failed),
    ]
}

fn not_ours() -> Vec<Row3> {
    let not_ours = |subject: &str, reason: &str| NotOurs {
        subject: subject.into(),
        reason: reason.into(),
    };
    let full = not_ours(
        "Consulta por sistema",
        "Las licencias las ve Recursos Humanos.",
    );
    vec![
        ("", full.into(), None),
        ("least", not_ours("", "Error").into(), None),
    ]
}
