//! `[mailbox]` and `[outgoing]` of `desk.toml`: where mails come from and go to.

use crate::office::{
    Filing, Imap, Login, MailboxSettings, OutgoingSettings, SecretSource, Security, Smtp, Start,
};

use super::reader::Table;

const PORTS: (u64, u64) = (1, 65_535);
const SECURITIES: [(&str, Security); 3] = [
    ("tls", Security::Tls),
    ("starttls", Security::StartTls),
    ("plain", Security::Plain),
];

/// The ports of a protocol by protection: TLS, STARTTLS, plain (RFC 8314; RFC 5321 for plain SMTP).
struct Ports(u16, u16, u16);

/// Host, port, protection, authorities: what both protocols need.
struct Server {
    host: String,
    port: u16,
    security: Security,
    ca_file: Option<String>,
}

#[derive(Clone, Copy)]
enum Kind {
    Folder,
    Server,
}

/// Reads `[mailbox]`.
pub(super) fn mailbox(desk: &Table<'_>) -> (MailboxSettings, Start) {
    let nothing = MailboxSettings::Maildir {
        path: String::new(),
        filing: Filing::Leave,
    };
    let nothing = (nothing, Start::default());
    let Some(table) = desk.needed_child("mailbox", "mailbox") else {
        return nothing;
    };
    let kinds = [("maildir", Kind::Folder), ("imap", Kind::Server)];
    let settings = match table.word("kind", &kinds, None) {
        // Which keys belong here is not known without the kind.
        None => {
            table.abandon();
            return nothing;
        }
        Some(Kind::Folder) => MailboxSettings::Maildir {
            path: text_or(&table, "path", "mail/in"),
            filing: filing(&table),
        },
        Some(Kind::Server) => MailboxSettings::Imap {
            server: Box::new(imap(&table)),
            filing: filing(&table),
        },
    };
    let start = start(&table);
    table.finish();
    (settings, start)
}

fn start(table: &Table<'_>) -> Start {
    let most = table.number("most_at_start", (0, 1_000_000), Some(200));
    Start {
        since: table.maybe_date("since"),
        most: u32::try_from(most).unwrap_or(u32::MAX),
    }
}

/// Reads `[outgoing]`.
pub(super) fn outgoing(desk: &Table<'_>) -> OutgoingSettings {
    let nothing = OutgoingSettings::Directory {
        path: String::new(),
    };
    let Some(table) = desk.needed_child("outgoing", "outgoing") else {
        return nothing;
    };
    let kinds = [("directory", Kind::Folder), ("smtp", Kind::Server)];
    let settings = match table.word("kind", &kinds, None) {
        None => {
            table.abandon();
            return nothing;
        }
        Some(Kind::Folder) => OutgoingSettings::Directory {
            path: text_or(&table, "path", "mail/out"),
        },
        Some(Kind::Server) => OutgoingSettings::Smtp(Box::new(smtp(&table))),
    };
    table.finish();
    settings
}

fn imap(table: &Table<'_>) -> Imap {
    let server = server(table, &Ports(993, 143, 143));
    let user = table.text("user").value;
    let login = table.needed_child("login", "mailbox.login").and_then(login);
    Imap {
        host: server.host,
        port: server.port,
        security: server.security,
        ca_file: server.ca_file,
        user,
        login: login.unwrap_or_else(no_login),
        folder: text_or(table, "folder", "INBOX"),
        poll_seconds: table.number("poll_seconds", (5, 86_400), Some(60)),
    }
}

fn smtp(table: &Table<'_>) -> Smtp {
    let server = server(table, &Ports(465, 587, 25));
    let user = table.maybe_text("user");
    let login = match &user {
        Some(_) => table
            .needed_child("login", "outgoing.login")
            .and_then(login),
        None => table.child("login").and_then(|child| {
            let place = child.place();
            let login = login(child);
            let advice = "add `user = …` to [outgoing], or remove [outgoing.login]";
            table
                .found()
                .problem(place, "a login without a `user`", advice);
            login
        }),
    };
    Smtp {
        host: server.host,
        port: server.port,
        security: server.security,
        ca_file: server.ca_file,
        login: user.map(|u| u.value).zip(login),
        timeout_seconds: table.number("timeout_seconds", (5, 3_600), Some(60)),
    }
}

fn server(table: &Table<'_>, ports: &Ports) -> Server {
    let host = table.text("host");
    let security = table
        .word("security", &SECURITIES, Some(Security::Tls))
        .unwrap_or(Security::Tls);
    let here = ["localhost", "127.0.0.1", "::1"].contains(&host.value.as_str());
    if security == Security::Plain && !here && !host.value.is_empty() {
        let what = format!(
            "passwords and mails would go to `{}` in the clear",
            host.value
        );
        let advice = "use security = \"tls\" or \"starttls\"; \"plain\" is for localhost only";
        let place = table.place_of("security");
        table.found().problem(place, what, advice);
    }
    let usual = match security {
        Security::Tls => ports.0,
        Security::StartTls => ports.1,
        Security::Plain => ports.2,
    };
    let port = table.number("port", PORTS, Some(usual.into()));
    Server {
        host: host.value,
        port: u16::try_from(port).unwrap_or(usual),
        security,
        ca_file: table.maybe_text("ca_file").map(|s| s.value),
    }
}

fn filing(table: &Table<'_>) -> Filing {
    let words = [("move", true), ("leave", false)];
    let moves = table.word("filing", &words, Some(true)).unwrap_or(true);
    let done = text_or(table, "done", "Procesados");
    let review = text_or(table, "review", "Revisar");
    if moves {
        Filing::Move { done, review }
    } else {
        Filing::Leave
    }
}

fn login(table: Table<'_>) -> Option<Login> {
    let methods = [("password", false), ("xoauth2", true)];
    let method = table.word("method", &methods, Some(false));
    let text = |key| table.maybe_text(key).map(|s| s.value);
    let command = table.has("command").then(|| table.plain_texts("command"));
    let named = [
        text("file").map(SecretSource::File),
        text("credential").map(SecretSource::Credential),
        text("environment").map(SecretSource::Environment),
        command.map(SecretSource::Command),
    ];
    let mut secrets: Vec<SecretSource> = named.into_iter().flatten().collect();
    if secrets.len() != 1 || secrets.contains(&SecretSource::Command(vec![])) {
        let what = match secrets.len() {
            0 => "no secret is named for this login",
            1 => "the command is empty",
            _ => "several secrets are named for this login",
        };
        let advice = "name exactly one: `file`, `credential`, `environment` or `command`";
        table.found().problem(table.place(), what, advice);
    }
    table.finish();
    let secret = secrets.pop()?;
    method.map(|token| {
        if token {
            Login::XOAuth2(secret)
        } else {
            Login::Password(secret)
        }
    })
}

/// Stands in for a login that was reported as missing.
fn no_login() -> Login {
    Login::Password(SecretSource::File(String::new()))
}

fn text_or(table: &Table<'_>, key: &'static str, default: &str) -> String {
    table
        .maybe_text(key)
        .map_or_else(|| default.to_owned(), |s| s.value)
}
