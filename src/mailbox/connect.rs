//! From a host name to a logged-in IMAP session: TCP, TLS or STARTTLS, LOGIN or XOAUTH2.
//!
//! The greeting, CAPABILITY and STARTTLS are read here octet by octet, so that nothing that came
//! before TLS is ever taken for something that came inside it (RFC 3501, section 11.1).

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, pem::PemObject};
use tokio_rustls::rustls::{self, ClientConfig, RootCertStore};

use super::MailboxError;
use super::guard::{Guard, Socket};
use crate::office::{Imap, Login, Security};

/// Longest line before the login.
const LINE_LIMIT: usize = 8 * 1024;

/// A logged-in connection.
pub(super) type Client = async_imap::Session<Guard>;

/// Why no connection came about.
#[derive(Debug)]
pub(super) enum NoConnection {
    /// The server refused the secret; another one may do.
    Refused(String),
    /// Anything else.
    Failed(MailboxError),
}

impl From<MailboxError> for NoConnection {
    fn from(error: MailboxError) -> Self {
        Self::Failed(error)
    }
}

fn retry(why: impl std::fmt::Display) -> MailboxError {
    MailboxError::Retry(why.to_string())
}

/// Connects and logs in. `patience` bounds the way to the greeting, and the login again.
pub(super) async fn connect(
    server: &Imap,
    secret: &str,
    patience: Duration,
) -> Result<Client, NoConnection> {
    let place = format!("{}:{}", server.host, server.port);
    let open = tokio::time::timeout(patience, open(server, &place));
    let (stream, capabilities) = open.await.map_err(|_| {
        retry(format!(
            "no answer from {place} within {} s",
            patience.as_secs()
        ))
    })??;
    let login = tokio::time::timeout(patience, log_in(server, secret, stream, &capabilities));
    login
        .await
        .map_err(|_| retry(format!("no answer to the login at {place}")))?
}

type Opened = (Box<dyn Socket>, BTreeSet<String>);

async fn open(server: &Imap, place: &str) -> Result<Opened, MailboxError> {
    let tcp = TcpStream::connect((server.host.as_str(), server.port))
        .await
        .map_err(|e| retry(format!("no connection to {place}: {e}")))?;
    keep_alive(&tcp).map_err(|e| retry(format!("{place}: {e}")))?;
    let mut stream: Box<dyn Socket> = match server.security {
        Security::Tls => Box::new(tls(server, place, Box::new(tcp)).await?),
        Security::StartTls | Security::Plain => Box::new(tcp),
    };
    let greeting = line(&mut stream, place).await?;
    if !greeting.to_ascii_uppercase().starts_with("* OK") {
        return Err(retry(format!("{place} does not greet: {greeting}")));
    }
    let mut capabilities = capability(&mut stream, place).await?;
    if server.security == Security::StartTls {
        if !capabilities.contains("STARTTLS") {
            return Err(MailboxError::Configuration(format!(
                "{place} does not offer STARTTLS, and nothing is sent without it; \
                 if the server speaks TLS on another port (993), set security = \"tls\""
            )));
        }
        let (done, _) = command(&mut stream, place, "m2 STARTTLS").await?;
        if !done.starts_with("OK") {
            return Err(retry(format!("{place} refuses STARTTLS: {done}")));
        }
        stream = Box::new(tls(server, place, stream).await?);
        capabilities = capability(&mut stream, place).await?;
    }
    Ok((stream, capabilities))
}

/// A dead peer is noticed within about two minutes, also while nothing is sent (IDLE).
fn keep_alive(tcp: &TcpStream) -> std::io::Result<()> {
    let probes = socket2::TcpKeepalive::new()
        .with_time(Duration::from_secs(60))
        .with_interval(Duration::from_secs(15))
        .with_retries(4);
    tcp.set_nodelay(true)?;
    socket2::SockRef::from(tcp).set_tcp_keepalive(&probes)
}

