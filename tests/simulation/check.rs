//! What must hold: the promises, looked at each day and at the end, past the desk.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, TimeDelta};
use mesad::desk::DeskError;
use mesad::office::{Person, RoleId};
use mesad::request::{Ending, Party, Request, RequestId, State};
use rusqlite::OptionalExtension;

use crate::host::Lies;
use crate::office::Simulation;
use crate::truth::{Author, Says};

/// What is followed from check to check.
#[derive(Debug, Default)]
pub struct Watch {
    /// Whether it is time to look.
    pub due: bool,
    last_entry: i64,
    last_notice: i64,
    last_copy: usize,
    /// Notices that have not ended.
    notices: BTreeSet<i64>,
    /// Copies whose fate is not known.
    copies: BTreeSet<usize>,
    /// How often each mail was handled, other than as a repetition.
    handled: BTreeMap<usize, u32>,
    /// The request that each paper opened.
    pub opened: BTreeMap<u32, i64>,
}

/// An entry of the journal.
pub struct Entry {
    pub id: i64,
    pub request: Option<i64>,
    input: Option<i64>,
    pub outcome: String,
    cell: String,
    place: i64,
}

/// A row of a notice.
struct Ended {
    state: String,
    message: String,
    message_id: String,
    request: Option<i64>,
    ended_at: Option<i64>,
}

pub type Broken = Result<(), String>;

impl Simulation {
    /// The mail that an input holds.
    pub fn mail_of(&self, input: i64) -> Option<usize> {
        let place = self.disk.look(|c| {
            let sql = "SELECT validity, uid FROM inputs WHERE id = ?1";
            let mut statement = c.prepare_cached(sql).unwrap();
            let row = statement.query_row([input], |row| Ok((row.get(0)?, row.get(1)?)));
            row.optional().unwrap()
        });
        let (validity, uid): (u32, String) = place?;
        self.host
            .lock()
            .copy_at(validity, &uid)
            .map(|copy| copy.mail)
    }

    /// The paper that a request came from; none: a forger's.
    pub fn paper_of(&mut self, request: i64) -> Option<u32> {
        if let Some(known) = self.by_request.get(&request) {
            return *known;
        }
        let input = self.disk.look(|c| {
            let sql = "SELECT input FROM journal WHERE request = ?1 AND place = 1";
            let mut statement = c.prepare_cached(sql).unwrap();
            let input: Option<Option<i64>> = statement
                .query_row([request], |row| row.get(0))
                .optional()
                .unwrap();
            input.flatten()
        });
        let mail = input.and_then(|input| self.mail_of(input));
        let paper = mail.and_then(|mail| match self.written[mail].says {
            Says::Asks(paper) => Some(paper),
            _ => None,
        });
        self.by_request.insert(request, paper);
        paper
    }

    /// Looks at all that happened since the last look.
    pub fn check(&mut self) -> Broken {
        self.watch.due = false;
        self.check_copies()?;
        let changed = self.check_entries()?;
        for request in changed {
            self.check_request(request)?;
        }
        self.check_wakes()?;
        self.check_notices()?;
        self.check_caps()
    }

    /// Every mail that lay there is accounted for, and handled once.
    fn check_copies(&mut self) -> Broken {
        let host = self.host.lock();
        let known = self.watch.last_copy..host.copies.len();
        self.watch.copies.extend(known.clone());
        self.watch.last_copy = known.end;
        let mut over = vec![];
        for index in &self.watch.copies {
            let copy = &host.copies[*index];
            let row = self.disk.look(|c| {
                let sql =
                    "SELECT state, reason, filed FROM inputs WHERE validity = ?1 AND uid = ?2";
                let mut statement = c.prepare_cached(sql).unwrap();
                let row = statement.query_row((copy.validity, copy.uid.to_string()), |row| {
                    Ok((
                        row.get::<_, String>(0)?,
                        row.get::<_, String>(1)?,
                        row.get(2)?,
                    ))
                });
                row.optional().unwrap()
            });
            let (state, reason, filed): (String, String, bool) = match row {
                Some(row) => row,
                None if copy.given => return Err(format!("{copy:?} was given and has no row")),
                None => continue,
            };
            if reason == "gone" {
                if !copy.touched {
                    return Err(format!("{copy:?} is taken for gone"));
                }
                over.push(*index);
            } else if matches!(state.as_str(), "done" | "parked") && filed {
                if copy.lies == Lies::Inbox {
                    return Err(format!("{copy:?} is taken for filed"));
                }
                let says = self.written[copy.mail].says;
                self.figures.handled(says, &reason);
                if reason != "repeated" {
                    let times = self.watch.handled.entry(copy.mail).or_default();
                    *times += 1;
                    if *times > 1 && !host.ids[copy.mail].is_empty() {
                        return Err(format!("mail {} was handled twice", copy.mail));
                    }
                }
                over.push(*index);
            }
        }
        over.iter().for_each(|index| {
            self.watch.copies.remove(index);
        });
        Ok(())
    }

