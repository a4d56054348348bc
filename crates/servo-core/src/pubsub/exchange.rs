//! Where the connectors of one servo publish and subscribe.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use super::hub::{Hub, Line};
use super::job::{Jobs, Kind};
use super::turn::Turn;
use super::{Channel, ChannelName, Delivery, Job, Message, Publisher, Selector, Subscription};
use crate::event::caught;
use crate::{Error, Result};

/// Where the connectors of one servo publish and subscribe. Clones are the same exchange.
///
/// A callback that is handed to an exchange should keep no clone of it, which would keep both until
/// [`shutdown`](Self::shutdown). Channels, publishers, subscriptions and jobs do not keep it.
#[derive(Clone, Default)]
pub struct Exchange(Arc<Shared>);

/// What all that belongs to an exchange shares.
#[derive(Default)]
pub(super) struct Shared {
    pub(super) turn: Turn,
    hub: Mutex<Hub>,
    jobs: Mutex<Option<Box<Jobs>>>,
}

impl Shared {
    pub(super) fn hub(&self) -> MutexGuard<'_, Hub> {
        self.hub.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts what runs on its own.
    pub(super) fn start(
        &self,
        kind: Kind,
        name: &str,
        work: impl FnOnce(Job) -> futures::future::BoxFuture<'static, ()>,
    ) -> Result<Job> {
        let mut jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.get_or_insert_default().start(kind, name, work)
    }
}

/// Gives the exchange that something belongs to.
pub(super) fn reach(exchange: &Weak<Shared>) -> Result<Arc<Shared>> {
    exchange.upgrade().ok_or_else(|| Error::failed("the exchange has ended with its servo"))
}

impl Exchange {
    /// How many messages wait for a subscriber before its oldest is dropped, where nothing else is said.
    pub const QUEUE: usize = 64;
    /// The most messages that can wait for a subscriber.
    pub const MAX_QUEUE: usize = 65_536;
    /// How long subscribers may take what is queued when an exchange shuts down.
    pub const DRAIN_LIMIT: Duration = Duration::from_secs(2);

    pub(super) const fn shared(&self) -> &Arc<Shared> {
        &self.0
    }

    fn channel_of(&self, line: Arc<Line>) -> Channel {
        Channel::new(Arc::downgrade(&self.0), line)
    }

    /// Creates a channel.
    ///
    /// # Errors
    ///
    /// There is one of that name.
    pub fn create(&self, name: &ChannelName) -> Result<Channel> {
        let mut hub = self.0.hub();
        if hub.find(name).is_some() {
            return Err(Error::failed(format!("a channel named '{name}' already exists")));
        }
        let line = hub.find_or_create(name);
        Ok(self.channel_of(line))
    }

    /// Finds a channel.
    pub fn find(&self, name: &ChannelName) -> Option<Channel> {
        let line = self.0.hub().find(name)?;
        Some(self.channel_of(line))
    }

    /// Finds a channel, or creates it.
    pub fn channel(&self, name: &ChannelName) -> Channel {
        let line = self.0.hub().find_or_create(name);
        self.channel_of(line)
    }

    /// Returns the names of all channels, sorted.
    pub fn channels(&self) -> Vec<ChannelName> {
        self.0.hub().names()
    }

    /// Publishes a message on a channel. Never waits.
    ///
    /// # Errors
    ///
    /// There is no such channel, or a transformer wants to publish by itself.
    pub fn publish(&self, name: &ChannelName, message: &Message) -> Result<()> {
        let line = self.0.hub().find(name);
        let line = line.ok_or_else(|| Error::failed(format!("no such channel: '{name}'")))?;
        self.0.publish([&*line], message)
    }

    /// Binds a publisher to channels, creating those that are missing.
    ///
    /// # Errors
    ///
    /// No channel is named.
    pub fn publisher(&self, names: impl IntoIterator<Item = ChannelName>) -> Result<Publisher> {
        let names: Vec<ChannelName> = names.into_iter().collect();
        if names.is_empty() {
            return Err(Error::failed("expected at least one channel for a publisher, found none"));
        }
        let mut hub = self.0.hub();
        let lines = names.iter().map(|name| hub.find_or_create(name)).collect();
        drop(hub);
        Ok(Publisher::new(Arc::downgrade(&self.0), lines))
    }

    /// Subscribes to all channels that a selector matches, now or later, with room for [`QUEUE`](Self::QUEUE) messages.
    pub fn subscribe(&self, selector: impl Into<Selector>) -> Subscription {
        self.subscribe_with(selector, Self::QUEUE)
    }

    /// Subscribes with room for so many messages: at least one, at most [`MAX_QUEUE`](Self::MAX_QUEUE), and rounded up to
    /// a power of two.
    pub fn subscribe_with(&self, selector: impl Into<Selector>, queue: usize) -> Subscription {
        Subscription::new(&self.0, selector.into(), queue.clamp(1, Self::MAX_QUEUE))
    }

    /// Has a callback called with each message of the channels that a selector matches, one after another, in a task of
    /// its own. A call that fails or panics is logged with the subscriber's name and counted, and the next one follows.
    ///
    /// # Errors
    ///
    /// There is a subscriber of that name, or no runtime to run it.
    pub fn attend<F, Fut>(&self, name: &str, selector: impl Into<Selector>, mut callback: F) -> Result<Job>
    where
        F: FnMut(Delivery) -> Fut + Send + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        let mut subscription = self.subscribe(selector);
        self.0.start(Kind::Subscriber, name, |job| {
            Box::pin(async move {
                while let Some(delivery) = subscription.next().await {
                    if let Err(error) = caught(async { callback(delivery).await }).await {
                        job.fail("subscriber", &error);
                    }
                }
            })
        })
    }

    /// Ends everything: publishers and aggregators on an interval at once; then all channels are closed and transformers
    /// removed; subscribers take what is queued for at most [`DRAIN_LIMIT`](Self::DRAIN_LIMIT), and are ended where that
    /// is too short. A subscription that somebody iterates keeps what is queued, and ends after it.
    ///
    /// Then the exchange is as new.
    pub async fn shutdown(&self) {
        let jobs = self.0.jobs.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(jobs) = &jobs {
            jobs.end_publishers();
        }
        {
            // Whoever publishes right now comes to the end of it; a transformer cannot be it, as it does not wait.
            let _turn = self.0.turn.take();
            let cleared = self.0.hub().clear();
            drop(cleared);
        }
        if let Some(jobs) = jobs {
            jobs.drain(Self::DRAIN_LIMIT).await;
        }
    }
}

impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange").field("channels", &self.channels()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_that_nobody_uses_is_small() {
        assert!(size_of::<Shared>() <= 256, "{}", size_of::<Shared>());
        let exchange = Exchange::default();
        assert!(exchange.0.jobs.lock().unwrap().is_none());
        assert!(exchange.channels().is_empty());
    }
}