async fn tls(
    server: &Imap,
    place: &str,
    stream: Box<dyn Socket>,
) -> Result<tokio_rustls::client::TlsStream<Box<dyn Socket>>, MailboxError> {
    let name = ServerName::try_from(server.host.clone())
        .map_err(|_| MailboxError::Configuration(format!("{:?} is no host name", server.host)))?;
    let connector = TlsConnector::from(Arc::new(trust(server)?));
    connector
        .connect(name, stream)
        .await
        .map_err(|e| classed(place, &e))
}

fn trust(server: &Imap) -> Result<ClientConfig, MailboxError> {
    let mut roots = RootCertStore::empty();
    match &server.ca_file {
        Some(file) => {
            let unread = |e: &dyn std::fmt::Display| {
                MailboxError::Configuration(format!("ca_file {file}: {e}"))
            };
            for certificate in CertificateDer::pem_file_iter(file).map_err(|e| unread(&e))? {
                roots
                    .add(certificate.map_err(|e| unread(&e))?)
                    .map_err(|e| unread(&e))?;
            }
        }
        None => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    if roots.is_empty() {
        let from = server
            .ca_file
            .as_deref()
            .unwrap_or("the system's certificate store");
        let message = format!("{from} holds no certificate, so no server can be trusted");
        return Err(MailboxError::Configuration(message));
    }
    let configuration = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|e| MailboxError::Configuration(e.to_string()))?;
    Ok(configuration
        .with_root_certificates(roots)
        .with_no_client_auth())
}

/// A certificate that is not trusted needs a person; a handshake that was cut does not.
fn classed(place: &str, error: &std::io::Error) -> MailboxError {
    let cause = error
        .get_ref()
        .and_then(|e| e.downcast_ref::<rustls::Error>());
    match cause {
        Some(rustls::Error::InvalidCertificate(why)) => MailboxError::Configuration(format!(
            "the certificate of {place} is not trusted ({why}); name the file with its \
             authority's certificate in ca_file, or correct host"
        )),
        Some(rustls::Error::InvalidMessage(_)) => MailboxError::Configuration(format!(
            "{place} does not speak TLS from the first byte; perhaps security = \"starttls\""
        )),
        _ => retry(format!("TLS with {place}: {error}")),
    }
}

/// One line without its CRLF. Octet by octet: what follows is left in the socket.
async fn line(stream: &mut Box<dyn Socket>, place: &str) -> Result<String, MailboxError> {
    let mut bytes = Vec::new();
    loop {
        let byte = stream
            .read_u8()
            .await
            .map_err(|e| retry(format!("{place}: {e}")))?;
        match byte {
            b'\n' => break,
            _ if bytes.len() >= LINE_LIMIT => {
                return Err(retry(format!(
                    "{place} does not speak IMAP: a line without an end"
                )));
            }
            _ => bytes.push(byte),
        }
    }
    Ok(super::plain(&String::from_utf8_lossy(&bytes)))
}

/// Sends a command and gives the rest of its tagged line, and the untagged lines before it.
async fn command(
    stream: &mut Box<dyn Socket>,
    place: &str,
    text: &str,
) -> Result<(String, Vec<String>), MailboxError> {
    let broken = |e| retry(format!("{place}: {e}"));
    stream
        .write_all(format!("{text}\r\n").as_bytes())
        .await
        .map_err(broken)?;
    stream.flush().await.map_err(broken)?;
    let tag = text.split(' ').next().unwrap_or_default();
    let mut untagged = Vec::new();
    while untagged.len() < 100 {
        let line = line(stream, place).await?;
        match line
            .strip_prefix(tag)
            .and_then(|rest| rest.strip_prefix(' '))
        {
            Some(done) => return Ok((done.to_owned(), untagged)),
            None => untagged.push(line),
        }
    }
    Err(retry(format!("{place} does not come to an end")))
}

