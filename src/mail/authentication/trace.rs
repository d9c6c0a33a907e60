//! Which fields of a header the office's own servers wrote. A header is read from its top: every
//! server adds its lines above those that it found, so what an outsider wrote stands beneath the
//! `Received` line of the first server of ours that the mail met.

use super::field::{Field, Hop, hop, parse};
use crate::mail::raw::Headers;
use crate::office::{Authserv, StampPlace};

const STAMP: &str = "authentication-results";
const TRACE: &str = "received";

/// The office's own stamps.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Stamps {
    /// Those that could be read.
    pub fields: Vec<Field>,
    /// Whether one stood there that could not be read: then none is believed.
    pub malformed: bool,
}

impl Stamps {
    /// Takes a field if it is ours.
    fn take(&mut self, value: &str, is_ours: impl Fn(Option<&str>) -> bool) {
        match parse(value) {
            Ok(field) if is_ours(field.authserv_id.as_deref()) => self.fields.push(field),
            // Somebody else's, and in a place where only our servers write: of no interest.
            Ok(_) => {}
            Err(_) => self.malformed = true,
        }
    }
}

/// Stamps of the office's own authserv-id.
pub(super) fn of_authserv(headers: &Headers, server: &Authserv) -> Stamps {
    let mut stamps = Stamps::default();
    let mut beneath = server.place == StampPlace::Above;
    for (name, value) in headers.iter() {
        if name == STAMP && beneath {
            stamps.take(value, |id| {
                id.is_some_and(|id| server.ids.iter().any(|own| own == id))
            });
        } else if name == TRACE {
            let inner = is_inner(&hop(value), &server.relays);
            match (inner, beneath, server.place) {
                // The mail was handed on inside after it was stamped.
                (true, _, StampPlace::Above) if stamps == Stamps::default() => {}
                (true, false, StampPlace::Below) => {}
                // The stamping server's own line.
                (false, false, StampPlace::Below) => beneath = true,
                _ => break,
            }
        }
    }
    stamps
}

/// Whether a line is of a server behind the one that stamps, or of the local delivery.
fn is_inner(hop: &Hop, relays: &[String]) -> bool {
    let local = hop.with.as_deref().is_some_and(|w| w.starts_with("lmtp"));
    let by = hop.by.as_deref().unwrap_or_default();
    local || relays.iter().any(|relay| relay == by)
}

/// Exchange Online's stamp: the topmost, above the first line that a foreign server had a part in.
pub(super) fn of_microsoft(headers: &Headers) -> Stamps {
    let mut stamps = Stamps::default();
    for (name, value) in headers.iter() {
        if name == STAMP {
            stamps.take(value, |id| id.is_none());
            break;
        }
        if name == TRACE && !is_microsoft(&hop(value)) {
            break;
        }
    }
    stamps
}

fn is_microsoft(hop: &Hop) -> bool {
    let inside = |host: &Option<String>| host.as_deref().is_none_or(is_exchange_online);
    hop.by.is_some() && inside(&hop.from) && inside(&hop.by)
}

/// Whether a name is of a server of Exchange Online.
pub(super) fn is_exchange_online(host: &str) -> bool {
    [".outlook.com", ".office365.com"]
        .iter()
        .any(|domain| host.ends_with(domain))
}

/// Gmail's stamp: the topmost, beneath the line of `mx.google.com` and above the next one.
pub(super) fn of_google(headers: &Headers) -> Stamps {
    let mut stamps = Stamps::default();
    let mut met = false;
    for (name, value) in headers.iter() {
        if name == STAMP {
            if met {
                stamps.take(value, |id| id == Some(GOOGLE));
            }
            break;
        }
        if name == TRACE {
            let hop = hop(value);
            let inside = hop.from.is_none();
            let edge = hop.by.as_deref() == Some(GOOGLE);
            match (met, inside, edge) {
                // Gmail's own machines hand a mail on without naming whom they have it from.
                (false, true, _) => {}
                (false, false, true) => met = true,
                _ => break,
            }
        }
    }
    stamps
}

/// Gmail's authserv-id, and the name of its edge.
pub(super) const GOOGLE: &str = "mx.google.com";
