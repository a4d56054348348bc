//! Filters: what goes on in the place of a message, if anything.

use super::{Made, Source, Transform, Transformer};
use crate::pubsub::{ChannelName, Exchange, Message, Selector};

struct Filter<F>(F);

impl<F> Transform for Filter<F>
where
    F: FnMut(Message, &ChannelName) -> Option<Message> + Send,
{
    fn pass(&mut self, message: Message, channel: &ChannelName, _: &mut Made) -> Option<Message> {
        (self.0)(message, channel)
    }

    /// What was not looked at is not let through.
    fn lets_pass(&self) -> bool {
        false
    }
}

impl Exchange {
    /// Has a callback decide what goes on in the place of each message of the channels that a selector matches: the
    /// message, another one, or nothing. Then those after it do not see it, and no subscriber does. Where the callback
    /// panics, nothing goes on.
    pub fn filter<F>(&self, name: &str, selector: impl Into<Selector>, callback: F) -> Transformer
    where
        F: FnMut(Message, &ChannelName) -> Option<Message> + Send + 'static,
    {
        Transformer::put(self, name, Source::Selected(selector.into()), Filter(callback))
    }
}
