//! How bad it is: status codes (RFC 3463), reply codes (RFC 5321), and words.
//!
//! Two scales: *permanent* is the class of the code (trying this mail again is useless); *dead* is
//! stricter: no mail will ever arrive at this address (a full mailbox is permanent and not dead).

use std::sync::LazyLock;

use regex::Regex;

use super::super::finder::Finder;
use super::super::letter::Delivery;

static ENHANCED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?:^|[^\d.])([245]\.\d{1,3}\.\d{1,3})(?:[^\d.]|\.?$|\.\D)").ok());
static REPLY: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?:^|[\s:;(\[<#'-])([45]\d\d)(?:[\s\-:,;)#]|$)").ok());

/// The enhanced status code (RFC 3463) in a text.
pub(super) fn enhanced(text: &str) -> Option<String> {
    let found = ENHANCED.as_ref()?.captures(text)?;
    found.get(1).map(|m| m.as_str().to_owned())
}

/// The SMTP reply code in a text.
pub(super) fn reply_code(text: &str) -> Option<String> {
    let found = REPLY.as_ref()?.captures(text)?;
    found.get(1).map(|m| m.as_str().to_owned())
}

/// Words of a mail that is late; folded.
#[rustfmt::skip]
const LATE: &[&str] = &[
    "delayed", "not yet been delivered", "will continue to be", "will keep trying",
    "still being retried", "will be retried", "yet to be delivered", "still trying", "will retry",
    "warning message only", "do not need to resend", "do not resend", "no need to resend",
    "delivery is still", "transient non-fatal", "temporary failure", "temporarily",
    "remain in the queue", "se seguira intentando", "retrasad", "intentara nuevamente",
    "delivery attempts will continue", "this is a warning", "will continue trying",
    "temporary problem", "delivery incomplete", "reintentar",
];

/// Words of a mail that nobody tries again; folded. They outweigh those of lateness.
#[rustfmt::skip]
const GIVEN_UP: &[&str] = &[
    "permanent error", "permanent fatal", "permanent failure", "permanent delivery", "given up",
    "giving up", "failed permanently", "permanently failed", "could not be delivered within",
    "expired", "fatal error",
];

/// Words about an address at which nobody is; folded.
#[rustfmt::skip]
const DEAD: &[&str] = &[
    "user unknown", "unknown user", "unknown recipient", "recipient unknown", "no such user",
    "no such recipient", "no such mailbox", "no such address", "no such person", "no such local",
    "no such account", "no mailbox here", "no mailbox by", "not a valid user",
    "not a valid mailbox",
    "not a known user", "not a local user", "invalid user", "invalid recipient", "invalid mailbox",
    "invalid address", "invalid account", "unknown address", "unknown account", "unknown local",
    "unknown mailbox", "bad destination mailbox", "bad address", "bad recipient", "no longer valid",
    "user not found", "user doesn't", "user does not exist", "recipient not found",
    "mailbox not found", "account not found", "address not found", "recipnotfound",
    "recipient name is not recognized", "does not exist", "doesn't exist", "not exist",
    "couldn't be found", "wasn't found", "was not found", "could not be found", "no account by",
    "not our customer", "addressee unknown", "not listed in", "not known here", "no user here",
    "unrouteable address", "unrouteable mail domain", "address is unknown", "undeliverable address",
    "mailbox unavailable", "no mail box", "bad_recipient", "not an active address",
    "inactive email address", "no valid recipients", "address rejected: access denied",
    "this user doesn't have a", "invalid final delivery userid", "domain is not reachable",
    "address not found", "mailbox does not", "is not a valid",
    "not found in directory", "no aparece en el directorio", "ディレクトリのリストにありません",
    "recipient address rejected. (in reply to rcpt",
    "no such domain", "host unknown", "unknown host", "host not found", "domain not found",
    "name or service not known", "domain does not", "name service error", "no mx", "null mx",
    "nullmx", "bad destination host", "has moved", "user has moved", "address has changed",
    "does not accept mail", "doesn't accept mail", "is not accepting mail from anyone",
    "mailbox has been deleted", "no longer an active", "no longer in use", "no longer exist",
    "usuario desconocido", "usuario no existe", "destinatario desconocido", "casilla no existe",
    "direccion no existe", "cuenta no existe", "buzon no existe", "no se encontro",
    "usuario inexistente", "utilisateur inconnu", "destinataire inconnu", "adresse d au moins un",
    "empfanger unbekannt", "unbekannter empfanger", "unbekannter benutzer", "usuario desconhecido",
    "utente sconosciuto", "destinatario sconosciuto", "名が見つかりません", "宛先不明",
];

/// Words about a mailbox that lives; folded. They outweigh those above.
#[rustfmt::skip]
const LIVES: &[&str] = &[
    "mailbox full", "mailbox is full", "is full", "full mailbox", "folder full", "quota",
    "exceeded storage", "exceeds allowed size", "too big", "too large", "size limit",
    "message size", "maximum size", "spam", "blacklist", "black list", "block list", "blocklist",
    "dnsbl", "dmarc", "unauthenticated", "virus", "too many", "suspended", "disabled",
    "deactivated",
    "sender address", "sender rejected", "sender domain", "sender verif", "mailfrom", "lleno",
    "cuota", "llena", "cheia", "pleine", "voll", "relaying", "relay access", "relay not",
    "not relay", "malformed", "permission to post",
];

/// Words about something other than the address; folded. They outweigh a code alone.
#[rustfmt::skip]
const OTHER: &[&str] = &[
    "blocked", "rbl", "spf", "dkim", "authentication", "policy", "reputation", "rate limit",
    "inactive", "not active", "temporar", "try again", "greylist", "timed out", "timeout",
    "connection refused", "loop", "hop count", "content", "reverse dns", "access denied",
    "permission", "not allowed", "not permitted", "unsolicited", "attachment", "client host",
    "helo", "sintaxis",
];

/// Status codes of dead addresses, where words say nothing of the kind.
#[rustfmt::skip]
const DEAD_CODES: &[&str] = &[
    "5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.1.351", "5.4.4", "5.3.2", "5.0.911",
    "5.0.912",
];

static LATE_WORDS: LazyLock<Finder> = LazyLock::new(|| Finder::new(LATE));
static GIVEN_UP_WORDS: LazyLock<Finder> = LazyLock::new(|| Finder::new(GIVEN_UP));
static DEAD_WORDS: LazyLock<Finder> = LazyLock::new(|| Finder::new(DEAD));
static LIVES_WORDS: LazyLock<Finder> = LazyLock::new(|| Finder::new(LIVES));
static OTHER_WORDS: LazyLock<Finder> = LazyLock::new(|| Finder::new(OTHER));

/// What is known of one recipient's failure.
pub(super) struct Failure<'a> {
    /// What the server says it did.
    pub delivery: Delivery,
    /// The enhanced status code.
    pub status: Option<&'a str>,
    /// The diagnosis, or the text around the address; folded.
    pub words: &'a str,
}

impl Failure<'_> {
    /// Whether trying again is useless: class 5, or words where there is no code.
    pub(super) fn is_permanent(&self) -> bool {
        if self.delivery != Delivery::Failed {
            return false;
        }
        let class = self.status.map(str::to_owned);
        match class.or_else(|| reply_code(self.words)) {
            Some(code) => code.starts_with('5'),
            None => !is_late(self.words),
        }
    }

    /// Whether no mail will ever arrive at the address.
    pub(super) fn is_dead(&self) -> bool {
        if !self.is_permanent() || LIVES_WORDS.any(self.words) {
            return false;
        }
        let code = || self.status.is_some_and(|s| DEAD_CODES.contains(&s));
        DEAD_WORDS.any(self.words) || (code() && !OTHER_WORDS.any(self.words))
    }
}

/// Whether a (folded) text is about a mail that is still tried.
pub(super) fn is_late(text: &str) -> bool {
    LATE_WORDS.any(text) && !GIVEN_UP_WORDS.any(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_in_diagnoses() {
        assert_eq!(
            enhanced("550 5.1.1 <a@b.example> unknown").as_deref(),
            Some("5.1.1")
        );
        assert_eq!(enhanced("smtp; 452 4.2.2"), Some("4.2.2".to_owned()));
        assert_eq!(enhanced("host 192.0.2.5.1.1"), None);
        assert_eq!(reply_code("smtp; 554 no").as_deref(), Some("554"));
        assert_eq!(reply_code("port 25550"), None);
    }

    #[test]
    fn two_scales() {
        for (status, words, permanent, dead) in [
            (Some("5.1.1"), "", true, true),
            (Some("5.1.1"), "550 mailbox full", true, false),
            (Some("5.2.2"), "552 over quota", true, false),
            (Some("5.0.0"), "550 no such user here", true, true),
            (Some("5.7.1"), "550 blocked, see the policy", true, false),
            (Some("4.1.1"), "450 user unknown", false, false),
            (None, "550 user unknown", true, true),
            (None, "450 user unknown", false, false),
            (None, "el usuario no existe: usuario no existe", true, true),
            (None, "delivery is delayed, will be retried", false, false),
        ] {
            let failure = Failure {
                delivery: Delivery::Failed,
                status,
                words,
            };
            let seen = (failure.is_permanent(), failure.is_dead());
            assert_eq!(seen, (permanent, dead), "{status:?} {words}");
        }
    }
}
