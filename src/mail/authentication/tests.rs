use super::field::{Field, Malformed, MethodResult, hop, parse};
use super::judge;
use crate::mail::SenderAuthentication::{self, Fails, Missing, NotStamped, Passes};
use crate::mail::raw::Headers;
use crate::office::{Authentication, Authserv, StampPlace};

const ANA: &str = "ana.soto@oficina.example";

fn result(method: &str, result: &str, properties: &[(&str, &str)]) -> MethodResult {
    let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    MethodResult {
        method: method.to_owned(),
        result: result.to_owned(),
        properties: properties.iter().map(own).collect(),
    }
}

fn field(id: Option<&str>, results: &[MethodResult]) -> Result<Field, Malformed> {
    Ok(Field {
        authserv_id: id.map(str::to_owned),
        results: results.to_vec(),
    })
}

#[test]
fn the_grammar() {
    let mx = Some("mx.oficina.example");
    assert_eq!(parse("mx.oficina.example; none"), field(mx, &[]));
    assert_eq!(parse("MX.Oficina.example 1; none"), field(mx, &[]));
    assert_eq!(parse("mx.oficina.example/4XyZ; none"), field(mx, &[]));
    assert_eq!(parse("\"mx.oficina.example\"; none"), field(mx, &[]));
    assert_eq!(
        parse(
            "(c) mx.oficina.example (d (e\\)) f); spf = pass (ip=1.2.3.4; x=y) \
             smtp . mailfrom = a@b.example; dkim/1=pass reason=\"good; really\" \
             header.d=oficina.example header.b=aB+/c=;dmarc=fail"
        ),
        field(
            mx,
            &[
                result("spf", "pass", &[("smtp.mailfrom", "a@b.example")]),
                result(
                    "dkim",
                    "pass",
                    &[
                        ("reason", "good; really"),
                        ("header.d", "oficina.example"),
                        ("header.b", "aB+/c="),
                    ]
                ),
                result("dmarc", "fail", &[]),
            ]
        )
    );
    assert_eq!(
        parse("mx.oficina.example; spf=none smtp.mailfrom=; dkim=pass"),
        field(
            mx,
            &[
                result("spf", "none", &[("smtp.mailfrom", "")]),
                result("dkim", "pass", &[]),
            ]
        )
    );
    assert_eq!(
        parse("spf=none smtp.mailfrom=a.example; hotmail.com; dmarc=pass action=none"),
        field(
            None,
            &[
                result("spf", "none", &[("smtp.mailfrom", "a.example")]),
                result("dmarc", "pass", &[("action", "none")]),
            ]
        )
    );
}

#[test]
fn what_breaks_the_grammar_is_no_field() {
    for bad in [
        "mx.oficina.example; dmarc=pass (never closed",
        "mx.oficina.example; dmarc=pass \"never closed",
        "mx.oficina.example; dmarc=pass )",
        "mx.oficina.example 2; dmarc=pass",
        "mx.oficina.example and more; dmarc=pass",
        "mx.oficina.example; =pass",
        "mx.oficina.example; dmarc==pass",
        "mx.oficina.example; dmarc=pass \u{7} header.from=x",
    ] {
        assert_eq!(parse(bad), Err(Malformed), "{bad}");
    }
    let long = format!("mx; dmarc=pass {}", "x ".repeat(10_000));
    assert_eq!(parse(&long), Err(Malformed));
    let many = format!("mx{}", "; a=b".repeat(200));
    assert_eq!(parse(&many), Err(Malformed));
}

/// Sixteen kilobytes of the worst take as long as of anything: each character is met once.
#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "how long it takes is what is tested"
)]
fn hostile_text_is_read_in_one_pass() {
    for unit in ["(", "\\", "\"", ";", "=", "a=b ", ". ", "/", "ñ", "(\\)"] {
        let text = unit.repeat(16_000 / unit.len());
        let begin = std::time::Instant::now();
        let _ = (parse(&text), hop(&text));
        assert!(begin.elapsed().as_millis() < 500, "{unit}");
    }
}

#[test]
fn hops() {
    let hop = hop(
        "from mta.otra.example (by=x from=y [192.0.2.1]) (Authenticated sender: by z) \
         by mx.oficina.example (Postfix) with ESMTPS id 4X for <mesa@sigec.example>; Mon, 5 Oct",
    );
    assert_eq!(hop.from.as_deref(), Some("mta.otra.example"));
    assert_eq!(hop.by.as_deref(), Some("mx.oficina.example"));
    assert_eq!(hop.with.as_deref(), Some("esmtps"));
}

