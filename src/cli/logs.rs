//! Logs: to standard error, one line an event, with nothing in them that a line of others could
//! forge, and without what a library would tell of passwords.

use std::io::{self, Write};

use tracing::Level;
use tracing_subscriber::filter::{EnvFilter, FilterExt, filter_fn};
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

use super::words;

/// Libraries that write whole commands, passwords and mails included, at their most talkative
/// levels: `MESAD_LOG` cannot ask for these.
const QUIET: [&str; 6] = [
    "async_imap",
    "imap_proto",
    "lettre",
    "rustls",
    "tokio_rustls",
    "mio",
];

/// Starts the logs. `MESAD_LOG` sets what is shown, as in `MESAD_LOG=mesad=debug`.
pub(super) fn start(json: bool, default: &str) {
    let filter = std::env::var("MESAD_LOG").unwrap_or_else(|_| default.to_owned());
    let filter = EnvFilter::new(filter).and(filter_fn(|event| {
        let is_quiet = QUIET
            .iter()
            .any(|library| event.target().starts_with(library));
        !is_quiet || *event.level() <= Level::WARN
    }));
    // No colours: what would make them is escaped below.
    let lines = tracing_subscriber::fmt::layer()
        .with_target(false)
        .with_ansi(false)
        .with_writer(|| Lines(io::stderr()));
    if json {
        let layer = lines.json().with_filter(filter);
        tracing_subscriber::registry().with(layer).init();
    } else {
        tracing_subscriber::registry()
            .with(lines.with_filter(filter))
            .init();
    }
}

/// Writes each event as one line. It is handed over whole, with its end.
struct Lines<W>(W);

impl<W: Write> Write for Lines<W> {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(event);
        let line = words::escaped(text.strip_suffix('\n').unwrap_or(&text));
        let line = line.replace('\n', "\\u000a") + "\n";
        self.0.write_all(line.as_bytes())?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_stays_one_line() {
        let mut lines = Lines(vec![]);
        let event = "INFO stored from=a\nINFO forged \u{1b}[31m\u{202e}\u{9b}\n";
        lines.write_all(event.as_bytes()).unwrap();
        let written = String::from_utf8(lines.0).unwrap();
        let expected = "INFO stored from=a\\u000aINFO forged \\u001b[31m\\u202e\\u009b\n";
        assert_eq!(written, expected);
    }
}
