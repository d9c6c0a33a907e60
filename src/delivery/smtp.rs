//! The SMTP server: one connection of our own, used for several mails in a row, and dropped on any
//! fault or timeout (never a pool: a connection that was given up after DATA would hand its late
//! answer to the next mail).

use std::borrow::Cow;
use std::cell::Cell;
use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{
    AsyncSmtpConnection, Certificate, CertificateStore, TlsParameters,
};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use lettre::transport::smtp::response::Response;
use tokio::runtime::Runtime;
use tokio::time::timeout;

use super::{Envelope, Secret, Sent};
use crate::office::{Login, Security, Smtp};

/// How long a courtesy may take: RSET before another mail, QUIT.
const COURTESY: Duration = Duration::from_secs(5);

/// A way out through an SMTP server.
pub struct SmtpServer {
    server: Smtp,
    secret: Secret,
    runtime: Runtime,
    connection: Option<AsyncSmtpConnection>,
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

/// Where a try has come to; says what a timeout interrupted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Connection,
    Login,
    Sender,
    Recipient,
    Data,
    Message,
}

impl Stage {
    fn words(self) -> &'static str {
        match self {
            Self::Connection => "connection",
            Self::Login => "login",
            Self::Sender => "MAIL FROM",
            Self::Recipient => "RCPT TO",
            Self::Data => "DATA",
            Self::Message => "the answer to the mail",
        }
    }
}