fn authserv(place: StampPlace, relays: &[&str]) -> Authentication {
    Authentication::Authserv(Authserv {
        ids: vec![
            "mx.oficina.example".to_owned(),
            "mx2.oficina.example".to_owned(),
        ],
        relays: relays.iter().map(|r| (*r).to_owned()).collect(),
        place,
    })
}

#[track_caller]
fn expect(mode: &Authentication, header: &str, verdict: SenderAuthentication) {
    let headers = Headers::parse(header);
    let (got, words) = judge(&headers, ANA, mode);
    assert_eq!(got, verdict, "{words}\n{header}");
}

const EDGE: &str = "Received: from mta.otra.example (unknown [192.0.2.9]) by mx.oficina.example \
                    (Postfix) with ESMTPS id 4Xyz; Mon, 5 Oct 2026 10:00:00 -0300\n";
const PASS: &str = "Authentication-Results: mx.oficina.example; dmarc=pass (p=reject) \
                    header.from=oficina.example\n";
const FAIL: &str = "Authentication-Results: mx.oficina.example; dmarc=fail (p=none) \
                    header.from=oficina.example\n";

#[test]
fn stamps_above_the_edge() {
    let mode = authserv(StampPlace::Above, &["imap.oficina.example"]);
    let inner = "Received: from mx.oficina.example by imap.oficina.example with ESMTP id 1; x\n";
    let local = "Received: from mx.oficina.example by mx.oficina.example with LMTP id 2; x\n";
    for (header, verdict) in [
        (format!("{PASS}{EDGE}From: x\n"), Passes),
        (format!("{FAIL}{EDGE}"), Fails),
        // What a sender wrote stands beneath the edge's own line.
        (format!("{EDGE}{PASS}"), Missing),
        (format!("{FAIL}{EDGE}{PASS}"), Fails),
        (format!("{EDGE}{PASS}{EDGE}"), Missing),
        // Inner hops stand above the stamp; after it they end what is believed.
        (format!("{inner}{PASS}{EDGE}"), Passes),
        (format!("{local}{PASS}{EDGE}"), Passes),
        (format!("{inner}{local}{PASS}{EDGE}"), Passes),
        (format!("{inner}{FAIL}{inner}{PASS}"), Fails),
        (format!("{inner}{EDGE}{PASS}"), Missing),
        // A host that nobody named.
        (format!("Received: by otro.example; x\n{PASS}"), Missing),
    ] {
        expect(&mode, &header, verdict);
    }
}

#[test]
fn all_stamps_of_the_server_are_read_together() {
    let mode = authserv(StampPlace::Above, &[]);
    let ours = "Authentication-Results: mx.oficina.example;";
    let from = "header.from=oficina.example";
    for (header, verdict) in [
        // One verdict spread over four fields.
        (
            format!("{ours} spf=fail\n{ours} dkim=pass\n{ours} x=y\n{ours} dmarc=pass {from}\n"),
            Passes,
        ),
        // Somebody else's between them.
        (
            format!("Authentication-Results: otra.example; dmarc=fail {from}\n{PASS}"),
            Passes,
        ),
        (
            format!("Authentication-Results: otra.example; dmarc=pass {from}\n"),
            Missing,
        ),
        (PASS.replace("mx.", "mx2."), Passes),
        (format!("{}{FAIL}", PASS.replace("mx.", "mx2.")), Fails),
        // Contradictions never pass.
        (format!("{PASS}{FAIL}"), Fails),
        (format!("{PASS}{ours} dmarc=none\n"), Missing),
        (
            format!("{ours} dmarc=pass {from} header.from=otra.example\n"),
            Fails,
        ),
        (
            format!("{PASS}{ours} dmarc=pass header.from=otra.example\n"),
            Fails,
        ),
        // One that cannot be read spoils all.
        (format!("{PASS}{ours} dkim=pass (\n"), Missing),
        (format!("{ours} dmarc=pass\n"), Missing),
        (
            format!("{ours} dmarc=pass header.from=otra.example\n"),
            Fails,
        ),
        (
            format!("{ours} dmarc=pass header.from=mal.oficina.example\n"),
            Fails,
        ),
        (
            format!("{ours} dmarc=pass header.from=OFICINA.example.\n"),
            Passes,
        ),
        (format!("{ours} dmarc=bestguesspass {from}\n"), Missing),
        (
            format!("{ours} dmarc=temperror {from}; dkim=pass header.d=oficina.example\n"),
            Missing,
        ),
        (format!("{ours} none\n"), Missing),
        // Words within quotes and comments are no results.
        (
            format!("{ours} spf=pass smtp.mailfrom=\"x; dmarc=pass {from}\"@mal.example\n"),
            Missing,
        ),
        (format!("{ours} spf=pass (x; dmarc=pass {from})\n"), Missing),
    ] {
        expect(&mode, &header, verdict);
    }
}

