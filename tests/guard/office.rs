//! The shipped configuration in a folder, to be changed and run by the program.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

pub struct Folder(TempDir);

impl Folder {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let made = Self(folder);
        let output = made.mesad(&["init", made.path().join("etc").to_str().unwrap()], &[]);
        assert!(output.status.success(), "{output:?}");
        made
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn config(&self) -> PathBuf {
        self.path().join("etc")
    }

    /// The desk's file with these tables in the place of mailbox and outgoing.
    pub fn ends(&self, mailbox: &str, outgoing: &str) {
        let path = self.config().join("desk.toml");
        let text = fs::read_to_string(&path).unwrap();
        let head = text.split("\n[mailbox]\n").next().unwrap();
        fs::write(
            &path,
            format!("{head}\n[mailbox]\n{mailbox}\n[outgoing]\n{outgoing}\n"),
        )
        .unwrap();
    }

    pub fn mesad(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_mesad"))
            .args(arguments)
            .envs(environment.iter().copied())
            .current_dir(self.path())
            .output()
            .unwrap()
    }

    /// `mesad run --once` here; what it said.
    pub fn run(&self, environment: &[(&str, &str)]) -> Output {
        let (config, work) = (self.config(), self.path().join("work"));
        let arguments = ["run", "--once", "--config", config.to_str().unwrap()];
        let work = ["--work", work.to_str().unwrap()];
        self.mesad(&[&arguments[..], &work].concat(), environment)
    }
}
