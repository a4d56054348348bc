//! Publish and subscribe: how the connectors of one servo hand each other what they learn while they work.
//!
//! Every servo has one [`Exchange`], which handlers reach through [`Context::exchange`](crate::Context::exchange). On it
//! are [channels](Channel) with names. A [`Publisher`] is bound to channels and puts [messages](Message) on them; a
//! [`Subscription`] has a [`Selector`] and yields the messages of every channel whose name that matches, also of those
//! that come to be later. In between, [transformers](Transformer) may change messages, drop them, or make others of them.
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! use servo_core::pubsub::{Exchange, Message, Selector};
//!
//! let exchange = Exchange::default();
//! let mut loads = exchange.subscribe("load.*".parse::<Selector>()?);
//! let publisher = exchange.publisher(["load.generator".parse()?])?;
//! publisher.publish(&Message::from_text("42 requests per second"))?;
//!
//! let delivery = loads.next().await.expect("the exchange goes on");
//! assert_eq!((delivery.message.text()?, delivery.channel.as_str()), ("42 requests per second", "load.generator"));
//! # Ok::<(), servo_core::Error>(()) }).unwrap();
//! ```
//!
//! # What holds
//!
//! * Publishing never waits. Each subscription has a queue of its own with room for so many messages, 64 unless told
//!   otherwise. **Where a queue is full its oldest message is dropped and counted**, and the next delivery says how many
//!   were ([`Delivery::lost`]). So a slow subscriber loses its own messages, and nobody else's.
//! * Order is kept: every subscription yields messages in the order in which they were published, within a channel and
//!   across channels. What a transformer makes of a message comes right after it.
//! * A subscriber that panics or hangs harms nobody, since it runs in a task of its own. A transformer that panics is
//!   counted and logged, and so is a publisher on an interval, which goes on.
//! * Transformers run in the call that publishes, one at a time for the whole exchange. They must not wait, and cannot
//!   publish themselves; what they give back is published for them.
//! * What runs on its own, such as a publisher on an interval, is a [`Job`]. It belongs to the exchange and ends with it.
//! * [`Exchange::shutdown`] ends the publishers, closes every channel, lets subscribers take what is queued, and ends
//!   those that take too long. A servo does it after its connectors were detached. Then the exchange is as new.
//! * An exchange that nobody uses is a few empty fields: no task, no buffer.
//!
//! # What differs from ServoX
//!
//! Section 7 of its description is what this succeeds. Deliberately different:
//!
//! * Each servo has an exchange of its own, so that servos of one process cannot meet by the names of their channels;
//!   ServoX had one for all.
//! * There is no start and stop, and nothing is queued for a start: an exchange works from the first use on.
//! * Order is kept and queues are bounded; ServoX delivered each message in a task of its own, in any order, and queued
//!   without end.
//! * A message that a filter drops is no warning: dropping is what filters are for.
//! * Transformers are chosen for channels with a selector, and may not lead in a circle; their callbacks do not wait.
//! * An aggregator publishes for one cause, its [`Emit`], and on demand.
//! * A failing publisher on an interval is logged and counted; in ServoX it shut everything down.
//! * Cancelling twice does nothing; a subscription is also cancelled by being dropped. A timeout, or an end when
//!   something else is done, is composed of what tokio has: see [`Subscription`].
//! * A subscription yields a [`Delivery`] with message and channel, whatever it was made by; there is no current message
//!   that code could ask for, since each callback is handed its own.
//! * Channels have names that somebody chose; there are none with made-up names.
//! * YAML is carried as the text that it was written as: nothing in this crate reads it.

mod aggregator;
mod channel;
mod exchange;
mod hub;
mod job;
mod message;
mod name;
mod publisher;
mod route;
mod selector;
mod subscription;
mod transformer;
mod turn;

pub use aggregator::{Aggregator, Emit};
pub use channel::Channel;
pub use exchange::Exchange;
pub use job::Job;
pub use message::Message;
pub use name::{ChannelName, NameError};
pub use publisher::Publisher;
pub use selector::{Selector, SelectorError};
pub use subscription::{Delivery, Subscription};
pub use transformer::Transformer;