    /// What was decided, and whether whoever decided it could. Returns the requests that changed.
    fn check_entries(&mut self) -> Result<BTreeSet<i64>, String> {
        let after = self.watch.last_entry;
        let entries: Vec<Entry> = self.disk.look(|c| {
            let sql = "SELECT id, request, input, outcome, cell, place FROM journal
                       WHERE id > ?1 ORDER BY id";
            let mut statement = c.prepare_cached(sql).unwrap();
            let rows = statement.query_map([after], |row| {
                Ok(Entry {
                    id: row.get(0)?,
                    request: row.get(1)?,
                    input: row.get(2)?,
                    outcome: row.get(3)?,
                    cell: row.get(4)?,
                    place: row.get(5)?,
                })
            });
            rows.unwrap().collect::<Result<_, _>>().unwrap()
        });
        let mut changed = BTreeSet::new();
        for entry in entries {
            self.watch.last_entry = entry.id;
            self.figures.outcome(&entry.outcome);
            self.figures.hash(entry.outcome.as_bytes());
            changed.extend(entry.request);
            self.check_entry(&entry)?;
        }
        Ok(changed)
    }

    fn check_entry(&mut self, entry: &Entry) -> Broken {
        let Some(mail) = entry.input.and_then(|input| self.mail_of(input)) else {
            return Ok(());
        };
        let written = self.written[mail].clone();
        // "Yes, that was me" does what the mail says that it is about; where more was kept since,
        // that is asked because of the "yes" before.
        let mut meant = written.clone();
        while let Some(of) = meant.confirms {
            meant = self.written[of].clone();
        }
        let (outcome, says) = (entry.outcome.as_str(), meant.says);
        let opens = entry.place == 1 && entry.request.is_some();
        if opens {
            self.check_opening(entry, says)?;
        }
        let is_meant = match outcome {
            // The asker's own step, which the procedure lets count.
            "approved" if entry.cell == "requester-approves" => true,
            "approved" => says == Says::Approves,
            "rejected" => matches!(says, Says::Rejects),
            "confirmed" => matches!(says, Says::Confirms | Says::Data | Says::Approves),
            "disowned" => matches!(says, Says::Disowns | Says::Repudiates | Says::Rejects),
            "claimed" => says == Says::Claims,
            "done" => says == Says::Done,
            "not-done" => says == Says::NotDone,
            "withdrawn" => says == Says::Withdraws,
            "repudiated" => matches!(says, Says::Repudiates | Says::Disowns),
            "data-taken" | "data-incomplete" => {
                matches!(says, Says::Data | Says::Corrects | Says::Asks(_))
            }
            _ => return Ok(()),
        };
        let own_hand =
            matches!(written.author, Author::Person(_)) && written.author == meant.author;
        match is_meant && own_hand {
            true => Ok(()),
            false => Err(format!(
                "mail {mail} of {:?}, which says {says:?}, led to {outcome} ({}), request \
                 {:?}\n{}",
                written.author,
                entry.cell,
                entry.request,
                self.shown(mail)
            )),
        }
    }

