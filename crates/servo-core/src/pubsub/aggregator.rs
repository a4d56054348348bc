//! Aggregators: one message made of those of several channels.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use tokio::time::{Instant, MissedTickBehavior};

use super::exchange::reach;
use super::job::{self, Kind};
use super::transformer::{Made, Source, Transform};
use super::{ChannelName, Exchange, Message, Transformer};
use crate::duration::Duration;
use crate::{Error, Result};

/// When an aggregator publishes, apart from on demand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Emit {
    /// As soon as every source has sent at least one message since it last did.
    Complete,
    /// On an interval, whatever there is; nothing where there is nothing.
    Every(Duration),
    /// On demand only.
    OnDemand,
}

/// When something was last published.
type Last = Arc<Mutex<Option<Timestamp>>>;

struct Gathering<F> {
    /// The sources, and whether each has sent since the last message was published.
    sources: Vec<(ChannelName, bool)>,
    target: ChannelName,
    publishes_when_complete: bool,
    message: Option<Message>,
    last: Last,
    callback: F,
}

impl<F> Transform for Gathering<F>
where
    F: FnMut(&mut Option<Message>, &Message, &ChannelName) + Send,
{
    fn pass(&mut self, message: Message, channel: &ChannelName, made: &mut Made) -> Option<Message> {
        (self.callback)(&mut self.message, &message, channel);
        for (source, has_sent) in &mut self.sources {
            *has_sent |= source == channel;
        }
        if self.publishes_when_complete && self.sources.iter().all(|(_, has_sent)| *has_sent) {
            self.flush(made);
        }
        Some(message)
    }

    fn flush(&mut self, made: &mut Made) {
        for (_, has_sent) in &mut self.sources {
            *has_sent = false;
        }
        if let Some(message) = self.message.take() {
            *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(Timestamp::now());
            made.push((self.target.clone(), message));
        }
    }
}

/// A transformer that makes one message of those of several channels.
#[derive(Clone)]
pub struct Aggregator {
    transformer: Transformer,
    last: Last,
    job: Option<job::Job>,
}

impl Aggregator {
    /// Publishes what is gathered, and begins anew. Returns false where there was nothing.
    ///
    /// # Errors
    ///
    /// The exchange has ended, or a transformer wants to publish by itself.
    pub fn publish(&self) -> Result<bool> {
        reach(self.transformer.exchange())?.flush(self.transformer.stage())
    }

    /// Returns when it last published.
    pub fn last_published_at(&self) -> Option<Timestamp> {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns it as a transformer, with its name and its failures.
    pub fn transformer(&self) -> &Transformer {
        &self.transformer
    }

    /// Removes it, with what it has gathered. Doing so twice does nothing.
    pub fn remove(&self) {
        if let Some(job) = &self.job {
            job.cancel();
        }
        self.transformer.remove();
    }
}

impl fmt::Debug for Aggregator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Aggregator").field("transformer", &self.transformer).finish_non_exhaustive()
    }
}

impl Exchange {
    /// Gathers the messages of at least two channels into one for the channel `to`.
    ///
    /// The callback is given what is gathered so far, nothing at the beginning and after each publication, and the
    /// message that came with its channel. Those messages go on as they are. The channels are created where they are
    /// missing.
    ///
    /// # Errors
    ///
    /// Fewer than two channels are named; what is published would come back; an interval is zero, another aggregator on
    /// an interval has the name, or there is no runtime to run it.
    pub fn aggregate<F>(
        &self,
        name: &str,
        from: impl IntoIterator<Item = ChannelName>,
        to: ChannelName,
        emit: Emit,
        callback: F,
    ) -> Result<Aggregator>
    where
        F: FnMut(&mut Option<Message>, &Message, &ChannelName) + Send + 'static,
    {
        let mut from: Vec<ChannelName> = from.into_iter().collect();
        from.sort_unstable();
        from.dedup();
        if from.len() < 2 {
            return Err(Error::failed(format!(
                "expected at least two channels for aggregator '{name}', found {}",
                from.len()
            )));
        }
        if let Emit::Every(interval) = emit {
            job::refuse_zero(interval)?;
        }
        let last = Last::default();
        let work = Gathering {
            sources: from.iter().map(|name| (name.clone(), false)).collect(),
            target: to.clone(),
            publishes_when_complete: emit == Emit::Complete,
            message: None,
            last: Arc::clone(&last),
            callback,
        };
        for name in &from {
            self.channel(name);
        }
        let transformer = Transformer::add(self, name, Source::Named(from), vec![to], work)?;
        let job = match emit {
            Emit::Every(interval) => Some(self.publish_every(&transformer, interval)?),
            Emit::Complete | Emit::OnDemand => None,
        };
        Ok(Aggregator { transformer, last, job })
    }

    fn publish_every(&self, transformer: &Transformer, interval: Duration) -> Result<job::Job> {
        let flushed = transformer.clone();
        let started = self.shared().start(Kind::Aggregator, transformer.name(), |job| {
            Box::pin(async move {
                let interval = interval.as_std();
                let Some(first) = Instant::now().checked_add(interval) else { return };
                let mut ticks = tokio::time::interval_at(first, interval);
                ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
                loop {
                    ticks.tick().await;
                    let Ok(exchange) = reach(flushed.exchange()) else { return };
                    if let Err(error) = exchange.flush(flushed.stage()) {
                        job.fail("aggregator", &error);
                    }
                }
            })
        });
        started.inspect_err(|_| transformer.remove())
    }
}