#[test]
fn without_a_policy_the_very_domain_must_have_signed() {
    let mode = authserv(StampPlace::Above, &[]);
    let ours = "Authentication-Results: mx.oficina.example; dmarc=none;";
    for (results, verdict) in [
        ("dkim=pass header.d=oficina.example", Passes),
        ("dkim=pass header.i=@oficina.example header.s=s1", Passes),
        (
            "dkim=pass header.d=otra.example; dkim=pass header.d=oficina.example",
            Passes,
        ),
        ("dkim=fail header.d=oficina.example", Missing),
        ("dkim=pass header.d=mal.oficina.example", Missing),
        ("dkim=pass header.d=example", Missing),
        (
            "dkim=pass header.d=otra.example header.i=@oficina.example",
            Missing,
        ),
        (
            "dkim=pass header.d=otra.example header.d=oficina.example",
            Missing,
        ),
        ("spf=pass smtp.mailfrom=ana.soto@oficina.example", Missing),
        ("auth=pass smtp.auth=ana.soto@oficina.example", Passes),
        ("auth=pass smtp.auth=otro@oficina.example", Missing),
        (
            "dmarc=fail; auth=pass smtp.auth=ana.soto@oficina.example",
            Missing,
        ),
        ("auth=fail smtp.auth=ana.soto@oficina.example", Missing),
    ] {
        expect(&mode, &format!("{ours} {results}\n"), verdict);
    }
}

#[test]
fn stamps_beneath_the_edge() {
    let mode = authserv(StampPlace::Below, &[]);
    for (header, verdict) in [
        (format!("{EDGE}{PASS}From: x\n"), Passes),
        (format!("{PASS}{EDGE}"), Missing),
        (format!("{EDGE}{FAIL}{PASS}"), Fails),
        (format!("{EDGE}{EDGE}{PASS}"), Missing),
        (format!("{EDGE}From: x\nSubject: y\n"), Missing),
    ] {
        expect(&mode, &header, verdict);
    }
}

const HOP: &str = "Received: from A.prod.outlook.com (2603::1) by B.prod.outlook.com (::1) with \
                   HTTPS; x\n";
const MS_EDGE: &str = "Received: from mta.otra.example (192.0.2.9) by \
                       C.mail.protection.outlook.com (10.0.0.1) with Microsoft SMTP Server; x\n";

/// Exchange Online's stamp with these words for DMARC and all signals together.
fn exchange(rest: &str) -> String {
    format!(
        "Authentication-Results: spf=pass (sender IP is 192.0.2.9) smtp.mailfrom=oficina.example; \
         dkim=pass (signature was verified) header.d=oficina.example;{rest}\n"
    )
}

/// The same with DMARC's result for the sender's domain.
fn dmarc(result: &str, rest: &str) -> String {
    exchange(&format!(
        "dmarc={result} action=none header.from=oficina.example;{rest}"
    ))
}

