//! What somebody says beside the data that they state.

use mesad::office::ProcedureId;
use mesad::{config, mail, reading};

fn beside(text: &str) -> String {
    let office = config::load(&config::shipped()).unwrap();
    let id = ProcedureId("rendition-disapproval".to_owned());
    let mail = format!("From: <a@b.test>\r\nSubject: x\r\n\r\n{text}");
    let letter = mail::parse(mail.as_bytes(), &office.desk);
    reading::beside_data(&letter, office.procedure(&id).unwrap()).text
}

#[test]
fn values_are_no_words_of_their_own() {
    assert_eq!(beside("Motivos: no corresponde.\n"), "");
    assert_eq!(
        beside("- Motivos: se desiste\nde todo.\n\nNo es mío.\n"),
        "No es mío."
    );
    assert_eq!(beside("Rechazo: no es mío.\n"), "Rechazo: no es mío.");
    let two = "Hola\n\nPrograma: Familias\nMotivos: x\n\nDesisto.\n";
    assert_eq!(beside(two), "Hola\n\n\nDesisto.");
}
