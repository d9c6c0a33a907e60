//! Whose word about senders the desk believes (RFC 8601); `docs/authentication.md` says why.

/// What the office's own mail server says about who sent a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Authentication {
    /// The server stamps nothing: answers count by their token or Message-ID alone.
    None,
    /// `Authentication-Results` with the office's own authserv-id.
    Authserv(Authserv),
    /// Exchange Online's `Authentication-Results`, which bears no authserv-id, and its marks for
    /// mail from inside the organisation.
    Microsoft365,
    /// Gmail's `Authentication-Results` of `mx.google.com`.
    Google,
}

impl Authentication {
    /// Its word in the configuration.
    pub fn name(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Authserv(_) => "authserv",
            Self::Microsoft365 => "microsoft365",
            Self::Google => "google",
        }
    }
}

/// The office's own server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authserv {
    /// The authserv-ids that it writes, lower case; each of several edges may have its own.
    pub ids: Vec<String>,
    /// Names, in the `by` of `Received`, of inner servers that a mail passes after it was stamped,
    /// lower case.
    pub relays: Vec<String>,
    /// Where its stamp stands.
    pub place: StampPlace,
}

/// Where the stamping server's field stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StampPlace {
    /// Above the server's own `Received`, as RFC 8601, section 4, wants it: what an outsider wrote
    /// stands beneath that `Received`.
    Above,
    /// Beneath it, where an outsider's own fields follow: only for a server that removes what
    /// outsiders forge (section 5).
    Below,
}
