//! A process in which the servo runs, as far as one test can have several.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use servo_core::Class;
use servo_runtime::runner::{Fleet, Moment, Reload, Stop, Watch};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::service::Service;

/// Counts what was measured.
#[derive(Debug, Default)]
pub(crate) struct Measured(AtomicU64);

impl Measured {
    pub(crate) fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Watch for Measured {
    fn moment(&self, _: &str, moment: Moment<'_>) {
        if matches!(moment, Moment::Ended { operation: "measure", result: Ok(_), .. }) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// A fleet of the one servo.
pub(crate) struct Process {
    running: JoinSet<()>,
    stop: Stop,
    reload: Reload,
}

impl Process {
    pub(crate) fn start(service: &Service, measured: &Arc<Measured>) -> Self {
        let (stop, reload) = (Stop::default(), Reload::default());
        let fleet = Fleet { limit: None, stop: stop.clone(), watch: Arc::clone(measured) as _ };
        let (servo, reloads) = (service.servo(), reload.clone());
        let mut running = JoinSet::new();
        running.spawn(async move {
            for ended in fleet.run_with(vec![servo], &reloads).await {
                // A study that failed is told of at the end; the next one would have begun an hour later.
                assert!(
                    ended.result.as_ref().err().is_none_or(|error| error.class() == Class::Failed),
                    "{ended:?}"
                );
            }
        });
        Self { running, stop, reload }
    }

    /// Ends it without a word.
    pub(crate) async fn crash(mut self, service: &Service) {
        self.has_not_ended();
        self.running.shutdown().await;
        // What blocks on files is carried through: a process that ends lets go of the locks, a task does when that is over.
        for _ in 0..10_000 {
            if service.is_unlocked().await {
                return;
            }
            service.sync().await;
        }
        panic!("somebody holds the locks still");
    }

    /// Stops it, for which it has half a minute.
    ///
    /// The paused clock runs ahead of the thread that writes the history, and the grace of a stop would be over before
    /// anything is written: so time passes in steps here, each as long as the disk takes.
    pub(crate) async fn stop(mut self, service: &Service) {
        self.has_not_ended();
        self.stop.request("SIGTERM");
        let began = Instant::now();
        loop {
            let step = async {
                service.sync().await;
                tokio::time::sleep(Duration::from_millis(50)).await;
            };
            tokio::select! {
                biased;
                ended = self.running.join_next() => break ended.unwrap().unwrap(),
                () = step => {}
            }
        }
        assert!(began.elapsed() <= Duration::from_secs(30), "it took {:?} to end", began.elapsed());
    }

    pub(crate) fn reload(&self) {
        self.reload.request();
    }

    fn has_not_ended(&mut self) {
        assert!(self.running.try_join_next().is_none(), "it ended by itself");
    }
}
