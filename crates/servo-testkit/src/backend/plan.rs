//! What the backend was told to answer, and what it has been asked.

use std::collections::{HashMap, VecDeque};

use serde_json::json;

use super::request::Message;
use super::{Answer, Kind, Received};

/// Requests of a kind, to one path or to any.
type Slot = (Option<String>, Kind);

/// Answers to come and requests that came.
#[derive(Debug, Default)]
pub(super) struct Plan {
    queues: HashMap<Slot, VecDeque<Answer>>,
    standing: HashMap<Slot, Answer>,
    pub(super) is_refusing: bool,
    pub(super) requests: Vec<Received>,
    pub(super) connections: u64,
    pub(super) bytes_sent: u64,
}

impl Plan {
    /// Queues an answer.
    pub(super) fn queue(&mut self, path: Option<&str>, kind: Kind, answer: Answer) {
        self.queues.entry((path.map(str::to_owned), kind)).or_default().push_back(answer);
    }

    /// Sets what is answered while nothing is queued.
    pub(super) fn stand(&mut self, path: Option<&str>, kind: Kind, answer: Answer) {
        self.standing.insert((path.map(str::to_owned), kind), answer);
    }

    /// Forgets all answers.
    pub(super) fn forget_answers(&mut self) {
        self.queues.clear();
        self.standing.clear();
    }

    /// Counts the answers that are still queued.
    pub(super) fn queued(&self) -> usize {
        self.queues.values().map(VecDeque::len).sum()
    }

    /// Writes a request down and takes the answer to it.
    pub(super) fn take(&mut self, connection: u64, message: Message) -> Answer {
        let request = Received::new(connection, message);
        let slots = [(Some(request.path.clone()), request.kind), (None, request.kind)];
        let queued = slots.iter().find_map(|slot| self.queues.get_mut(slot)?.pop_front());
        let answer = queued
            .or_else(|| slots.iter().find_map(|slot| self.standing.get(slot).cloned()))
            .unwrap_or_else(|| usual(request.kind));
        self.requests.push(request);
        answer
    }
}

/// What an optimizer without work answers.
fn usual(kind: Kind) -> Answer {
    match kind {
        Kind::WhatsNext => Answer::sleep(60),
        Kind::Token => Answer::token("scripted-token", 3600),
        Kind::DiagnosticsCheck => Answer::json(200, json!({"data": "WITHHOLD"})),
        Kind::Other => Answer::status(404),
        _ => Answer::ok(),
    }
}
