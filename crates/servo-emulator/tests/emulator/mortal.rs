//! An emulator whose operations are dropped at a chosen await, as they are where a process ends or loses patience.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use async_trait::async_trait;
use servo_core::event::standard::{Adjust, Adjusting, Describe, Measure, Measuring};
use servo_core::event::{Handlers, On};
use servo_core::model::{Control, Description, Measurement};
use servo_core::{Connector, Context, Error, Result};
use servo_emulator::{Emulator, Settings};

/// An emulator whose adjustments and measurements wait so often and are then dropped.
pub(crate) struct Mortal {
    pub(crate) emulator: Emulator,
    pub(crate) waits: usize,
}

impl Mortal {
    async fn die<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        let mut work = pin!(work);
        let mut left = self.waits;
        poll_fn(move |cx| match left.checked_sub(1) {
            None => Poll::Ready(Err(Error::failed("dropped"))),
            Some(fewer) => {
                let poll = work.as_mut().poll(cx);
                left = fewer;
                if poll.is_pending() && left == 0 {
                    return Poll::Ready(Err(Error::failed("dropped")));
                }
                poll
            }
        })
        .await
    }
}

impl Connector for Mortal {
    type Settings = Settings;

    fn new(name: &str, settings: Settings) -> Result<Self> {
        Ok(Self { emulator: Emulator::from_settings(name, settings)?, waits: usize::MAX })
    }

    fn handlers(handlers: &mut Handlers<Self>) {
        handlers.on::<Describe>().on::<Measure>().on::<Adjust>();
    }
}

#[async_trait]
impl On<Describe> for Mortal {
    async fn on(&self, cx: &Context, input: &Control) -> Result<Description> {
        On::<Describe>::on(&self.emulator, cx, input).await
    }
}

#[async_trait]
impl On<Measure> for Mortal {
    async fn on(&self, cx: &Context, input: &Measuring) -> Result<Measurement> {
        self.die(On::<Measure>::on(&self.emulator, cx, input)).await
    }
}

#[async_trait]
impl On<Adjust> for Mortal {
    async fn on(&self, cx: &Context, input: &Adjusting) -> Result<Description> {
        self.die(On::<Adjust>::on(&self.emulator, cx, input)).await
    }
}
