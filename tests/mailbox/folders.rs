//! The folders that the desk uses, looked into and moved between.

use mesad::mailbox::{Fate, Folder, Mailbox, MailboxError, Moved, Uid, maildir};

use crate::support::mailhost::MailHost;
use crate::{filing, mail, mesa, stage};

/// Four mails in the mailbox: two are filed as handled, one waits for a person, one stays.
fn files_and_finds(mailbox: &mut Mailbox) {
    assert_eq!(
        mailbox.list(Folder::Done).unwrap(),
        [],
        "no such folder yet"
    );
    let all = mailbox.look().unwrap();
    assert_eq!(all.len(), 4);
    assert_eq!(mailbox.list(Folder::Incoming).unwrap(), all);
    let place = |moved: &Moved| moved.lies.clone().unwrap();
    let done = mailbox
        .file_all(Folder::Incoming, &all[..2], Fate::Done)
        .unwrap();
    let review = mailbox
        .file_all(Folder::Incoming, &all[2..3], Fate::Review)
        .unwrap();
    assert_eq!(
        done.iter().map(|m| &m.uid).collect::<Vec<_>>(),
        [&all[0], &all[1]]
    );
    let there: Vec<Uid> = done.iter().map(|m| place(m).1).collect();
    assert_eq!(mailbox.list(Folder::Done).unwrap(), there);
    assert_eq!(place(&review[0]).0, Folder::Review);

    let outlined = mailbox.outline(Folder::Done, &there).unwrap();
    let ids: Vec<&str> = outlined.iter().map(|o| o.message_id.as_str()).collect();
    assert_eq!(ids, ["a@ministerio.test", "b@ministerio.test"]);
    assert_eq!(outlined[0].bytes, mail("a").len() as u64);
    assert_eq!(mailbox.read(Folder::Done, &there[0]).unwrap(), mail("a"));
    // The folder that is read is still the selected one, and its UIDs mean its mails.
    assert_eq!(mailbox.look().unwrap(), [all[3].clone()]);
    assert_eq!(mailbox.fetch(&all[3], false).unwrap(), mail("d"));

    // A person has placed it: it is moved on from where it lies, and again does no harm.
    let from = place(&review[0]).1;
    let on = mailbox
        .file_all(Folder::Review, std::slice::from_ref(&from), Fate::Done)
        .unwrap();
    assert_eq!(mailbox.list(Folder::Done).unwrap().len(), 3);
    assert_eq!(
        mailbox.read(Folder::Done, &place(&on[0]).1).unwrap(),
        mail("c")
    );
    for folder in [Folder::Review, Folder::Incoming] {
        let again = mailbox.file_all(folder, &[from.clone(), all[0].clone()], Fate::Done);
        assert_eq!(again.unwrap(), []);
    }
    assert!(matches!(
        mailbox.read(Folder::Review, &from),
        Err(MailboxError::Gone)
    ));
    assert_eq!(mailbox.outline(Folder::Review, &[from]).unwrap(), []);
    assert_eq!(mailbox.look().unwrap(), [all[3].clone()]);
}

#[test]
fn folders_of_a_real_server() {
    let host = MailHost::start(&["mesa"]);
    for (name, subject) in [("1.a", "a"), ("2.b", "b"), ("3.c", "c"), ("4.d", "d")] {
        host.drop_into("mesa", name, &mail(subject));
    }
    files_and_finds(&mut mesa(&host));
    assert!(!host.flags("mesa")[0].contains('S'), "\\Seen is left alone");
}

#[test]
fn folders_of_a_maildir() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("Maildir");
    let mut mailbox = Mailbox::maildir(&path, filing()).unwrap();
    for name in ["a", "b", "c", "d"] {
        maildir::deliver(&path, name, stage::at(5, 10), &mail(name)).unwrap();
    }
    files_and_finds(&mut mailbox);
}