/// Why a try failed.
enum Fault {
    /// The secret was refused; another one may do.
    Refused(String),
    Later(String),
    /// The server refused this mail for good.
    Never(String),
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
        })
    }

    pub(super) fn send(&mut self, envelope: &Envelope<'_>, bytes: &[u8]) -> Sent {
        let letter = match Letter::new(envelope, bytes) {
            Ok(letter) => letter,
            Err(why) => return Sent::Never { why },
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
            Err(why) => Sent::Later { why },
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
        let sent = match self.runtime.block_on(run) {
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
    fn connected(&self) -> Result<AsyncSmtpConnection, String> {
        let Some((user, login)) = &self.server.login else {
            return self.connect(None).map_err(fault_words);
        };
        let read = || (self.secret)().map_err(|why| format!("secret of {user}: {why}"));
        let first = read()?;
        match self.connect(Some((user, login, &first))) {
            Err(Fault::Refused(why)) => {
                let second = read()?;
                if second == first {
                    return Err(why);
                }
                self.connect(Some((user, login, &second)))
                    .map_err(fault_words)
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

/// What goes over the wire.
struct Letter<'a> {
    from: Option<Address>,
    to: Address,
    bytes: Cow<'a, [u8]>,
}

impl<'a> Letter<'a> {
    fn new(envelope: &Envelope<'_>, bytes: &'a [u8]) -> Result<Self, String> {
        let address = |text: &str| {
            text.parse::<Address>()
                .map_err(|e| format!("{text:?} is no mail address: {e}"))
        };
        let from = envelope.return_path.map(address).transpose()?;
        Ok(Self {
            from,
            to: address(envelope.to)?,
            bytes: lines(bytes),
        })
    }
}

/// Bytes whose lines end in CRLF, each and every one (RFC 5321, section 2.3.8): a lone LF could
/// end the mail early at some servers. The last CRLF is left off, since sending adds one.
fn lines(bytes: &[u8]) -> Cow<'_, [u8]> {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
    let mut before = None;
    let mut lone = false;
    for &byte in bytes {
        lone |= (byte == b'\n') != (before == Some(b'\r'));
        before = Some(byte);
    }
    if !lone && before != Some(b'\r') {
        return Cow::Borrowed(bytes);
    }
    let mut whole = Vec::with_capacity(bytes.len() + bytes.len() / 32);
    let mut rest = bytes.iter().copied().peekable();
    while let Some(byte) = rest.next() {
        match byte {
            b'\r' => {
                rest.next_if_eq(&b'\n');
                whole.extend(b"\r\n");
            }
            b'\n' => whole.extend(b"\r\n"),
            other => whole.push(other),
        }
    }
    Cow::Owned(whole)
}

async fn greet(server: &Smtp, place: &str) -> Result<AsyncSmtpConnection, Fault> {
    let later = |e: &Error| Fault::Later(format!("{place}: {}", trouble(e)));
    let hello = ClientId::default();
    let address = (server.host.as_str(), server.port);
    let wrapped = match server.security {
        Security::Tls => Some(trust(server)?),
        Security::StartTls | Security::Plain => None,
    };
    let connect = AsyncSmtpConnection::connect_tokio1(address, None, &hello, wrapped, None);
    let mut connection = connect.await.map_err(|e| later(&e))?;
    if server.security == Security::StartTls {
        if !connection.can_starttls() {
            return Err(Fault::Later(format!(
                "{place} does not offer STARTTLS, and nothing is sent without it; \
                 if the server speaks TLS on another port (465), set security = \"tls\""
            )));
        }
        connection
            .starttls(trust(server)?, &hello)
            .await
            .map_err(|e| later(&e))?;
    }
    Ok(connection)
}

fn trust(server: &Smtp) -> Result<TlsParameters, Fault> {
    let mut builder = TlsParameters::builder(server.host.clone());
    if let Some(file) = &server.ca_file {
        let unread = |e: &dyn std::fmt::Display| Fault::Later(format!("ca_file {file}: {e}"));
        let pem = std::fs::read(file).map_err(|e| unread(&e))?;
        builder = builder
            .certificate_store(CertificateStore::None)
            .add_root_certificate(Certificate::from_pem(&pem).map_err(|e| unread(&e))?);
    }
    builder
        .build_rustls()
        .map_err(|e| Fault::Later(trouble(&e)))
}

async fn log_in(
    connection: &mut AsyncSmtpConnection,
    place: &str,
    user: &str,
    login: &Login,
    secret: &str,
) -> Result<(), Fault> {
    let mechanisms: &[Mechanism] = match login {
        Login::Password(_) => &[Mechanism::Plain, Mechanism::Login],
        Login::XOAuth2(_) => &[Mechanism::Xoauth2],
    };
    if connection
        .server_info()
        .get_auth_mechanism(mechanisms)
        .is_none()
    {
        let names: Vec<_> = mechanisms.iter().map(Mechanism::to_string).collect();
        let names = names.join(" or ");
        return Err(Fault::Later(format!(
            "{place} offers no login by {names} on this connection"
        )));
    }
    let credentials = Credentials::new(user.to_owned(), secret.to_owned());
    match connection.auth(mechanisms, &credentials).await {
        Ok(answer) if answer.has_code(235) => Ok(()),
        Ok(answer) => Err(Fault::Later(format!("{place}: login: {}", words(&answer)))),
        // A second challenge in XOAUTH2 holds the reasons of a refusal.
        Err(error) if error.is_permanent() || error.is_client() => {
            let said = trouble(&error);
            Err(Fault::Refused(format!(
                "{place} refuses the login of {user}: {said}"
            )))
        }
        Err(error) => Err(Fault::Later(format!("{place}: login: {}", trouble(&error)))),
    }
}

/// MAIL, RCPT, DATA and the mail; the server's words when it took it.
async fn transfer(
    connection: &mut AsyncSmtpConnection,
    letter: &Letter<'_>,
    stage: &Cell<Stage>,
) -> Result<String, Fault> {
    let mut options = Vec::new();
    let info = connection.server_info();
    let foreign = !letter.to.to_string().is_ascii()
        || letter
            .from
            .as_ref()
            .is_some_and(|from| !from.to_string().is_ascii());
    if foreign {
        if !info.supports_feature(Extension::SmtpUtfEight) {
            return Err(Fault::Never(
                "the server takes no address with accents".to_owned(),
            ));
        }
        options.push(MailParameter::SmtpUtfEight);
    }
    if !letter.bytes.is_ascii() {
        if !info.supports_feature(Extension::EightBitMime) {
            return Err(Fault::Never(
                "the server takes no mail of 8 bits".to_owned(),
            ));
        }
        options.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    let judged = |answer, expected| judge(answer, stage.get(), expected);
    stage.set(Stage::Sender);
    judged(
        connection
            .command(Mail::new(letter.from.clone(), options))
            .await,
        250,
    )?;
    stage.set(Stage::Recipient);
    judged(
        connection
            .command(Rcpt::new(letter.to.clone(), Vec::new()))
            .await,
        250,
    )?;
    stage.set(Stage::Data);
    judged(connection.command(Data).await, 354)?;
    stage.set(Stage::Message);
    let answer = match std::str::from_utf8(&letter.bytes) {
        Ok(text) => connection.command(Whole(text)).await,
        Err(_) => connection.message(&letter.bytes).await,
    };
    judged(answer, 250)
}

/// A mail with its dots doubled and its end (RFC 5321, section 4.5.2), in one piece: lettre sends
/// the end apart, which waits 40 ms for the acknowledgement of the rest (Nagle's algorithm).
struct Whole<'a>(&'a str);

impl std::fmt::Display for Whole<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for line in self.0.split_inclusive("\r\n") {
            if line.starts_with('.') {
                f.write_str(".")?;
            }
            f.write_str(line)?;
        }
        f.write_str("\r\n.\r\n")
    }
}

fn judge(answer: Result<Response, Error>, stage: Stage, expected: u16) -> Result<String, Fault> {
    let at = stage.words();
    match answer {
        Ok(answer) if answer.has_code(expected) => Ok(words(&answer)),
        // 251: not local, but it will be forwarded (RFC 5321, section 3.4).
        Ok(answer) if stage == Stage::Recipient && answer.has_code(251) => Ok(words(&answer)),
        Ok(answer) => Err(Fault::Later(format!(
            "{at}: unexpected answer: {}",
            words(&answer)
        ))),
        Err(error) if error.is_permanent() && hopeless(&error, stage) => {
            Err(Fault::Never(format!("{at}: {}", trouble(&error))))
        }
        Err(error) if error.status().is_some() => {
            Err(Fault::Later(format!("{at}: {}", trouble(&error))))
        }
        Err(error) => {
            let doubt = if stage == Stage::Message {
                "; it may have arrived"
            } else {
                ""
            };
            Err(Fault::Later(format!("{at}: {}{doubt}", trouble(&error))))
        }
    }
}

/// Whether a 5xx is about this mail and its recipient. A refused sender or a login that is wanted
/// (RFC 4954, section 6) is for the administrator to mend.
fn hopeless(error: &Error, stage: Stage) -> bool {
    let code = error
        .status()
        .map(|code| code.to_string())
        .unwrap_or_default();
    stage != Stage::Sender && !["530", "534", "535", "538"].contains(&code.as_str())
}

fn fault_words(fault: Fault) -> String {
    let (Fault::Refused(why) | Fault::Later(why) | Fault::Never(why)) = fault;
    why
}

fn words(answer: &Response) -> String {
    let lines: Vec<&str> = answer.message().collect();
    plain(&format!("{} {}", answer.code(), lines.join(" ")))
}

/// The server's code and words, or what broke.
fn trouble(error: &Error) -> String {
    let source = std::error::Error::source(error).map(ToString::to_string);
    match (error.status(), source) {
        (Some(code), source) => plain(&format!("{code} {}", source.unwrap_or_default())),
        (None, Some(source)) => plain(&source),
        (None, None) => plain(&error.to_string()),
    }
}

/// A server's words fit for one line of a log: no control characters, 300 characters at most.
fn plain(text: &str) -> String {
    text.trim()
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(300)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_ends_in_crlf_and_the_last_one_is_left_off() {
        for (given, sent) in [
            ("a\r\nb\r\n", "a\r\nb"),
            ("a\nb\n", "a\r\nb"),
            ("a\r\n.\r\nb", "a\r\n.\r\nb"),
            ("a\n.\nb", "a\r\n.\r\nb"),
            ("a\r.\rb\r", "a\r\n.\r\nb"),
            ("a\r\r\nb", "a\r\n\r\nb"),
            ("", ""),
        ] {
            assert_eq!(lines(given.as_bytes()), sent.as_bytes(), "{given:?}");
        }
        assert!(matches!(lines(b"a\r\nb\r\n"), Cow::Borrowed(_)));
    }

    #[test]
    fn dots_are_doubled_where_a_line_begins() {
        let whole = Whole(".a\r\n..\r\nb.\r\n.").to_string();
        assert_eq!(whole, "..a\r\n...\r\nb.\r\n..\r\n.\r\n");
        assert_eq!(Whole("").to_string(), "\r\n.\r\n");
    }
}
