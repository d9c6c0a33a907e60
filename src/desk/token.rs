//! Message-IDs and reference tokens of the desk's own mails.

use std::fmt;

use data_encoding::BASE32_NOPAD;
use ring::hmac;

use super::DeskError;
use super::random::Random;

/// Characters of a token: 160 bits in base32.
pub(super) const TOKEN_CHARACTERS: usize = 32;

/// The key that tokens are made with. Who has it can forge them: it is never printed.
#[derive(Clone)]
pub struct Key(hmac::Key);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

impl Key {
    /// Length of a key in bytes.
    pub const BYTES: usize = 32;

    /// A key from its bytes.
    pub fn new(bytes: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, bytes))
    }

    /// The token of a notice. A notice has one recipient, request, step and version and its
    /// Message-ID is its own, so the token is bound to all of these.
    pub fn token(&self, message_id: &str) -> String {
        let tag = hmac::sign(&self.0, format!("token|{message_id}").as_bytes());
        let mut text = BASE32_NOPAD.encode(tag.as_ref()).to_lowercase();
        text.truncate(TOKEN_CHARACTERS);
        text
    }
}

/// A new Message-ID, without angle brackets: 130 bits that nobody can guess.
///
/// # Errors
/// There is no randomness.
pub fn message_id(random: &Random, domain: &str) -> Result<String, DeskError> {
    let mut bytes = [0; 17];
    random.fill(&mut bytes)?;
    let mut text = BASE32_NOPAD.encode(&bytes).to_lowercase();
    text.truncate(26);
    Ok(format!("mesad.{text}@{domain}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_bound_to_key_and_message() {
        let (one, two) = (Key::new(&[1; 32]), Key::new(&[2; 32]));
        assert_eq!(one.token("a@b"), one.token("a@b"));
        assert_ne!(one.token("a@b"), one.token("c@b"));
        assert_ne!(one.token("a@b"), two.token("a@b"));
        assert_eq!(one.token("a@b").len(), TOKEN_CHARACTERS);
        assert!(
            one.token("a@b")
                .chars()
                .all(|c| matches!(c, 'a'..='z' | '2'..='7'))
        );
    }

    #[test]
    fn the_key_is_not_printed() {
        assert_eq!(format!("{:?}", Key::new(b"secret")), "Key(…)");
    }
}
