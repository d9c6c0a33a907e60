//! Message-IDs and reference tokens of the desk's own mails.

use std::fmt;

use chrono::{DateTime, Utc};
use data_encoding::BASE32_NOPAD;
use ring::hmac;

use super::DeskError;
use super::random::Random;

/// Characters of a token: 160 bits in base32.
pub(super) const TOKEN_CHARACTERS: usize = 32;

/// The key that tokens are made with, and those before it. Who has it can make tokens; they count
/// only if the database holds their hash too. It is never printed.
#[derive(Clone)]
pub struct Key {
    current: hmac::Key,
    /// Accepted up to an instant.
    old: Vec<(hmac::Key, DateTime<Utc>)>,
}

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
        Self {
            current: hmac::Key::new(hmac::HMAC_SHA256, bytes),
            old: vec![],
        }
    }

    /// The same with an old key, accepted before an instant.
    #[must_use]
    pub fn with_old(mut self, bytes: &[u8], until: DateTime<Utc>) -> Self {
        self.old
            .push((hmac::Key::new(hmac::HMAC_SHA256, bytes), until));
        self
    }

    /// The token of a notice. A notice has one recipient, request, step and version and its
    /// Message-ID is its own, so the token is bound to all of these.
    pub fn token(&self, message_id: &str) -> String {
        made(&self.current, message_id)
    }

    /// 256 bits that stand for these parts, each with its length, under today's key.
    pub fn derive<'a>(&self, parts: impl Iterator<Item = &'a [u8]>) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.current);
        // No token begins so: what is made here is never one.
        context.update(b"message-id|");
        for part in parts {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part);
        }
        let mut made = [0; 32];
        for (to, from) in made.iter_mut().zip(context.sign().as_ref()) {
            *to = *from;
        }
        made
    }

    /// The token of a notice that was born with this hash (SHA-256) of it, perhaps under an old
    /// key; none where no key that is accepted now made it.
    pub fn token_born(&self, message_id: &str, hash: &[u8], now: DateTime<Utc>) -> Option<String> {
        let tokens = self.accepted(now).map(|key| made(key, message_id));
        let is_it = |token: &String| {
            let found = ring::digest::digest(&ring::digest::SHA256, token.as_bytes());
            is_equal(found.as_ref(), hash)
        };
        tokens.into_iter().find(is_it)
    }

    /// Whether a token is that of a notice, by a key that is accepted now.
    pub fn is_token_of(&self, message_id: &str, token: &str, now: DateTime<Utc>) -> bool {
        let tokens = self.accepted(now).map(|key| made(key, message_id));
        // All keys are tried, whichever fits.
        tokens.fold(false, |found, own| {
            is_equal(own.as_bytes(), token.as_bytes()) | found
        })
    }

    fn accepted(&self, now: DateTime<Utc>) -> impl Iterator<Item = &hmac::Key> {
        let old = self.old.iter().filter(move |(_, until)| now < *until);
        std::iter::once(&self.current).chain(old.map(|(key, _)| key))
    }
}

fn made(key: &hmac::Key, message_id: &str) -> String {
    let tag = hmac::sign(key, format!("token|{message_id}").as_bytes());
    let mut text = BASE32_NOPAD.encode(tag.as_ref()).to_lowercase();
    text.truncate(TOKEN_CHARACTERS);
    text
}

/// Compares in a time that does not tell where two texts differ.
fn is_equal(a: &[u8], b: &[u8]) -> bool {
    let differences = a.iter().zip(b).fold(0, |sum, (x, y)| sum | (x ^ y));
    std::hint::black_box(differences) == 0 && a.len() == b.len()
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
    fn an_old_key_is_accepted_up_to_its_instant() {
        let until = DateTime::from_timestamp(1_000, 0).unwrap();
        let before = DateTime::from_timestamp(999, 0).unwrap();
        let old = Key::new(&[1; 32]).token("a@b");
        let key = Key::new(&[2; 32]).with_old(&[1; 32], until);
        assert_ne!(key.token("a@b"), old);
        assert!(key.is_token_of("a@b", &old, before));
        assert!(!key.is_token_of("a@b", &old, until));
        assert!(!key.is_token_of("c@b", &old, before));
        assert!(key.is_token_of("a@b", &key.token("a@b"), until));
        assert!(!key.is_token_of("a@b", &old[..31], before));
        let hash = ring::digest::digest(&ring::digest::SHA256, old.as_bytes());
        assert_eq!(key.token_born("a@b", hash.as_ref(), before), Some(old));
        assert_eq!(key.token_born("a@b", hash.as_ref(), until), None);
    }

    #[test]
    fn the_key_is_not_printed() {
        assert_eq!(format!("{:?}", Key::new(b"secret")), "Key(…)");
    }
}
