//! Where mails go: an SMTP server, or a folder of `.eml` files. One envelope per recipient.
//!
//! Lives here: the protocol and its faults. May not live here: what is sent, when it is tried
//! again, where a secret is found.

use std::path::Path;

use crate::office::Smtp;

mod conversation;
mod directory;
mod letter;
mod smtp;

pub use directory::Directory;
pub use smtp::SmtpServer;

/// Gives a secret, read anew at each call, or says why not. Called on each login.
pub type Secret = Box<dyn Fn() -> Result<String, String> + Send>;

/// Whom a mail goes to (RFC 5321, section 2.3.1), and its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Envelope<'a> {
    /// Where bounces go; none: nowhere (`<>`).
    pub return_path: Option<&'a str>,
    /// The one recipient.
    pub to: &'a str,
    /// Names the mail to this recipient, the same at every try: its Message-ID.
    pub name: &'a str,
}

/// What became of one try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    /// The server took it.
    Sent {
        /// What it said, or the file.
        reply: String,
    },
    /// Trying again may help (4xx, a broken connection, a timeout, a configuration to be mended).
    Later {
        /// Why.
        why: String,
    },
    /// Trying again is useless (5xx).
    Never {
        /// Why.
        why: String,
    },
}

/// A way out.
#[derive(Debug)]
pub enum Delivery {
    /// Through an SMTP server.
    Smtp(Box<SmtpServer>),
    /// Into a folder.
    Directory(Directory),
    /// Where a simulation takes them.
    Simulated(Box<dyn SimulatedDelivery>),
}

/// What a simulation must play; each method as that of [`Delivery`].
pub trait SimulatedDelivery: std::fmt::Debug + Send {
    /// Sends one mail to one recipient.
    fn send(&mut self, envelope: &Envelope<'_>, bytes: &[u8]) -> Sent;

    /// Whether the last try came as far as an answer.
    fn is_reached(&self) -> bool;
}

impl Delivery {
    /// Through an SMTP server; nothing is connected yet. `secret` is asked for where the server
    /// wants a login.
    ///
    /// # Errors
    /// Where the system gives no sockets.
    pub fn smtp(server: Smtp, secret: Secret) -> std::io::Result<Self> {
        Ok(Self::Smtp(Box::new(SmtpServer::new(server, secret)?)))
    }

    /// Into a folder of `.eml` files, which is made where the folder above it exists.
    ///
    /// # Errors
    /// Where there is no such folder and it can't be made.
    pub fn directory(path: &Path) -> std::io::Result<Self> {
        Ok(Self::Directory(Directory::open(path)?))
    }

    /// Sends one mail to one recipient. An answer lost after the mail was handed over is `Later`:
    /// the recipient may get the same bytes twice, never nothing.
    pub fn send(&mut self, envelope: &Envelope<'_>, bytes: &[u8]) -> Sent {
        match self {
            Self::Smtp(server) => server.send(envelope, bytes),
            Self::Directory(directory) => directory.send(envelope, bytes),
            Self::Simulated(played) => played.send(envelope, bytes),
        }
    }

    /// Whether the last try came as far as an answer. Where it did not (no connection, silence),
    /// another mail would wait as long and come to the same end. A folder always answers.
    pub fn is_reached(&self) -> bool {
        match self {
            Self::Smtp(server) => server.is_reached(),
            Self::Directory(_) => true,
            Self::Simulated(played) => played.is_reached(),
        }
    }

    /// Why the login was refused at the last try, if it was: the same secret must not be tried
    /// again and again, or the account is locked.
    pub fn refusal(&self) -> Option<&str> {
        match self {
            Self::Smtp(server) => server.refusal(),
            Self::Directory(_) | Self::Simulated(_) => None,
        }
    }

    /// Whether the login was refused with another secret than the one that is found now.
    pub fn has_new_secret(&self) -> bool {
        match self {
            Self::Smtp(server) => server.has_new_secret(),
            Self::Directory(_) | Self::Simulated(_) => false,
        }
    }

    /// Lets go of the connection, if there is one: nothing will be sent for a while.
    pub fn rest(&mut self) {
        if let Self::Smtp(server) = self {
            server.rest();
        }
    }
}
