//! Sending through a real Postfix, and through servers that misbehave.

#![allow(clippy::unwrap_used, reason = "a test that fails says where")]

mod support;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mesad::delivery::{Delivery, Envelope, Sent};
use mesad::office::{Login, SecretSource, Security, Smtp};
use support::mailhost::{MailHost, Options, password, token};
use support::scripted::{self, Talk};

fn open(server: Smtp, secret: &str) -> Delivery {
    let secret = secret.to_owned();
    Delivery::smtp(server, Box::new(move || Ok(secret.clone()))).unwrap()
}

fn envelope(to: &str) -> Envelope<'_> {
    Envelope {
        return_path: Some("mesa@ministerio.test"),
        to,
        name: "<n1@ministerio.test>",
    }
}

const MAIL: &[u8] = b"From: mesa@ministerio.test\r\nTo: ana@ministerio.test\r\n\
    Subject: prueba\r\nMessage-ID: <n1@ministerio.test>\r\n\r\nHola\r\n.\r\n.punto\r\nfin\r\n";

fn sent(result: &Sent) -> bool {
    matches!(result, Sent::Sent { .. })
}

fn later(result: &Sent, words: &str) {
    assert!(
        matches!(result, Sent::Later { why } if why.contains(words)),
        "{words}: {result:?}"
    );
}

fn never(result: &Sent, words: &str) {
    assert!(
        matches!(result, Sent::Never { why } if why.contains(words)),
        "{words}: {result:?}"
    );
}

#[test]
fn a_mail_arrives_unchanged_over_each_kind_of_connection() {
    let host = MailHost::start(&["mesa", "ana"]);
    for (count, security) in [Security::Plain, Security::StartTls, Security::Tls]
        .into_iter()
        .enumerate()
    {
        let mut delivery = open(host.smtp("mesa", security), &password("mesa"));
        // Twice in a row over one connection.
        for round in 1..=2 {
            let result = delivery.send(&envelope("ana@ministerio.test"), MAIL);
            assert!(sent(&result), "{security:?}: {result:?}");
            assert_eq!(
                host.wait_for("ana", count * 2 + round).len(),
                count * 2 + round
            );
        }
        delivery.rest();
    }
    for mail in host.read_mailbox("ana") {
        // Dovecot writes Maildir files with LF.
        let text = String::from_utf8(mail).unwrap().replace("\r\n", "\n");
        assert!(
            text.contains("Return-Path: <mesa@ministerio.test>"),
            "{text}"
        );
        assert!(text.ends_with("\n\nHola\n.\n.punto\nfin\n"), "{text}");
        assert!(text.contains("Message-ID: <n1@ministerio.test>"), "{text}");
    }
}

#[test]
fn the_null_return_path_and_a_dsn_to_a_real_one() {
    let host = MailHost::start(&["mesa", "ana"]);
    let mut delivery = open(host.smtp("mesa", Security::Plain), "");
    let null = Envelope {
        return_path: None,
        ..envelope("ana@ministerio.test")
    };
    assert!(sent(&delivery.send(&null, MAIL)));
    let text = String::from_utf8(host.wait_for("ana", 1).remove(0)).unwrap();
    assert!(text.contains("Return-Path: <>"), "{text}");
    // Taken by Postfix, bounced by Dovecot: the DSN goes to the return path, with its detail.
    let tardy = Envelope {
        return_path: Some("mesa+b1@ministerio.test"),
        ..envelope("x@tardio.test")
    };
    assert!(sent(&delivery.send(&tardy, MAIL)));
    let dsn = String::from_utf8(host.wait_for("mesa", 1).remove(0)).unwrap();
    assert!(
        dsn.contains("multipart/report") && dsn.contains("5.1.1"),
        "{dsn}"
    );
}

#[test]
fn a_vacation_reply_comes_from_the_server() {
    let host = MailHost::start(&["mesa", "ana"]);
    host.vacation("ana", "Estoy de vacaciones");
    let mut delivery = open(host.smtp("mesa", Security::Plain), "");
    assert!(sent(&delivery.send(&envelope("ana@ministerio.test"), MAIL)));
    let reply = String::from_utf8(host.wait_for("mesa", 1).remove(0)).unwrap();
    assert!(reply.contains("Auto-Submitted: auto-replied"), "{reply}");
    assert!(reply.contains("Estoy de vacaciones"), "{reply}");
}

