//! A channel as whoever uses it holds it.

use std::sync::{Arc, Weak};

use super::exchange::{Shared, reach};
use super::hub::Line;
use super::{ChannelName, Exchange, Message, Subscription};
use crate::Result;

/// A channel of an exchange. Clones are the same channel.
///
/// Where it was closed, it stays so, although another may have its name since.
#[derive(Clone)]
pub struct Channel {
    exchange: Weak<Shared>,
    line: Arc<Line>,
}

impl Channel {
    pub(super) const fn new(exchange: Weak<Shared>, line: Arc<Line>) -> Self {
        Self { exchange, line }
    }

    /// Returns its name.
    pub fn name(&self) -> &ChannelName {
        &self.line.name
    }

    /// Returns true once it was closed.
    pub fn is_closed(&self) -> bool {
        self.line.is_closed()
    }

    /// Publishes a message. Never waits.
    ///
    /// # Errors
    ///
    /// It is closed, or a transformer wants to publish by itself.
    pub fn publish(&self, message: &Message) -> Result<()> {
        self.line.open()?;
        reach(&self.exchange)?.publish([&*self.line], message)
    }

    /// Subscribes to it alone: the subscription ends when the channel is closed.
    ///
    /// # Errors
    ///
    /// It is closed.
    pub fn subscribe(&self) -> Result<Subscription> {
        self.line.open()?;
        Ok(Subscription::new(&reach(&self.exchange)?, self.name().into(), Exchange::QUEUE))
    }

    /// Closes it, and ends the subscriptions whose selector is its name. They still yield what is queued.
    ///
    /// # Errors
    ///
    /// It is closed already.
    pub fn close(&self) -> Result<()> {
        match self.exchange.upgrade() {
            Some(exchange) => exchange.hub().close(&self.line),
            None => self.line.open(),
        }
    }
}

impl std::fmt::Debug for Channel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Channel").field("name", self.name()).field("is_closed", &self.is_closed()).finish()
    }
}
