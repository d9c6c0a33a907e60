//! The command line: a file for each command, thin callers of what lies below.
//!
//! Lives here: arguments, reading of the configuration folder, printing. May not live here: any
//! decision.

mod absence;
mod access;
mod amend_persons;
mod audit;
mod audit_words;
mod backup;
mod by_hand;
mod check;
mod deadline;
mod demo;
mod explain;
mod export;
mod find;
mod first_look;
mod guard;
mod held;
mod init;
mod key;
mod keys;
mod list;
mod logs;
mod operate;
mod person;
mod purge;
mod read_documents;
mod reconcile;
mod reload;
mod restore;
mod retry;
mod run;
pub mod secrets;
mod setup;
mod show;
mod show_json;
mod status;
mod trace;
mod verify;
mod words;
pub mod workplace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::points;
use crate::store::StoreError;

/// A help desk that lives in a mailbox.
#[derive(Debug, Parser)]
#[command(name = "mesad", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Run(run::Arguments),
    Status(status::Arguments),
    Check(check::Arguments),
    Init(init::Arguments),
    Explain(explain::Arguments),
    Deadline(deadline::Arguments),
    List(list::Arguments),
    Show(show::Arguments),
    Trace(trace::Arguments),
    Reconcile(reconcile::Arguments),
    Retry(retry::Arguments),
    Decide(by_hand::Decide),
    Assign(by_hand::Assign),
    Reclassify(by_hand::Reclassify),
    Amend(by_hand::Amend),
    Withdraw(by_hand::Withdraw),
    Reopen(by_hand::Reopen),
    Release(by_hand::Release),
    Absence(absence::Arguments),
    Key(key::Arguments),
    Verify(verify::Arguments),
    Backup(backup::Arguments),
    Restore(restore::Arguments),
    Held(held::Arguments),
    Export(export::Arguments),
    Access(access::Arguments),
    Person(person::Arguments),
    Purge(purge::Arguments),
    Demo(demo::Arguments),
    #[command(hide = true)]
    ReadDocuments(read_documents::Arguments),
}

/// Runs the program. Exit status: 0 done, 1 refused or failed, 2 usage or configuration, 3 a
/// database that a person must see to.
pub fn main() -> ExitCode {
    if let Err(why) = points::check() {
        setup::print_error(&why);
        return ExitCode::from(2);
    }
    let command = Arguments::parse().command;
    // A configuration or a demo that is written is for others to read.
    let private = !matches!(command, Command::Init(_) | Command::Demo(_));
    if let Err(error) = guard::harden(private) {
        setup::print_error(&format!("warning: cores and file modes: {error}"));
    }
    let result = match command {
        Command::Run(arguments) => run::run(&arguments),
        Command::Status(arguments) => Ok(status::run(&arguments)),
        Command::Check(arguments) => check::run(&arguments),
        Command::Init(arguments) => init::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Deadline(arguments) => deadline::run(&arguments),
        Command::List(arguments) => list::run(&arguments),
        Command::Show(arguments) => show::run(&arguments),
        Command::Trace(arguments) => trace::run(&arguments),
        Command::Reconcile(arguments) => reconcile::run(&arguments),
        Command::Retry(arguments) => retry::run(&arguments),
        Command::Decide(arguments) => by_hand::decide(&arguments),
        Command::Assign(arguments) => by_hand::assign(&arguments),
        Command::Reclassify(arguments) => by_hand::reclassify(&arguments),
        Command::Amend(arguments) => by_hand::amend(&arguments),
        Command::Withdraw(arguments) => by_hand::withdraw(&arguments),
        Command::Reopen(arguments) => by_hand::reopen(&arguments),
        Command::Release(arguments) => by_hand::release(&arguments),
        Command::Absence(arguments) => absence::run(&arguments),
        Command::Key(arguments) => key::run(&arguments),
        Command::Verify(arguments) => verify::run(&arguments),
        Command::Backup(arguments) => backup::run(&arguments),
        Command::Restore(arguments) => restore::run(&arguments),
        Command::Held(arguments) => held::run(&arguments),
        Command::Export(arguments) => export::run(&arguments),
        Command::Access(arguments) => access::run(&arguments),
        Command::Person(arguments) => person::run(&arguments),
        Command::Purge(arguments) => purge::run(&arguments),
        Command::Demo(arguments) => demo::run(&arguments),
        Command::ReadDocuments(arguments) => read_documents::run(&arguments),
    };
    result.unwrap_or_else(|error| {
        setup::print_error(&format!("{error:#}"));
        let damaged = || {
            error
                .downcast_ref::<StoreError>()
                .is_some_and(StoreError::needs_a_person)
        };
        match error.downcast_ref::<setup::Failed>() {
            Some(_) => ExitCode::from(2),
            None if damaged() => ExitCode::from(3),
            None => ExitCode::FAILURE,
        }
    })
}
