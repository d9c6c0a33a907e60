//! The one place where chance enters.

use std::sync::{Arc, Mutex, PoisonError};

use ring::rand::SecureRandom;

use super::DeskError;

/// A source of bytes.
#[derive(Clone, Debug)]
pub enum Random {
    /// The system's.
    System(ring::rand::SystemRandom),
    /// One that repeats itself from a seed, for simulations: never for a desk that people use.
    Seeded(Arc<Mutex<u64>>),
}

impl Random {
    /// The system's source.
    pub fn system() -> Self {
        Self::System(ring::rand::SystemRandom::new())
    }

    /// A source that repeats itself.
    pub fn seeded(seed: u64) -> Self {
        Self::Seeded(Arc::new(Mutex::new(seed)))
    }

    /// Fills a buffer.
    ///
    /// # Errors
    /// The system has no randomness to give.
    pub fn fill(&self, bytes: &mut [u8]) -> Result<(), DeskError> {
        match self {
            Self::System(system) => system.fill(bytes).map_err(|_| DeskError::Random),
            Self::Seeded(state) => {
                let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
                for byte in bytes {
                    *byte = split_mix(&mut state).to_le_bytes()[0];
                }
                Ok(())
            }
        }
    }
}

/// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