    /// Whether each approval is of somebody who could give it, and all are there before the work.
    fn check_request(&mut self, id: i64) -> Broken {
        let store = self.by_hand();
        let request =
            store.transact(move |books| books.request(RequestId(id)).map_err(DeskError::from));
        let Some(request) = request.map_err(|e| e.to_string())? else {
            return Err(format!("request {id} is not there"));
        };
        let number = &request.number;
        for (index, approval) in request.approvals.iter().enumerate() {
            let role = request.steps().get(index).map(|s| &s.role);
            let own = approval.cell == "requester-approves" && request.requester.is(&approval.by);
            let could = own || self.could(&request, &approval.by, &approval.role);
            if approval.step != index || role != Some(&approval.role) || !could {
                return Err(format!("{number}: nobody could give {approval:?}"));
            }
        }
        let worked = match &request.state {
            State::AwaitingWork(_) => true,
            State::Closed(end) => matches!(end.ending, Ending::Done | Ending::NotDone),
            _ => false,
        };
        if worked && request.approvals.len() != request.steps().len() {
            return Err(format!("{number}: work without every approval"));
        }
        if worked && request.procedure.requester_is_authority() && request.confirmed.is_none() {
            return Err(format!("{number}: work on a word that nobody proved"));
        }
        let open = !matches!(request.state, State::Closed(_));
        if open && request.holders().is_empty() {
            self.figures.unheld += 1;
        }
        Ok(())
    }

    /// Whether somebody holds a role for a request, reads a mailbox that does, or stands in.
    fn could(&self, request: &Request, by: &Party, role: &RoleId) -> bool {
        let Some(id) = by.person.as_ref().filter(|_| !request.requester.is(by)) else {
            return false;
        };
        let holds = |p: &Person| p.holds(role, request.region(), request.programme());
        self.office.directory.people.iter().any(|p| {
            let theirs = &p.id == id
                || (p.shared && p.members.contains(id))
                || p.substitutes.iter().any(|s| &s.person == id);
            theirs && holds(p)
        })
    }

    /// Whatever is open wakes by itself.
    fn check_wakes(&self) -> Broken {
        let horizon = (self.now() + TimeDelta::days(40)).timestamp_micros();
        let asleep: Option<String> = self.disk.look(|c| {
            let sql = "SELECT number FROM requests WHERE state <> 'closed'
                       AND (wake_at IS NULL OR wake_at > ?1) LIMIT 1";
            let mut statement = c.prepare_cached(sql).unwrap();
            statement
                .query_row([horizon], |row| row.get(0))
                .optional()
                .unwrap()
        });
        asleep.map_or(Ok(()), |number| Err(format!("{number} is open and sleeps")))
    }

    /// Whatever was owed was accepted, or somebody was told.
    fn check_notices(&mut self) -> Broken {
        let after = self.watch.last_notice;
        let new: Vec<i64> = self.disk.look(|c| {
            let sql = "SELECT id FROM notices WHERE id > ?1 ORDER BY id";
            let mut statement = c.prepare_cached(sql).unwrap();
            let rows = statement.query_map([after], |row| row.get(0));
            rows.unwrap().collect::<Result<_, _>>().unwrap()
        });
        self.watch.last_notice = new.last().copied().unwrap_or(after);
        self.watch.notices.extend(new);
        let mut over = vec![];
        for id in &self.watch.notices {
            let row = self.ended(*id);
            match row.state.as_str() {
                "sent" if !self.host.lock().accepted.contains_key(&row.message_id) => {
                    return Err(format!("notice {id} is taken for sent"));
                }
                "failed" if !self.is_told(&row) => {
                    return Err(format!(
                        "nobody was told that notice {id} ({}) failed",
                        row.message
                    ));
                }
                "due" => {}
                _ => over.push(*id),
            }
            if row.state == "failed" {
                self.figures.undeliverable += 1;
            }
        }
        over.iter().for_each(|id| {
            self.watch.notices.remove(id);
        });
        Ok(())
    }

    fn ended(&self, id: i64) -> Ended {
        self.disk.look(|c| {
            let sql = "SELECT state, message, message_id, request, ended_at FROM notices
                       WHERE id = ?1";
            let mut statement = c.prepare_cached(sql).unwrap();
            let row = statement.query_row([id], |row| {
                Ok(Ended {
                    state: row.get(0)?,
                    message: row.get(1)?,
                    message_id: row.get(2)?,
                    request: row.get(3)?,
                    ended_at: row.get(4)?,
                })
            });
            row.unwrap()
        })
    }

