//! Every mail of the week as a file with a name that says what it is, and a page that lists them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use chrono::DateTime;
use chrono_tz::Tz;

use super::people::{Writer, escape};
use super::post::Mail;
use crate::store::SentMail;

/// The files, and the rows of the page.
#[derive(Debug)]
pub(super) struct Album {
    folder: PathBuf,
    rows: String,
    count: u32,
}

impl Album {
    /// In the folder of the demo.
    pub fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            rows: String::new(),
            count: 0,
        }
    }

    /// A mail to the desk.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn arrived(
        &mut self,
        at: DateTime<Tz>,
        writer: &Writer<'_>,
        what: &str,
        bytes: &[u8],
    ) -> anyhow::Result<()> {
        let name = self.name("from", writer.address(), "");
        self.write(&format!("{name}.eml"), bytes)?;
        let from = escape(writer.name());
        let links = format!("<a href=\"week/{name}.eml\">mail</a>");
        self.row(at, "in", &[&from, &escape(what), &links]);
        Ok(())
    }

    /// A mail of the desk, with its HTML beside it.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn sent(&mut self, at: DateTime<Tz>, sent: &SentMail, mail: &Mail) -> anyhow::Result<()> {
        let name = self.name("to", &sent.address, &format!("-{}", sent.message));
        self.write(&format!("{name}.eml"), &sent.bytes)?;
        self.write(&format!("{name}.html"), mail.html.as_bytes())?;
        let links =
            format!("<a href=\"week/{name}.html\">page</a> <a href=\"week/{name}.eml\">mail</a>");
        self.row(
            at,
            "out",
            &[&escape(&sent.address), &escape(&mail.subject), &links],
        );
        Ok(())
    }

    /// Writes the page.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn finish(&self) -> anyhow::Result<()> {
        let page = include_str!("album.html").replace("{rows}", &self.rows);
        self.write("../index.html", page.as_bytes())
    }

    fn name(&mut self, way: &str, address: &str, kind: &str) -> String {
        self.count += 1;
        let local = address.split_once('@').map_or(address, |(local, _)| local);
        format!("{:03}-{way}-{local}{kind}", self.count)
    }

    fn row(&mut self, at: DateTime<Tz>, class: &str, cells: &[&str; 3]) {
        let hour = at.format("%a %-d %H:%M");
        let cells = cells.join("</td><td>");
        self.rows += &format!("<tr class=\"{class}\"><td>{hour}</td><td>{cells}</td></tr>\n");
    }

    fn write(&self, name: &str, bytes: &[u8]) -> anyhow::Result<()> {
        let path = self.folder.join("week").join(name);
        fs::write(&path, bytes).with_context(|| format!("writing {}", path.display()))
    }
}
