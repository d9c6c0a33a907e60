//! Every mail that the desk sends, as snapshots: header and text in one, HTML of the fullest in
//! another.
//!
//! The mails are also written to `target/letters/` (`NAME.html`, `NAME.txt`, `NAME.eml`), so that one
//! can look at them in a browser and in a mail program.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use std::fs;
use std::path::Path;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use mail_parser::MessageParser;
use mesad::letters::{Rendered, Templates, samples};

fn mails() -> Vec<(samples::Sample, Rendered)> {
    let templates = Templates::new(&[]).unwrap();
    let office = samples::office();
    samples::all()
        .into_iter()
        .map(|sample| {
            let mail = templates
                .render(&sample.notice, &sample.rendering(&office))
                .unwrap();
            (sample, mail)
        })
        .collect()
}

#[test]
fn each_mail_is_as_it_was() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../letters");
    fs::create_dir_all(&folder).unwrap();
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for (sample, mail) in mails() {
            let name = &sample.name;
            fs::write(folder.join(format!("{name}.html")), &mail.html).unwrap();
            fs::write(folder.join(format!("{name}.txt")), &mail.text).unwrap();
            fs::write(folder.join(format!("{name}.eml")), &mail.bytes).unwrap();
            let bytes = String::from_utf8(mail.bytes).unwrap();
            let (head, _) = bytes.split_once("\r\n\r\n").unwrap();
            let head = head.replace("\r\n", "\n");
            insta::assert_snapshot!(
                format!("{name}-text"),
                format!("{}\n\n{head}\n\n{}", mail.subject, mail.text)
            );
            // The lesser samples differ from the full ones in words that the text shows too.
            if name == sample.notice.message.template() {
                insta::assert_snapshot!(format!("{name}-html"), mail.html);
            }
        }
    });
}

#[test]
fn the_same_notice_gives_the_same_bytes() {
    for ((sample, first), (_, second)) in mails().into_iter().zip(mails()) {
        assert_eq!(first, second, "{}", sample.name);
    }
}

#[test]
fn each_mail_parses_back() {
    for (sample, mail) in mails() {
        let name = &sample.name;
        let bytes = String::from_utf8(mail.bytes.clone()).unwrap();
        assert!(bytes.is_ascii(), "{name}");
        assert!(bytes.split("\r\n").all(|l| l.len() <= 78), "{name}");
        let parsed = MessageParser::default().parse(&mail.bytes).unwrap();
        assert_eq!(parsed.subject(), Some(mail.subject.as_str()), "{name}");
        assert_eq!(parsed.message_id(), Some(sample.message_id.as_str()));
        assert_eq!(
            parsed.in_reply_to().as_text(),
            sample.in_reply_to.as_deref()
        );
        let from = parsed.from().unwrap().first().unwrap();
        assert_eq!(from.name(), Some("Mesa de Ayuda SIGEC"));
        assert_eq!(from.address(), Some("mesa@mesa.example"));
        let to = parsed.to().unwrap().first().unwrap();
        assert_eq!(to.address(), Some(sample.notice.to.address.as_str()));
        assert_eq!(parsed.date().unwrap().to_timestamp(), 1_791_829_800);
        let lf = |text: &str| text.replace("\r\n", "\n").trim_end().to_owned();
        assert_eq!(lf(&parsed.body_text(0).unwrap()), lf(&mail.text), "{name}");
        assert_eq!(lf(&parsed.body_html(0).unwrap()), lf(&mail.html), "{name}");
        assert_eq!(parsed.attachments().count(), sample.attachments.len());
    }
}

#[test]
fn each_mail_says_what_it_must() {
    for (sample, mail) in mails() {
        let name = &sample.name;
        let line = format!("[ref:{}]", samples::TOKEN);
        for text in [&mail.subject, &mail.text, &mail.html] {
            assert!(!text.contains("{{") && !text.contains("{%"), "{name}");
            assert!(
                !text.contains("none") || text.contains("text-decoration:none"),
                "{name}"
            );
        }
        let asks = sample.notice.ask.is_some();
        assert_eq!(mail.text.trim_end().ends_with(&line), asks, "{name}");
        assert_eq!(
            mail.html.matches(&line).count(),
            usize::from(asks),
            "{name}"
        );
        assert_eq!(
            mail.text.matches("[ref:").count(),
            usize::from(asks),
            "{name}"
        );
        let tags = mail.subject.matches("[SIGEC-").count();
        assert!(tags <= 1, "{name}: {}", mail.subject);
        assert!(
            !mail.html.contains("<script") && !mail.html.contains("<img"),
            "{name}"
        );
        assert!(mail.html.contains("lang=\"es-CL\""), "{name}");
        assert!(
            mail.html.len() < 100_000,
            "Gmail clips a mail at 102 KB: {name}"
        );
    }
}

/// Tags that were opened and not closed, or closed and not opened.
#[derive(Default)]
struct Nesting {
    open: std::cell::RefCell<Vec<String>>,
    wrong: std::cell::RefCell<Vec<String>>,
}

impl TokenSink for Nesting {
    type Handle = ();

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<()> {
        const EMPTY: [&str; 3] = ["br", "meta", "img"];
        match token {
            Token::TagToken(tag) if EMPTY.contains(&&*tag.name) => {}
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => {
                let name = tag.name.to_string();
                let mut open = self.open.borrow_mut();
                // A paragraph may not hold tables, lists or paragraphs.
                let block = ["p", "table", "ul", "h1"].contains(&name.as_str());
                if block && open.iter().any(|o| o == "p") {
                    self.wrong
                        .borrow_mut()
                        .push(format!("{line}: <{name}> in <p>"));
                }
                open.push(name);
            }
            Token::TagToken(tag) => {
                let expected = self.open.borrow_mut().pop();
                if expected.as_deref() != Some(&*tag.name) {
                    let found = format!("{line}: </{}> for {expected:?}", tag.name);
                    self.wrong.borrow_mut().push(found);
                }
            }
            Token::ParseError(error) => self.wrong.borrow_mut().push(format!("{line}: {error}")),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

#[test]
fn html_is_well_formed() {
    for (sample, mail) in mails() {
        let input = BufferQueue::default();
        input.push_back(StrTendril::from(mail.html.as_str()));
        let tokens = Tokenizer::new(
            Nesting::default(),
            TokenizerOpts {
                exact_errors: true,
                ..TokenizerOpts::default()
            },
        );
        let _ = tokens.feed(&input);
        tokens.end();
        let wrong = tokens.sink.wrong.borrow();
        assert!(wrong.is_empty(), "{}: {wrong:?}", sample.name);
        assert!(tokens.sink.open.borrow().is_empty(), "{}", sample.name);
    }
}
