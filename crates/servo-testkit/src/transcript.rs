//! Recorded sessions of the Opsani protocol: what a compatible servo says, and what it was answered.
//!
//! Each is played back by a [`Backend`] ([`Transcript::backend`]); what came in is then compared with
//! [`Transcript::expected`], both [normalised](normalise).

mod expected;
mod normalise;
mod parse;
mod recordings;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::backend::{Answer, Backend, Kind};

pub use normalise::{Normalised, normalise, normalise_headers};

/// The one recording in which the optimizer came up after the servo.
const LATE: &str = "14-backend-late";

/// A recorded session.
#[derive(Clone, Debug, PartialEq)]
pub struct Transcript {
    /// Its name, such as `01-full`.
    pub name: String,
    /// What was asked and answered, in the order of the requests.
    pub exchanges: Vec<Exchange>,
}

/// A request and what it was answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Exchange {
    /// When the request came, in seconds since the recording began.
    pub at_seconds: f64,
    /// The connection that it came on, counted from 1.
    pub connection: u64,
    /// The request.
    pub request: Request,
    /// The answer.
    pub answer: Recorded,
}

/// A recorded request.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// What it is for.
    pub kind: Kind,
    /// The method.
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// The headers by their names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body, null where it is not JSON. A bare `NaN`, which is no JSON, reads as null.
    pub body: Value,
    /// The body, where it is not JSON.
    pub raw: Option<String>,
}

/// A recorded answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Recorded {
    /// A status and JSON.
    Json(u16, Value),
    /// A status and something that is not JSON.
    Raw(u16, String),
    /// The connection was dropped.
    Dropped,
}

impl Transcript {
    /// Gives the names of the recordings, sorted.
    pub fn names() -> impl Iterator<Item = &'static str> {
        recordings::RECORDINGS.iter().map(|(name, _)| *name)
    }

    /// Gives a recording by its name, such as `01-full`.
    ///
    /// # Panics
    ///
    /// There is no recording of that name.
    #[track_caller]
    pub fn of(name: &str) -> Self {
        let Some((name, text)) = recordings::RECORDINGS.iter().find(|(known, _)| *known == name) else {
            let known: Vec<&str> = Self::names().collect();
            panic!("no recording `{name}`: there are {}", known.join(", "));
        };
        match Self::parse(name, text) {
            Ok(transcript) => transcript,
            Err(error) => panic!("{error}"),
        }
    }

    /// Reads a recording: JSON lines of requests and responses.
    ///
    /// # Errors
    ///
    /// Which line cannot be read, and why.
    pub fn parse(name: &str, text: &str) -> Result<Self, String> {
        Ok(Self { name: name.to_owned(), exchanges: parse::exchanges(name, text)? })
    }

    /// Gives the requests as they were recorded.
    pub fn requests(&self) -> impl Iterator<Item = &Request> {
        self.exchanges.iter().map(|exchange| &exchange.request)
    }

    /// Gives the commands that the servo was given, as they were answered to `WHATS_NEXT`.
    pub fn commands(&self) -> impl Iterator<Item = &Value> {
        self.exchanges.iter().filter_map(|exchange| match &exchange.answer {
            Recorded::Json(200, body) if exchange.request.kind == Kind::WhatsNext => Some(body),
            _ => None,
        })
    }

    /// Makes a backend that answers each request as the recording did: in order for each path and kind, and after
    /// the last of a kind as an optimizer without work. Times between are not kept.
    ///
    /// The backend of `14-backend-late` is down until it is told to come up, with [`Backend::refuse`].
    pub fn backend(&self) -> Backend {
        let backend = Backend::new();
        // Progress that the original sent to the wrong servo's optimizer is answered where it belongs.
        for (exchange, request) in self.exchanges.iter().zip(self.readdressed()) {
            backend.answer_at(&request.path, request.kind, Answer::from(&exchange.answer));
        }
        backend.refuse(self.name == LATE);
        backend
    }

    /// Gives the requests of a compatible servo without the defects of the original, [normalised](normalise):
    ///
    /// - progress goes to the optimizer that gave the command (18);
    /// - no progress comes after the final report of its command (22);
    /// - a metric whose value is not a number is absent (08d).
    ///
    /// Where the original died or spun, the requests end or repeat as recorded: what should follow is for the test
    /// to say.
    pub fn expected(&self) -> Vec<Normalised> {
        self.corrected().iter().map(Normalised::from).collect()
    }
}

impl From<&Recorded> for Answer {
    fn from(recorded: &Recorded) -> Self {
        match recorded {
            Recorded::Json(status, body) => Self::json(*status, body.clone()),
            Recorded::Raw(status, body) => Self::text(*status, body.clone()),
            Recorded::Dropped => Self::reset(),
        }
    }
}

#[cfg(test)]
mod tests;
