//! The lines that our own mail asks to complete: each says its datum and no other.

use chrono::NaiveDate;
use mesad::office::FieldKind;
use mesad::reading;

#[test]
fn a_line_that_was_asked_for_says_that_datum_alone() {
    let office = mesad::config::load(&mesad::config::shipped()).unwrap();
    let day = NaiveDate::from_ymd_opt(2026, 10, 5).unwrap();
    let mut wrong = vec![];
    for procedure in office.procedures.iter() {
        for field in &procedure.fields {
            let example = match (&field.kind, &field.example) {
                (FieldKind::Persons, _) => continue,
                (_, Some(example)) => example.clone(),
                (FieldKind::Region, None) => "Región del Maule".to_owned(),
                (_, None) => continue,
            };
            let said = format!("{}: {example}", field.label);
            for text in [
                said.clone(),
                format!("- {said}"),
                format!("{said}\r\n\r\nAna Soto"),
            ] {
                let mail = format!(
                    "From: Ana Soto <ana@ministerio.example>\r\nSubject: Re: [SIGEC-2026-000001]\r\n\
                     MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
                );
                let letter = mesad::mail::parse(mail.as_bytes(), &office.desk);
                let read = reading::read_for(procedure, &letter, &[], &office, day);
                let said = read.fields.keys().filter(|n| !read.inferred.contains(*n));
                let found: Vec<&str> = said.map(|name| name.as_str()).collect();
                if found != [field.name.as_str()] || !read.invalid.is_empty() {
                    let refused = &read.invalid;
                    wrong.push(format!(
                        "{}: {text:?}: {found:?} {refused:?}",
                        procedure.id.as_str()
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