#[test]
fn the_server_s_refusals_are_later_or_never_and_leave_the_connection_usable() {
    let host = MailHost::start(&["mesa", "ana"]);
    let mut delivery = open(host.smtp("mesa", Security::Plain), "");
    later(
        &delivery.send(&envelope("ocupado@ministerio.test"), MAIL),
        "451",
    );
    later(
        &delivery.send(&envelope("lleno@ministerio.test"), MAIL),
        "452",
    );
    later(
        &delivery.send(&envelope("cansado@ministerio.test"), MAIL),
        "421",
    );
    never(
        &delivery.send(&envelope("prohibido@ministerio.test"), MAIL),
        "550",
    );
    never(
        &delivery.send(&envelope("nadie@ministerio.test"), MAIL),
        "550",
    );
    never(&delivery.send(&envelope("ana@afuera.test"), MAIL), "550");
    never(
        &delivery.send(&envelope("sin arroba"), MAIL),
        "no mail address",
    );
    never(
        &delivery.send(&envelope("ana@ministerio.test>\r\nDATA"), MAIL),
        "no mail address",
    );
    let large = vec![b'x'; 21_000_000];
    let result = delivery.send(&envelope("ana@ministerio.test"), &large);
    never(&result, "552");
    assert!(sent(&delivery.send(&envelope("ana@ministerio.test"), MAIL)));
    assert_eq!(host.wait_for("ana", 1).len(), 1);
}

#[test]
fn what_an_administrator_must_mend_is_later_and_said() {
    let host = MailHost::start(&["mesa", "ana"]);
    let says = |server: Smtp, secret: &str, words: &str| {
        let result = open(server, secret).send(&envelope("ana@ministerio.test"), MAIL);
        later(&result, words);
        assert!(!format!("{result:?}").contains("clave-mesa"), "{result:?}");
    };
    let good = password("mesa");
    let tls = || host.smtp("mesa", Security::Tls);
    let starttls = || host.smtp("mesa", Security::StartTls);
    says(tls(), "clave-mesa-de-antes", "refuses the login of mesa");
    says(
        starttls(),
        "clave-mesa-de-antes",
        "refuses the login of mesa",
    );
    says(
        Smtp {
            ca_file: Some(host.other_ca_file()),
            ..tls()
        },
        &good,
        "certificate",
    );
    says(
        Smtp {
            ca_file: Some(host.other_ca_file()),
            ..starttls()
        },
        &good,
        "certificate",
    );
    says(
        Smtp {
            ca_file: Some("/no/hay.pem".to_owned()),
            ..tls()
        },
        &good,
        "/no/hay.pem",
    );
    says(
        Smtp {
            host: "127.0.0.1".to_owned(),
            ..tls()
        },
        &good,
        "certificate",
    );
    says(Smtp { port: 1, ..tls() }, &good, "refused");
    let expired = MailHost::with(
        &["mesa"],
        Options {
            expired: true,
            capability: "",
        },
    );
    says(expired.smtp("mesa", Security::Tls), &good, "certificate");
    assert_eq!(host.read_mailbox("ana").len(), 0);
}

#[test]
fn xoauth2_asks_for_a_new_token_when_one_is_refused() {
    let host = MailHost::start(&["mesa", "ana"]);
    let login = Login::XOAuth2(SecretSource::Environment("UNUSED".to_owned()));
    let server = Smtp {
        login: Some(("mesa".to_owned(), login)),
        ..host.smtp("mesa", Security::StartTls)
    };
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let secret = move || Ok(token("mesa", count.fetch_add(1, Ordering::Relaxed) > 0));
    let mut delivery = Delivery::smtp(server, Box::new(secret)).unwrap();
    let result = delivery.send(&envelope("ana@ministerio.test"), MAIL);
    assert!(sent(&result), "{result:?}");
    assert_eq!(asked.load(Ordering::Relaxed), 2);
}

