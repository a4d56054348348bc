//! What the emulated application is: metrics, components, and both together as they are now.

use async_trait::async_trait;
use servo_core::event::On;
use servo_core::event::standard::{Components, Describe, Metrics};
use servo_core::model::{Component, Control, Description, Metric};
use servo_core::{Context, Result};

use crate::connector::Emulator;

#[async_trait]
impl On<Metrics> for Emulator {
    async fn on(&self, cx: &Context, (): &()) -> Result<Vec<Metric>> {
        Ok(self.open(cx).await?.subject.metrics().to_vec())
    }
}

#[async_trait]
impl On<Components> for Emulator {
    async fn on(&self, cx: &Context, (): &()) -> Result<Vec<Component>> {
        let (components, warnings) = self.open(cx).await?.components();
        self.warn(&warnings);
        Ok(components)
    }
}

#[async_trait]
impl On<Describe> for Emulator {
    async fn on(&self, cx: &Context, _: &Control) -> Result<Description> {
        let (description, warnings) = self.open(cx).await?.described();
        self.warn(&warnings);
        Ok(description)
    }
}
