//! What the office's own server says of who sent a mail: `Authentication-Results` (RFC 8601) and
//! the two big providers' ways. Pure, from the header fields alone.
//!
//! Lives here: the field's grammar (`field`), which fields are ours (`trace`), what they come to
//! (`verdict`). May not live here: what follows for an answer (`judge/policy`).

mod field;
#[cfg(test)]
mod tests;
mod trace;
mod verdict;

use super::letter::SenderAuthentication;
use super::raw::Headers;
use crate::office::Authentication;
use verdict::{Dialect, Judged, verdict};

/// The verdict on the one address in From, and the words that it rests on, for the record.
pub(super) fn judge(
    headers: &Headers,
    address: &str,
    mode: &Authentication,
) -> (SenderAuthentication, String) {
    match mode {
        Authentication::None => (SenderAuthentication::NotStamped, String::new()),
        Authentication::Authserv(server) => {
            let stamps = trace::of_authserv(headers, server);
            verdict(&stamps, address, Dialect::Plain)
        }
        Authentication::Microsoft365 => microsoft(headers, address),
        Authentication::Google => {
            let stamps = trace::of_google(headers);
            verdict(&stamps, address, Dialect::Plain)
        }
    }
}

/// Mail between accounts of the office is not checked by DMARC: Exchange notes that its sender
/// logged in. It takes these fields away from what comes from outside.
fn microsoft(headers: &Headers, address: &str) -> Judged {
    let found = verdict(&trace::of_microsoft(headers), address, Dialect::Microsoft);
    if found.0 != SenderAuthentication::Missing {
        return found;
    }
    let only = |name: &'static str| {
        let mut all = headers.all(name);
        all.next().filter(|_| all.next().is_none())
    };
    let internal = only("x-ms-exchange-organization-authas")
        .is_some_and(|value| value.eq_ignore_ascii_case("internal"));
    let source = only("x-ms-exchange-organization-authsource")
        .is_some_and(|value| trace::is_exchange_online(&value.to_ascii_lowercase()));
    match internal && source {
        true => {
            let words = "X-MS-Exchange-Organization-AuthAs: Internal";
            (SenderAuthentication::Passes, words.to_owned())
        }
        false => found,
    }
}