    /// Whether its request took it as a failure, or somebody of the desk was told of it, in the
    /// transaction that ended it; a word about a failure leads to nothing more.
    fn is_told(&self, row: &Ended) -> bool {
        let told: bool = self.disk.look(|c| {
            let sql = "SELECT EXISTS (SELECT 1 FROM journal j
                         JOIN journal_contents e ON e.entry = j.id
                         WHERE j.request = ?1 AND j.at = ?2
                           AND json_extract(e.event, '$.unreachable') IS NOT NULL)
                       OR EXISTS (SELECT 1 FROM notices WHERE created_at = ?2
                         AND message IN ('undeliverable', 'attention')
                         AND (request IS ?1 OR request IS NULL))";
            let mut statement = c.prepare_cached(sql).unwrap();
            let row = (row.request, row.ended_at);
            statement.query_row(row, |row| row.get(0)).unwrap()
        });
        told || row.message == "undeliverable"
    }

    /// Nobody gets a flood.
    fn check_caps(&mut self) -> Broken {
        // What asks something has thrice the share of the day, and nothing has more; but what is
        // wrong with the desk itself is told to its people whatever they got.
        let most = self.office.desk.limits.mails_per_address_and_day * 3;
        let role = &self.office.desk.triage_role;
        let desk = self.office.directory.holders(role, None, None);
        let is_desk = |a: &String| desk.iter().any(|p| p.addresses.contains(a));
        // A mail that was accepted as the desk died goes out twice.
        let more = |address| if is_desk(address) { 10 } else { 3 };
        let mut host = self.host.lock();
        let over = host
            .per_day
            .iter()
            .find(|((address, _), times)| **times > most + more(address));
        if let Some(((address, day), times)) = over {
            return Err(format!("{address} got {times} mails on {day}"));
        }
        let fullest = host.per_day.values().max().copied().unwrap_or_default();
        self.figures.fullest = self.figures.fullest.max(fullest);
        let recent = self.office.calendar.local(host.now, None).date_naive();
        let recent = recent - chrono::Days::new(3);
        host.per_day
            .retain(|(_, day): &(String, NaiveDate), _| *day >= recent);
        Ok(())
    }

    /// After the quiet weeks nothing is left over.
    pub fn check_end(&mut self) -> Broken {
        let verified = self
            .by_hand()
            .transact(|books| books.verify())
            .map_err(|e| e.to_string())?;
        if let Some(broken) = verified.broken.first() {
            return Err(format!("the journal does not hold: {broken:?}"));
        }
        if let Some(gap) = self.gaps().first() {
            return Err(format!("at the end not accounted for: {gap}"));
        }
        let count = |sql: &str| -> i64 {
            self.disk
                .look(|c| c.query_row(sql, [], |row| row.get(0)).unwrap())
        };
        let now = (self.now() - TimeDelta::minutes(10)).timestamp_micros();
        for (what, sql) in [
            (
                "mails not handled",
                "SELECT count(*) FROM inputs WHERE state IN ('seen', 'stored')",
            ),
            (
                "mails not filed",
                "SELECT count(*) FROM inputs WHERE filed = 0",
            ),
            (
                "commands",
                "SELECT count(*) FROM commands WHERE state = 'waiting'",
            ),
            (
                "notices long due",
                &format!("SELECT count(*) FROM notices WHERE state = 'due' AND due_at < {now}"),
            ),
        ] {
            let left = count(sql);
            if left > 0 {
                return Err(format!("at the end {left} {what}"));
            }
        }
        self.figures.open = count("SELECT count(*) FROM requests WHERE state <> 'closed'");
        self.figures.due = count("SELECT count(*) FROM notices WHERE state = 'due'");
        self.check_last_copies()
    }

    /// Every mail was handled, but for those that people took away before the desk saw them.
    fn check_last_copies(&mut self) -> Broken {
        let host = self.host.lock();
        for index in &self.watch.copies {
            let copy = &host.copies[*index];
            if !copy.touched {
                return Err(format!("at the end {copy:?} is not handled"));
            }
        }
        let mut touched = BTreeSet::new();
        touched.extend(host.copies.iter().filter(|c| c.touched).map(|c| c.mail));
        for mail in 0..self.written.len() {
            if !self.watch.handled.contains_key(&mail) && !touched.contains(&mail) {
                return Err(format!("at the end mail {mail} was never handled"));
            }
        }
        self.figures.mails = self.written.len() as u64;
        self.figures.faults = host.faults.clone();
        Ok(())
    }
}
