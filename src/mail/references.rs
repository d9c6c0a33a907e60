//! What a mail refers to: Message-IDs, the desk's tokens, request numbers in its subject.

use mail_parser::HeaderValue;

use super::letter::{Address, FoundToken, TokenPlace};
use super::raw::Headers;
use crate::office::Desk;

/// Characters of a reference token (160 bits of base32).
const TOKEN_CHARS: usize = 32;

/// Most tokens of one mail that are kept: a long thread of one person's has a few.
const TOKENS_MAX: usize = 50;

/// Most request numbers of one subject that are kept.
const NUMBERS_MAX: usize = 20;

/// Most ids of References that are kept: the oldest and the newest matter.
const IDS_MAX: usize = 200;

/// Ids of a parsed In-Reply-To, References or Message-ID field, without angle brackets.
pub(super) fn ids(value: &HeaderValue<'_>) -> Vec<String> {
    let texts: Vec<&str> = match value {
        HeaderValue::Text(text) => vec![text.as_ref()],
        HeaderValue::TextList(list) => list.iter().map(AsRef::as_ref).collect(),
        _ => Vec::new(),
    };
    texts
        .into_iter()
        .map(bare_id)
        .filter(|id| !id.is_empty())
        .take(IDS_MAX)
        .collect()
}

/// An id without angle brackets and white space.
pub(super) fn bare_id(id: &str) -> String {
    id.trim()
        .trim_start_matches('<')
        .trim_end_matches('>')
        .chars()
        .filter(|c| !c.is_whitespace() && !c.is_control())
        .collect()
}

/// Whether an id is one that the desk gave to a mail of its own.
pub(super) fn is_own_id(id: &str, desk: &Desk) -> bool {
    id.starts_with("mesad.")
        && id
            .rsplit_once('@')
            .is_some_and(|(_, domain)| domain.eq_ignore_ascii_case(desk.domain()))
}

/// The token of a reference line (`[ref:TOKEN]`), wherever in the line it stands.
pub(super) fn token_of_line(line: &str) -> Option<String> {
    if !line.contains('[') {
        return None;
    }
    let lower = line.to_ascii_lowercase();
    let rest = lower.split_once("[ref:")?.1;
    let token = rest.split_once(']')?.0.trim();
    is_token(token).then(|| token.to_owned())
}

/// A text with every token in it shortened: what is shown to others must not hand one on.
pub(super) fn shortened(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut word = String::new();
    for c in text.chars() {
        if c.is_alphanumeric() {
            word.push(c);
            continue;
        }
        push_shortened(&mut out, &word);
        word.clear();
        out.push(c);
    }
    push_shortened(&mut out, &word);
    out
}

fn push_shortened(out: &mut String, word: &str) {
    // No word of any language has 32 letters of this alphabet; what a hash loses by it is no harm.
    if is_token(&word.to_ascii_lowercase()) {
        out.extend(word.chars().take(4));
        out.push('…');
    } else {
        out.push_str(word);
    }
}

fn is_token(text: &str) -> bool {
    text.len() == TOKEN_CHARS && text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'2'..=b'7'))
}

/// Tokens in the plus part of the desk's own address, in To, Cc and the envelope's traces.
pub(super) fn tokens_of_addresses(
    addressed: &[Address],
    headers: &Headers,
    desk: &Desk,
) -> Vec<FoundToken> {
    let traces = [
        "delivered-to",
        "x-original-to",
        "envelope-to",
        "x-envelope-to",
    ];
    let traced = traces
        .iter()
        .flat_map(|name| headers.all(name))
        .map(|value| value.trim_matches(['<', '>', ' ']).to_lowercase());
    let mut found: Vec<FoundToken> = Vec::new();
    for address in addressed.iter().map(|a| a.address.clone()).chain(traced) {
        let Some(token) = plus_part(&address).filter(|t| is_token(t)) else {
            continue;
        };
        if desk.is_own_address(&address) {
            push(&mut found, token.to_owned(), TokenPlace::Address);
        }
    }
    found
}

