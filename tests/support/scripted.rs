//! Servers on loopback that misbehave as told, for the faults that a real server does not show.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

/// One connection to a scripted server.
pub struct Talk {
    /// How many connections came before it.
    pub number: usize,
    stream: TcpStream,
    lines: BufReader<TcpStream>,
}

/// What a server does with a command: true where the script has answered it.
type Script = dyn Fn(&mut Talk, &str, &str) -> bool + Send + Sync;

impl Talk {
    /// Sends bytes; that the client has gone is no fault.
    pub fn say(&mut self, text: &str) {
        let _ = self.stream.write_all(text.as_bytes());
    }

    /// The next line without its end; none when the client has gone.
    pub fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        match self.lines.read_line(&mut line) {
            Ok(1..) => Some(line.trim_end().to_owned()),
            _ => None,
        }
    }

    /// Says nothing more until the client goes.
    pub fn fall_silent(&mut self) {
        while self.line().is_some() {}
    }

    /// Cuts the connection.
    pub fn cut(&mut self) {
        let _ = self.stream.shutdown(std::net::Shutdown::Both);
    }
}

/// An IMAP server with one mail (UID 1) that logs everybody in. The script gets tag and command.
pub fn imap(script: impl Fn(&mut Talk, &str, &str) -> bool + Send + Sync + 'static) -> u16 {
    serve("* OK ready\r\n", imap_conversation, Arc::new(script))
}

/// An SMTP server that takes everything. The script gets the verb in capitals and the whole line;
/// the verb `.` is the end of a mail.
pub fn smtp(script: impl Fn(&mut Talk, &str, &str) -> bool + Send + Sync + 'static) -> u16 {
    serve("220 ready\r\n", smtp_conversation, Arc::new(script))
}

fn serve(greeting: &'static str, talk: fn(&mut Talk, &Script), script: Arc<Script>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for (number, stream) in listener.incoming().enumerate() {
            let stream = stream.unwrap();
            let script = Arc::clone(&script);
            std::thread::spawn(move || {
                let lines = BufReader::new(stream.try_clone().unwrap());
                let mut connection = Talk {
                    number,
                    stream,
                    lines,
                };
                if !script(&mut connection, "", "") {
                    connection.say(greeting);
                }
                talk(&mut connection, &*script);
            });
        }
    });
    port
}

fn imap_conversation(talk: &mut Talk, script: &Script) {
    while let Some(line) = talk.line() {
        let Some((tag, command)) = line.split_once(' ') else {
            continue;
        };
        if script(talk, tag, command) {
            continue;
        }
        let untagged = if command == "CAPABILITY" {
            "* CAPABILITY IMAP4rev1 IDLE MOVE UIDPLUS\r\n"
        } else if command.starts_with("SELECT") {
            "* 1 EXISTS\r\n* OK [UIDVALIDITY 7] valid\r\n"
        } else if command.starts_with("UID SEARCH") {
            "* SEARCH 1\r\n"
        } else if command.contains("RFC822.SIZE") {
            "* 1 FETCH (UID 1 RFC822.SIZE 16 INTERNALDATE \" 1-Oct-2026 09:00:00 -0300\")\r\n"
        } else if command.contains("BODY.PEEK[]") {
            "* 1 FETCH (UID 1 BODY[]<0> {16}\r\nSubject: a\r\n\r\nb\n)\r\n"
        } else {
            ""
        };
        talk.say(untagged);
        talk.say(&format!("{tag} OK done\r\n"));
    }
}

fn smtp_conversation(talk: &mut Talk, script: &Script) {
    while let Some(line) = talk.line() {
        let verb = line
            .split([' ', ':'])
            .next()
            .unwrap_or_default()
            .to_ascii_uppercase();
        if script(talk, &verb, &line) {
            continue;
        }
        match verb.as_str() {
            "EHLO" => talk.say("250-mx.example\r\n250 8BITMIME\r\n"),
            "DATA" => {
                talk.say("354 go on\r\n");
                while talk.line().is_some_and(|line| line != ".") {}
                if !script(talk, ".", ".") {
                    talk.say("250 2.0.0 Ok: queued\r\n");
                }
            }
            "QUIT" => talk.say("221 bye\r\n"),
            _ => talk.say("250 ok\r\n"),
        }
    }
}
