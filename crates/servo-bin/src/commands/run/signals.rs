//! The signals that a running program heeds, and what each asks of the servos.

use servo_core::Error;
use servo_runtime::runner::Stop;
use tokio::signal::unix::{self, SignalKind};
use tokio::sync::Notify;

use crate::failure::Failure;
use crate::output;

/// A signal that is heeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Signal {
    Terminate,
    Interrupt,
    User,
    Hangup,
}

impl Signal {
    /// Returns its name, which optimizers and connectors are told as the reason.
    const fn name(self) -> &'static str {
        match self {
            Self::Terminate => "SIGTERM",
            Self::Interrupt => "SIGINT",
            Self::User => "SIGUSR1",
            Self::Hangup => "SIGHUP",
        }
    }
}

/// What a signal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wish {
    /// To end; asked again, to end at once.
    Stop,
    /// To end, however often it comes.
    WindUp,
    /// To reload.
    Reload,
}

/// Says what a signal asks for, while the terminal that the program was started at is there, or once it is closed.
const fn wish(signal: Signal, is_closed: bool) -> Wish {
    match signal {
        Signal::Terminate | Signal::Interrupt | Signal::User => Wish::Stop,
        // A terminal that closes must not leave a trial in force, and may say so several times.
        Signal::Hangup if is_closed => Wish::WindUp,
        Signal::Hangup => Wish::Reload,
    }
}

/// The signals that arrive from now on.
pub(super) struct Signals {
    terminate: unix::Signal,
    interrupt: unix::Signal,
    user: unix::Signal,
    hangup: unix::Signal,
}

impl Signals {
    /// Begins to listen.
    ///
    /// # Errors
    ///
    /// The system refuses to tell of signals.
    pub(super) fn listen() -> Result<Self, Failure> {
        let listen = |kind| {
            unix::signal(kind).map_err(|error| Error::internal("cannot wait for signals").with_source(error))
        };
        Ok(Self {
            terminate: listen(SignalKind::terminate())?,
            interrupt: listen(SignalKind::interrupt())?,
            user: listen(SignalKind::user_defined1())?,
            hangup: listen(SignalKind::hangup())?,
        })
    }

    async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.terminate.recv() => Signal::Terminate,
            _ = self.interrupt.recv() => Signal::Interrupt,
            _ = self.user.recv() => Signal::User,
            _ = self.hangup.recv() => Signal::Hangup,
        }
    }
}

/// Passes on what signals ask for. Returns when one asks to end at once. `was_terminal` says whether standard error was a
/// terminal when the program was started.
pub(super) async fn heed(mut signals: Signals, stop: &Stop, reload: &Notify, was_terminal: bool) {
    loop {
        let signal = signals.next().await;
        // A terminal that was hung up is none any more, before the signal comes that says so.
        let is_closed = was_terminal && !output::has_screen();
        match (wish(signal, is_closed), stop.reason()) {
            (Wish::Reload, _) => {
                tracing::info!(
                    "SIGHUP: the configuration and credentials are read again, and waits are cut short"
                );
                reload.notify_one();
            }
            (Wish::WindUp, Some(_)) => {}
            (Wish::Stop, Some(_)) => return,
            (Wish::Stop | Wish::WindUp, None) => {
                tracing::warn!("{}: winding up; a second signal exits at once", signal.name());
                stop.request(signal.name());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hangup_winds_up_where_the_terminal_was_closed_and_reloads_otherwise() {
        assert_eq!(wish(Signal::Hangup, true), Wish::WindUp);
        assert_eq!(wish(Signal::Hangup, false), Wish::Reload);
    }

    #[test]
    fn the_others_stop_wherever_they_come_from() {
        for signal in [Signal::Terminate, Signal::Interrupt, Signal::User] {
            assert_eq!((wish(signal, true), wish(signal, false)), (Wish::Stop, Wish::Stop));
        }
    }
}
