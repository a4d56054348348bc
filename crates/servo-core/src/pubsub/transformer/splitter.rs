//! Splitters: messages for other channels made of each message.

use super::{Made, Source, Transform, Transformer};
use crate::pubsub::{ChannelName, Exchange, Message, Selector};
use crate::{Error, Result};

struct Splitter<F> {
    targets: Vec<ChannelName>,
    callback: F,
}

impl<F> Transform for Splitter<F>
where
    F: FnMut(&Message, &ChannelName) -> Vec<Message> + Send,
{
    fn pass(&mut self, message: Message, _: &ChannelName, made: &mut Made) -> Option<Message> {
        for target in &self.targets {
            made.extend((self.callback)(&message, target).into_iter().map(|part| (target.clone(), part)));
        }
        Some(message)
    }
}

impl Exchange {
    /// Has a callback make messages for the channels `targets` of each message of the channels that a selector matches.
    /// It is called once for each target, and gives what goes on that one. The message itself goes on as it is.
    ///
    /// # Errors
    ///
    /// No target is named, or what is published there would come back to the splitter.
    pub fn split<F>(
        &self,
        name: &str,
        selector: impl Into<Selector>,
        targets: impl IntoIterator<Item = ChannelName>,
        callback: F,
    ) -> Result<Transformer>
    where
        F: FnMut(&Message, &ChannelName) -> Vec<Message> + Send + 'static,
    {
        let targets: Vec<ChannelName> = targets.into_iter().collect();
        if targets.is_empty() {
            return Err(Error::failed(format!(
                "expected at least one channel for splitter '{name}', found none"
            )));
        }
        let work = Splitter { targets: targets.clone(), callback };
        Transformer::add(self, name, Source::Selected(selector.into()), targets, work)
    }
}
