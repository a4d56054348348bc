//! The way of a message: from the publisher through the transformers into the queues.

use std::collections::VecDeque;
use std::sync::Arc;

use super::exchange::Shared;
use super::hub::Line;
use super::transformer::Stage;
use super::turn::Taken;
use super::{ChannelName, Message};
use crate::{Error, Result};

/// Messages that are still to be carried, with their channels.
type Waiting = VecDeque<(ChannelName, Message)>;

impl Shared {
    /// Publishes a message on channels, on all of them or on none.
    pub(super) fn publish<'a>(
        &self,
        lines: impl IntoIterator<Item = &'a Line> + Clone,
        message: &Message,
    ) -> Result<()> {
        let turn = self.turn.take()?;
        lines.clone().into_iter().try_for_each(Line::open)?;
        for line in lines {
            self.carry(&turn, VecDeque::from([(line.name.clone(), message.clone())]));
        }
        Ok(())
    }

    /// Has a transformer publish what it has gathered.
    pub(super) fn flush(&self, stage: &Arc<Stage>) -> Result<bool> {
        let turn = self.turn.take()?;
        let made = stage.flush();
        let is_any = !made.is_empty();
        let mut waiting = Waiting::new();
        self.accept(stage, made, &mut waiting);
        self.carry(&turn, waiting);
        Ok(is_any)
    }

    /// Carries messages to those that listen, with all that transformers make of them. It ends, since transformers do not
    /// lead in a circle.
    fn carry(&self, _turn: &Taken<'_>, mut waiting: Waiting) {
        while let Some((channel, message)) = waiting.pop_front() {
            // Locked for this statement only: transformers are a caller's, and may look at the exchange.
            let stages = self.hub().stages(&channel);
            let mut passing = Some(message);
            for stage in &stages {
                let Some(message) = passing.take() else { break };
                let (passed, made) = stage.pass(message, &channel);
                passing = passed;
                self.accept(stage, made, &mut waiting);
            }
            let Some(message) = passing else { continue };
            let queues = self.hub().queues(&channel);
            for queue in queues {
                // An error is a subscription that was dropped meanwhile.
                drop(queue.send((message.clone(), channel.clone())));
            }
        }
    }

    /// Takes what a transformer has made, where its channel is still there.
    fn accept(&self, stage: &Stage, made: Vec<(ChannelName, Message)>, waiting: &mut Waiting) {
        for (channel, message) in made {
            if self.hub().find(&channel).is_some() {
                waiting.push_back((channel, message));
            } else {
                stage.fail(&Error::failed(format!("no such channel: '{channel}'")));
            }
        }
    }
}
