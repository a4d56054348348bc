//! What is on an exchange: its channels, who listens, and what lies in between.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::broadcast;

use super::transformer::Stage;
use super::{ChannelName, Message, Selector};
use crate::{Error, Result};

/// What goes through a subscriber's queue.
pub(super) type Parcel = (Message, ChannelName);

/// One channel, from its creation until it is closed.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) name: ChannelName,
    is_closed: AtomicBool,
}

impl Line {
    pub(super) fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::Acquire)
    }

    /// Closes it. Returns false where it was closed already.
    fn close(&self) -> bool {
        !self.is_closed.swap(true, Ordering::AcqRel)
    }

    /// Refuses a channel that is closed.
    pub(super) fn open(&self) -> Result<()> {
        if self.is_closed() {
            Err(Error::failed(format!("channel '{}' is closed", self.name)))
        } else {
            Ok(())
        }
    }
}

/// Who listens: its queue has one reader, the subscription.
#[derive(Debug)]
struct Listener {
    id: u64,
    selector: Selector,
    queue: broadcast::Sender<Parcel>,
}

/// What is on an exchange. Nothing of a caller's runs while it is locked, nor is anything of a caller's dropped.
#[derive(Debug, Default)]
pub(super) struct Hub {
    channels: BTreeMap<ChannelName, Arc<Line>>,
    listeners: Vec<Listener>,
    stages: Vec<Arc<Stage>>,
    last_id: u64,
}

impl Hub {
    /// Gives an id that nothing had before.
    pub(super) const fn id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    pub(super) fn names(&self) -> Vec<ChannelName> {
        self.channels.keys().cloned().collect()
    }

    pub(super) fn find(&self, name: &ChannelName) -> Option<Arc<Line>> {
        self.channels.get(name).cloned()
    }

    pub(super) fn find_or_create(&mut self, name: &ChannelName) -> Arc<Line> {
        let create = || Arc::new(Line { name: name.clone(), is_closed: AtomicBool::new(false) });
        Arc::clone(self.channels.entry(name.clone()).or_insert_with(create))
    }

    /// Closes a channel, and ends those that listen to it alone: they take what is queued and nothing more.
    pub(super) fn close(&mut self, line: &Line) -> Result<()> {
        if !line.close() {
            return Err(Error::failed(format!("channel '{}' is closed already", line.name)));
        }
        self.channels.remove(&line.name);
        self.listeners.retain(|listener| listener.selector.name() != Some(&line.name));
        Ok(())
    }

    pub(super) fn listen(&mut self, selector: Selector, queue: broadcast::Sender<Parcel>) -> u64 {
        let id = self.id();
        self.listeners.push(Listener { id, selector, queue });
        id
    }

    pub(super) fn leave(&mut self, id: u64) {
        self.listeners.retain(|listener| listener.id != id);
    }

    /// Gives the queues of those that listen to a channel.
    pub(super) fn queues(&self, channel: &ChannelName) -> Vec<broadcast::Sender<Parcel>> {
        let listening = self.listeners.iter().filter(|listener| listener.selector.matches(channel));
        listening.map(|listener| listener.queue.clone()).collect()
    }

    /// Puts what lies between publishers and subscribers after what is there.
    pub(super) fn put(&mut self, stage: Arc<Stage>) {
        self.stages.push(stage);
    }

    /// Does so where it publishes itself, on channels that are created where they are missing.
    pub(super) fn add(&mut self, stage: &Arc<Stage>) -> Result<()> {
        stage.refuse_circle(&self.stages)?;
        for target in stage.targets() {
            self.find_or_create(target);
        }
        self.put(Arc::clone(stage));
        Ok(())
    }

    /// Takes it out again. What is returned must be dropped after the hub was unlocked, as it is a caller's.
    pub(super) fn take_out(&mut self, id: u64) -> Option<Arc<Stage>> {
        let at = self.stages.iter().position(|stage| stage.id() == id)?;
        Some(self.stages.remove(at))
    }

    /// Gives what lies between the publishers of a channel and its subscribers, in order.
    pub(super) fn stages(&self, channel: &ChannelName) -> Vec<Arc<Stage>> {
        self.stages.iter().filter(|stage| stage.takes(channel)).cloned().collect()
    }

    /// Closes everything and gives what was there, to be dropped after the hub was unlocked.
    pub(super) fn clear(&mut self) -> Self {
        for line in self.channels.values() {
            line.close();
        }
        let last_id = self.last_id;
        std::mem::replace(self, Self { last_id, ..Self::default() })
    }
}
