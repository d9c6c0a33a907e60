//! What the sender handed on: a mail forwarded in the text, or attached (RFC 5322 in RFC 2046).

use mail_parser::{HeaderName, Message, PartType};

use super::address;
use super::body;
use super::letter::{Address, Forwarded};
use super::line::{collapse, fold, join};
use super::new_text::{Cut, HeaderBlock, Writer, choose};

/// Mails within mails that are opened, and most of one mail.
const DEPTH_MAX: usize = 3;
const MAILS_MAX: usize = 20;

/// Subject prefixes of a forwarded mail; folded.
#[rustfmt::skip]
const PREFIXES: &[&str] = &[
    "rv", "fw", "fwd", "reenv", "reenviado", "enc", "tr", "wg", "i", "vs",
];

/// Whether a subject says that its mail was forwarded: its first prefix counts.
pub(super) fn is_forward_subject(subject: &str) -> bool {
    let mut rest = fold(subject);
    // gateways put their tags before everything ("[EXTERNO] RV: …")
    while let Some(after) = rest.strip_prefix('[').and_then(|r| r.split_once(']')) {
        rest = after.1.trim_start().to_owned();
    }
    rest.split_once(':')
        .is_some_and(|(prefix, _)| PREFIXES.contains(&prefix.trim()))
}

/// The mail forwarded in a text, if the client or the subject says that it was.
pub(super) fn inline(cut: &Cut, subject: &str) -> Option<Forwarded> {
    let original = cut.original.as_ref()?;
    if !original.forwarded && !is_forward_subject(subject) {
        return None;
    }
    let lines = cut.body.lines.get(original.start..)?;
    let HeaderBlock { from, subject, .. } = &original.head;
    Some(Forwarded {
        from: writer(from),
        subject: collapse(subject),
        text: join(lines.iter().map(|l| l.text.as_str())),
    })
}

/// Who a header block names: address and name as far as they stand there.
fn writer(from: &str) -> Option<Address> {
    let name = from.split(['<', '[', '(']).next().unwrap_or_default();
    let found = address::find(from).unwrap_or_default();
    let name = collapse(name.trim_matches(['"', '\'', ' ', '*']));
    let name = if address::find(&name).is_some() {
        String::new()
    } else {
        name
    };
    (!found.is_empty() || !name.is_empty()).then_some(Address {
        address: found,
        name,
    })
}

/// The mails attached to a mail, and those attached to these.
pub(super) fn attached(message: &Message<'_>) -> Vec<Forwarded> {
    let mut found = Vec::new();
    collect(message, 0, &mut found);
    found
}

fn collect(message: &Message<'_>, depth: usize, found: &mut Vec<Forwarded>) {
    if depth >= DEPTH_MAX {
        return;
    }
    for part in &message.parts {
        let PartType::Message(inner) = &part.body else {
            continue;
        };
        if found.len() >= MAILS_MAX || inner.parts.is_empty() {
            return;
        }
        found.push(Forwarded {
            from: address::all(inner, HeaderName::From).into_iter().next(),
            subject: collapse(inner.subject().unwrap_or_default()),
            text: full_text(inner),
        });
        collect(inner, depth + 1, found);
    }
}

fn full_text(message: &Message<'_>) -> String {
    let texts: Vec<String> = body::units(message)
        .into_iter()
        .filter_map(|unit| choose(unit, &Writer::default()))
        .map(|cut| cut.full_text())
        .collect();
    texts.join("\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_of_forwarded_mails() {
        for (subject, is) in [
            ("RV: Memorándum", true),
            ("Fwd: x", true),
            ("[EXTERNO] Rv: x", true),
            ("RE: RV: x", false),
            ("Memorándum: rv", false),
        ] {
            assert_eq!(is_forward_subject(subject), is, "{subject}");
        }
    }

    #[test]
    fn who_wrote_the_forwarded_mail() {
        assert_eq!(
            writer("Ana Soto [mailto:Ana@oficina.example]"),
            Some(Address {
                address: "ana@oficina.example".into(),
                name: "Ana Soto".into()
            })
        );
        assert_eq!(
            writer("Ana Soto").map(|a| a.name),
            Some("Ana Soto".to_owned())
        );
        assert_eq!(writer(""), None);
    }
}