async fn capability(
    stream: &mut Box<dyn Socket>,
    place: &str,
) -> Result<BTreeSet<String>, MailboxError> {
    let (_, lines) = command(stream, place, "m1 CAPABILITY").await?;
    let lines = lines.iter().map(|line| line.to_ascii_uppercase());
    let listed: Vec<String> = lines
        .filter_map(|line| Some(line.strip_prefix("* CAPABILITY ")?.to_owned()))
        .collect();
    Ok(listed
        .iter()
        .flat_map(|line| line.split(' '))
        .map(str::to_owned)
        .collect())
}

/// SASL answers: the first challenge gets the credentials, a later one (the server's reasons for
/// a refusal, in XOAUTH2) an empty line.
struct Answers(Option<String>);

impl async_imap::Authenticator for Answers {
    type Response = String;

    fn process(&mut self, _challenge: &[u8]) -> String {
        self.0.take().unwrap_or_default()
    }
}

async fn log_in(
    server: &Imap,
    secret: &str,
    stream: Box<dyn Socket>,
    capabilities: &BTreeSet<String>,
) -> Result<Client, NoConnection> {
    let client = async_imap::Client::new(Guard::new(stream));
    let user = &server.user;
    let answer = match &server.login {
        Login::XOAuth2(_) => {
            let answer = format!("user={user}\u{1}auth=Bearer {secret}\u{1}\u{1}");
            client.authenticate("XOAUTH2", Answers(Some(answer))).await
        }
        // A quoted string is ASCII (RFC 3501, section 9); SASL PLAIN carries UTF-8 (RFC 4616).
        Login::Password(_)
            if capabilities.contains("AUTH=PLAIN")
                && (!secret.is_ascii() || capabilities.contains("LOGINDISABLED")) =>
        {
            let answer = format!("\0{user}\0{secret}");
            client.authenticate("PLAIN", Answers(Some(answer))).await
        }
        Login::Password(_) if capabilities.contains("LOGINDISABLED") => {
            return Err(NoConnection::Failed(MailboxError::Configuration(format!(
                "{} takes no password on this connection; set security = \"starttls\" or \"tls\"",
                server.host
            ))));
        }
        Login::Password(_) => client.login(user, secret).await,
    };
    answer.map_err(|(error, _)| login_failed(server, secret, &error))
}

fn login_failed(server: &Imap, secret: &str, error: &async_imap::error::Error) -> NoConnection {
    use async_imap::error::Error;
    let said = match error {
        Error::No(text) | Error::Bad(text) => words(text),
        other => other.to_string(),
    };
    let said = super::plain(&Login::hidden(&said, &server.user, secret));
    let who = format!("{} at {}", server.user, server.host);
    match error {
        Error::No(_) if passing(&said) => {
            NoConnection::Failed(retry(format!("{who} can't log in now: {said}")))
        }
        Error::No(_) | Error::Bad(_) => {
            NoConnection::Refused(format!("the server refuses the login of {who}: {said}"))
        }
        Error::Validate(_) => NoConnection::Failed(MailboxError::Configuration(format!(
            "the user name or the secret of {who} holds a line break"
        ))),
        _ => NoConnection::Failed(retry(format!("the login of {who} broke off: {said}"))),
    }
}

/// Whether a NO speaks of the server's state and not of what was asked (RFC 5530, section 3).
pub(super) fn passing(said: &str) -> bool {
    let said = said.to_ascii_uppercase();
    let codes = ["[UNAVAILABLE]", "[INUSE]", "[LIMIT]", "[SERVERBUG]"];
    codes.iter().any(|code| said.contains(code))
}

/// The server's words out of the library's `code: …, info: Some("…")`.
fn words(text: &str) -> String {
    let quoted = text
        .split_once("info: Some(\"")
        .and_then(|(_, rest)| rest.strip_suffix("\")"));
    quoted.unwrap_or(text).replace("\\\"", "\"")
}
