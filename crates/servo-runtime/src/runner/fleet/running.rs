//! What runs the servos of a fleet, and starts and stops them as it is asked to.

use std::fmt;
use std::sync::Arc;

use servo_core::optimizer::Outcome;
use servo_core::{Class, Error, Result};
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::task::{Id, JoinError, JoinSet};
use tracing::Instrument as _;

use super::handle::{After, Change, Handle, Names, Request, WAITING};
use super::life::{Shared, live};
use super::{Ended, Fleet};
use crate::assembly::Assembled;
use crate::runner::{Moment, Reload, Stop};

/// What runs the servos of a fleet, once [`run`](Self::run) is called.
pub struct Running {
    common: Shared,
    stop: Stop,
    requests: mpsc::Receiver<Request>,
    /// Those that run and those that have ended, in the order in which they were added.
    members: Vec<Member>,
    names: Names,
    tasks: JoinSet<Result<Outcome>>,
    /// Whether somebody can ask for changes still.
    has_handles: bool,
    /// Whether others are to be expected: the last servo was taken out by hand, or they were announced.
    expects_more: bool,
}

/// A servo that runs, or how one has ended.
struct Member {
    name: String,
    state: State,
}

enum State {
    Runs { task: Id, stop: Stop, parting: Option<Parting> },
    Ended(Result<Outcome>),
}

/// Who asked for a servo to end, and what takes its place.
struct Parting {
    next: Option<Box<Assembled>>,
    after: After,
    done: oneshot::Sender<Result<Option<Ended>>>,
}

impl Running {
    pub(super) fn new(fleet: Fleet, reload: Reload) -> (Self, Handle) {
        let Fleet { limit, stop, watch } = fleet;
        let limit = Arc::new(Semaphore::new(limit.unwrap_or(Semaphore::MAX_PERMITS)));
        let (requests, heard) = mpsc::channel(WAITING);
        let names = Names::default();
        let running = Self {
            common: Shared { limit, watch, reload },
            stop,
            requests: heard,
            members: Vec::new(),
            names: names.clone(),
            tasks: JoinSet::new(),
            has_handles: true,
            expects_more: false,
        };
        (running, Handle { requests, names })
    }

    /// Runs these servos and what is added to them, until all have ended. One that fails or panics touches no other.
    ///
    /// After the last was removed by hand it waits for others, until it is stopped or nobody could add any.
    ///
    /// Returns how those have ended that were not removed, in the order in which they were added. Dropping this drops
    /// the servos as they are.
    pub async fn run(mut self, servos: Vec<Assembled>) -> Vec<Ended> {
        for servo in servos {
            let name = servo.name().to_owned();
            if let Err(error) = self.add(servo) {
                self.members.push(Member { name, state: State::Ended(Err(error)) });
            }
        }
        while !self.is_over() {
            tokio::select! {
                biased;
                Some(joined) = self.tasks.join_next_with_id() => self.settle(joined),
                request = self.requests.recv(), if self.has_handles => match request {
                    Some(request) => self.heed(request),
                    None => self.has_handles = false,
                },
                () = self.stop.requested(), if self.tasks.is_empty() => {}
            }
        }
        let ended = |member: Member| match member.state {
            State::Ended(result) => Ended { servo: member.name, result },
            State::Runs { .. } => {
                Ended { servo: member.name, result: Err(Error::internal("the servo ended without a result")) }
            }
        };
        self.members.into_iter().map(ended).collect()
    }

    fn is_over(&self) -> bool {
        let waits = self.expects_more && self.has_handles && self.stop.reason().is_none();
        self.tasks.is_empty() && !waits
    }

    fn heed(&mut self, Request { change, done }: Request) {
        let told = match change {
            Change::Add(servo) => done.send(self.add(*servo).map(|()| None)),
            Change::Remove { name, reason, after } => match self.position(&name) {
                Some(at) => return self.part(at, &reason, Parting { next: None, after, done }),
                None => done.send(Err(self.names.missing(&name))),
            },
            Change::Restart { servo, reason } => match self.position(servo.name()) {
                Some(at) => {
                    let parting = Parting { next: Some(servo), after: After::Unknown, done };
                    return self.part(at, &reason, parting);
                }
                None => done.send(self.add(*servo).map(|()| None)),
            },
        };
        // Whoever does not wait any longer needs not be told.
        drop(told);
    }

