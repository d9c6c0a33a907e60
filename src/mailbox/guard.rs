//! A stream that ends before a server can make us hold too much: the IMAP parser gives a literal
//! its whole announced size at once, and a line without an end as much as arrives.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// What the guard needs of a connection.
pub(super) trait Socket: AsyncRead + AsyncWrite + Send + Unpin + std::fmt::Debug {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin + std::fmt::Debug> Socket for T {}

/// Largest literal `{n}` that is let through, in bytes.
pub(super) const LITERAL_LIMIT: u64 = 2 * 1024 * 1024;
/// Longest line that is let through, in bytes; a SEARCH over a million mails has about eight.
const LINE_LIMIT: u64 = 16 * 1024 * 1024;

/// A connection whose incoming literals and lines are bounded.
#[derive(Debug)]
pub(super) struct Guard {
    inner: Box<dyn Socket>,
    scan: Scan,
}

impl Guard {
    pub(super) fn new(inner: Box<dyn Socket>) -> Self {
        Self {
            inner,
            scan: Scan::default(),
        }
    }
}

/// Where the guard stands in the server's octets (RFC 3501, section 9: `literal`).
#[derive(Debug, Default)]
struct Scan {
    /// Octets of a literal still to come.
    literal: u64,
    /// Octets of the line so far.
    line: u64,
    /// The number behind the last `{`, while only digits follow it.
    open: Option<u64>,
    /// The number of a `{n}` that has been closed, if nothing but CR followed.
    announced: Option<u64>,
}

impl Scan {
    fn feed(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut rest = bytes;
        while let Some((&byte, tail)) = rest.split_first() {
            if self.literal > 0 {
                let skipped = rest
                    .len()
                    .min(usize::try_from(self.literal).unwrap_or(usize::MAX));
                self.literal -= skipped as u64;
                rest = rest.get(skipped..).unwrap_or_default();
                continue;
            }
            rest = tail;
            self.octet(byte)?;
        }
        Ok(())
    }

    fn octet(&mut self, byte: u8) -> io::Result<()> {
        self.line += 1;
        match byte {
            b'{' => (self.open, self.announced) = (Some(0), None),
            b'0'..=b'9' => {
                self.announced = None;
                let digit = u64::from(byte - b'0');
                self.open = self
                    .open
                    .map(|n| n.saturating_mul(10).saturating_add(digit));
            }
            b'}' => self.announced = self.open.take(),
            b'\r' => self.open = None,
            b'\n' => {
                self.literal = self.announced.take().unwrap_or(0);
                (self.line, self.open) = (0, None);
            }
            _ => (self.open, self.announced) = (None, None),
        }
        if self.literal > LITERAL_LIMIT || self.line > LINE_LIMIT {
            return Err(io::Error::other(
                "the server announces more than was asked for",
            ));
        }
        Ok(())
    }
}

impl AsyncRead for Guard {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        match Pin::new(&mut self.inner).poll_read(context, buffer) {
            Poll::Ready(Ok(())) => {
                let fresh = buffer.filled().get(before..).unwrap_or_default();
                Poll::Ready(self.scan.feed(fresh))
            }
            other => other,
        }
    }
}

impl AsyncWrite for Guard {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scanned(pieces: &[&[u8]]) -> io::Result<u64> {
        let mut scan = Scan::default();
        for piece in pieces {
            scan.feed(piece)?;
        }
        Ok(scan.literal)
    }

    #[test]
    fn a_literal_within_the_limit_is_skipped_wherever_it_is_cut() {
        let whole = b"* 1 FETCH (BODY[] {11}\r\n{9999999999}\r\n)\r\n";
        for cut in 0..whole.len() {
            let (left, right) = whole.split_at(cut);
            // Eleven octets of the literal hold a brace: it must not be read as an announcement.
            assert!(scanned(&[left, right]).is_ok(), "cut at {cut}");
        }
        assert_eq!(scanned(&[b"* 1 FETCH (BODY[] {5}\r\nab"]).unwrap(), 3);
    }

    #[test]
    fn a_literal_beyond_the_limit_and_an_endless_line_end_the_connection() {
        assert!(scanned(&[b"* 1 FETCH (BODY[] {400000000}\r\n"]).is_err());
        assert!(scanned(&[b"* 1 FETCH (BODY[] {99999999999999999999999}\r\n"]).is_err());
        assert!(scanned(&[b"* OK a brace {400000000} in a sentence\r\n"]).is_ok());
        let line = vec![b'x'; LINE_LIMIT as usize + 1];
        assert!(scanned(&[&line]).is_err());
    }
}
