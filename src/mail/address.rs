//! Addresses as they stand in From, To and Cc.

use mail_parser::{Addr, HeaderName, Message};

use super::letter::Address;
use super::line::collapse;
use super::raw::Headers;

/// Most addresses of one field that are kept.
const ADDRESSES_MAX: usize = 500;

/// All addresses of a field, in every occurrence of it; what is no address is left out.
pub(super) fn all(message: &Message<'_>, field: HeaderName<'_>) -> Vec<Address> {
    message
        .headers()
        .iter()
        .filter(|header| header.name == field)
        .filter_map(|header| header.value.as_address())
        .flat_map(|list| list.iter())
        .filter_map(address)
        .take(ADDRESSES_MAX)
        .collect()
}

/// The one sender, or why there is none.
pub(super) fn from(message: &Message<'_>, headers: &Headers) -> Result<Address, &'static str> {
    let fields = headers.all("from").count();
    if fields == 0 {
        return Err("no From field");
    }
    if fields > 1 || headers.iter().any(|(_, value)| hides_from(value)) {
        return Err("more than one From field");
    }
    if matches!(message.from(), Some(mail_parser::Address::Group(_))) {
        return Err("a group in From");
    }
    let named = message
        .from()
        .map(|list| list.iter().count())
        .unwrap_or_default();
    let mut valid = all(message, HeaderName::From);
    match (valid.pop(), valid.is_empty(), named) {
        (Some(only), true, 1) => Ok(only),
        (None, _, _) => Err("no valid address in From"),
        _ => Err("more than one address in From"),
    }
}

/// Whether a field holds another From behind a carriage return alone, which some servers take for
/// the end of a line: they and we would not mean the same sender.
fn hides_from(value: &str) -> bool {
    let mut lines = value.split('\r').skip(1);
    lines.any(|line| {
        let name = line.split(':').next().unwrap_or_default();
        line.contains(':') && name.trim().eq_ignore_ascii_case("from")
    })
}

fn address(addr: &Addr<'_>) -> Option<Address> {
    // ASCII only: `K` (the sign of the kelvin) is another letter than `k`, and another mailbox.
    let address = addr.address()?.trim().to_ascii_lowercase();
    let name: String = addr
        .name()
        .unwrap_or_default()
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    is_valid(&address).then(|| Address {
        address,
        name: collapse(name.trim_matches(['"', '\'', ' '])),
    })
}

/// Whether a text has the form of an address that can be answered: one `@`, a domain, nothing that
/// could break a header or an envelope.
pub(super) fn is_valid(address: &str) -> bool {
    let Some((local, domain)) = address.rsplit_once('@') else {
        return false;
    };
    !local.is_empty()
        && !domain.is_empty()
        && address.len() <= 320
        && !domain.starts_with(['.', '-'])
        && !domain.ends_with('.')
        && domain
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '[' | ']' | ':'))
        && !local.chars().any(|c| {
            c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '@' | ',' | ';' | '"')
        })
}

/// The first address in a piece of text, lower case.
pub(super) fn find(text: &str) -> Option<String> {
    find_all(text).next()
}

/// All addresses in a piece of text, lower case.
pub(super) fn find_all(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '<' | '>' | '(' | ')' | '[' | ']' | ',' | ';' | '"' | '\'' | '`'
            )
    })
    .filter(|word| word.len() <= 330 && word.contains('@'))
    .filter_map(|word| {
        let lower = word.to_lowercase();
        let word = lower
            .trim_start_matches("rfc822:")
            .trim_start_matches("mailto:")
            .trim_start_matches("smtp:")
            .trim_matches(|c: char| matches!(c, '.' | ':' | '!' | '?' | '*' | '|' | '=' | '/'));
        (is_valid(word) && word.rsplit_once('@').is_some_and(|(_, d)| d.contains('.')))
            .then(|| word.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_in_text() {
        assert_eq!(
            find("escriba a <Ana.Soto@Oficina.Example>.").as_deref(),
            Some("ana.soto@oficina.example")
        );
        assert_eq!(find("sin dirección @ aquí"), None);
    }

    #[test]
    fn forms_that_cannot_be_answered() {
        for bad in [
            "",
            "a",
            "a@",
            "@b",
            "a b@c.example",
            "a@b@c.example",
            "a@c.example\r\nbcc:x",
        ] {
            assert!(!is_valid(bad), "{bad:?}");
        }
        assert!(is_valid("ñandú@ministerio.example"));
    }
}
