//! Lives of the procedures about budgets.

use super::{BEATRIZ, CONFIRM, DONE, IS_IT_YOURS, LUIS, RECEIVED, TERESA, WORK, approves};
use crate::letters;
use crate::life::Life;
use crate::support::letterbox::Draft;
use crate::support::town::Town;

/// Her secretary sends the memorandum; the authority herself is asked.
pub fn budget_modification_date_change(town: &Town) {
    let diego = "dfuenzalida@ministerio.example";
    let subject = "Memorándum N° 245: cambio de fecha de modificación presupuestaria";
    let life = Life::begin(
        town,
        Draft::new(town, diego, subject, letters::BUDGET_MODIFICATION),
    );
    let told = life.gets(diego, RECEIVED);
    assert!(
        told.flat().contains("Beatriz Alcaíno Rosas debe confirmar"),
        "{}",
        told.text
    );
    let asked = life.gets(BEATRIZ, IS_IT_YOURS);
    assert!(
        asked.flat().contains("Diego Fuenzalida Ramos"),
        "{}",
        asked.text
    );
    life.answers(BEATRIZ, &asked, "Sí, es mío");
    let received = life.gets(BEATRIZ, RECEIVED);
    life.is_due(&received, "Plazo de respuesta", None);
    life.gets(diego, RECEIVED);
    let order = life.gets(LUIS, WORK);
    life.is_due(&order, "Plazo de respuesta", None);
    for words in [
        "05-05-2026",
        "19-05-2026",
        "14-123456-00010-26",
        "Río Sereno",
    ] {
        assert!(order.flat().contains(words), "{words}: {}", order.text);
    }
    life.answers(LUIS, &order, "Listo, fecha cambiada.");
    life.gets(BEATRIZ, DONE);
    life.gets(diego, DONE);
    life.was_told(&[
        "opening-confirmation > balcaino@ministerio.example",
        "acknowledgement > dfuenzalida@ministerio.example",
        "work-order > lzamora@ministerio.example",
        "acknowledgement > balcaino@ministerio.example",
        "acknowledgement > dfuenzalida@ministerio.example",
        "resolution > balcaino@ministerio.example",
        "resolution > dfuenzalida@ministerio.example",
    ]);
}

/// The memorandum is attached; the engineer gets it with the work.
pub fn budget_modification_by_document(town: &Town) {
    let memo = include_bytes!("../../data/documents/memo-writer.docx");
    let word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    let text = "Estimados:\n\nAdjunto memorándum con solicitud de cambio de fecha de modificación \
                presupuestaria.\n\nSaludos,\nTeresa Aliaga\n";
    let first = Draft::new(town, TERESA, "Envía memorándum N° 87", text);
    let life = Life::begin(town, first.file("memo 87.docx", word, memo));
    let asked = life.gets(TERESA, CONFIRM);
    assert_eq!(asked.files, ["memo 87.docx"]);
    life.answers(TERESA, &asked, "Sí, es mío");
    let order = life.gets(LUIS, WORK);
    assert_eq!(order.files, ["memo 87.docx"]);
    life.is_due(&order, "Plazo de respuesta", None);
    for words in [
        "12-10-2026",
        "30-10-2026",
        "05-118822-00014-26",
        "Quebrada Honda",
    ] {
        assert!(order.flat().contains(words), "{words}: {}", order.text);
    }
    life.answers(LUIS, &order, "Listo");
    life.gets(TERESA, DONE);
    life.was_told(&[
        "opening-confirmation > taliaga@ministerio.example",
        "work-order > lzamora@ministerio.example",
        "acknowledgement > taliaga@ministerio.example",
        "resolution > taliaga@ministerio.example",
    ]);
}

/// The desk hands the work on, with a copy to the SIGEC manager, of whom no answer is awaited.
pub fn budget_allocation_date_change(town: &Town) {
    let (susana, alejandra) = ("spizarro@ministerio.example", "amonje@ministerio.example");
    let subject = "Cambio de fecha de asignación presupuestaria";
    let life = Life::begin(
        town,
        Draft::new(town, susana, subject, letters::BUDGET_ALLOCATION),
    );
    let received = life.gets(susana, RECEIVED);
    life.is_due(&received, "Plazo de respuesta", None);
    approves(&life, 0, BEATRIZ, BEATRIZ, "Apruebo");
    let order = life.gets(LUIS, WORK);
    life.is_due(&order, "Plazo de respuesta", None);
    let copy = life.gets(alejandra, "Copia: trabajo encargado a Luis Zamora");
    assert!(copy.token().is_none(), "a copy asks nothing");
    life.answers(LUIS, &order, "Listo");
    life.gets(susana, DONE);
    life.gets(BEATRIZ, DONE);
    life.was_told(&[
        "approval-request > balcaino@ministerio.example",
        "acknowledgement > spizarro@ministerio.example",
        "decision-recorded > balcaino@ministerio.example",
        "work-order > lzamora@ministerio.example",
        "work-order > amonje@ministerio.example",
        "resolution > spizarro@ministerio.example",
        "resolution > balcaino@ministerio.example",
    ]);
}
