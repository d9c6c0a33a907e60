//! What the stamps of the office's server come to for the one address in From.

use super::field::MethodResult;
use super::trace::Stamps;
use crate::mail::SenderAuthentication::{self, Fails, Missing, Passes};

/// Whose peculiarities hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    /// RFC 8601 and no more.
    Plain,
    /// `compauth`, `bestguesspass`.
    Microsoft,
}

/// A verdict and the words that it rests on.
pub(super) type Judged = (SenderAuthentication, String);

/// Judges all stamps together. DMARC speaks first; where the sender's domain has no policy, an
/// aligned signature does. SPF alone proves too little: whoever sends through the same provider
/// passes it.
pub(super) fn verdict(stamps: &Stamps, address: &str, dialect: Dialect) -> Judged {
    if stamps.malformed {
        return (Missing, "a stamp that cannot be read".to_owned());
    }
    if stamps.fields.is_empty() {
        return (Missing, "no stamp of the office's server".to_owned());
    }
    let results: Vec<&MethodResult> = stamps.fields.iter().flat_map(|f| &f.results).collect();
    let composite = match dialect {
        Dialect::Microsoft => Composite::of(&results),
        Dialect::Plain => Composite::Silent,
    };
    let domain = domain_of(address);
    let of = |method: &str| -> Vec<&MethodResult> {
        let found = results.iter().filter(|r| r.method == method);
        found.copied().collect()
    };
    let dmarc = of("dmarc");
    let login = of("auth")
        .into_iter()
        .find(|r| dialect == Dialect::Plain && is_login(r, address));
    if let Some(failed) = dmarc.iter().find(|r| r.result == "fail") {
        return match composite {
            // The office's own server checks what its own users hand in unsigned.
            _ if login.is_some() => (Missing, shown(failed)),
            // A sealer that the office trusts vouches for what it changed (reason 130), or the
            // provider knows better: proof enough to ask, not to count.
            Composite::Explicit | Composite::Other => (Missing, shown(failed)),
            Composite::Fails | Composite::Silent => (Fails, shown(failed)),
        };
    }
    if composite == Composite::Fails {
        return (Fails, "compauth=fail".to_owned());
    }
    let passes = |r: &&&MethodResult| match r.result.as_str() {
        "pass" => true,
        "bestguesspass" => composite == Composite::Explicit,
        _ => false,
    };
    if dmarc.iter().any(|r| passes(&r)) {
        return aligned(&dmarc, dmarc.iter().all(|r| passes(&r)), domain);
    }
    let unsure = |r: &&&MethodResult| r.result != "none";
    if let Some(unsure) = dmarc.iter().find(unsure) {
        return (Missing, shown(unsure));
    }
    if let Some(login) = login {
        return (Passes, shown(login));
    }
    match of("dkim").into_iter().find(|r| is_signed_by(r, domain)) {
        Some(signed) => (Passes, shown(signed)),
        None => (
            Missing,
            "nothing that proves the sender's domain".to_owned(),
        ),
    }
}

/// DMARC passed: for the domain in From, or it was not this mail's From that was judged.
fn aligned(dmarc: &[&MethodResult], all_pass: bool, domain: &str) -> Judged {
    let froms: Vec<&str> = dmarc.iter().flat_map(|r| r.all("header.from")).collect();
    let words = dmarc.first().map_or_else(String::new, |r| shown(r));
    if froms.iter().any(|from| !same_domain(from, domain)) {
        return (Fails, words);
    }
    match all_pass && !froms.is_empty() {
        true => (Passes, words),
        false => (Missing, words),
    }
}

/// Whether this very domain signed: `header.d`, or the domain of `header.i` where the server gives
/// no other. Nothing but equality: which parent domains belong together cannot be told from names.
fn is_signed_by(result: &MethodResult, domain: &str) -> bool {
    let signer: Vec<&str> = result.all("header.d").collect();
    let agent = || result.all("header.i").map(domain_of).collect();
    let signers: Vec<&str> = if signer.is_empty() { agent() } else { signer };
    let [only] = signers.as_slice() else {
        return false;
    };
    result.result == "pass" && same_domain(only, domain)
}

/// Whether the sender logged in at the office's own server as the address in From.
fn is_login(result: &MethodResult, address: &str) -> bool {
    let logins: Vec<&str> = result.all("smtp.auth").collect();
    let [only] = logins.as_slice() else {
        return false;
    };
    result.result == "pass" && only.eq_ignore_ascii_case(address)
}

/// The part after the last `@`, or all.
fn domain_of(address: &str) -> &str {
    address
        .rsplit_once('@')
        .map_or(address, |(_, domain)| domain)
}

fn same_domain(a: &str, b: &str) -> bool {
    let bare = |d: &str| d.trim_end_matches('.').to_ascii_lowercase();
    !b.is_empty() && bare(domain_of(a)) == bare(b)
}

/// Exchange Online's judgement over all its signals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Composite {
    /// Passed for SPF, DKIM or DMARC that aligned (1xx without 130).
    Explicit,
    /// Passed for some other reason: a sender that it knows, a sealer, a rule of the office.
    Other,
    /// Failed.
    Fails,
    /// Neither.
    Silent,
}

impl Composite {
    fn of(results: &[&MethodResult]) -> Self {
        let found: Vec<&&MethodResult> =
            results.iter().filter(|r| r.method == "compauth").collect();
        if found.iter().any(|r| r.result == "fail") {
            return Self::Fails;
        }
        let [only] = found.as_slice() else {
            return Self::Silent;
        };
        let reason = only.all("reason").next().unwrap_or_default();
        match only.result.as_str() {
            "pass" if reason.starts_with('1') && reason != "130" => Self::Explicit,
            "pass" => Self::Other,
            _ => Self::Silent,
        }
    }
}

/// A result as the record shows it.
fn shown(result: &MethodResult) -> String {
    let wanted = ["header.from", "header.d", "header.i", "smtp.auth"];
    let mut text = format!("{}={}", result.method, result.result);
    for (name, value) in &result.properties {
        if wanted.contains(&name.as_str()) {
            text.push_str(&format!(" {name}={value}"));
        }
    }
    let plain = text.chars().filter(|c| !c.is_control());
    plain.take(200).collect()
}
