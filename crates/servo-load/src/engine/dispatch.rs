//! The dispatcher: hands each request to a connection when it is due.

use std::iter::Peekable;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use jiff::Timestamp;
use servo_core::{Error, Result};
use tokio::runtime::RuntimeMetrics;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::fault::Fault;
use super::host::Host;
use super::job::{Job, Shared};
use super::metronome::Metronome;
use super::recorder::{Ended, Recorder};
use super::{Attack, News, descriptors, http1, http2};
use crate::schedule::Arrival;
use crate::summary::{Outcome, Pace};

/// How late after the end of the measured time a request may begin that was due in it: a process may have to wait for the
/// processor for so long, which must not fail a short measurement.
pub(super) const GRACE: Duration = Duration::from_millis(100);

/// From the decision to begin to the first request.
const LEAD: Duration = Duration::from_millis(2);

/// How often what happens is told.
const TELLING: Duration = Duration::from_secs(1);

/// The most requests that are handed out before connections have their turn.
const BATCH: usize = 256;

/// Sends everything that is scheduled, and waits for the answers.
///
/// # Errors
///
/// Class cancelled, or what the system refused.
pub(super) async fn run(
    attack: Attack,
    token: &CancellationToken,
    news: &mpsc::Sender<News>,
    metrics: &RuntimeMetrics,
) -> Result<Outcome> {
    let metronome = Metronome::new().map_err(super::failed)?;
    let hosts =
        attack.authorities.iter().map(|authority| Host::new(authority, attack.tls.as_ref()).map(Arc::new));
    let hosts = hosts.collect::<Result<Vec<_>>>()?;
    descriptors::make_room(attack.limits.at_once);
    let begin = Instant::now() + LEAD;
    let begun_at = Timestamp::now();
    let window = (begin + attack.schedule.warmup(), begin + attack.schedule.ends());
    let recorder = Recorder::new(window, attack.limits.timeout);
    let mut dispatcher = Dispatcher {
        arrivals: attack.schedule.arrivals().peekable(),
        shared: Arc::new(Shared::new(attack.templates, attack.limits, recorder)),
        hosts,
        connections: JoinSet::new(),
        begin,
        window,
        template: 0,
        due: 0,
        full_at: None,
        telling: Telling {
            shown_at: begin,
            interval_at: window.0,
            interval: attack.reporting_interval,
            news: news.clone(),
        },
        load: Load { metrics: metrics.clone(), at_window_begin: None, at_window_end: None, is_full: false },
    };
    let sending = dispatcher.send_all(&metronome);
    tokio::select! {
        biased;
        () = token.cancelled() => return Err(Error::cancelled("cancelled while sending load")),
        sent = sending => sent.map_err(super::failed)?,
    }
    let lasts = LEAD.saturating_add(attack.schedule.ends());
    let end = begun_at
        .checked_add(lasts)
        .map_err(|error| Error::failed("the end is beyond time").with_source(error))?;
    Ok(dispatcher.outcome(end, attack.schedule.lasts()).await)
}

struct Dispatcher<A: Iterator<Item = Arrival>> {
    arrivals: Peekable<A>,
    shared: Arc<Shared>,
    hosts: Vec<Arc<Host>>,
    connections: JoinSet<()>,
    begin: Instant,
    /// The measured time.
    window: (Instant, Instant),
    /// The target of the next request.
    template: usize,
    /// The measured requests so far.
    due: u64,
    /// When a request was last held back because so many were under way.
    full_at: Option<Instant>,
    telling: Telling,
    load: Load,
}

/// What was told, and when.
struct Telling {
    shown_at: Instant,
    interval_at: Instant,
    interval: Duration,
    news: mpsc::Sender<News>,
}

/// How busy the thread is.
struct Load {
    metrics: RuntimeMetrics,
    at_window_begin: Option<Duration>,
    at_window_end: Option<Duration>,
    is_full: bool,
}

/// What the dispatcher waits for.
#[derive(Clone, Copy)]
enum Wait {
    /// The next request is due then.
    Until(Instant),
    /// A request ends, or then the next has waited too long.
    Ended(Option<Instant>),
    /// There is more to do at once.
    No,
}

impl<A: Iterator<Item = Arrival>> Dispatcher<A> {
    async fn send_all(&mut self, metronome: &Metronome) -> std::io::Result<()> {
        let last = self.window.1 + self.shared.limits.timeout + TELLING;
        loop {
            let now = Instant::now();
            let wait = self.send_due(now);
            while self.connections.try_join_next().is_some() {}
            self.look(now);
            self.tell(now);
            let is_done = self.arrivals.peek().is_none() && self.shared.under_way() == 0;
            if (is_done && self.load.at_window_end.is_some()) || now >= last {
                return Ok(());
            }
            let next = self.next_look(last);
            let shared = Arc::clone(&self.shared);
            match wait {
                Wait::No => tokio::task::yield_now().await,
                Wait::Until(due) => metronome.until(due.min(next)).await?,
                Wait::Ended(limit) => {
                    shared.is_awaited.store(true, Ordering::Relaxed);
                    tokio::select! {
                        waited = metronome.until(limit.map_or(next, |limit| limit.min(next))) => waited?,
                        () = shared.ended.notified() => {}
                    }
                    shared.is_awaited.store(false, Ordering::Relaxed);
                }
            }
        }
    }

