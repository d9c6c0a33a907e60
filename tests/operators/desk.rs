//! A desk in a folder, and what the program says there.

use std::fs;
use std::path::Path;
use std::process::Command;

use mesad::mailbox::maildir;
use rusqlite::Connection;
use tempfile::TempDir;

pub const TOMAS: &str = "tzepeda@maule.seremi.example";
pub const REPORT: &str = "Estimada Mesa de Ayuda:\n\n\
    Solicito la desaprobación del informe técnico que se indica, para que el ejecutor pueda \
    corregirlo.\n\n\
    Programa: Programa Familias\n\
    Región: Región del Maule\n\
    Nombre del ejecutor: I. Municipalidad de Quebrada Honda\n\
    Número de proyecto: 07-123456-00012-26\n\
    Informe técnico: Informe N° 3\n\
    Motivos: Faltan las listas de asistencia de los talleres.\n\n\
    Saludos,\nTomás Zepeda Figueroa\n";

/// What the program said.
#[derive(Debug)]
pub struct Said {
    pub status: i32,
    pub out: String,
    pub err: String,
}

pub struct Desk {
    pub folder: TempDir,
    written: u32,
}

impl Desk {
    /// A desk with one request, number 1, that waits for Beatriz.
    pub fn begin() -> Self {
        let mut desk = Self {
            folder: tempfile::tempdir().unwrap(),
            written: 0,
        };
        desk.writes(TOMAS, "Desaprobación de informe técnico", REPORT);
        desk.once();
        assert!(desk.state(1).starts_with("awaiting-approval"));
        desk
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn writes(&mut self, from: &str, subject: &str, text: &str) {
        self.written += 1;
        let number = self.written;
        let mail = format!(
            "Message-ID: <m{number}@maule.example>\r\nFrom: <{from}>\r\n\
             To: <mesa@sigec.example>\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n\
             Content-Type: text/plain; charset=utf-8\r\n\r\n{}",
            text.replace('\n', "\r\n")
        );
        let inbox = self.path().join("mail/in");
        fs::create_dir_all(inbox.parent().unwrap()).unwrap();
        maildir::create(&inbox).unwrap();
        let name = format!("t{number}");
        maildir::deliver(
            &inbox,
            &name,
            std::time::SystemTime::now().into(),
            mail.as_bytes(),
        )
        .unwrap();
    }

    pub fn run(&self, words: &[&str]) -> Said {
        let done = Command::new(env!("CARGO_BIN_EXE_mesad"))
            .args(words)
            .current_dir(self.path())
            .env_remove("SUDO_USER")
            .output()
            .unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        Said {
            status: done.status.code().unwrap(),
            out: text(&done.stdout),
            err: text(&done.stderr),
        }
    }

    pub fn once(&self) {
        let said = self.run(&["run", "--once", "--example"]);
        assert_eq!(said.status, 0, "{}", said.err);
    }

    /// An operator's command, by Valentina, with a reason.
    pub fn operates(&self, words: &str) -> Said {
        let mut words: Vec<&str> = words.split(' ').collect();
        words.extend([
            "--as",
            "valentina-osorio",
            "--reason",
            "Lo dijo por teléfono",
        ]);
        self.run(&words)
    }

    /// It is done, and this is what is said.
    pub fn does(&self, words: &str) -> String {
        let said = self.operates(words);
        assert_eq!(said.status, 0, "{words}: {}", said.err);
        said.out
    }

    /// It is refused, and this is why. Nothing is left of it.
    pub fn refuses(&self, words: &str) -> String {
        let before = self.rows();
        let said = self.operates(words);
        assert_eq!((said.status, said.out.as_str()), (1, ""), "{words}");
        assert_eq!(self.rows(), before, "{words}");
        said.err
    }

    /// A rehearsal says what would come of it, and changes nothing.
    pub fn rehearses(&self, words: &str) -> String {
        let before = self.rows();
        let said = self.does(&format!("{words} --dry-run"));
        assert!(said.starts_with("dry run, nothing is changed"), "{said}");
        assert_eq!(self.rows(), before, "{words}");
        said
    }

    pub fn column(&self, sql: &str) -> Vec<String> {
        let connection = Connection::open(self.path().join("state/mesad.sqlite")).unwrap();
        let mut statement = connection.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    }

    /// Everything that a command could change.
    pub fn rows(&self) -> Vec<String> {
        self.column(
            "SELECT body FROM requests UNION ALL SELECT hex(hash) FROM journal
             UNION ALL SELECT message_id FROM notices UNION ALL SELECT body FROM commands
             UNION ALL SELECT person FROM absences UNION ALL SELECT state FROM inputs",
        )
    }

    /// State and holders of a request.
    pub fn state(&self, id: u32) -> String {
        let sql = format!(
            "SELECT state || ' ' || coalesce((SELECT group_concat(address, ' ') FROM holders
               WHERE request = {id}), '') FROM requests WHERE id = {id}"
        );
        self.column(&sql).remove(0)
    }

    /// The kinds of mails that have not gone out yet, with their addresses' first parts.
    pub fn due(&self) -> String {
        let sql = "SELECT message || '>' || substr(address, 1, instr(address, '@') - 1)
                   FROM notices WHERE state = 'due' ORDER BY id";
        self.column(sql).join(" ")
    }

    /// The last entry of the journal: its outcome and cell.
    pub fn journal(&self) -> String {
        self.column("SELECT outcome || ' ' || cell FROM journal ORDER BY id DESC LIMIT 1")
            .remove(0)
    }

    /// All that was sent to somebody, as text.
    pub fn sent_to(&self, address: &str) -> String {
        let mut all = String::new();
        for entry in fs::read_dir(self.path().join("mail/out")).unwrap() {
            let bytes = fs::read(entry.unwrap().path()).unwrap();
            let mail = mail_parser::MessageParser::default().parse(&bytes).unwrap();
            let to = mail
                .to()
                .and_then(|to| to.first()?.address().map(str::to_owned));
            if to.as_deref() == Some(address) {
                all += &mail.body_text(0).unwrap();
            }
        }
        all.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}
