#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test")]
mod mail_desk;
use mesad::mail::{self, Origin};
#[test]
fn look() {
    let Some(dir) = std::env::var_os("LOOK") else {
        return;
    };
    let mut files: Vec<_> = std::fs::read_dir(dir)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "eml"))
        .collect();
    files.sort();
    let mut desk = mail_desk::desk();
    if let Some(a) = std::env::var("LOOK_DESK").ok() {
        desk.address = a;
    }
    for f in files {
        let l = mail::parse(&std::fs::read(&f).unwrap(), &desk);
        let text: String = l.text.replace('\n', " ⏎ ").chars().take(330).collect();
        let kind = match &l.origin {
            Origin::Automatic(a) => format!(
                "AUTOMATIC {:?} until {:?} sub {:?}",
                a.kind, a.until, a.substitute
            ),
            Origin::Bounce(b) => format!(
                "BOUNCE {:?} own {:?} report {}",
                b.recipients
                    .iter()
                    .map(|r| format!(
                        "{} {:?} {:?} perm {} dead {}",
                        r.address, r.status, r.delivery, r.permanent, r.dead
                    ))
                    .collect::<Vec<_>>(),
                b.original_message_id,
                b.has_report
            ),
            o => format!("{o:?}"),
        };
        println!(
            "{} | {} | {:?} | {}\n    {kind} [{}]\n    {text}",
            f.file_name().unwrap().to_string_lossy(),
            l.from.as_ref().map_or("", |f| &f.address),
            l.date.map(|d| d.date_naive()),
            l.subject,
            l.origin_evidence
        );
    }
}
