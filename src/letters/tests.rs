use std::sync::{Arc, LazyLock};

use mail_parser::{HeaderValue, MessageParser, MimeHeaders};
use proptest::prelude::*;

use super::*;
use crate::request::{Party, TooLarge};

static SHIPPED: LazyLock<Templates> = LazyLock::new(|| Templates::new(&[]).unwrap());

fn render(sample: &samples::Sample) -> Rendered {
    let office = samples::office();
    SHIPPED
        .render(&sample.notice, &sample.rendering(&office))
        .unwrap()
}

fn sample(name: &str) -> samples::Sample {
    samples::all().into_iter().find(|s| s.name == name).unwrap()
}

/// The first header with this name, unfolded.
fn header(bytes: &[u8], name: &str) -> Option<String> {
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let head = text.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ");
    head.lines()
        .find_map(|l| l.strip_prefix(&format!("{name}: ")).map(str::to_owned))
}

#[test]
fn the_shipped_templates_have_no_error() {
    let errors = templates::prove(&Templates::new(&[]).unwrap());
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn every_message_has_a_full_sample_and_all_but_one_a_lesser_one() {
    for template in Message::TEMPLATES {
        let of: Vec<_> = samples::all()
            .into_iter()
            .filter(|s| s.notice.message.template() == *template)
            .collect();
        assert_eq!(of[0].name, *template);
        assert!(of.len() >= 2 || *template == "too-large", "{template}");
    }
}

#[test]
fn errors_of_an_offices_files_come_all_at_once() {
    let overrides = [
        (
            "claimed/body.txt",
            "{% extends \"base.txt\" %}\n{% block content %}\n{{ summry.number }}\n{% endblock %}",
        ),
        ("claimed/body.html", "{{ by | shout }}"),
        (
            "resolution/body.txt",
            "{% if text %}{{ summary.nummer }}{% endif %}",
        ),
        ("approval-request/body.html", "<p>{{ heading }}</p>"),
        ("status/subject.txt", "{{ nobody }}"),
        ("status/body.txt", "{{ nothing }}"),
    ]
    .map(|(name, source)| (name.to_owned(), source.to_owned()));
    let errors = Templates::new(&overrides).unwrap_err();
    let shown: Vec<String> = errors.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn files_that_do_not_parse_or_belong_to_no_mail_are_named() {
    let overrides = [
        ("claimed/body.txt", "{% if %}"),
        ("status/body.html", "{{ heading "),
        ("statuss/body.html", "x"),
        ("status/body.htm", "x"),
    ]
    .map(|(name, source)| (name.to_owned(), source.to_owned()));
    let errors = Templates::new(&overrides).unwrap_err();
    let shown: Vec<String> = errors.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn an_override_takes_the_place_of_a_file() {
    let overrides = [(
        "claimed/subject.txt".to_owned(),
        "Lo tomó {{ by }}".to_owned(),
    )];
    let sample = sample("claimed-least");
    let office = samples::office();
    let mail = Templates::new(&overrides)
        .unwrap()
        .render(&sample.notice, &sample.rendering(&office))
        .unwrap();
    assert_eq!(mail.subject, "[SIGEC-2026-000007] Lo tomó Jorge Lillo");
}

#[test]
fn a_template_without_end_is_stopped() {
    let endless =
        "{% for a in range(99999) %}{% for b in range(99999) %}xxxxxxxx{% endfor %}{% endfor %}";
    let large = "{% for a in range(90000) %}xxxxxxxxxxxxxxxxxxxx{% endfor %}";
    for (source, why) in [
        (large, "bytes"),
        (endless, "bytes"),
        (&endless.replace('x', ""), "fuel"),
    ] {
        let overrides = [("claimed/body.txt".to_owned(), source.to_owned())];
        let errors = Templates::new(&overrides).unwrap_err();
        assert!(errors[0].to_string().contains(why), "{errors:?}");
    }
}

#[test]
fn times_are_those_of_the_region() {
    let sample = sample("claimed");
    let mut office = samples::office();
    Arc::make_mut(&mut office.calendar).regions.insert(
        "Biobío".into(),
        crate::calendar::RegionRules {
            zone: Some(chrono_tz::Pacific::Easter),
            ..Default::default()
        },
    );
    let mail = SHIPPED
        .render(&sample.notice, &sample.rendering(&office))
        .unwrap();
    assert!(
        mail.text
            .contains("jueves 15 de octubre de 2026 a las 13:30 horas"),
        "{}",
        mail.text
    );
}

#[test]
fn a_digest_of_thousands_stays_small() {
    let mut sample = sample("digest");
    let Message::Digest(digest) = &mut sample.notice.message else {
        panic!("a digest")
    };
    digest.open = vec![digest.open[0].clone(); 5_000];
    let mail = render(&sample);
    assert!(mail.html.len() < 100_000, "{}", mail.html.len());
    assert!(mail.text.contains("Y 4900 más."));
}

#[test]
fn a_thread_keeps_its_subject() {
    let compose = |heading, thread| subject::compose(Some("SIGEC-2026-000001"), heading, thread);
    assert_eq!(
        compose("Se solicita: X", None),
        "[SIGEC-2026-000001] Se solicita: X"
    );
    let first = compose("Se solicita: X", None);
    let second = compose("Recordatorio: X", Some(&first));
    let third = compose("Registrado: X", Some(&second));
    assert_eq!(second, "Re: [SIGEC-2026-000001] Se solicita: X");
    assert_eq!(third, second);
    assert_eq!(
        compose(
            "Recibida",
            Some("RV: Re: [SIGEC-2026-000001] RE[2]: Fwd: cambio  de\r\n fecha")
        ),
        "Re: [SIGEC-2026-000001] cambio de fecha"
    );
    // A thread that began without a subject.
    assert_eq!(
        compose("Recibida", Some("Re:")),
        "Re: [SIGEC-2026-000001] Recibida"
    );
    assert_eq!(subject::compose(None, "Resumen", None), "Resumen");
}

#[test]
fn an_alarm_says_what_happened_and_an_answer_has_the_subject_of_its_question() {
    let subject_of = |name: &str, thread: Option<&str>| {
        let mut sample = sample(name);
        sample.thread_subject = thread.map(str::to_owned);
        render(&sample).subject
    };
    assert_eq!(
        subject_of("breach", Some("cambio de fecha")),
        "[SIGEC-2026-000123] PLAZO VENCIDO: Desaprobación de rendiciones"
    );
    assert_eq!(
        subject_of("resolution", Some("cambio de fecha")),
        "Re: [SIGEC-2026-000123] cambio de fecha"
    );
    assert_eq!(
        subject_of("wrong-channel", None),
        "Re: Crear la Fundación Los Aromos"
    );
    assert_eq!(
        subject_of("triage-received-least", None),
        "Recibimos su correo"
    );
}

#[test]
fn headers_cannot_be_injected() {
    let mut sample = sample("triage");
    let Message::Triage(triage) = &mut sample.notice.message else {
        panic!("a triage")
    };
    triage.subject = "Hola\r\nBcc: todos@otra.example\r\n\r\n<script>".into();
    sample.notice.to.name = "Ana\r\nBcc: x@otra.example".into();
    sample.thread_subject = Some("Hola\nBcc: todos@otra.example".into());
    sample.in_reply_to = Some("a@b>\r\nBcc: <x@otra.example".into());
    sample.references = vec!["ok@otra.example".into(), "a b\r\nBcc: c".into()];
    sample.attachments = vec![Attachment {
        name: "a\"\r\nBcc: x@otra.example\r\n.pdf".into(),
        media_type: "application/pdf\r\nBcc: y@otra.example".into(),
        bytes: vec![0; 100],
    }];
    let mail = render(&sample);
    let text = String::from_utf8(mail.bytes.clone()).unwrap();
    let (head, _) = text.split_once("\r\n\r\n").unwrap();
    assert!(!head.lines().any(|l| l.starts_with("Bcc")), "{head}");
    assert!(!mail.html.contains("<script>"));
    assert_eq!(
        header(&mail.bytes, "References").unwrap(),
        "<ok@otra.example>"
    );
    assert_eq!(header(&mail.bytes, "In-Reply-To"), None);
}

#[test]
fn addresses_and_ids_that_no_header_takes_are_refused_and_the_fallback_comes_out() {
    let office = samples::office();
    let templates = Templates::new(&[]).unwrap();
    for address in [
        "",
        "ana",
        "a@b@c",
        "ana@x.example\r\nBcc: y@z.example",
        "añ@x.example",
        "a b@x.example",
    ] {
        let mut sample = sample("claimed");
        sample.notice.to.address = address.into();
        let error = templates.render(&sample.notice, &sample.rendering(&office));
        assert!(
            matches!(error, Err(LetterError::Header { header: "To", .. })),
            "{address}"
        );
        let mail = fallback(&sample.notice, &sample.rendering(&office));
        assert_eq!(
            header(&mail.bytes, "To").unwrap(),
            "undisclosed-recipients:;"
        );
    }
    let mut sample = sample("claimed");
    sample.message_id = "a@b>\r\nBcc: <c@d".into();
    let error = templates.render(&sample.notice, &sample.rendering(&office));
    assert!(matches!(
        error,
        Err(LetterError::Header {
            header: "Message-ID",
            ..
        })
    ));
}

#[test]
fn nobody_sees_a_token_that_was_quoted() {
    let mut sample = sample("comment-your-name");
    let Message::Comment(comment) = &mut sample.notice.message else {
        panic!("a comment")
    };
    comment.text = format!("ok\n[ref:{}]\n[ REF: abc ] fin", samples::TOKEN);
    let mail = render(&sample);
    assert!(!mail.text.to_lowercase().contains("ref:"), "{}", mail.text);
    assert!(!mail.html.contains(samples::TOKEN));
    let plain = fallback(&sample.notice, &sample.rendering(&samples::office()));
    assert!(!plain.text.contains(samples::TOKEN));
}

#[test]
fn references_are_bounded_and_keep_their_root() {
    let mut sample = sample("claimed");
    sample.references = (0..200).map(|n| format!("m{n}@x.example")).collect();
    sample.in_reply_to = Some("m7@x.example".into());
    let shown = header(&render(&sample).bytes, "References").unwrap();
    let ids: Vec<&str> = shown.split(' ').collect();
    assert_eq!(ids.len(), 20);
    assert_eq!(ids[0], "<m0@x.example>");
    assert_eq!(ids[18..], ["<m199@x.example>", "<m7@x.example>"]);
}

#[test]
fn who_may_answer_automatically() {
    let shown = |name: &str| {
        let mail = render(&sample(name));
        let kind = header(&mail.bytes, "Auto-Submitted");
        (
            kind,
            header(&mail.bytes, "X-Auto-Response-Suppress").unwrap(),
        )
    };
    let (kind, suppress) = shown("acknowledgement");
    assert_eq!(kind.as_deref(), Some("auto-replied"));
    assert!(suppress.contains("OOF") && !suppress.contains("NDR"));
    assert_eq!(shown("digest").0.as_deref(), Some("auto-generated"));
    for name in [
        "approval-request",
        "approval-reminder",
        "work-order",
        "work-reminder",
    ] {
        let (kind, suppress) = shown(name);
        assert_eq!(kind, None, "{name}: an out-of-office answer is wanted");
        assert!(!suppress.contains("OOF"));
    }
}

#[test]
fn answers_go_to_the_plus_address_only_where_it_arrives() {
    let sample = sample("approval-request");
    let mut office = samples::office();
    let templates = Templates::new(&[]).unwrap();
    let mail = templates
        .render(&sample.notice, &sample.rendering(&office))
        .unwrap();
    let plus = format!("mesa+{}@mesa.example", samples::TOKEN);
    assert!(header(&mail.bytes, "Reply-To").unwrap().contains(&plus));
    assert!(mail.html.contains(&format!("mailto:{plus}?")));
    office.desk.plus_addresses = false;
    let mail = templates
        .render(&sample.notice, &sample.rendering(&office))
        .unwrap();
    assert_eq!(header(&mail.bytes, "Reply-To"), None);
    assert!(mail.html.contains("mailto:mesa@mesa.example?"));
}

#[test]
fn a_button_holds_the_whole_answer() {
    let mail = render(&sample("approval-request"));
    let link = mail
        .html
        .split("href=\"")
        .find(|l| l.contains("body=Rechazo"))
        .unwrap();
    let link = link.split('"').next().unwrap().replace("&amp;", "&");
    let (_, query) = link.split_once("?subject=").unwrap();
    let (subject, body) = query.split_once("&body=").unwrap();
    assert!(subject.starts_with("Re%3A%20%5BSIGEC-2026-000123%5D%20Se%20solicita"));
    let token = samples::TOKEN;
    assert_eq!(
        body,
        format!("Rechazo%3A%20%0D%0A%0D%0A%5Bref%3A{token}%5D%0D%0A")
    );
    assert!(
        link.len() < 500,
        "Outlook takes about 2,000 characters: {}",
        link.len()
    );
}

#[test]
fn the_fallback_tells_every_message() {
    let office = samples::office();
    for sample in samples::all() {
        let with = sample.rendering(&office);
        let mail = fallback(&sample.notice, &with);
        assert!(!mail.text.contains("Hay una novedad"), "{}", sample.name);
        assert_eq!(mail.text.contains("[ref:"), with.token.is_some());
        let parsed = MessageParser::default().parse(&mail.bytes).unwrap();
        assert_eq!(parsed.subject(), Some(mail.subject.as_str()));
        assert_eq!(
            parsed
                .body_text(0)
                .unwrap()
                .replace("\r\n", "\n")
                .trim_end(),
            mail.text.trim_end()
        );
    }
}

/// A notice whose name, subject and file name are these.
fn notice(name: &str, subject: &str, file: &str) -> samples::Sample {
    let mut sample = sample("too-large");
    sample.notice.to = Party {
        address: "ana@x.example".into(),
        name: name.into(),
        person: None,
    };
    sample.notice.message = TooLarge {
        subject: subject.into(),
        bytes: 2,
        limit: 1,
    }
    .into();
    sample.thread_subject = Some(subject.into());
    sample.attachments = vec![Attachment {
        name: file.into(),
        media_type: "text/plain".into(),
        bytes: subject.as_bytes().to_vec(),
    }];
    sample
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(
        name in "[ -~áéíóúñÑ€𝄞]{1,60}",
        subject in "\\PC{1,200}",
        file in "[A-Za-z0-9 ñáé°_-]{1,120}[.]pdf",
    ) {
        let sample = notice(&name, &subject, &file);
        let mail = render(&sample);
        let text = String::from_utf8(mail.bytes.clone()).unwrap();
        prop_assert!(text.is_ascii());
        prop_assert!(text.split("\r\n").all(|l| l.len() <= 78 && !l.contains(['\r', '\n'])));
        let parsed = MessageParser::default().parse(&mail.bytes).unwrap();
        prop_assert_eq!(parsed.subject().unwrap(), mail.subject.as_str());
        let shown = words::one_line(&name, 120);
        let to = parsed.to().unwrap().first().unwrap();
        prop_assert_eq!(to.address(), Some("ana@x.example"));
        if !shown.is_empty() {
            prop_assert_eq!(to.name().map(str::trim), Some(shown.trim()));
        }
        let file = words::one_line(&file, 200);
        let attachment = parsed.attachment(0).unwrap();
        prop_assert_eq!(attachment.attachment_name(), Some(file.as_str()));
        prop_assert_eq!(attachment.contents(), subject.as_bytes());
    }

    #[test]
    fn quoted_printable_gives_the_text_back(text in "(?s).{0,400}") {
        let text = text.replace('\r', "");
        let mail = format!(
            "MIME-Version: 1.0\r\n{}",
            mime::text_part("plain", &text)
        );
        prop_assert!(mail.split("\r\n").all(|l| l.len() <= 76 && l != "."));
        let parsed = MessageParser::default().parse(mail.as_bytes()).unwrap();
        let back = parsed.body_text(0).unwrap().replace("\r\n", "\n");
        prop_assert_eq!(back.trim_end_matches('\n'), text.trim_end_matches('\n'));
    }

    #[test]
    fn text_is_wrapped_without_loss(text in "([a-zñ]{1,90}[ \n]{1,3}){0,60}") {
        let tidy = words::tidy(&text);
        let words = |t: &str| t.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        prop_assert_eq!(words(&tidy), words(&text));
        let one_word = |l: &str| l.split_whitespace().count() == 1;
        prop_assert!(tidy.lines().all(|l| l.chars().count() <= 76 || one_word(l)));
    }
}

#[test]
fn a_header_of_many_ids_is_folded_between_them() {
    let ids: Vec<String> = (0..5)
        .map(|n| format!("<{n}{}@x.example>", "a".repeat(40)))
        .collect();
    let line = mime::tokens("References", ids.iter().map(String::as_str));
    assert!(line.split("\r\n").all(|l| l.len() <= 76), "{line}");
    let mail = format!("{line}\r\n");
    let parsed = MessageParser::default().parse(mail.as_bytes()).unwrap();
    assert!(matches!(parsed.references(), HeaderValue::TextList(l) if l.len() == 5));
}
