//! Stands between the desk and a server, and breaks one connection after the other as told.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What happens to a connection.
#[derive(Clone, Copy, Debug)]
pub enum Fault {
    /// It is closed before a word was said.
    Refused,
    /// It is cut in place of these words of the server; what stood before them arrives.
    CutInsteadOf(&'static str),
    /// These words of the server are others.
    SaysInstead(&'static str, &'static str),
    /// In place of these words of the server come others, and nothing more.
    EndsWith(&'static str, &'static str),
    /// In place of these words of the server comes nothing more, and nobody closes the connection:
    /// as where a network loses whatever is sent.
    SilentInsteadOf(&'static str),
}

impl Fault {
    /// The words of the server at which it strikes.
    fn words(self) -> &'static str {
        match self {
            Self::Refused => "",
            Self::CutInsteadOf(words)
            | Self::SaysInstead(words, _)
            | Self::EndsWith(words, _)
            | Self::SilentInsteadOf(words) => words,
        }
    }
}

#[derive(Debug, Default)]
struct Orders {
    /// For the connections to come, in order; then none is harmed.
    faults: VecDeque<Fault>,
    /// Those that were met.
    met: Vec<Fault>,
}

/// A proxy on loopback.
#[derive(Debug)]
pub struct Proxy {
    /// Where it listens.
    pub port: u16,
    orders: Arc<Mutex<Orders>>,
}

impl Proxy {
    /// Stands before a port of this machine.
    pub fn before(target: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let orders = Arc::new(Mutex::new(Orders::default()));
        let of_connections = Arc::clone(&orders);
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let orders = Arc::clone(&of_connections);
                std::thread::spawn(move || carry(client.unwrap(), target, &orders));
            }
        });
        Self { port, orders }
    }

    /// Faults for the next connections, one each.
    pub fn harm(&self, faults: &[Fault]) {
        self.orders.lock().unwrap().faults.extend(faults);
    }

    /// How many faults wait for a connection that meets them, and which were met.
    pub fn left(&self) -> (usize, Vec<Fault>) {
        let orders = self.orders.lock().unwrap();
        (orders.faults.len(), orders.met.clone())
    }
}

fn carry(client: TcpStream, target: u16, orders: &Mutex<Orders>) {
    let fault = orders.lock().unwrap().faults.pop_front();
    if let Some(Fault::Refused) = fault {
        orders.lock().unwrap().met.push(Fault::Refused);
        return;
    }
    let Ok(server) = TcpStream::connect(("127.0.0.1", target)) else {
        return;
    };
    let (mut upwards, mut downwards) = (server.try_clone().unwrap(), client.try_clone().unwrap());
    let (mut from_client, mut from_server) = (client, server);
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut from_client, &mut upwards);
        let _ = upwards.shutdown(Shutdown::Write);
    });
    let met = || orders.lock().unwrap().met.extend(fault);
    let is_met = send_down(&mut from_server, &mut downwards, fault, &met);
    let _ = from_server.shutdown(Shutdown::Both);
    let _ = downwards.shutdown(Shutdown::Both);
    // A fault whose words never came waits for the next connection.
    if let Some(fault) = fault.filter(|_| !is_met) {
        orders.lock().unwrap().faults.push_front(fault);
    }
}

/// Carries what the server says until one of both goes; true where the fault was met.
fn send_down(
    server: &mut TcpStream,
    client: &mut TcpStream,
    fault: Option<Fault>,
    strikes: &dyn Fn(),
) -> bool {
    let mut buffer = [0; 16 * 1024];
    let mut met = false;
    while let Ok(1..) = server.peek(&mut buffer[..1]) {
        let Ok(read) = server.read(&mut buffer) else {
            break;
        };
        let bytes = &buffer[..read];
        let place = fault.filter(|_| !met).and_then(|f| find(bytes, f.words()));
        let (Some(fault), Some(place)) = (fault, place) else {
            if client.write_all(bytes).is_err() {
                break;
            }
            continue;
        };
        met = true;
        strikes();
        let _ = client.write_all(&bytes[..place]);
        match fault {
            Fault::Refused | Fault::CutInsteadOf(_) => break,
            Fault::EndsWith(_, others) => {
                let _ = client.write_all(others.as_bytes());
                break;
            }
            // Until the client has had enough, and the server hears of it.
            Fault::SilentInsteadOf(_) => {
                let _ = std::io::copy(server, &mut std::io::sink());
                break;
            }
            Fault::SaysInstead(words, others) => {
                let _ = client.write_all(others.as_bytes());
                let _ = client.write_all(&bytes[place + words.len()..]);
            }
        }
    }
    met
}

fn find(bytes: &[u8], words: &str) -> Option<usize> {
    bytes
        .windows(words.len())
        .position(|w| w == words.as_bytes())
}
