//! What hangs together: a request that goes on with the documents of one that has ended, and mails
//! of which somebody was asked.

use mesad::desk::purge;
use mesad::office::Retention;

use crate::{BEATRIZ, Stage, TOMAS, at, days, memorandum, mesad, out};

/// Who orders it.
const AS: &str = "vosorio@ministerio.example";
const SHORT: Retention = Retention {
    mails_of_nothing: Some(10),
    mails: Some(10),
    documents: Some(10),
    sent: Some(10),
    requests: Some(10),
    accesses: None,
};

/// A memorandum with a document.
fn memo() -> String {
    let text = memorandum("Informe N° 1").replace('\n', "\r\n");
    format!(
        "Message-ID: <m1@maule.example>\r\nFrom: <{TOMAS}>\r\nTo: <mesa@sigec.example>\r\n\
         Subject: Desaprobación de informe técnico\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=x\r\n\r\n\
         --x\r\nContent-Type: text/plain; charset=utf-8\r\n\
         Content-Transfer-Encoding: 8bit\r\n\r\n{text}\r\n\
         --x\r\nContent-Type: application/octet-stream; name=anexo.bin\r\n\
         Content-Disposition: attachment; filename=anexo.bin\r\n\r\nanexo\r\n--x--\r\n"
    )
}

fn answers(stage: &mut Stage, from: &str, to: &str, text: &str) {
    let id = format!("SELECT message_id FROM notices WHERE message = '{to}' ORDER BY id DESC");
    let id = stage.column(&id)[0].clone();
    let lines = [&format!("In-Reply-To: <{id}>")[..]];
    stage.delivers(&lines, from, "Re: Desaprobación", text);
    stage.drain();
}

/// An order is given while the desk runs.
fn orders(stage: &mut Stage, arguments: &[&str]) {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_mesad"));
    command
        .args(arguments)
        .arg("--work")
        .arg(stage.folder.path());
    let mut child = command.spawn().unwrap();
    while child.try_wait().unwrap().is_none() {
        stage.drain();
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert!(child.wait().unwrap().success());
}

/// The first has ended long ago, the second has its document and is open: the mail that brought it
/// stays until the second is blanked too.
#[test]
fn the_document_of_a_request_that_goes_on_is_kept_with_it() {
    let mut stage = Stage::begin();
    stage.drops(memo().as_bytes());
    stage.drain();
    answers(
        &mut stage,
        BEATRIZ,
        "approval-request",
        "Rechazo: falta el oficio.\n",
    );
    stage.set(at(6, 10));
    let words = "¿Por qué se rechazó? El oficio venía adjunto.\n";
    answers(&mut stage, TOMAS, "rejected", words);
    let states = "SELECT state FROM requests ORDER BY id";
    assert_eq!(stage.column(states), ["closed", "awaiting-approval"]);
    let brought = "SELECT DISTINCT d.value ->> 'input' || '' FROM requests q,
                   json_each(q.body, '$.documents') d WHERE q.id = 2";
    assert_eq!(stage.column(brought), ["1"]);
    let store = stage.world().store.clone();
    let purger = crate::purge::by_hand();
    let kept = "SELECT count(*) || '' FROM contents WHERE input = 1";
    for _ in 0..2 {
        let due = purge::due(&store, &SHORT, days(60)).unwrap();
        purge::blank(&store, &due, &purger, days(60)).unwrap();
        assert_eq!(stage.column(kept), ["1"], "{due:?}");
    }
    answers(
        &mut stage,
        BEATRIZ,
        "approval-request",
        "Rechazo otra vez.\n",
    );
    assert_eq!(stage.column(states), ["closed", "closed"]);
    let due = purge::due(&store, &SHORT, days(60)).unwrap();
    purge::blank(&store, &due, &purger, days(60)).unwrap();
    assert_eq!(stage.column(kept), ["0"], "{due:?}");
    assert_eq!(mesad::desk::audit::verify(&store).unwrap().broken, []);
}

/// Somebody of the desk was asked where a mail goes: as long as it waits, their answer finds it.
#[test]
fn what_asks_about_a_mail_that_waits_is_kept_with_it() {
    let mut stage = Stage::begin();
    let text = "¿Dónde pido una licencia?\n";
    stage.writes("alguien@otra.example", "Consulta", text);
    stage.drain();
    let store = stage.world().store.clone();
    let asked = "SELECT id || '' FROM notices WHERE message = 'triage' AND purged_at IS NULL";
    let before = stage.column(asked).len();
    assert!(before > 0);
    let purger = crate::purge::by_hand();
    let due = purge::due(&store, &SHORT, days(60)).unwrap();
    purge::blank(&store, &due, &purger, days(60)).unwrap();
    assert_eq!(stage.column(asked).len(), before);
    let placed = [
        "reclassify",
        "mail:1",
        "none",
        "--reason",
        "no es nuestro",
        "--as",
        AS,
    ];
    orders(&mut stage, &placed);
    let due = purge::due(&store, &SHORT, days(60)).unwrap();
    purge::blank(&store, &due, &purger, days(60)).unwrap();
    assert_eq!(stage.column(asked), [] as [String; 0]);
}

/// Of a mail that was too large only the header came in: it is closed by hand, and its sender can
/// be blanked like any other.
#[test]
fn who_sent_too_large_a_mail_can_be_blanked() {
    let mut stage = Stage::with(|office| office.desk.limits.mail_bytes = 2_000);
    let sender = "alguien@otra.example";
    stage.writes(sender, "Consulta", &"Texto largo. ".repeat(400));
    stage.drain();
    let blank = [
        "person",
        "blank",
        sender,
        "--reason",
        "pedido 12",
        "--as",
        AS,
    ];
    let refused = mesad(&stage, &blank);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(
        !refused.status.success() && said.contains("mail:1"),
        "{said}"
    );
    let placed = [
        "reclassify",
        "mail:1",
        "none",
        "--reason",
        "no se pudo recibir",
        "--as",
        AS,
    ];
    orders(&mut stage, &placed);
    let text = out(&mesad(&stage, &blank));
    assert!(text.contains("blanked: 1 mails"), "{text}");
    let left = "SELECT sender || subject FROM inputs WHERE id = 1";
    assert_eq!(stage.column(left), [""]);
}

/// A request whose row cannot be read any more is due: the night blanks all else, once, and says
/// what it could not.
#[test]
fn one_unreadable_request_keeps_no_other_from_being_blanked() {
    let mut stage = crate::closed_request();
    std::sync::Arc::make_mut(&mut stage.work.world.office)
        .desk
        .retention = SHORT;
    stage.damage("UPDATE requests SET body = 'x' || body WHERE id = 1");
    stage.set(days(60));
    stage.drain();
    let newsletter = "SELECT sender || subject FROM inputs WHERE id = 3";
    assert_eq!(stage.column(newsletter), [""]);
    let told = "SELECT about || details FROM troubles WHERE kind = 'database'";
    let told = stage.column(told);
    assert!(told.len() == 1 && told[0].starts_with("purge"), "{told:?}");
    let done = "SELECT count(*) || '' FROM marks WHERE name = 'purge'";
    assert_eq!(stage.column(done), ["1"]);
}