    /// Finds the servo of that name that runs.
    fn position(&self, name: &str) -> Option<usize> {
        let runs = |member: &Member| member.name == name && matches!(member.state, State::Runs { .. });
        self.members.iter().position(runs)
    }

    /// Starts a servo: where one of that name has ended, in its place.
    fn add(&mut self, servo: Assembled) -> Result<()> {
        let name = servo.name().to_owned();
        if self.position(&name).is_some() {
            let help = "give it another name, or remove the other first";
            return Err(Error::configuration(format!("a servo named `{name}` runs already")).with_help(help));
        }
        let state = self.start(servo)?;
        match self.members.iter_mut().find(|member| member.name == name) {
            Some(member) => member.state = state,
            None => self.members.push(Member { name, state }),
        }
        Ok(())
    }

    fn start(&mut self, servo: Assembled) -> Result<State> {
        if let Some(reason) = self.stop.reason() {
            return Err(Error::new(Class::Cancelled, format!("the fleet is being stopped ({reason})")));
        }
        let stop = self.stop.child();
        let span = tracing::info_span!("servo", name = servo.name());
        self.names.add(servo.name());
        let life = live(servo, self.common.clone(), stop.clone());
        let task = self.tasks.spawn(life.instrument(span)).id();
        self.expects_more = false;
        Ok(State::Runs { task, stop, parting: None })
    }

    /// Asks a servo to end, unless somebody has who is waiting for that.
    fn part(&mut self, at: usize, reason: &str, asked: Parting) {
        let Some(Member { name, state: State::Runs { stop, parting, .. } }) = self.members.get_mut(at) else {
            return;
        };
        if parting.as_ref().is_some_and(|other| !other.done.is_closed()) {
            let error = Error::failed(format!("the servo `{name}` is being removed or restarted already"));
            // As above: who does not wait any longer needs not be told.
            drop(asked.done.send(Err(error.with_help("wait for that"))));
            return;
        }
        stop.request(reason);
        *parting = Some(asked);
    }

    /// Takes down how a servo ended, and starts what takes its place.
    fn settle(&mut self, joined: Result<(Id, Result<Outcome>), JoinError>) {
        let (id, result) = match joined {
            Ok((id, result)) => (id, result),
            Err(error) => (error.id(), Err(Error::internal("the servo panicked").with_source(error))),
        };
        let is_it = |member: &Member| matches!(member.state, State::Runs { task, .. } if task == id);
        let Some(at) = self.members.iter().position(is_it) else { return };
        let Member { name, state } = self.members.remove(at);
        self.names.remove(&name);
        self.common.watch.moment(&name, Moment::Finished { result: result.as_ref().copied() });
        let State::Runs { parting: Some(Parting { next, after, done }), .. } = state else {
            return self.members.insert(at, Member { name, state: State::Ended(result) });
        };
        if next.is_none() && matches!(after, After::Others) && self.stop.reason().is_some() {
            // Nobody comes after it any more, and whoever asked may not be there to be told how it ended.
            self.members.insert(at, Member { name, state: State::Ended(result) });
            drop(done.send(Err(Error::cancelled("the fleet is being stopped"))));
            return;
        }
        let started = match next {
            Some(servo) => self.start(*servo).map(Some),
            None => Ok(None),
        };
        match started {
            Err(error) => {
                // How it ended is not lost because nothing could take its place.
                self.members.insert(at, Member { name, state: State::Ended(result) });
                drop(done.send(Err(error)));
            }
            Ok(next) => {
                let servo = name.clone();
                let expects_more = match after {
                    After::Others => true,
                    After::Unknown => self.tasks.is_empty(),
                    After::Nobody => false,
                };
                self.expects_more |= next.is_none() && expects_more;
                let untold = done.send(Ok(Some(Ended { servo, result }))).err();
                if let Some(state) = next {
                    self.members.insert(at, Member { name, state });
                } else if let Some(Ok(Some(Ended { result, .. }))) = untold {
                    self.members.insert(at, Member { name, state: State::Ended(result) });
                }
            }
        }
    }
}

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Running").field("names", &self.names.list()).finish_non_exhaustive()
    }
}
