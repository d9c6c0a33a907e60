//! Sizes, times and bytes of mails: FETCH (RFC 3501, section 6.4.5), in pieces and without a trace.

use std::collections::BTreeMap;

use async_imap::imap_proto::Response;

use super::answers::{body, listed};
use super::folders::is_about;
use super::session::{Fault, Session, broken};
use super::{HEADER_LIMIT, Listed};

/// Bytes asked for at once; a mail comes in such pieces.
const PIECE: u64 = 1024 * 1024;
/// Mails described by one command.
const BATCH: usize = 400;

impl Session {
    /// Size and time of reception of those mails that are there.
    pub(super) async fn describe(&mut self, uids: &[u32]) -> Result<Vec<(u32, Listed)>, Fault> {
        let mut found = BTreeMap::new();
        for batch in uids.chunks(BATCH) {
            let set = batch
                .iter()
                .map(u32::to_string)
                .collect::<Vec<_>>()
                .join(",");
            self.command(
                &format!("UID FETCH {set} (UID RFC822.SIZE INTERNALDATE)"),
                |response| {
                    let Response::Fetch(_, items) = response else {
                        return;
                    };
                    // What was not asked for, or comes twice, is not ours to believe.
                    if let Some((uid, item)) = listed(items)
                        && batch.contains(&uid)
                    {
                        found.entry(uid).or_insert(item);
                    }
                },
            )
            .await?;
        }
        Ok(found.into_iter().collect())
    }

    /// The bytes of a mail, in pieces, its flags untouched; `None` if it is not there.
    pub(super) async fn fetch(
        &mut self,
        uid: u32,
        header_only: bool,
    ) -> Result<Option<Vec<u8>>, Fault> {
        if header_only {
            return self.piece(uid, "HEADER", 0, HEADER_LIMIT).await;
        }
        let [
            (
                _,
                Listed {
                    bytes: announced, ..
                },
            ),
        ] = self.describe(&[uid]).await?[..]
        else {
            return Ok(None);
        };
        // Sizes are often a little wrong (line ends); a server that never ends is cut off, and one
        // that gives far less than it announced has lost some: what it gives must not be handled.
        let limit = announced.saturating_mul(2).saturating_add(PIECE);
        let mut bytes = Vec::new();
        loop {
            let Some(piece) = self.piece(uid, "", bytes.len() as u64, PIECE).await? else {
                return Ok(None);
            };
            bytes.extend_from_slice(&piece);
            if (piece.len() as u64) < PIECE {
                let got = bytes.len() as u64;
                if got < announced / 2 || (got == 0 && announced > 0) {
                    return Err(broken(format!("{got} bytes of a mail of {announced}")));
                }
                return Ok(Some(bytes));
            }
            if bytes.len() as u64 > limit {
                return Err(broken(format!("a mail of {announced} bytes does not end")));
            }
        }
    }

    /// `BODY.PEEK[section]<from.most>` (RFC 3501, section 6.4.5).
    async fn piece(
        &mut self,
        uid: u32,
        section: &str,
        from: u64,
        most: u64,
    ) -> Result<Option<Vec<u8>>, Fault> {
        let mut found: Option<Vec<u8>> = None;
        let text = format!("UID FETCH {uid} (UID BODY.PEEK[{section}]<{from}.{most}>)");
        self.command(&text, |response| {
            let Response::Fetch(_, items) = response else {
                return;
            };
            if is_about(items, uid) {
                found = items.iter().find_map(body).or(found.take());
            }
        })
        .await?;
        match found {
            Some(bytes) if bytes.len() as u64 > most => Err(broken("more bytes than asked for")),
            found => Ok(found),
        }
    }
}
