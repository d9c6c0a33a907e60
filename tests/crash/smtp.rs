//! An SMTP server of our own that speaks STARTTLS and AUTH, and remembers every mail that it took
//! responsibility for.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};

use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{ServerConfig, ServerConnection, StreamOwned};

/// A mail that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    pub to: String,
    pub bytes: Vec<u8>,
}

/// What the server knows.
#[derive(Clone, Debug, Default)]
pub struct Outbox {
    pub taken: Vec<Taken>,
    /// Recipients that are refused once, for the time being.
    pub later: BTreeSet<String>,
    /// Recipients that there are none of.
    pub never: BTreeSet<String>,
}

pub type Shared = Arc<Mutex<Outbox>>;

trait Duplex: Read + Write + Send {}
impl<T: Read + Write + Send> Duplex for T {}

/// Starts it; its port. The certificate lies in `folder`.
pub fn serve(outbox: &Shared, folder: &Path) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (outbox, config) = (Arc::clone(outbox), tls(folder));
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (outbox, config) = (Arc::clone(&outbox), Arc::clone(&config));
            // That the client died is no fault of the server's.
            std::thread::spawn(move || drop(converse(stream.unwrap(), &outbox, &config)));
        }
    });
    port
}

fn tls(folder: &Path) -> Arc<ServerConfig> {
    let chain = CertificateDer::pem_file_iter(folder.join("server.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_file(folder.join("server.key")).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain.map(Result::unwrap).collect(), key);
    Arc::new(config.unwrap())
}

fn converse(tcp: TcpStream, outbox: &Shared, config: &Arc<ServerConfig>) -> std::io::Result<()> {
    let other = tcp.try_clone()?;
    let mut wire: BufReader<Box<dyn Duplex>> = BufReader::new(Box::new(tcp));
    wire.get_mut().write_all(b"220 mx.example ready\r\n")?;
    let (mut tcp, mut to) = (Some(other), String::new());
    let mut secure = false;
    loop {
        let Some(line) = line(&mut wire)? else {
            return Ok(());
        };
        let verb = line.split([' ', ':']).next().unwrap_or_default();
        let answer = match verb.to_ascii_uppercase().as_str() {
            "EHLO" if secure => "250-mx.example\r\n250-AUTH PLAIN LOGIN\r\n250 8BITMIME\r\n",
            "EHLO" => "250-mx.example\r\n250-STARTTLS\r\n250 8BITMIME\r\n",
            "STARTTLS" => {
                wire.get_mut().write_all(b"220 go on\r\n")?;
                let connection = ServerConnection::new(Arc::clone(config)).unwrap();
                let stream = StreamOwned::new(connection, tcp.take().unwrap());
                wire = BufReader::new(Box::new(stream));
                secure = true;
                continue;
            }
            "AUTH" => "235 2.7.0 welcome\r\n",
            "RCPT" => {
                to = line
                    .trim_start_matches(|c| c != '<')
                    .trim_matches(['<', '>'])
                    .to_lowercase();
                let mut outbox = outbox.lock().unwrap();
                match (outbox.later.remove(&to), outbox.never.contains(&to)) {
                    (true, _) => "451 4.2.1 later\r\n",
                    (_, true) => "550 5.1.1 nobody\r\n",
                    _ => "250 2.1.5 ok\r\n",
                }
            }
            "DATA" => {
                wire.get_mut().write_all(b"354 go on\r\n")?;
                let Some(bytes) = message(&mut wire)? else {
                    return Ok(());
                };
                let to = to.clone();
                outbox.lock().unwrap().taken.push(Taken { to, bytes });
                "250 2.0.0 taken\r\n"
            }
            "QUIT" => {
                wire.get_mut().write_all(b"221 bye\r\n")?;
                return Ok(());
            }
            _ => "250 ok\r\n",
        };
        wire.get_mut().write_all(answer.as_bytes())?;
    }
}

fn line(wire: &mut BufReader<Box<dyn Duplex>>) -> std::io::Result<Option<String>> {
    let mut line = String::new();
    let read = wire.read_line(&mut line)?;
    Ok((read > 0).then(|| line.trim_end().to_owned()))
}

/// A mail up to its final dot, the doubled dots single again; none where the client died within.
fn message(wire: &mut BufReader<Box<dyn Duplex>>) -> std::io::Result<Option<Vec<u8>>> {
    let mut whole = vec![];
    loop {
        let mut line = vec![];
        wire.read_until(b'\n', &mut line)?;
        match line.as_slice() {
            b".\r\n" => return Ok(Some(whole)),
            [] => return Ok(None),
            [b'.', rest @ ..] => whole.extend(rest),
            line => whole.extend(line),
        }
    }
}
