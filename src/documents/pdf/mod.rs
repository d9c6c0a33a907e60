//! PDF (ISO 32000) by lopdf.

use super::{Block, Unreadable};

/// Reads pages.
pub(super) fn read(_bytes: &[u8]) -> Result<Vec<Block>, Unreadable> {
    Err(Unreadable::Unsupported)
}
