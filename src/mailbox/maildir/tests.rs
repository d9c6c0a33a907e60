use std::collections::BTreeSet;

use chrono::TimeZone;

use super::*;

static ON: AtomicBool = AtomicBool::new(false);
const MAIL: &[u8] = b"Subject: uno\r\nTo: mesa@ministerio.test\r\n\r\nHola\r\n\r\nFin\r\n";

fn at(second: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 10, 1, 9, 0, second).unwrap()
}

fn moving() -> Filing {
    Filing::Move {
        done: "Procesados".to_owned(),
        review: "Revisar/Revisión".to_owned(),
    }
}

fn maildir(filing: Filing) -> (tempfile::TempDir, PathBuf, Maildir) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("Maildir");
    let maildir = Maildir::open(&path, filing).unwrap();
    (folder, path, maildir)
}

fn names(path: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(path).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

#[test]
fn a_mail_is_read_and_moved_and_nothing_is_lost() {
    let (_folder, path, mut maildir) = maildir(moving());
    let second = deliver(&path, "b", at(2), MAIL).unwrap();
    let first = deliver(&path, "a", at(1), b"Subject: dos\n\ncuerpo\n").unwrap();
    assert_eq!(maildir.look().unwrap(), [first.clone(), second.clone()]);
    let described = maildir.describe(&[second.clone(), first.clone()]).unwrap();
    let listed = Listed {
        bytes: MAIL.len() as u64,
        received_at: at(2),
    };
    assert_eq!(described[0], (second.clone(), listed));
    assert_eq!(maildir.fetch(&second, false).unwrap(), MAIL);
    let header = b"Subject: uno\r\nTo: mesa@ministerio.test\r\n\r\n";
    assert_eq!(maildir.fetch(&second, true).unwrap(), header);
    assert_eq!(maildir.fetch(&first, true).unwrap(), b"Subject: dos\n\n");

    maildir.file(&second, Fate::Done).unwrap();
    maildir.file(&first, Fate::Review).unwrap();
    assert_eq!(maildir.look().unwrap(), []);
    let moved = format!("{}:2,", second.uid);
    assert_eq!(
        fs::read(path.join(".Procesados/cur").join(moved)).unwrap(),
        MAIL
    );
    assert_eq!(
        names(&path.join(".Revisar.Revisi&APM-n/cur")),
        [format!("{}:2,", first.uid)].into()
    );
    assert!(path.join(".Procesados/maildirfolder").is_file());
    for error in [
        maildir.file(&second, Fate::Done).unwrap_err(),
        maildir.fetch(&second, false).unwrap_err(),
    ] {
        assert!(matches!(error, MailboxError::Gone), "{error:?}");
    }
    assert_eq!(maildir.describe(&[second]).unwrap(), []);
}

#[test]
fn a_mail_that_is_left_goes_to_cur_and_keeps_its_flags() {
    let (_folder, path, mut maildir) = maildir(Filing::Leave);
    let uid = deliver(&path, "a", at(1), MAIL).unwrap();
    maildir.look().unwrap();
    for _ in 0..2 {
        maildir.file(&uid, Fate::Done).unwrap();
        assert_eq!(maildir.look().unwrap(), std::slice::from_ref(&uid));
    }
    assert_eq!(names(&path.join("cur")), [format!("{}:2,", uid.uid)].into());
    // A person reads it: its name changes between two of our steps.
    let name = path.join("cur").join(&uid.uid);
    fs::rename(
        format!("{}:2,", name.display()),
        format!("{}:2,S", name.display()),
    )
    .unwrap();
    assert_eq!(maildir.fetch(&uid, false).unwrap(), MAIL);
    maildir.file(&uid, Fate::Review).unwrap();
    assert_eq!(
        names(&path.join("cur")),
        [format!("{}:2,S", uid.uid)].into()
    );
}

#[test]
fn only_regular_files_are_mails_and_no_uid_leads_elsewhere() {
    let (folder, path, mut maildir) = maildir(moving());
    fs::write(folder.path().join("secret"), "x").unwrap();
    std::os::unix::fs::symlink(folder.path().join("secret"), path.join("new/1.link")).unwrap();
    fs::create_dir(path.join("new/2.folder")).unwrap();
    fs::write(path.join("new/.hidden"), "x").unwrap();
    fs::write(path.join("tmp/3.unfinished"), "x").unwrap();
    assert_eq!(maildir.look().unwrap(), []);
    for uid in ["../../secret", "../new/.hidden", "", "/etc/passwd"] {
        let uid = Uid {
            validity: VALIDITY,
            uid: uid.to_owned(),
        };
        assert!(matches!(
            maildir.fetch(&uid, false),
            Err(MailboxError::Gone)
        ));
    }
    let odd = deliver(&path, "../../../x y", at(1), MAIL).unwrap();
    assert_eq!(maildir.look().unwrap(), [odd]);
    assert!(Maildir::open(&folder.path().join("no/hay"), moving()).is_err());
    for name in ["", "..", "/", "a\nb"] {
        assert!(maildir.folder(name).is_err(), "{name:?}");
    }
    assert!(maildir.folder("../x").unwrap().ends_with("Maildir/.x"));
}

#[test]
fn names_without_a_time_are_ordered_by_the_file_s_and_need_not_be_utf8() {
    use std::os::unix::ffi::OsStrExt;
    let (_folder, path, mut maildir) = maildir(moving());
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9:2,S");
    for (name, second) in [("zeta".as_ref(), 1), (name, 3), ("alfa".as_ref(), 5)] {
        let file = File::create(path.join("cur").join(name)).unwrap();
        file.set_modified(at(second).into()).unwrap();
    }
    let timed = deliver(&path, "b", at(2), MAIL).unwrap();
    let uids: Vec<String> = maildir
        .look()
        .unwrap()
        .into_iter()
        .map(|uid| uid.uid)
        .collect();
    assert_eq!(uids, ["zeta", &timed.uid, "caf\\xe9", "alfa"]);
    let odd = Uid {
        validity: VALIDITY,
        uid: uids[2].clone(),
    };
    maildir.file(&odd, Fate::Done).unwrap();
    assert_eq!(maildir.look().unwrap().len(), 3);
}

#[test]
fn a_wait_ends_when_a_mail_comes_or_when_told() {
    let (_folder, path, mut maildir) = maildir(moving());
    maildir.look().unwrap();
    #[expect(
        clippy::disallowed_methods,
        reason = "the test measures how long something takes"
    )]
    let begin = std::time::Instant::now();
    maildir.wait(Duration::from_millis(600), &ON);
    assert!(begin.elapsed() >= Duration::from_millis(600));
    deliver(&path, "a", at(1), MAIL).unwrap();
    maildir.wait(Duration::from_secs(9), &ON);
    maildir.look().unwrap();
    maildir.wait(Duration::from_secs(9), &AtomicBool::new(true));
    assert!(
        begin.elapsed() < Duration::from_secs(5),
        "{:?}",
        begin.elapsed()
    );
}