#[test]
fn microsoft_from_outside() {
    let good = dmarc("pass", "compauth=pass reason=100");
    let bad = dmarc("fail", "compauth=fail reason=000");
    let foreign = "Authentication-Results: mx.mal.example; dmarc=pass \
                   header.from=oficina.example\n";
    let spoof = "dmarc=none header.from=otra.example;compauth=fail reason=601";
    for (header, verdict) in [
        (format!("{HOP}{good}{MS_EDGE}"), Passes),
        (format!("{HOP}{MS_EDGE}{good}"), Missing),
        (format!("{HOP}{bad}{MS_EDGE}{good}"), Fails),
        (dmarc("bestguesspass", "compauth=pass reason=109"), Passes),
        (dmarc("bestguesspass", "compauth=pass reason=703"), Missing),
        // A sealer's word, or a sender that the provider knows, is asked and not believed.
        (dmarc("fail", "compauth=pass reason=130"), Missing),
        (dmarc("fail", "compauth=pass reason=703"), Missing),
        (dmarc("fail", ""), Fails),
        (exchange(spoof), Fails),
        // Not the provider's form: an outsider's field that stands on top.
        (format!("{HOP}{foreign}{MS_EDGE}"), Missing),
        (format!("{HOP}{foreign}{good}{MS_EDGE}"), Missing),
    ] {
        expect(&Authentication::Microsoft365, &header, verdict);
    }
}

#[test]
fn microsoft_between_accounts() {
    let internal = "X-MS-Exchange-Organization-AuthAs: Internal\n";
    let source = "X-MS-Exchange-Organization-AuthSource: D.prod.outlook.com\n";
    let none = "Authentication-Results: dkim=none (message not signed) \
                header.d=none;dmarc=none action=none header.from=oficina.example;\n";
    let bad = dmarc("fail", "");
    for (header, verdict) in [
        (format!("{HOP}{none}{internal}{source}"), Passes),
        (format!("{HOP}{internal}{source}"), Passes),
        (
            format!("{none}X-MS-Exchange-Organization-AuthAs: Anonymous\n{source}"),
            Missing,
        ),
        (format!("{none}{internal}{internal}{source}"), Missing),
        (format!("{none}{internal}"), Missing),
        (
            format!(
                "{none}{internal}X-MS-Exchange-Organization-AuthSource: outlook.com.mal.example\n"
            ),
            Missing,
        ),
        // Every tenant writes these for its own mail, and they cross over.
        (
            format!(
                "{none}X-MS-Exchange-CrossTenant-AuthAs: Internal\n\
                 X-MS-Exchange-CrossTenant-AuthSource: D.prod.outlook.com\n"
            ),
            Missing,
        ),
        // What failed outside is not healed by a field that says inside.
        (format!("{HOP}{bad}{MS_EDGE}{internal}{source}"), Fails),
    ] {
        expect(&Authentication::Microsoft365, &header, verdict);
    }
}

#[test]
fn google() {
    let hop = "Received: by 2002:a05:6a10:1234 with SMTP id x1csp1; x\n";
    let edge = "Received: from mta.otra.example (mta.otra.example. [192.0.2.9]) by mx.google.com \
                with ESMTPS id y1; x\n";
    let arc = "ARC-Authentication-Results: i=1; mx.google.com; dmarc=pass \
               header.from=oficina.example\n";
    let good = "Authentication-Results: mx.google.com; dkim=pass header.i=@oficina.example \
                header.s=s header.b=\"aB/c\"; spf=pass (google.com: domain of x designates \
                192.0.2.9 as permitted sender) smtp.mailfrom=x@oficina.example; dmarc=pass \
                (p=NONE sp=NONE dis=NONE) header.from=oficina.example\n";
    let bad = "Authentication-Results: mx.google.com; dmarc=fail header.from=oficina.example\n";
    for (header, verdict) in [
        (format!("{hop}{arc}{edge}{good}"), Passes),
        (format!("{hop}{edge}{bad}{good}"), Fails),
        (format!("{hop}{arc}{edge}"), Missing),
        // Nothing of Gmail's edge above it.
        (format!("{hop}{good}"), Missing),
        (format!("{good}{hop}{edge}"), Missing),
        (
            format!("{hop}Received: from a.example by b.example; x\n{edge}{good}"),
            Missing,
        ),
        (
            format!("{hop}{edge}{}{good}", "Received: from a by b.example; x\n"),
            Missing,
        ),
        (
            format!("{hop}{edge}Authentication-Results: mal.example; dmarc=pass\n{good}"),
            Missing,
        ),
    ] {
        expect(&Authentication::Google, &header, verdict);
    }
}

#[test]
fn an_office_without_stamps() {
    expect(&Authentication::None, &format!("{PASS}{EDGE}"), NotStamped);
    expect(&Authentication::None, &format!("{FAIL}{EDGE}"), NotStamped);
}
