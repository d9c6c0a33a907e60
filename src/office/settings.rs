//! Where mails come from and go to, as declared; secrets are named, never held.

/// Where a secret is found. It is read when it is needed and never printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretSource {
    /// A file whose first line is the secret.
    File(String),
    /// A systemd credential, by name (`$CREDENTIALS_DIRECTORY/NAME`).
    Credential(String),
    /// An environment variable.
    Environment(String),
    /// A command (program and arguments) that prints the secret.
    Command(Vec<String>),
}

/// How a connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte (RFC 8314).
    Tls,
    /// STARTTLS; the connection ends where the server does not offer it.
    StartTls,
    /// Nothing. Only for a server on the same machine.
    Plain,
}

/// How to log in to IMAP or SMTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Login {
    /// A password.
    Password(SecretSource),
    /// An OAuth 2 access token by SASL XOAUTH2.
    XOAuth2(SecretSource),
}

impl Login {
    /// A server's words about a login without what it was told: some say the command back. Neither
    /// the secret is left nor what the protocols make of it, nor a beginning of it where the words
    /// were cut.
    pub fn hidden(words: &str, user: &str, secret: &str) -> String {
        if secret.is_empty() {
            return words.to_owned();
        }
        let base64 = |text: &str| data_encoding::BASE64.encode(text.as_bytes());
        let mut forms = [
            secret.to_owned(),
            secret.replace('\\', "\\\\").replace('"', "\\\""),
            base64(secret),
            base64(&format!("\0{user}\0{secret}")),
            base64(&format!("user={user}\u{1}auth=Bearer {secret}\u{1}\u{1}")),
        ];
        // The longer ones may hold the shorter.
        forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
        let mut words = words.to_owned();
        for form in &forms {
            words = words.replace(form.as_str(), "…");
        }
        for form in &forms {
            let beginnings = form.char_indices().rev().filter(|(end, _)| *end >= 4);
            let cut = beginnings
                .filter_map(|(end, _)| form.get(..end))
                .find_map(|beginning| words.strip_suffix(beginning));
            if let Some(before) = cut {
                words = format!("{before}…");
            }
        }
        words
    }
}

/// What is done with a mail in the mailbox once its fate is durable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filing {
    /// It stays where it is.
    Leave,
    /// It is moved.
    Move {
        /// Folder for mails that were handled ("Procesados").
        done: String,
        /// Folder for mails that a person must look at ("Revisar").
        review: String,
    },
}

/// An IMAP server (RFC 3501, RFC 9051).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imap {
    /// Host name, as in its certificate.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Protection.
    pub security: Security,
    /// A file with the certificates of the authorities to trust; none: the system's.
    pub ca_file: Option<String>,
    /// User name.
    pub user: String,
    /// How to log in.
    pub login: Login,
    /// The folder that is read ("INBOX").
    pub folder: String,
    /// Seconds between looks where the server does not announce mails.
    pub poll_seconds: u64,
}

/// Where mails come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailboxSettings {
    /// A Maildir.
    Maildir {
        /// Its folder, relative to the configuration.
        path: String,
        /// What is done with handled mails.
        filing: Filing,
    },
    /// An IMAP server.
    Imap {
        /// The server.
        server: Box<Imap>,
        /// What is done with handled mails.
        filing: Filing,
    },
}

/// An SMTP server (RFC 5321, RFC 6409).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Smtp {
    /// Host name, as in its certificate.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Protection.
    pub security: Security,
    /// A file with the certificates of the authorities to trust; none: the system's.
    pub ca_file: Option<String>,
    /// User name and how to log in; none: no authentication.
    pub login: Option<(String, Login)>,
    /// Seconds that one mail may take.
    pub timeout_seconds: u64,
}

/// Where mails go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OutgoingSettings {
    /// A folder of `.eml` files.
    Directory {
        /// Its folder, relative to the configuration.
        path: String,
    },
    /// An SMTP server.
    Smtp(Box<Smtp>),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_says_back_of_a_login_is_hidden() {
        let hidden = |words: &str| Login::hidden(words, "mesa", "za\"nahoria");
        assert_eq!(
            hidden("NO you said LOGIN mesa \"za\\\"nahoria\""),
            "NO you said LOGIN mesa \"…\""
        );
        let plain = data_encoding::BASE64.encode(b"\0mesa\0za\"nahoria");
        assert_eq!(
            hidden(&format!("535 AUTH PLAIN {plain} is wrong")),
            "535 AUTH PLAIN … is wrong"
        );
        let cut: String = plain.chars().take(10).collect();
        assert_eq!(hidden(&format!("535 AUTH PLAIN {cut}")), "535 AUTH PLAIN …");
        assert_eq!(hidden("535 5.7.8 no such user"), "535 5.7.8 no such user");
        assert_eq!(Login::hidden("535 no", "mesa", ""), "535 no");
    }
}
