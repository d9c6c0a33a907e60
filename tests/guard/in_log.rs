//! What is blanked while somebody reads the database stands in the log beside it still: that is
//! said, told, and done again until it is gone.

use chrono::TimeDelta;
use mesad::desk::{DeskError, purge};
use mesad::request::RequestId;
use mesad::store::{Purgeable, Purger, StoreError};
use rusqlite::Connection;

use crate::{Stage, closed_request, days, grep_database, mesad};

const WORDS: &str = "listas de asistencia";

fn told(stage: &Stage) -> Vec<String> {
    stage.column("SELECT details FROM troubles WHERE kind = 'database' AND about = 'log'")
}

#[test]
fn what_a_reader_keeps_in_the_log_is_not_called_blanked_and_goes_once_it_can() {
    let stage = closed_request();
    let reader = Connection::open(stage.folder.path().join("state/mesad.sqlite")).unwrap();
    reader
        .execute_batch("BEGIN; SELECT count(*) FROM inputs")
        .unwrap();
    let whole = Purgeable {
        requests: vec![RequestId(1)],
        ..Purgeable::default()
    };
    let by = Purger {
        by: "operator:ana".to_owned(),
        reason: "pedido 12".to_owned(),
    };
    let store = &stage.world().store;
    let blanked = purge::blank(store, &whole, &by, days(1));
    assert!(
        matches!(blanked, Err(DeskError::Store(StoreError::StillInLog(_)))),
        "{blanked:?}"
    );
    // Who asks for it by hand is told what to do, though nothing is left to blank.
    let done = mesad(&stage, &["purge"]);
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert_eq!(done.status.code(), Some(1), "{said}");
    assert!(said.contains("end what reads it"), "{said}");
    // Not before: to close a file that was read takes this process's locks on it away.
    assert!(!grep_database(&stage, WORDS).is_empty(), "it stands there");
    // The desk tries again after a while, and tells its people.
    assert_eq!(told(&stage), [] as [String; 0]);
    stage.set(days(1) + TimeDelta::minutes(11));
    purge::turn(stage.world()).unwrap();
    assert!(told(&stage)[0].contains("alguien la está leyendo"));
    drop(reader);
    stage.set(days(1) + TimeDelta::minutes(22));
    purge::turn(stage.world()).unwrap();
    assert_eq!(grep_database(&stage, WORDS), [] as [String; 0]);
    assert_eq!(told(&stage), [] as [String; 0]);
    let mark = "SELECT name FROM marks WHERE name = 'blanked-in-log'";
    assert_eq!(stage.column(mark), [] as [String; 0]);
}
