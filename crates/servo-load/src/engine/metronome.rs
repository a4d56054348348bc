//! Waiting until a request is due, more exactly than the runtime does.
//!
//! tokio's timers count milliseconds. Where there is a timer of the kernel that can be waited for like a socket, that is
//! taken; its error is some ten microseconds.

use std::time::Duration;

use tokio::time::Instant;

/// The shortest wait: what is due within it is sent together, so that waiting costs at most a few percent of the time.
const SHORTEST: Duration = Duration::from_micros(50);

#[cfg(target_os = "linux")]
mod timer {
    //! The timer of the kernel.

    use std::io;
    use std::os::fd::AsFd as _;
    use std::time::Duration;

    use rustix::time::{
        Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create,
        timerfd_settime,
    };
    use tokio::net::unix::pipe::Receiver;

    /// A timer. It is read like the end of a pipe, which is what the runtime has for files that become readable.
    #[derive(Debug)]
    pub(super) struct Timer(Receiver);

    impl Timer {
        /// Creates it.
        pub(super) fn new() -> io::Result<Self> {
            let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
            let timer = timerfd_create(TimerfdClockId::Monotonic, flags)?;
            Receiver::from_owned_fd_unchecked(timer).map(Self)
        }

        /// Waits for so long. One that is dropped leaves nothing behind but a timer that rings unheard.
        pub(super) async fn wait(&self, duration: Duration) -> io::Result<()> {
            let tv_sec = i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
            let it_value = Timespec { tv_sec, tv_nsec: duration.subsec_nanos().into() };
            let it_interval = Timespec { tv_sec: 0, tv_nsec: 0 };
            // Setting it takes back that it rang, so that it is only heard from now on.
            let setting = Itimerspec { it_interval, it_value };
            timerfd_settime(self.0.as_fd(), TimerfdTimerFlags::empty(), &setting)?;
            loop {
                self.0.readable().await?;
                match self.0.try_read(&mut [0; 8]) {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                    read => return read.map(drop),
                }
            }
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod timer {
    //! The timer of the runtime.

    use std::io;
    use std::time::Duration;

    /// A timer.
    #[derive(Debug)]
    pub(super) struct Timer;

    impl Timer {
        /// Creates it.
        pub(super) fn new() -> io::Result<Self> {
            Ok(Self)
        }

        /// Waits for so long, to the next millisecond.
        pub(super) async fn wait(&self, duration: Duration) -> io::Result<()> {
            tokio::time::sleep(duration).await;
            Ok(())
        }
    }
}

/// What waits until requests are due.
#[derive(Debug)]
pub(super) struct Metronome(timer::Timer);

impl Metronome {
    /// Creates it, within the runtime.
    pub(super) fn new() -> std::io::Result<Self> {
        timer::Timer::new().map(Self)
    }

    /// Waits until then, or a little longer.
    pub(super) async fn until(&self, then: Instant) -> std::io::Result<()> {
        let wait = then.saturating_duration_since(Instant::now()).max(SHORTEST);
        self.0.wait(wait).await
    }
}
