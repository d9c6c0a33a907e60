//! What operators order: a row before it is anything else, like a mail.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::office::{Datum, FieldName, PersonId, ProcedureId};
use crate::request::{Operator, RequestId, Ruling};

/// An order with who gave it and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Command {
    /// Who.
    pub by: Operator,
    /// Why, in their words.
    pub reason: String,
    /// What.
    pub order: Order,
}

/// What is ordered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// Something about a request.
    Request {
        /// Which.
        request: RequestId,
        /// What.
        act: RequestOrder,
    },
    /// Places a mail that was set aside.
    Sort {
        /// Its row.
        input: i64,
        /// Where it goes.
        to: Sorting,
    },
    /// Somebody is away.
    AbsenceAdd {
        /// Who.
        person: PersonId,
        /// First day away.
        from: NaiveDate,
        /// Last day away.
        until: NaiveDate,
        /// Who stands in, before those whom the directory names.
        substitute: Option<PersonId>,
    },
    /// Somebody is back.
    AbsenceEnd {
        /// Who.
        person: PersonId,
    },
}

/// What is done with a request; its data and procedure are looked up when it is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RequestOrder {
    /// Decides what it waits for.
    Decide(Ruling),
    /// Has somebody else asked.
    Assign {
        /// Whom.
        to: PersonId,
        /// Even somebody who does not hold the role.
        beyond: bool,
    },
    /// Makes it a request of another procedure; its mail is read again.
    Reclassify {
        /// Which.
        procedure: ProcedureId,
        /// Even though its requester may not ask for it.
        beyond: bool,
    },
    /// Changes data; none takes a value away.
    Amend(BTreeMap<FieldName, Option<Datum>>),
    /// Takes it back.
    Withdraw,
    /// Takes it up again.
    Reopen,
    /// Takes the work from who has it.
    Release,
}

/// Where a mail goes that was set aside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sorting {
    /// It asks for this procedure.
    Procedure {
        /// Which.
        id: ProcedureId,
        /// Even though its requester may not ask for it.
        beyond: bool,
    },
    /// It is none of the desk's business; its sender is told the reason.
    NotOurs,
    /// It belongs to this request.
    Request(RequestId),
}