#[test]
fn a_killed_server_is_found_again() {
    let host = MailHost::start(&["mesa", "ana"]);
    let mut delivery = open(host.smtp("mesa", Security::Plain), "");
    assert!(sent(&delivery.send(&envelope("ana@ministerio.test"), MAIL)));
    host.kill_postfix();
    later(
        &delivery.send(&envelope("ana@ministerio.test"), MAIL),
        "refused",
    );
    host.start_postfix();
    assert!(sent(&delivery.send(&envelope("ana@ministerio.test"), MAIL)));
    assert_eq!(host.wait_for("ana", 2).len(), 2);
}

/// A way out through a scripted server, one second a mail.
fn on(port: u16) -> Delivery {
    let server = Smtp {
        host: "127.0.0.1".to_owned(),
        port,
        security: Security::Plain,
        ca_file: None,
        login: None,
        timeout_seconds: 1,
    };
    open(server, "")
}

#[test]
fn a_lost_answer_is_not_taken_for_the_next_mail_s() {
    let port = scripted::smtp(|talk: &mut Talk, verb, _| {
        if verb == "." && talk.number == 0 {
            // The answer comes when the client has long given up.
            std::thread::sleep(Duration::from_millis(1500));
            talk.say("250 2.0.0 Ok: queued as LATE\r\n");
            return true;
        }
        if verb == "RCPT" && talk.number > 0 {
            talk.say("451 4.3.0 not now\r\n");
            return true;
        }
        false
    });
    let mut delivery = on(port);
    later(
        &delivery.send(&envelope("ana@ministerio.test"), MAIL),
        "it may have arrived",
    );
    std::thread::sleep(Duration::from_millis(800));
    later(
        &delivery.send(&envelope("ana@ministerio.test"), MAIL),
        "451",
    );
}

#[test]
fn cuts_and_silence_at_each_command_are_later() {
    for stage in ["", "EHLO", "MAIL", "RCPT", "DATA", "."] {
        for silent in [false, true] {
            let port = scripted::smtp(move |talk: &mut Talk, verb, _| {
                if verb != stage || talk.number > 0 {
                    return false;
                }
                if silent {
                    talk.fall_silent()
                } else {
                    talk.cut()
                }
                true
            });
            let mut delivery = on(port);
            let doubt = if stage == "." {
                "it may have arrived"
            } else {
                ""
            };
            later(
                &delivery.send(&envelope("ana@ministerio.test"), MAIL),
                doubt,
            );
            let result = delivery.send(&envelope("ana@ministerio.test"), MAIL);
            assert!(sent(&result), "{stage}, silent: {silent}: {result:?}");
        }
    }
}

#[test]
fn refusals_at_each_command() {
    for (stage, answer, hopeless) in [
        ("", "554 no service", false),
        ("EHLO", "550 go away", false),
        ("MAIL", "553 not your address", false),
        ("MAIL", "451 later", false),
        ("RCPT", "550 5.1.1 unknown", true),
        ("RCPT", "530 5.7.0 log in first", false),
        ("DATA", "554 no", true),
        ("DATA", "451 later", false),
        ("DATA", "421 4.3.2 going down", false),
        ("DATA", "550 5.7.1 not for you", true),
        (".", "421 4.3.2 going down", false),
        (".", "451 4.7.1 come again", false),
        (".", "550 5.7.1 it looks like spam", true),
        (".", "554 5.7.1 we dislike its content", true),
        (".", "452 4.3.1 disk full", false),
        (".", "354 what?", false),
        (".", "garbage", false),
    ] {
        let port = scripted::smtp(move |talk: &mut Talk, verb, _| {
            if verb == stage {
                talk.say(&format!("{answer}\r\n"));
            }
            verb == stage
        });
        let mut delivery = on(port);
        let result = delivery.send(&envelope("ana@ministerio.test"), MAIL);
        if hopeless {
            never(&result, answer);
        } else {
            later(&result, "");
        }
        // What the server said to a mail is an answer: such a mail has its five days only.
        let is_answer = !["", "EHLO"].contains(&stage);
        assert_eq!(delivery.is_reached(), is_answer, "{stage} {answer}");
    }
}

