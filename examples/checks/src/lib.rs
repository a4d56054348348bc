//! The `spool` connector: how many jobs wait in the folders of a spool.

mod checks;
pub mod settings;

use std::io::ErrorKind;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use servo_core::event::standard::{Check, Describe, Metrics};
use servo_core::event::{Handlers, On};
use servo_core::model::{Control, Description, Metric, Unit};
use servo_core::{Connector, Context, Descriptor, Error, Result};

use settings::{Queue, Settings};

/// One section of a configuration, at work.
#[derive(Debug)]
pub struct Spool(Settings);

servo_core::inventory::submit! {
    Descriptor::of::<Spool>("spool")
        .description("Shows every form of a check, of folders in which jobs wait")
        .version(env!("CARGO_PKG_VERSION"))
        .example("{folder: tests/spool, queues: [{name: frames}, {name: thumbnails, most: 50}]}")
}

impl Connector for Spool {
    type Settings = Settings;

    fn new(_name: &str, settings: Settings) -> Result<Self> {
        Ok(Self(settings))
    }

    fn handlers(handlers: &mut Handlers<Self>) {
        handlers.on::<Metrics>().on::<Describe>().on::<Check>();
    }
}

impl Spool {
    fn metrics(&self) -> Vec<Metric> {
        let named = |queue: &Queue| Metric::new(format!("{}_waiting", queue.name), Unit::Float);
        self.0.queues.iter().map(named).collect()
    }

    /// Gives how long each job of a queue has waited. A queue that is not there has none.
    async fn ages(&self, queue: &Queue) -> Result<Vec<Duration>> {
        let folder = self.0.folder.join(&queue.name);
        let cannot = |error| Error::failed(format!("cannot read {}", folder.display())).with_source(error);
        let mut jobs = match tokio::fs::read_dir(&folder).await {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            jobs => jobs.map_err(cannot)?,
        };
        let (now, mut ages) = (SystemTime::now(), Vec::new());
        while let Some(job) = jobs.next_entry().await.map_err(cannot)? {
            let written = job.metadata().await.and_then(|data| data.modified()).map_err(cannot)?;
            ages.push(now.duration_since(written).unwrap_or_default());
        }
        Ok(ages)
    }
}

#[async_trait]
impl On<Metrics> for Spool {
    async fn on(&self, _cx: &Context, _input: &()) -> Result<Vec<Metric>> {
        Ok(self.metrics())
    }
}

#[async_trait]
impl On<Describe> for Spool {
    async fn on(&self, _cx: &Context, _control: &Control) -> Result<Description> {
        Ok(Description::new(Vec::new(), self.metrics()))
    }
}

#[cfg(test)]
mod tests;
