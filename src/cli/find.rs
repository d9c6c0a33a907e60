//! What an operator means by a number, a name, a procedure: found, or an error that says what to
//! write instead.

use anyhow::bail;

use crate::desk::DeskError;
use crate::office::{Field, Office, Person, Procedure};
use crate::request::RequestId;
use crate::store::Store;

/// Words without accents, case and marks.
pub(super) fn fold(text: &str) -> String {
    let plain = deunicode::deunicode(text).to_lowercase();
    let words = plain.split(|c: char| !c.is_alphanumeric());
    words
        .filter(|w| !w.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Whether a number ends in these digits, leading zeros apart.
pub(super) fn ends_with(number: &str, digits: &str) -> bool {
    if number.ends_with(&format!("-{digits}")) {
        return true;
    }
    let last = number.rsplit('-').next().unwrap_or_default();
    matches!((last.parse::<u64>(), digits.parse::<u64>()), (Ok(a), Ok(b)) if a == b)
}

/// The numbers of the requests that may be meant; of several years, the open ones before the
/// closed.
///
/// # Errors
/// The store failed.
pub(super) fn numbers(store: &Store, wanted: &str) -> anyhow::Result<Vec<String>> {
    let (open, all) = store
        .transact(|books| Ok::<_, DeskError>((books.numbers(false)?, books.numbers(true)?)))?;
    let meant = |numbers: Vec<String>| -> Vec<String> {
        let fits =
            |number: &String| number.eq_ignore_ascii_case(wanted) || ends_with(number, wanted);
        numbers.into_iter().filter(fits).collect()
    };
    let open = meant(open);
    Ok(if open.len() == 1 { open } else { meant(all) })
}

/// The request that is meant.
///
/// # Errors
/// There is none, or there are several.
pub(super) fn request(store: &Store, wanted: &str) -> anyhow::Result<(RequestId, String)> {
    let found = numbers(store, wanted)?;
    let number = match found.as_slice() {
        [one] => one.clone(),
        [] => bail!("no request {wanted}; `mesad list --all` shows all"),
        many => bail!("{wanted} may be {}; write one of these", many.join(" or ")),
    };
    let own = number.clone();
    let id = store.transact(move |books| Ok::<_, DeskError>(books.id_of_number(&own)?))?;
    match id {
        Some(id) => Ok((id, number)),
        None => bail!("no request {number}; `mesad list --all` shows all"),
    }
}

/// The person that is meant: by id, address or name.
///
/// # Errors
/// There is none, or there are several.
pub(super) fn person<'a>(office: &'a Office, wanted: &str) -> anyhow::Result<&'a Person> {
    let people = &office.directory.people;
    let exact = people.iter().find(|p| p.id.0 == wanted);
    if let Some(person) = exact.or_else(|| office.directory.by_address(wanted)) {
        return Ok(person);
    }
    let words = fold(wanted);
    let has = |p: &&Person| {
        let name = fold(&p.name);
        let name: Vec<&str> = name.split(' ').collect();
        !words.is_empty() && words.split(' ').all(|w| name.contains(&w))
    };
    let found: Vec<&Person> = people.iter().filter(has).collect();
    match found.as_slice() {
        [one] => Ok(one),
        [] => bail!(
            "the directory knows nobody called {wanted}; write the id, an address or the name of \
             one of its people"
        ),
        many => {
            let ids: Vec<String> = many
                .iter()
                .map(|p| format!("{} ({})", p.id.0, p.name))
                .collect();
            bail!("{wanted} may be {}; write the id", ids.join(" or "))
        }
    }
}

/// The procedure that is meant: by id or name.
///
/// # Errors
/// There is none, or there are several.
pub(super) fn procedure<'a>(office: &'a Office, wanted: &str) -> anyhow::Result<&'a Procedure> {
    let folded = fold(wanted);
    let all = office.procedures.iter();
    let exact = |p: &&Procedure| p.id.as_str() == wanted || fold(&p.name) == folded;
    if let Some(procedure) = all.clone().find(exact) {
        return Ok(procedure);
    }
    let begins = |p: &&Procedure| !folded.is_empty() && fold(&p.name).starts_with(&folded);
    let found: Vec<&Procedure> = all.clone().filter(begins).collect();
    if let [one] = found.as_slice() {
        return Ok(one);
    }
    let ids: Vec<&str> = all.map(|p| p.id.as_str()).collect();
    bail!("no procedure {wanted}; there are {}", ids.join(", "))
}

/// The datum of a procedure that is meant: by its name or label.
///
/// # Errors
/// There is none.
pub(super) fn field<'a>(procedure: &'a Procedure, wanted: &str) -> anyhow::Result<&'a Field> {
    let folded = fold(wanted);
    let fits = |f: &&Field| f.name.as_str() == wanted || fold(&f.label) == folded;
    if let Some(field) = procedure.fields.iter().find(fits) {
        return Ok(field);
    }
    let names: Vec<&str> = procedure.fields.iter().map(|f| f.name.as_str()).collect();
    bail!(
        "{} has no datum {wanted}; its data are {}",
        procedure.id.as_str(),
        names.join(", ")
    )
}