fn plus_part(address: &str) -> Option<&str> {
    let (local, _) = address.rsplit_once('@')?;
    local.split_once('+').map(|(_, plus)| plus)
}

/// Adds a token once for each place.
pub(super) fn push(found: &mut Vec<FoundToken>, token: String, place: TokenPlace) {
    let new = FoundToken { token, place };
    if found.len() < TOKENS_MAX && !found.contains(&new) {
        found.push(new);
    }
}

/// Request numbers in a subject: `TAG-YYYY-NNNNNN`, with or without the square brackets that some
/// gateways take away.
pub(super) fn numbers(subject: &str, tag: &str) -> Vec<String> {
    let upper = subject.to_uppercase();
    let needle = format!("{}-", tag.to_uppercase());
    let mut found: Vec<String> = Vec::new();
    let mut before = None;
    for (i, piece) in upper.split(needle.as_str()).enumerate() {
        let glued = before.is_some_and(char::is_alphanumeric);
        before = piece.chars().last();
        if i == 0 || glued {
            continue;
        }
        if found.len() >= NUMBERS_MAX {
            break;
        }
        let mut parts = piece.splitn(2, '-');
        let year = parts.next().unwrap_or_default();
        let number: String = parts
            .next()
            .unwrap_or_default()
            .chars()
            .take_while(char::is_ascii_digit)
            .collect();
        let year_ok = year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit());
        if year_ok && (4..=9).contains(&number.len()) {
            let number = format!("{needle}{year}-{number}");
            if !found.contains(&number) {
                found.push(number);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_subjects() {
        for (subject, expected) in [
            (
                "RE: [SIGEC-2026-000123] Solicitud",
                vec!["SIGEC-2026-000123"],
            ),
            (
                "Re: [sigec-2026-000123] y SIGEC-2026-000124",
                vec!["SIGEC-2026-000123", "SIGEC-2026-000124"],
            ),
            ("XSIGEC-2026-000123", vec![]),
            ("SIGEC-26-000123 SIGEC-2026-x", vec![]),
            ("SIGEC", vec![]),
        ] {
            assert_eq!(numbers(subject, "SIGEC"), expected, "{subject}");
        }
    }

    #[test]
    fn what_a_sender_can_repeat_is_bounded() {
        let mut found = Vec::new();
        for n in 0..200_000 {
            push(&mut found, format!("{n:032}"), TokenPlace::NewText);
        }
        assert_eq!(found.len(), TOKENS_MAX);
        let subject: String = (0..100_000)
            .map(|n| format!("SIGEC-2026-{n:06} "))
            .collect();
        assert_eq!(numbers(&subject, "SIGEC").len(), NUMBERS_MAX);
    }

    #[test]
    fn tokens_in_texts_are_shortened() {
        let token = "abcdefghijklmnopqrstuvwxyz234567";
        assert_eq!(
            shortened(&format!(
                "código {token}, [REF:{}]. Ñandú",
                token.to_uppercase()
            )),
            "código abcd…, [REF:ABCD…]. Ñandú"
        );
        let same = "d41d8cd98f00b204e9800998ecf8427e a-b";
        assert_eq!(shortened(same), same);
    }

    #[test]
    fn a_token_has_its_exact_length_and_letters() {
        let token = "abcdefghijklmnopqrstuvwxyz234567";
        assert_eq!(
            token_of_line(&format!("  [ref:{token}]")).as_deref(),
            Some(token)
        );
        assert_eq!(
            token_of_line(&format!("[REF:{}]", token.to_uppercase())).as_deref(),
            Some(token)
        );
        assert_eq!(token_of_line("[ref:abc]"), None);
        assert_eq!(
            token_of_line("[ref:abcdefghijklmnopqrstuvwxyz234510]"),
            None
        );
    }
}
