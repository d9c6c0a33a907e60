//! Where mails go: an SMTP server, or a folder of `.eml` files. One envelope per recipient.
//!
//! Lives here: the protocol and its faults. May not live here: what is sent, when it is tried again.

/// What became of one try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    /// The server took it.
    Sent {
        /// What it said, or the file.
        reply: String,
    },
    /// Trying again may help (4xx, a broken connection, a timeout).
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
pub enum Delivery {}

impl Delivery {
    /// Sends one mail to one recipient, from the null or the given return path.
    pub fn send(&mut self, return_path: Option<&str>, to: &str, bytes: &[u8]) -> Sent {
        let _ = (return_path, to, bytes);
        unimplemented!()
    }
}
