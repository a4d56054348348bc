//! Tells systemd, where that started the program, how the program is (`sd_notify(3)`).

mod queue;
mod socket;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sd_notify::NotifyState;
use servo_runtime::health::Board;
use servo_runtime::runner::Stop;
use tokio::time::Instant;

use self::queue::Queue;
use self::socket::Socket;

/// How often is looked whether the servos have started, and what was not taken is sent again.
const SOON: Duration = Duration::from_millis(250);
/// How often the status is told at most.
const BETWEEN_STATUSES: Duration = Duration::from_secs(5);

/// Who started the program and wants to be told how it is, if anybody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Supervisor {
    socket: Option<Socket>,
    /// How long it waits for a sign of life.
    watchdog: Option<Duration>,
}

impl Supervisor {
    /// Reads the variables `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID`; `own` is the id of this process. What
    /// cannot be read counts as absent, as with `sd_notify(3)` and `sd_watchdog_enabled(3)`.
    pub(crate) fn of(socket: Option<&str>, usec: Option<&str>, pid: Option<&str>, own: u32) -> Self {
        let is_meant = pid.is_none_or(|pid| pid.parse() == Ok(own));
        let usec = usec.filter(|_| is_meant).and_then(|usec| usec.parse().ok()).filter(|usec| *usec > 0);
        Self { socket: socket.and_then(Socket::parse), watchdog: usec.map(Duration::from_micros) }
    }
}

/// Tells the supervisor how the program is. Never blocks, and nothing that goes wrong with it matters to the servos.
#[derive(Clone, Debug)]
pub(crate) struct Notifier {
    watchdog: Option<Duration>,
    life: Arc<Mutex<Life>>,
}

/// What was told.
#[derive(Debug)]
struct Life {
    phase: Phase,
    queue: Option<Queue>,
    status: String,
    /// When the next status may be told.
    next_status: Option<Instant>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Starting,
    Ready,
    Reloading,
    Stopping,
}

impl Notifier {
    /// Tells this supervisor.
    pub(crate) fn new(supervisor: Supervisor) -> Self {
        let Supervisor { socket, watchdog } = supervisor;
        let queue = socket.map(Queue::new);
        let life = Life { phase: Phase::Starting, queue, status: String::new(), next_status: None };
        Self { watchdog, life: Arc::new(Mutex::new(life)) }
    }

    /// Returns true where there is somebody to tell.
    pub(crate) fn is_heard(&self) -> bool {
        self.life().queue.is_some()
    }

    /// Tells of the servos on the board until it is dropped: that they have started, in a line what they are doing, and
    /// that the runtime is alive.
    pub(crate) async fn attend(self, board: Arc<Board>, stop: Stop) {
        if !self.is_heard() {
            return;
        }
        let beat = self.watchdog.map(|limit| (limit / 2).max(Duration::from_millis(1)));
        let (mut look, mut sign) = (Instant::now(), Instant::now());
        loop {
            let is_stopping = self.life().phase == Phase::Stopping;
            tokio::select! {
                () = stop.requested(), if !is_stopping => {
                    self.stopping(&stop.reason().unwrap_or_default());
                }
                () = tokio::time::sleep_until(look) => {
                    look = Instant::now() + self.look(&board);
                }
                () = tokio::time::sleep_until(sign), if beat.is_some() => {
                    self.life().tell(&NotifyState::Watchdog.to_string());
                    sign = Instant::now() + beat.unwrap_or_default();
                }
            }
        }
    }

    /// Tells that the program reloads. Before the servos have started, and when they wind up, nothing is told, since what
    /// [`reloaded`](Self::reloaded) tells would sound as if they were ready.
    pub(crate) fn reloading(&self) {
        let clock = NotifyState::monotonic_usec_now().ok().filter(|_| self.life().phase == Phase::Ready);
        if let Some(clock) = clock {
            let mut life = self.life();
            life.phase = Phase::Reloading;
            life.insist(&format!("{}\n{clock}", NotifyState::Reloading));
        }
    }

    /// Tells that the program has reloaded, if it told that it does and has not begun to wind up since.
    pub(crate) fn reloaded(&self) {
        let mut life = self.life();
        if life.phase == Phase::Reloading {
            life.phase = Phase::Ready;
            life.insist(&NotifyState::Ready.to_string());
        }
    }

    /// Tells that the program ends, for this reason. Once is enough.
    pub(crate) fn stopping(&self, reason: &str) {
        let mut life = self.life();
        if life.phase != Phase::Stopping {
            life.phase = Phase::Stopping;
            let status = line(&format!("winding up after {reason}"));
            life.insist(&format!("{}\n{}", NotifyState::Stopping, NotifyState::Status(&status)));
        }
    }

    /// Tells what is new, and says when to look again.
    fn look(&self, board: &Board) -> Duration {
        let (has_started, summary) = (board.has_started(), line(&board.summary()));
        let mut life = self.life();
        life.resend();
        if life.phase == Phase::Starting && has_started {
            life.phase = Phase::Ready;
            life.insist(&NotifyState::Ready.to_string());
        }
        life.show(summary);
        if life.phase == Phase::Starting || life.has_more() { SOON } else { BETWEEN_STATUSES }
    }

    fn life(&self) -> MutexGuard<'_, Life> {
        self.life.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Life {
    /// Tells what is soon told again.
    fn tell(&mut self, message: &str) {
        if let Some(queue) = &mut self.queue {
            queue.tell(message);
        }
    }

    /// Tells what has to arrive.
    fn insist(&mut self, message: &str) {
        if let Some(queue) = &mut self.queue {
            queue.insist(message);
        }
    }

    fn resend(&mut self) {
        if let Some(queue) = &mut self.queue {
            queue.resend();
        }
    }

    fn has_more(&self) -> bool {
        self.queue.as_ref().is_some_and(Queue::has_more)
    }

    /// Tells the status where it is another one, now and then.
    fn show(&mut self, status: String) {
        let now = Instant::now();
        if self.status != status && self.next_status.is_none_or(|next| now >= next) {
            self.tell(&NotifyState::Status(&status).to_string());
            self.status = status;
            self.next_status = Some(now + BETWEEN_STATUSES);
        }
    }
}

/// A text as one line: another would be another message.
fn line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests;
