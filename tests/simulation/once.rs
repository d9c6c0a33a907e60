//! One paper, one request: the same data are asked for again only where they were not given.

use rusqlite::OptionalExtension;

use crate::check::{Broken, Entry};
use crate::office::Simulation;
use crate::truth::Says;

impl Simulation {
    /// A request was opened: by a paper that had opened none, or whose request has ended without it,
    /// or was corrected since.
    pub fn check_opening(&mut self, entry: &Entry, says: Says) -> Broken {
        let request = entry.request.unwrap_or_default();
        self.figures.requests += 1;
        let Says::Asks(paper) = says else {
            return Ok(());
        };
        let complete = self.papers[paper as usize].lacks.is_empty();
        if complete && entry.outcome == "opened-incomplete" {
            self.figures.misread += 1;
            self.tell(format!("paper {paper} was misread: request {request}"));
        }
        if let Some(first) = self.watch.opened.insert(paper, request) {
            // One that is incomplete is not known again by its data.
            let (before, again) = (self.data_key(first), self.data_key(request));
            if !again.is_empty() && before == again && self.was_settled(first, entry.id) {
                return Err(format!(
                    "paper {paper} opened requests {first} and {request}"
                ));
            }
            self.figures.again += 1;
        }
        Ok(())
    }

    /// Whether a request was open, or done, when an entry of the journal was written. It may have
    /// been taken up again since: "the rejection was not mine".
    fn was_settled(&self, request: i64, entry: i64) -> bool {
        let last: Option<String> = self.disk.look(|c| {
            let sql = "SELECT outcome FROM journal WHERE request = ?1 AND id < ?2 AND outcome IN
                         ('done', 'rejected', 'withdrawn', 'not-done', 'disowned', 'repudiated',
                          'reopened')
                       ORDER BY id DESC LIMIT 1";
            let mut statement = c.prepare_cached(sql).unwrap();
            let row = statement.query_row([request, entry], |row| row.get(0));
            row.optional().unwrap()
        });
        let refused = ["rejected", "withdrawn", "not-done", "disowned"];
        last.is_none_or(|outcome| !refused.contains(&outcome.as_str()))
    }

    fn data_key(&self, request: i64) -> String {
        self.disk.look(|c| {
            let sql = "SELECT data_key FROM requests WHERE id = ?1";
            let mut statement = c.prepare_cached(sql).unwrap();
            statement.query_row([request], |row| row.get(0)).unwrap()
        })
    }
}
