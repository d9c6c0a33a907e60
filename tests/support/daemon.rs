//! A server that is started and killed.

use std::fs::{self, File};
use std::net::TcpStream;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};

/// A server and how it is started.
pub struct Daemon {
    pub command: Vec<String>,
    pub child: Option<Child>,
    pub ports: Vec<u16>,
}

impl Daemon {
    /// Starts it, and waits until it listens.
    pub fn start(&mut self, log: &Path) {
        assert!(self.child.is_none(), "{:?} runs already", self.command);
        let output = File::options().create(true).append(true).open(log).unwrap();
        let mut command = Command::new("setpriv");
        command
            .args(["--pdeathsig", "KILL", "--"])
            .args(&self.command);
        command.stdin(Stdio::null()).process_group(0);
        command.stdout(output.try_clone().unwrap()).stderr(output);
        self.child = Some(command.spawn().unwrap());
        for port in self.ports.clone() {
            self.answers(port, log);
        }
    }

    fn answers(&mut self, port: u16, log: &Path) {
        for _ in 0..400 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return;
            }
            let ended = self
                .child
                .as_mut()
                .and_then(|child| child.try_wait().unwrap());
            if let Some(status) = ended {
                let said = fs::read_to_string(log).unwrap_or_default();
                panic!("{:?} ended with {status}:\n{said}", self.command);
            }
            std::thread::sleep(Duration::from_millis(25));
        }
        let said = fs::read_to_string(log).unwrap_or_default();
        panic!("{:?} does not listen on {port}:\n{said}", self.command);
    }

    /// Kills it and all of its children.
    pub fn end(&mut self) {
        if let Some(mut child) = self.child.take() {
            let group = Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
            let _ = kill_process_group(group, Signal::KILL);
            let _ = child.wait();
            // Its children hold the sockets, and take a moment to go.
            let port = self.ports[0];
            for _ in 0..400 {
                if TcpStream::connect(("127.0.0.1", port)).is_err() {
                    return;
                }
                std::thread::sleep(Duration::from_millis(5));
            }
        }
    }
}
