//! Real servers whose connections break, one after the other, at every word that matters: the desk
//! recovers by itself, and the counts match.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::letters;
use crate::support::letterbox::{Draft, Postman, as_sent};
use crate::support::proxy::Fault::{CutInsteadOf, EndsWith, Refused, SaysInstead, SilentInsteadOf};
use crate::support::proxy::{Fault, Proxy};
use crate::support::table;
use crate::support::town::{PATIENCE, Plan, Town, now, wait};

const BEATRIZ: &str = "balcaino@ministerio.example";
const TOMAS: &str = "tzepeda@maule.seremi.example";
const MEMORANDA: usize = 8;

/// One connection each. The last: the server has moved all mails, and the desk does not hear of it.
const MAILBOX: [Fault; 7] = [
    Refused,
    CutInsteadOf("* OK"),
    CutInsteadOf("Logged in"),
    CutInsteadOf("* SEARCH"),
    CutInsteadOf("Informe técnico"),
    EndsWith("* SEARCH", "* BYE going down\r\n"),
    CutInsteadOf("COPYUID"),
];

/// One connection each. Only of the last two has the server taken the mail.
const OUTGOING: [Fault; 12] = [
    Refused,
    CutInsteadOf("220 "),
    CutInsteadOf("250-"),
    CutInsteadOf("250 2.1.0"),
    CutInsteadOf("250 2.1.5"),
    CutInsteadOf("354 "),
    EndsWith("220 ", "421 4.3.2 going down\r\n"),
    SaysInstead("250 2.1.0 ", "451 4.3.0 "),
    SaysInstead("250 2.1.5 ", "450 4.2.0 "),
    SaysInstead("354 ", "452 4.3.1 "),
    CutInsteadOf("250 2.0.0"),
    CutInsteadOf("250 2.0.0"),
];

fn are_met(town: &Town, proxy: &Proxy, wanted: usize) {
    wait(
        3 * PATIENCE,
        "every fault to be met",
        || (proxy.left().1.len() == wanted).then_some(()),
        || format!("{:?}\n{}", proxy.left(), town.log()),
    );
}

fn write(town: &Town, memoranda: usize) {
    for report in 1..=memoranda {
        let text = letters::technical_report(&format!("Informe N° {report}"));
        Draft::new(town, TOMAS, &format!("Desaprobación {report}"), &text).send(town);
    }
}

/// Everybody has each of their mails; how many came once more, with the same bytes.
fn copies(town: &Town, memoranda: usize) -> usize {
    let post = Postman::default();
    let mut copies = 0;
    for (address, heading) in [
        (TOMAS, "Solicitud recibida"),
        (BEATRIZ, "Se solicita su aprobación"),
    ] {
        let mut by_id: BTreeMap<String, Vec<Vec<u8>>> = BTreeMap::new();
        for mail in post.mails(town, address) {
            assert!(mail.heading().starts_with(heading), "{}", mail.heading());
            let sent = as_sent(&mail.raw).to_vec();
            by_id.entry(mail.id.clone()).or_default().push(sent);
        }
        assert_eq!(by_id.len(), memoranda, "{address}");
        for (id, sent) in by_id {
            assert!(sent.iter().all(|bytes| *bytes == sent[0]), "{id}");
            copies += sent.len() - 1;
        }
    }
    copies
}

#[test]
fn broken_connections_cost_time_only() {
    let town = Town::with(Plan {
        faults: Some((&MAILBOX, &OUTGOING)),
        poll_seconds: 5,
        ..Plan::default()
    });
    let (mailbox, outgoing) = town.proxies.as_ref().unwrap();
    write(&town, MEMORANDA);
    let begin = now();
    are_met(&town, mailbox, MAILBOX.len());
    println!("mailbox: every fault was met after {:?}", begin.elapsed());
    are_met(&town, outgoing, OUTGOING.len());
    println!("outgoing: every fault was met after {:?}", begin.elapsed());
    let begin = now();
    town.settles();
    let took = begin.elapsed();
    println!("all handled, filed and sent {took:?} after the last fault");
    assert!(took < Duration::from_secs(300));
    assert_eq!(town.requests().len(), MEMORANDA);
    let copies = copies(&town, MEMORANDA);
    // Twice only where the server's word that it took the mail was lost.
    assert_eq!(copies, 2);
    table::row(
        "connections, cut at every word of IMAP and SMTP",
        &format!("{} faults", MAILBOX.len() + OUTGOING.len()),
        &format!("{copies}, where the acceptance was cut off"),
    );
}

/// Nothing is closed or refused: it is only silent, for longer than the desk waits.
#[test]
fn connections_that_fall_silent_cost_time_only() {
    const SILENT_MAILBOX: [Fault; 2] =
        [SilentInsteadOf("* OK"), SilentInsteadOf("Informe técnico")];
    const SILENT_OUTGOING: [Fault; 4] = [
        SilentInsteadOf("220 "),
        SilentInsteadOf("250 2.1.5"),
        SilentInsteadOf("354 "),
        SilentInsteadOf("250 2.0.0"),
    ];
    let town = Town::with(Plan {
        faults: Some((&SILENT_MAILBOX, &SILENT_OUTGOING)),
        poll_seconds: 5,
        timeout_seconds: 10,
        ..Plan::default()
    });
    let (mailbox, outgoing) = town.proxies.as_ref().unwrap();
    write(&town, 3);
    let begin = now();
    are_met(&town, mailbox, SILENT_MAILBOX.len());
    are_met(&town, outgoing, SILENT_OUTGOING.len());
    town.settles();
    println!("all handled, filed and sent after {:?}", begin.elapsed());
    assert_eq!(town.requests().len(), 3);
    // The server took it, and its word was lost.
    assert_eq!(copies(&town, 3), 1);
    assert!(
        town.count_log("nothing within 10 s") >= SILENT_OUTGOING.len(),
        "{}",
        town.log()
    );
    assert!(
        town.count_log("no answer") >= SILENT_MAILBOX.len(),
        "{}",
        town.log()
    );
    table::row(
        "connections that fall silent, at words of IMAP and SMTP",
        &format!("{} faults", SILENT_MAILBOX.len() + SILENT_OUTGOING.len()),
        "1, where the acceptance was lost",
    );
}
