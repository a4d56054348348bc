//! A recorded session, held again: the recorded answers to our requests, which must be the recorded ones.

use std::time::Duration;

use servo_testkit::backend::{Backend, Received};
use servo_testkit::emu::Emu;
use servo_testkit::transcript::{Normalised, Transcript};

use crate::fixture::{Session, configuration};

/// The longest that a session may take. Nothing is recorded, or waits, for so long.
const PATIENCE: Duration = Duration::from_hours(3);

/// What is expected of one session.
pub(crate) struct Replay {
    transcript: Transcript,
    backend: Backend,
    emu: Emu,
    /// What follows where the original died, as kinds with what tells them apart.
    tail: Vec<&'static str>,
    reason: &'static str,
    is_lenient: bool,
    /// Commands that the original left without an answer.
    answered: Vec<&'static str>,
}

impl Replay {
    /// Prepares the session of that name.
    pub(crate) fn of(name: &str) -> Self {
        let transcript = Transcript::of(name);
        let backend = transcript.backend();
        Self {
            transcript,
            backend,
            emu: Emu::new(),
            tail: Vec::new(),
            reason: "SIGTERM",
            is_lenient: false,
            answered: Vec::new(),
        }
    }

    /// Says what comes after the recorded requests, before GOODBYE.
    pub(crate) fn then(mut self, tail: impl IntoIterator<Item = &'static str>) -> Self {
        self.tail = tail.into_iter().collect();
        self
    }

    /// Ends it by another signal than SIGTERM.
    pub(crate) fn ended_by(mut self, reason: &'static str) -> Self {
        self.reason = reason;
        self
    }

    /// Uses another connector.
    pub(crate) fn with(mut self, emu: Emu) -> Self {
        self.emu = emu;
        self
    }

    /// Does not count how often progress is told: what comes while a post is under way is passed over.
    pub(crate) fn lenient(mut self) -> Self {
        self.is_lenient = true;
        self
    }

    /// Says which commands the original left without an answer. Ours is `failed`.
    pub(crate) fn answering(mut self, commands: impl IntoIterator<Item = &'static str>) -> Self {
        self.answered = commands.into_iter().collect();
        self
    }

    /// Gives the optimizer, to change what it does.
    pub(crate) fn backend(&self) -> &Backend {
        &self.backend
    }

    /// Holds the session, and compares it.
    pub(crate) async fn hold(self) -> Vec<Received> {
        let mut expected = self.transcript.expected();
        expected.retain(|request| request.kind.to_string() != "GOODBYE");
        if self.is_lenient {
            expected.dedup();
        }
        let count = expected.len() + self.tail.len();
        let normalised = |requests: &[Received]| self.normalised(requests);
        let session = Session::with(configuration(&self.backend), self.emu.clone());
        let enough = self.backend.wait_until(|requests| (normalised(requests).len() >= count).then_some(()));
        if tokio::time::timeout(PATIENCE, enough).await.is_err() {
            let sent: Vec<String> = self.backend.requests().iter().map(line).collect();
            panic!("{}: {count} requests were expected, and these came: {sent:#?}", self.transcript.name);
        }
        session.stop(self.reason).await.unwrap();
        let requests = self.backend.requests();
        for command in &self.answered {
            let failed = format!("MEASUREMENT failed {command}");
            assert_eq!(requests.iter().filter(|request| line(request) == failed).count(), 1, "{failed}");
        }
        let sent = normalised(&requests);
        for (at, (sent, expected)) in sent.iter().zip(&expected).enumerate() {
            assert_eq!(sent, expected, "request {at} of {}", self.transcript.name);
        }
        let rest: Vec<String> = requests[requests.len() - self.tail.len() - 1..].iter().map(line).collect();
        let mut tail: Vec<String> = self.tail.iter().map(|&kind| kind.to_owned()).collect();
        tail.push(format!("GOODBYE {}", self.reason));
        assert_eq!(rest, tail, "after {}", self.transcript.name);
        assert_eq!(sent.len(), count + 1, "{}: nothing comes after GOODBYE", self.transcript.name);
        requests
    }

    /// The requests as they are compared and counted.
    fn normalised(&self, requests: &[Received]) -> Vec<Normalised> {
        let is_new = |request: &&Received| {
            let is_failed = request.param("status") == "failed";
            is_failed && request.cmd_uid().is_some_and(|uid| self.answered.contains(&uid))
        };
        let recorded = requests.iter().filter(|request| !is_new(request));
        let mut normalised: Vec<Normalised> = recorded.map(Normalised::from).collect();
        if self.is_lenient {
            normalised.dedup();
        }
        normalised
    }
}

/// A request in a few words: its kind, the status or reason that it tells, and the command that it is about.
pub(crate) fn line(request: &Received) -> String {
    let words = ["status", "reason", "cmd_uid"]
        .map(|name| request.param(name).as_str().unwrap_or_default().to_owned());
    let [status, reason, uid] = words;
    let words = [request.kind.to_string(), status, reason, uid];
    words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}
