//! The receiving end: messages of the channels that were selected, one after another.

use std::sync::{Arc, Weak};

use futures::stream::{self, Stream};
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::broadcast::{self, Receiver};
use tokio_util::sync::CancellationToken;

use super::exchange::Shared;
use super::hub::Parcel;
use super::{ChannelName, Message, Selector};

/// A message as a subscriber gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The message.
    pub message: Message,
    /// The channel on which it was published.
    pub channel: ChannelName,
    /// How many messages right before it were dropped, since the subscriber did not keep up.
    pub lost: u64,
}

/// The messages of the channels that were selected, from the subscribing on, in the order in which they were published.
///
/// Dropping it ends it. [`token`](Self::token) ends it from elsewhere. Everything else is composed:
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(async {
/// # use std::time::Duration;
/// # use servo_core::pubsub::{Exchange, Message, Selector};
/// # let exchange = Exchange::default();
/// # let measured = tokio::time::sleep(Duration::from_secs(2));
/// let mut metrics = exchange.subscribe("metrics.*".parse::<Selector>()?);
///
/// // A limit for one message, or around a whole loop for all of them.
/// let first = tokio::time::timeout(Duration::from_secs(5), metrics.next()).await;
/// assert!(first.is_err(), "nobody has published");
///
/// // Until something else is done.
/// let mut measured = std::pin::pin!(measured);
/// loop {
///     tokio::select! {
///         () = &mut measured => break,
///         delivery = metrics.next() => match delivery {
///             Some(delivery) => println!("{}", delivery.channel),
///             None => break,
///         },
///     }
/// }
/// # Ok::<(), servo_core::Error>(()) }).unwrap();
/// ```
pub struct Subscription {
    exchange: Weak<Shared>,
    id: u64,
    selector: Selector,
    queue: Receiver<Parcel>,
    token: CancellationToken,
    /// Those dropped since the last delivery.
    gap: u64,
    lost: u64,
}

impl Subscription {
    pub(super) fn new(exchange: &Arc<Shared>, selector: Selector, room: usize) -> Self {
        let (sender, queue) = broadcast::channel(room);
        let id = exchange.hub().listen(selector.clone(), sender);
        let token = CancellationToken::new();
        Self { exchange: Arc::downgrade(exchange), id, selector, queue, token, gap: 0, lost: 0 }
    }

    /// Returns which channels were selected.
    pub fn selector(&self) -> &Selector {
        &self.selector
    }

    /// Returns how many messages were dropped so far, since they were not taken in time.
    pub fn lost(&self) -> u64 {
        self.lost
    }

    /// Returns what ends the subscription: once it is cancelled, whoever waits for a message gets none. Cancelling twice
    /// does nothing.
    pub fn token(&self) -> &CancellationToken {
        &self.token
    }

    /// Waits for the next message. Gives `None` once it is cancelled, or when nothing can come any more: the channel of
    /// that name was closed, or the exchange shut down, and all that was queued is taken.
    ///
    /// A call that is dropped takes nothing.
    pub async fn next(&mut self) -> Option<Delivery> {
        loop {
            let received = tokio::select! {
                biased;
                () = self.token.cancelled() => {
                    self.leave();
                    return None;
                }
                received = self.queue.recv() => received,
            };
            match received {
                Ok(parcel) => return Some(self.delivery(parcel)),
                Err(RecvError::Lagged(dropped)) => self.missed(dropped),
                Err(RecvError::Closed) => return None,
            }
        }
    }

    /// Gives a message that is queued already. Never waits.
    pub fn try_next(&mut self) -> Option<Delivery> {
        if self.token.is_cancelled() {
            self.leave();
            return None;
        }
        loop {
            match self.queue.try_recv() {
                Ok(parcel) => return Some(self.delivery(parcel)),
                Err(TryRecvError::Lagged(dropped)) => self.missed(dropped),
                Err(TryRecvError::Empty | TryRecvError::Closed) => return None,
            }
        }
    }

    /// Makes a stream of it, to be combined with others.
    pub fn into_stream(self) -> impl Stream<Item = Delivery> + Send {
        stream::unfold(self, async |mut subscription| {
            let delivery = subscription.next().await?;
            Some((delivery, subscription))
        })
    }

    fn delivery(&mut self, (message, channel): Parcel) -> Delivery {
        Delivery { message, channel, lost: std::mem::take(&mut self.gap) }
    }

    const fn missed(&mut self, dropped: u64) {
        self.gap += dropped;
        self.lost += dropped;
    }

    fn leave(&self) {
        if let Some(exchange) = self.exchange.upgrade() {
            exchange.hub().leave(self.id);
        }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.leave();
    }
}

impl std::fmt::Debug for Subscription {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("Subscription");
        shown.field("selector", &self.selector.as_str()).field("lost", &self.lost).finish_non_exhaustive()
    }
}