    /// Hands out what is due, as far as so many requests may be under way.
    fn send_due(&mut self, now: Instant) -> Wait {
        let limits = self.shared.limits;
        for _ in 0..BATCH {
            let Some(next) = self.arrivals.peek().copied() else { return Wait::Ended(None) };
            let due = self.begin + next.due;
            if due > now {
                return Wait::Until(due);
            }
            let too_late = due + limits.timeout;
            if now >= too_late {
                self.take(next);
                let result = Err(Fault::NeverSent);
                let ended = Ended { is_measured: next.is_measured, due, begun: None, result };
                self.shared.record(|recorder| recorder.ends(&ended, now));
            } else if self.shared.under_way() >= limits.at_once {
                self.full_at = Some(now);
                return Wait::Ended(Some(too_late));
            } else {
                let template = self.take(next);
                let is_held = self.full_at.is_some_and(|at| due <= at);
                self.hand(Job::new(&self.shared, template, due, next.is_measured, is_held));
            }
        }
        Wait::No
    }

    /// Takes a request from the schedule, and gives its target: one after another.
    fn take(&mut self, arrival: Arrival) -> usize {
        self.arrivals.next();
        self.due = self.due.saturating_add(u64::from(arrival.is_measured));
        let template = self.template;
        self.template = template.saturating_add(1) % self.shared.templates.len().max(1);
        template
    }

    /// Hands a request to a connection at rest, or else to a new one.
    fn hand(&mut self, job: Job) {
        let authority = job.template().authority;
        let host = self.hosts.get(authority).expect("every template has an authority of the list");
        if !host.negotiation.is_http1() {
            self.connections.spawn(http2::run(Arc::clone(host), job));
        } else if let Err(job) = host.hand(job) {
            self.connections.spawn(http1::run(Arc::clone(host), job));
        }
    }

    /// Looks how busy the thread is, once the measured time begins, and once it has ended.
    fn look(&mut self, now: Instant) {
        let load = &mut self.load;
        if now >= self.window.0 && load.at_window_begin.is_none() {
            load.at_window_begin = Some(load.metrics.worker_total_busy_duration(0));
        }
        if now >= self.window.1 + GRACE && load.at_window_end.is_none() {
            load.at_window_end = Some(load.metrics.worker_total_busy_duration(0));
            load.is_full =
                self.arrivals.peek().is_some() && self.shared.under_way() >= self.shared.limits.at_once;
        }
    }

    /// Gives when there is something to look at or to tell, at the latest.
    fn next_look(&self, last: Instant) -> Instant {
        let end = if self.load.at_window_end.is_none() { self.window.1 + GRACE } else { last };
        let interval = self.telling.interval_at + self.telling.interval;
        let interval = if self.telling.interval_at < self.window.1 { interval } else { end };
        end.min(self.telling.shown_at + TELLING).min(interval)
    }

    /// Tells what happened. Whoever does not listen fast enough misses it.
    fn tell(&mut self, now: Instant) {
        let telling = &mut self.telling;
        if now >= telling.shown_at + TELLING {
            let summary = self.shared.record(|recorder| recorder.shown(now - telling.shown_at));
            telling.shown_at = now;
            let (whole, passed) = (self.window.1 - self.begin, now.saturating_duration_since(self.begin));
            let percent = (100.0 * passed.as_secs_f64() / whole.as_secs_f64()).min(100.0);
            let is_measured = now >= self.window.0;
            let _ =
                telling.news.try_send(News::Progress { percent, is_measured, summary: Box::new(summary) });
        }
        let until = (telling.interval_at + telling.interval).min(self.window.1);
        if now >= until && telling.interval_at < until {
            let summary = self.shared.record(|recorder| recorder.interval(until - telling.interval_at));
            telling.interval_at = until;
            let _ = telling.news.try_send(News::Interval(Box::new(summary)));
        }
    }

    /// Gives what all of it came to.
    async fn outcome(mut self, end: Timestamp, lasted: Duration) -> Outcome {
        // Requests that are lost are counted when their tasks end.
        self.connections.shutdown().await;
        let load = self.load;
        let busy =
            load.at_window_end.unwrap_or_default().saturating_sub(load.at_window_begin.unwrap_or_default());
        let lasted_seconds = lasted.as_secs_f64();
        let (due, at_once) = (self.due, self.shared.limits.at_once);
        self.shared.record(|recorder| Outcome {
            end,
            pace: Pace {
                due,
                begun: recorder.begun(),
                lasted_seconds,
                busy: (busy.as_secs_f64() / (lasted_seconds + GRACE.as_secs_f64())).min(1.0),
                late_p99_ms: recorder.late_p99_ms(),
                is_full: load.is_full,
                at_once,
            },
            summary: recorder.whole(),
        })
    }
}
