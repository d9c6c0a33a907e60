//! Single data of people under their labels, as who is asked for them answers: "Correo: …",
//! "Persona 2: …".

use super::labels::{Column, column, number};
use super::{Cells, EMAIL, email_fault, person, rut_fault};
use crate::office::{Evidence, PersonValue};
use crate::reading::form::{Pair, pairs};
use crate::reading::parts::{Part, Piece};
use crate::reading::values::{clean, ruts};

/// The data of people that stand alone under labels, each with the number that its label has:
/// several only where each has one, as nobody can say otherwise whose they are. `own` is the
/// address of who writes, which under "Correo:" is theirs.
pub fn alone(part: &Part, own: Option<&str>) -> Option<(Vec<PersonValue>, Evidence)> {
    let fit = |label: &str| f32::from(u8::from(column(label).is_some()));
    let lines = part.pieces.iter().filter_map(|piece| match piece {
        Piece::Line(number, text) => Some((*number, text)),
        Piece::Table(..) => None,
    });
    let mut people = vec![];
    let mut first = None;
    for (line, text) in lines {
        for Pair { label, value } in pairs(text, &fit) {
            let Some(column) = column(&label) else {
                continue;
            };
            first = first.or(Some((line, text)));
            let cells = cells(column, &clean(&value), own)?;
            let number = number(&label);
            people.push(PersonValue {
                number,
                ..person(&cells).filter(|p| fault(p).is_none())?
            });
        }
    }
    let (line, text) = first?;
    let told_apart = people.len() == 1 || people.iter().all(|p| p.number.is_some());
    told_apart.then(|| (people, part.evidence(line, text)))
}

/// What a value says, by its label; behind "Persona:" by what it is: an address, a RUT, or else a
/// name. None where words stand beside an address or RUT, which may be anybody's or mere courtesy.
fn cells(label: Column, value: &str, own: Option<&str>) -> Option<Cells> {
    if label != Column::Name {
        let theirs =
            label == Column::Email && own.is_some_and(|own| own.eq_ignore_ascii_case(value));
        return (!theirs).then(|| Cells::from([(label, value.to_owned())]));
    }
    let mut cells = Cells::new();
    let mut rest = value.to_owned();
    if let Some(address) = EMAIL.as_ref().and_then(|re| re.find(value)) {
        cells.insert(Column::Email, address.as_str().to_owned());
        rest = rest.replace(address.as_str(), " ");
    }
    if let Some(rut) = ruts(&rest).first() {
        let words = rest.get(rut.span.clone())?.to_owned();
        rest = rest.replace(&words, " ");
        cells.insert(Column::Rut, words);
    }
    if cells.is_empty() {
        return Some(Cells::from([(Column::Name, value.to_owned())]));
    }
    let mut words = rest.split(|c: char| !c.is_alphanumeric());
    let is_label = |w: &str| w.is_empty() || column(w).is_some_and(|c| c != Column::Name);
    words.all(is_label).then_some(cells)
}

/// Why what is said of somebody cannot be right.
fn fault(person: &PersonValue) -> Option<String> {
    let rut = person.rut.as_deref().and_then(rut_fault);
    rut.or_else(|| person.email.as_deref().and_then(email_fault))
}
