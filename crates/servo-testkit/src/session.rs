//! The sessions of a small optimizer: it looks at an application, measures it, changes one setting, measures again,
//! changes it back and rests (specification, sections 13.1 and 13.11).

mod change;
mod line;

use std::collections::VecDeque;
use std::time::Duration;

use serde_json::{Value, json};

use crate::backend::{Answer, Backend, Kind, Received};
use change::Change;

/// An optimizer that gives a backend's answers, one session after another.
///
/// It decides what the backend answers to `WHATS_NEXT`, and leaves the other answers to it.
#[derive(Debug)]
pub struct Session {
    backend: Backend,
    pace: Pace,
    /// What is queued for `WHATS_NEXT`, in words.
    given: VecDeque<String>,
    is_connected: bool,
    commands: u64,
    sessions: u64,
}

/// How long things take.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// The duration of a measurement.
    pub measurement: Duration,
    /// The rest between two sessions.
    pub rest: Duration,
}

impl Session {
    /// Begins: whoever asks for a command before HELLO is told to say that first.
    pub fn new(backend: Backend, pace: Pace) -> Self {
        let session =
            Self { backend, pace, given: VecDeque::new(), is_connected: false, commands: 0, sessions: 0 };
        session.expect_hello();
        session
    }

    /// Counts the sessions that are over: those after which the servo was sent to sleep.
    pub const fn sessions(&self) -> u64 {
        self.sessions
    }

    /// Hears a request that the backend has received, and decides what comes next. Returns the exchange in one line.
    ///
    /// It must hear every request, in order, and soon: a servo asks again at once when it has reported.
    pub fn hear(&mut self, request: &Received) -> String {
        let answer = match request.kind {
            Kind::Hello => {
                // The servo has begun anew, and knows nothing of what was given to it before.
                self.backend.recover();
                self.given.clear();
                self.is_connected = true;
                self.look();
                "ok".to_owned()
            }
            Kind::WhatsNext => self.next(),
            Kind::Description => {
                match Change::of(request.param("descriptor")) {
                    Some(change) => self.try_out(&change),
                    None => self.rest(),
                }
                "ok".to_owned()
            }
            Kind::Goodbye => {
                self.is_connected = false;
                self.expect_hello();
                "ok".to_owned()
            }
            _ => "ok".to_owned(),
        };
        format!("{} -> {answer}", line::of(request))
    }

    /// Tells in words what the backend has answered to `WHATS_NEXT`.
    fn next(&mut self) -> String {
        let given = self.given.pop_front().unwrap_or_else(|| {
            if self.is_connected { "SLEEP for 60s" } else { "unexpected-event: say HELLO first" }.to_owned()
        });
        if given.starts_with("SLEEP") {
            self.sessions += 1;
        }
        given
    }

    fn expect_hello(&self) {
        self.backend.always(Kind::WhatsNext, Answer::reply("unexpected-event", Some("say HELLO first")));
    }

    /// Begins a session: describe, then measure everything.
    fn look(&mut self) {
        self.give("DESCRIBE", json!({}), "");
        self.measure();
    }

    /// Goes on with a session once it is known what there is: the change, a measurement, and the way back. While the
    /// measurement of before is still to come the servo does not ask, so that all of this is in time.
    fn try_out(&mut self, change: &Change) {
        self.give("ADJUST", change.forth(), &format!(": {}", change.words_forth()));
        self.measure();
        self.give("ADJUST", change.back(), &format!(": {}", change.words_back()));
        self.rest();
    }

    /// Ends a session; the next one begins after the rest.
    fn rest(&mut self) {
        let seconds = self.pace.rest.as_secs();
        self.backend.answer(Kind::WhatsNext, Answer::sleep(seconds));
        self.given.push_back(format!("SLEEP for {seconds}s"));
        self.look();
    }

    fn measure(&mut self) {
        let seconds = self.pace.measurement.as_secs();
        let control = json!({"duration": seconds, "warmup": 0});
        self.give("MEASURE", json!({"metrics": [], "control": control}), &format!(" for {seconds}s"));
    }

    fn give(&mut self, command: &str, param: Value, words: &str) {
        self.commands += 1;
        let uid = format!("cmd-{}", self.commands);
        self.backend.answer(Kind::WhatsNext, Answer::command(command, &uid, param));
        self.given.push_back(format!("{command} {uid}{words}"));
    }
}

#[cfg(test)]
mod tests;