/// After an answer that ends nothing but this mail, the next one goes out, and the same one later.
#[test]
fn a_mail_that_is_refused_at_its_end_holds_up_no_other() {
    for (stage, answer, closes) in [
        ("DATA", "421 4.3.2 going down", true),
        ("DATA", "550 5.7.1 not for you", false),
        (".", "421 4.3.2 going down", true),
        (".", "451 4.7.1 come again", false),
        (".", "550 5.7.1 it looks like spam", false),
    ] {
        let tries = Arc::new(AtomicUsize::new(0));
        let taken = Arc::new(AtomicUsize::new(0));
        let (count, mails) = (Arc::clone(&tries), Arc::clone(&taken));
        let port = scripted::smtp(move |talk: &mut Talk, verb, _| {
            let refuses = verb == stage && count.fetch_add(1, Ordering::SeqCst) == 0;
            if refuses {
                talk.say(&format!("{answer}\r\n"));
                if closes {
                    talk.cut();
                }
            } else if verb == "." {
                mails.fetch_add(1, Ordering::SeqCst);
            }
            refuses
        });
        let mut delivery = on(port);
        let result = delivery.send(&envelope("ana@ministerio.test"), MAIL);
        let code = answer.get(..3).unwrap();
        match code {
            "550" => never(&result, answer),
            _ => later(&result, code),
        }
        for expected in 1..=2 {
            let result = delivery.send(&envelope("otra@ministerio.test"), MAIL);
            assert!(sent(&result), "{stage} {answer}: {result:?}");
            assert_eq!(taken.load(Ordering::SeqCst), expected, "{stage} {answer}");
        }
    }
}

#[test]
fn a_connection_that_the_server_has_had_enough_of_is_replaced() {
    let port = scripted::smtp(|talk: &mut Talk, verb, _| {
        // The first connection takes one mail; then it closes at RSET, the second one at MAIL.
        if verb == "RSET" && talk.number == 0 {
            talk.say("421 4.4.2 idle too long\r\n");
            talk.cut();
            return true;
        }
        false
    });
    let mut delivery = on(port);
    for _ in 0..2 {
        let result = delivery.send(&envelope("ana@ministerio.test"), MAIL);
        assert!(sent(&result), "{result:?}");
    }
    let mails = Arc::new(AtomicUsize::new(0));
    let port = scripted::smtp(move |talk: &mut Talk, verb, _| {
        let enough = verb == "MAIL" && mails.fetch_add(1, Ordering::Relaxed) == 1;
        if enough {
            talk.say("421 4.7.0 too many mails in one connection\r\n");
        }
        enough
    });
    let mut delivery = on(port);
    for _ in 0..2 {
        let result = delivery.send(&envelope("ana@ministerio.test"), MAIL);
        assert!(sent(&result), "{result:?}");
    }
}

#[test]
fn starttls_is_demanded_and_a_lone_line_feed_never_leaves() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&seen);
    let port = scripted::smtp(move |_, verb, _| {
        heard.lock().unwrap().push(verb.to_owned());
        false
    });
    let server = Smtp {
        host: "127.0.0.1".to_owned(),
        port,
        security: Security::StartTls,
        ca_file: None,
        login: None,
        timeout_seconds: 1,
    };
    later(
        &open(server, "").send(&envelope("ana@ministerio.test"), MAIL),
        "does not offer STARTTLS",
    );
    assert!(!seen.lock().unwrap().iter().any(|verb| verb == "MAIL"));
    // "\n.\n" must not end the mail and start commands of its own.
    let smuggled = b"Subject: a\r\n\r\nhola\n.\nMAIL FROM:<x@y>\r\n";
    let host = MailHost::start(&["mesa", "ana"]);
    let mut delivery = open(host.smtp("mesa", Security::Plain), "");
    assert!(sent(
        &delivery.send(&envelope("ana@ministerio.test"), smuggled)
    ));
    let mails = host.wait_for("ana", 1);
    let text = String::from_utf8(mails[0].clone())
        .unwrap()
        .replace("\r\n", "\n");
    assert!(text.ends_with("\n\nhola\n.\nMAIL FROM:<x@y>\n"), "{text}");
}
