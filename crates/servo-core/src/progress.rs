//! Progress of an operation: a bounded channel that belongs to one command and ends with it.

use std::sync::Arc;

use tokio::sync::mpsc;

use crate::duration::Duration;

/// How many reports may wait to be taken before new ones are dropped.
const CAPACITY: usize = 32;

/// How far an operation has come.
#[derive(Clone, Debug, PartialEq)]
pub struct Progress {
    /// The connector that says so.
    pub connector: Arc<str>,
    /// The event in which it says so.
    pub event: Arc<str>,
    /// How much is done, from 0 to 100.
    pub percent: f64,
    /// The time since the operation began.
    pub runtime: Duration,
    /// What is being done, for a person to read.
    pub message: String,
}

/// Where handlers report progress to. Reporting never waits: when nobody takes the reports, the
/// newest are dropped, so that a slow optimizer cannot delay an operation.
#[derive(Clone, Debug, Default)]
pub struct Sink(Option<mpsc::Sender<Progress>>);

impl Sink {
    /// Reports progress. Nothing happens where nobody listens.
    pub fn report(&self, progress: Progress) {
        if let Some(sender) = &self.0
            && sender.try_send(progress).is_err()
        {
            tracing::trace!("progress report dropped: nobody takes them fast enough");
        }
    }
}

/// The receiving end of a command's progress.
#[derive(Debug)]
pub struct Reports(mpsc::Receiver<Progress>);

impl Reports {
    /// Waits for the next report. Returns `None` when the command has ended.
    pub async fn next(&mut self) -> Option<Progress> {
        self.0.recv().await
    }
}

/// Creates the channel of one command.
pub fn channel() -> (Sink, Reports) {
    let (sender, receiver) = mpsc::channel(CAPACITY);
    (Sink(Some(sender)), Reports(receiver))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(percent: f64) -> Progress {
        Progress {
            connector: "wait".into(),
            event: "measure".into(),
            percent,
            runtime: Duration::ZERO,
            message: String::new(),
        }
    }

    #[tokio::test]
    async fn a_full_channel_drops_and_never_blocks() {
        let (sink, mut reports) = channel();
        for i in 0..1000 {
            sink.report(at(f64::from(i)));
        }
        drop(sink);
        let mut taken = 0;
        while reports.next().await.is_some() {
            taken += 1;
        }
        assert_eq!(taken, CAPACITY);
    }

    #[tokio::test]
    async fn it_ends_with_the_command() {
        let (sink, mut reports) = channel();
        let handler = sink.clone();
        handler.report(at(50.0));
        drop((sink, handler));
        assert!(reports.next().await.is_some());
        assert!(reports.next().await.is_none());
    }
}
