//! What is said to an SMTP server (RFC 5321), and what its answers mean.

use std::cell::Cell;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{
    AsyncSmtpConnection, Certificate, CertificateStore, TlsParameters,
};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use lettre::transport::smtp::response::Response;

use super::letter::{Letter, Whole};
use crate::office::{Login, Security, Smtp};
use crate::points::{self, Point};

/// Where a try has come to; says what a timeout interrupted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Connection,
    Login,
    Sender,
    Recipient,
    Data,
    Message,
}

impl Stage {
    pub(super) fn words(self) -> &'static str {
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
pub(super) enum Fault {
    /// The secret was refused; another one may do.
    Refused(String),
    Later(String),
    /// The server refused this mail for good.
    Never(String),
}

pub(super) async fn greet(server: &Smtp, place: &str) -> Result<AsyncSmtpConnection, Fault> {
    let later = |e: &Error| Fault::Later(format!("{place}: {}", trouble(e)));
    let hello = ClientId::default();
    let address = (server.host.as_str(), server.port);
    let wrapped = match server.security {
        Security::Tls => Some(trust(server)?),
        Security::StartTls | Security::Plain => None,
    };
    let connect = AsyncSmtpConnection::connect_tokio1(address, None, &hello, wrapped, None);
    let connect = points::here_waiting(Point::SmtpConnecting, connect);
    let mut connection = connect.await.map_err(|e| later(&e))?;
    points::here(Point::SmtpGreeted);
    if server.security == Security::StartTls {
        if !connection.can_starttls() {
            return Err(Fault::Later(format!(
                "{place} does not offer STARTTLS, and nothing is sent without it; \
                 if the server speaks TLS on another port (465), set security = \"tls\""
            )));
        }
        let start = connection.starttls(trust(server)?, &hello);
        let start = points::here_waiting(Point::SmtpStartingTls, start);
        start.await.map_err(|e| later(&e))?;
        points::here(Point::SmtpTls);
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

pub(super) async fn log_in(
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
    let auth = connection.auth(mechanisms, &credentials);
    match points::here_waiting(Point::SmtpLoggingIn, auth).await {
        Ok(answer) if answer.has_code(235) => {
            points::here(Point::SmtpLoggedIn);
            Ok(())
        }
        Ok(answer) => {
            let said = Login::hidden(&words(&answer), user, secret);
            Err(Fault::Later(format!("{place}: login: {said}")))
        }
        // A second challenge in XOAUTH2 holds the reasons of a refusal.
        Err(error) if error.is_permanent() || error.is_client() => {
            let said = Login::hidden(&trouble(&error), user, secret);
            Err(Fault::Refused(format!(
                "{place} refuses the login of {user}: {said}"
            )))
        }
        Err(error) => {
            let said = Login::hidden(&trouble(&error), user, secret);
            Err(Fault::Later(format!("{place}: login: {said}")))
        }
    }
}

/// MAIL, RCPT, DATA and the mail; the server's words when it took it.
pub(super) async fn transfer(
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
    points::here(Point::SmtpSender);
    stage.set(Stage::Recipient);
    judged(
        connection
            .command(Rcpt::new(letter.to.clone(), Vec::new()))
            .await,
        250,
    )?;
    points::here(Point::SmtpRecipient);
    stage.set(Stage::Data);
    judged(connection.command(Data).await, 354)?;
    points::here(Point::SmtpData);
    stage.set(Stage::Message);
    let said = async {
        match std::str::from_utf8(&letter.bytes) {
            Ok(text) => connection.command(Whole(text)).await,
            Err(_) => connection.message(&letter.bytes).await,
        }
    };
    let answer = points::here_waiting(Point::SmtpWhole, said).await;
    points::here(Point::SmtpAnswer);
    judged(answer, 250)
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

pub(super) fn fault_words(fault: Fault) -> String {
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
