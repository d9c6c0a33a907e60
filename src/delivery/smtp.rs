//! The SMTP server: one connection of our own, used for several mails in a row, and dropped on any
//! fault or timeout (never a pool: a connection that was given up after DATA would hand its late
//! answer to the next mail).

use std::cell::Cell;
use std::time::Duration;

use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::Rset;
use tokio::runtime::Runtime;
use tokio::time::timeout;

use super::conversation::{Fault, Stage, fault_words, greet, log_in, transfer};
use super::letter::Letter;
use super::{Envelope, Secret, Sent};
use crate::office::{Login, Smtp};

/// How long a courtesy may take: RSET before another mail, QUIT.
const COURTESY: Duration = Duration::from_secs(5);

/// A way out through an SMTP server.
pub struct SmtpServer {
    server: Smtp,
    secret: Secret,
    runtime: Runtime,
    connection: Option<AsyncSmtpConnection>,
    /// Whether the last try came as far as an answer.
    reached: bool,
    /// Why the login was refused at the last try, and SHA-256 of its secret.
    refused: Option<(String, Vec<u8>)>,
}

impl std::fmt::Debug for SmtpServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let connected = self.connection.is_some();
        write!(
            f,
            "SmtpServer({}:{}, connected: {connected})",
            self.server.host, self.server.port
        )
    }
}
impl SmtpServer {
    pub(super) fn new(server: Smtp, secret: Secret) -> std::io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        Ok(Self {
            server,
            secret,
            runtime,
            connection: None,
            reached: true,
            refused: None,
        })
    }

    pub(super) fn is_reached(&self) -> bool {
        self.reached
    }

    pub(super) fn refusal(&self) -> Option<&str> {
        self.refused.as_ref().map(|(why, _)| why.as_str())
    }

    pub(super) fn has_new_secret(&self) -> bool {
        let Some((_, refused)) = &self.refused else {
            return false;
        };
        (self.secret)().is_ok_and(|secret| digest(&secret) != *refused)
    }

    pub(super) fn send(&mut self, envelope: &Envelope<'_>, bytes: &[u8]) -> Sent {
        self.refused = None;
        let letter = match Letter::new(envelope, bytes) {
            Ok(letter) => letter,
            Err(why) => {
                self.reached = true;
                return Sent::Never { why };
            }
        };
        self.refresh();
        if let Some(connection) = self.connection.take() {
            match self.attempt(connection, &letter) {
                // The server had enough of the connection (421, or a limit of mails): a new one.
                (Sent::Later { .. }, stage) if stage != Stage::Message => {}
                (sent, _) => return sent,
            }
        }
        match self.connected() {
            Ok(connection) => self.attempt(connection, &letter).0,
            Err(why) => {
                self.reached = false;
                Sent::Later { why }
            }
        }
    }

    /// One try over a connection, which is kept if it came to a clear end; and how far it came.
    fn attempt(
        &mut self,
        mut connection: AsyncSmtpConnection,
        letter: &Letter<'_>,
    ) -> (Sent, Stage) {
        let stage = Cell::new(Stage::Sender);
        let patience = self.patience();
        let run = async { timeout(patience, transfer(&mut connection, letter, &stage)).await };
        let answered = self.runtime.block_on(run);
        self.reached = answered.is_ok();
        let sent = match answered {
            Ok(Ok(reply)) => Sent::Sent { reply },
            Ok(Err(Fault::Never(why))) => Sent::Never { why },
            Ok(Err(Fault::Later(why) | Fault::Refused(why))) => Sent::Later { why },
            Err(_) => self.late(stage.get()),
        };
        if matches!(sent, Sent::Sent { .. } | Sent::Never { .. }) {
            self.connection = Some(connection);
        }
        (sent, stage.get())
    }

    /// Lets go of the connection.
    pub(super) fn rest(&mut self) {
        if let Some(mut connection) = self.connection.take() {
            let quit = async { timeout(COURTESY, connection.quit()).await };
            let _ = self.runtime.block_on(quit);
        }
    }

    /// Ends what a connection may still be about, or drops it where the server has gone.
    fn refresh(&mut self) {
        let Some(mut connection) = self.connection.take() else {
            return;
        };
        let reset = async { timeout(COURTESY, connection.command(Rset)).await };
        if matches!(self.runtime.block_on(reset), Ok(Ok(answer)) if answer.has_code(250)) {
            self.connection = Some(connection);
        }
    }

    fn patience(&self) -> Duration {
        Duration::from_secs(self.server.timeout_seconds.max(1))
    }

    fn late(&self, stage: Stage) -> Sent {
        let Smtp { host, port, .. } = &self.server;
        let seconds = self.patience().as_secs();
        let doubt = if stage == Stage::Message {
            "; it may have arrived"
        } else {
            ""
        };
        let stage = stage.words();
        Sent::Later {
            why: format!("{host}:{port}: {stage}: nothing within {seconds} s{doubt}"),
        }
    }

    /// Connects and logs in. A secret that is refused is asked for once more: it may have been
    /// renewed meanwhile.
    fn connected(&mut self) -> Result<AsyncSmtpConnection, String> {
        let Some((user, login)) = &self.server.login else {
            return self.connect(None).map_err(fault_words);
        };
        let read = || (self.secret)().map_err(|why| format!("secret of {user}: {why}"));
        let first = read()?;
        match self.connect(Some((user, login, &first))) {
            Err(Fault::Refused(why)) => {
                let second = read()?;
                if second == first {
                    self.refused = Some((why.clone(), digest(&first)));
                    return Err(why);
                }
                let again = self.connect(Some((user, login, &second)));
                if let Err(Fault::Refused(why)) = &again {
                    self.refused = Some((why.clone(), digest(&second)));
                }
                again.map_err(fault_words)
            }
            done => done.map_err(fault_words),
        }
    }

    fn connect(&self, login: Option<(&str, &Login, &str)>) -> Result<AsyncSmtpConnection, Fault> {
        let place = format!("{}:{}", self.server.host, self.server.port);
        let stage = Cell::new(Stage::Connection);
        let run = async {
            let mut connection = greet(&self.server, &place).await?;
            stage.set(Stage::Login);
            if let Some((user, login, secret)) = login {
                log_in(&mut connection, &place, user, login, secret).await?;
            }
            Ok(connection)
        };
        let run = async { timeout(self.patience(), run).await };
        self.runtime.block_on(run).unwrap_or_else(|_| {
            let (stage, seconds) = (stage.get().words(), self.patience().as_secs());
            Err(Fault::Later(format!(
                "{place}: {stage}: nothing within {seconds} s"
            )))
        })
    }
}

/// What is kept of a secret that was refused.
fn digest(secret: &str) -> Vec<u8> {
    ring::digest::digest(&ring::digest::SHA256, secret.as_bytes())
        .as_ref()
        .to_vec()
}
