//! The sending end: bound to channels, by hand or on an interval.

use std::sync::{Arc, Weak};

use tokio::time::MissedTickBehavior;

use super::exchange::{Shared, reach};
use super::hub::Line;
use super::job::{self, Kind};
use super::{ChannelName, Job, Message};
use crate::duration::Duration;
use crate::event::caught;
use crate::{Error, Result};

/// What publishes messages on the channels that it is bound to. Clones are bound to the same.
#[derive(Clone)]
pub struct Publisher {
    exchange: Weak<Shared>,
    lines: Arc<[Arc<Line>]>,
}

impl Publisher {
    pub(super) const fn new(exchange: Weak<Shared>, lines: Arc<[Arc<Line>]>) -> Self {
        Self { exchange, lines }
    }

    /// Returns the channels that it is bound to.
    pub fn channels(&self) -> impl Iterator<Item = &ChannelName> {
        self.lines.iter().map(|line| &line.name)
    }

    /// Publishes a message on all its channels. Never waits.
    ///
    /// # Errors
    ///
    /// One of them is closed, or a transformer wants to publish by itself. Then the message is on none of them.
    pub fn publish(&self, message: &Message) -> Result<()> {
        reach(&self.exchange)?.publish(self.lines.iter().map(|line| &**line), message)
    }

    /// Publishes a message on some of its channels. Never waits.
    ///
    /// # Errors
    ///
    /// It is not bound to one of them, or one is closed, or a transformer wants to publish by itself. Then the message is
    /// on none of them.
    pub fn publish_to(&self, channels: &[ChannelName], message: &Message) -> Result<()> {
        let bound = |name: &ChannelName| {
            let line = self.lines.iter().find(|line| line.name == *name);
            line.map(|line| &**line).ok_or_else(|| self.unbound(name))
        };
        let lines: Vec<&Line> = channels.iter().map(bound).collect::<Result<_>>()?;
        reach(&self.exchange)?.publish(lines, message)
    }

    fn unbound(&self, name: &ChannelName) -> Error {
        let bound: Vec<&str> = self.channels().map(ChannelName::as_str).collect();
        Error::failed(format!("publisher is not bound to channel '{name}'"))
            .with_help(format!("it is bound to {}", bound.join(", ")))
    }

    /// Publishes what a callback makes, at once and then on an interval, until the job is cancelled, the exchange ends, or
    /// all its channels are closed.
    ///
    /// What fails or panics is logged with the name and counted, and the publisher goes on. Where making a message takes
    /// longer than the interval, the next one is begun at once, and others that were missed meanwhile are left out.
    ///
    /// # Errors
    ///
    /// The interval is zero, there is a publisher of that name, or no runtime to run it.
    pub fn every<F, Fut>(&self, name: &str, interval: Duration, mut make: F) -> Result<Job>
    where
        F: FnMut() -> Fut + Send + 'static,
        Fut: Future<Output = Result<Message>> + Send + 'static,
    {
        job::refuse_zero(interval)?;
        let publisher = self.clone();
        reach(&self.exchange)?.start(Kind::Publisher, name, |job| {
            Box::pin(async move {
                let mut ticks = tokio::time::interval(interval.as_std());
                ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
                while !publisher.lines.iter().all(|line| line.is_closed()) {
                    ticks.tick().await;
                    let message = caught(async { make().await }).await;
                    if let Err(error) = message.and_then(|message| publisher.publish(&message)) {
                        job.fail("publisher", &error);
                    }
                }
            })
        })
    }
}

impl std::fmt::Debug for Publisher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Publisher")
            .field("channels", &self.channels().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
