//! The child's side: confined, it reads one document after the other until there are no more.

use std::io::{self, Read, Write};

use super::confine::{self, Landlock};
use super::wire;
use crate::documents;

/// Confines this process, and says what the kernel sees to beyond the limits.
///
/// # Errors
/// Where it cannot be confined.
pub fn probe() -> io::Result<Landlock> {
    confine::confine()
}

/// Confines this process, then reads documents from `input` and answers on `output`. Not for
/// people: `mesad read-documents` is started by [`Sandbox::read`](super::Sandbox::read).
///
/// # Errors
/// Where it cannot be confined, or the parent has gone.
pub fn serve(mut input: impl Read, mut output: impl Write) -> io::Result<()> {
    confine::confine()?;
    // A panic of a library is an answer (`Corrupt`), not a message.
    std::panic::set_hook(Box::new(|_| {}));
    wire::greet(&mut output)?;
    while let Some((name, bytes)) = wire::asked(&mut input)? {
        wire::answer(&mut output, &documents::read(&name, &bytes))?;
    }
    Ok(())
}
