//! The thread of an engine: one for all attacks, since an allocator keeps for each thread that there ever was what the
//! largest attack on it took.

use std::io;

use tokio::runtime::{Builder, Handle, RuntimeMetrics};
use tokio_util::sync::{CancellationToken, DropGuard};

/// A thread with a runtime of its own, whose clock is the real one even where that of the servo is not. Both end when this
/// is dropped, with whatever runs there.
#[derive(Debug)]
pub(super) struct Thread {
    runtime: Handle,
    _guard: DropGuard,
}

impl Thread {
    /// Starts it.
    ///
    /// # Errors
    ///
    /// What the system refused.
    pub(super) fn start() -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let token = CancellationToken::new();
        let guard = token.clone().drop_guard();
        let run = move || {
            runtime.block_on(token.cancelled());
            // Names that are being resolved are not waited for.
            runtime.shutdown_background();
        };
        std::thread::Builder::new().name("load".to_owned()).spawn(run)?;
        Ok(Self { runtime: handle, _guard: guard })
    }

    /// Runs something there. A panic of it ends nothing else.
    pub(super) fn spawn(&self, body: impl Future<Output = ()> + Send + 'static) {
        self.runtime.spawn(body);
    }

    /// Gives how busy the thread is.
    pub(super) fn metrics(&self) -> RuntimeMetrics {
        self.runtime.metrics()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// Gives by which thread something is run, or that it never was.
    fn runs_on(thread: &Thread) -> Result<std::thread::ThreadId, mpsc::RecvError> {
        let (told, hears) = mpsc::channel();
        thread.spawn(async move {
            let _ = told.send(std::thread::current().id());
        });
        hears.recv()
    }

    #[test]
    fn everything_runs_on_one_thread() {
        let thread = Thread::start().expect("it starts");
        let first = runs_on(&thread).expect("it runs");
        assert_eq!(runs_on(&thread), Ok(first));
        assert_ne!(first, std::thread::current().id());
    }

    #[test]
    fn a_panic_ends_what_panicked_alone() {
        let thread = Thread::start().expect("it starts");
        thread.spawn(async { panic!("one attack") });
        assert!(runs_on(&thread).is_ok());
    }

    #[test]
    fn it_ends_with_what_runs_there() {
        let thread = Thread::start().expect("it starts");
        let (held, gone) = mpsc::channel::<()>();
        thread.spawn(async move {
            let _held = held;
            std::future::pending::<()>().await;
        });
        drop(thread);
        assert_eq!(gone.recv(), Err(mpsc::RecvError), "what it held is dropped");
    }
}
