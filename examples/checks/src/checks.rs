//! The checks of the connector: ten of them where there are two queues, and one of every form.

use std::collections::BTreeSet;
use std::path::PathBuf;

use async_trait::async_trait;
use servo_core::check::{self, Checkable, Checking, Checks, Definition, Failure};
use servo_core::duration::Duration;
use servo_core::event::On;
use servo_core::event::standard::Check;
use servo_core::{Context, Error, Result};

use crate::Spool;
use crate::settings::Queue;

#[async_trait]
impl On<Check> for Spool {
    async fn on(&self, cx: &Context, input: &Checking) -> Result<Vec<check::Check>> {
        let settings = &self.0;
        let mut checks = Checks::new();
        // Everything after a critical check relies on it: where this one fails, nothing else is worth running.
        checks
            .critical("Spool folder is there", || self.folder())
            .id("folder")
            .description("The folder of `spool.folder` can be read.");
        // `require` is another name for `critical`. What it says is shown where it passes.
        checks.require("Spool folder is a spool", || self.marker()).id("marker");
        // The shortest check: `true` or `false`. Without an id it has one that is made of its name.
        checks
            .common("Queues are configured", || !settings.queues.is_empty())
            .hint("name the queues to be watched, such as `queues: [{name: frames}]`");
        // With a message for either case.
        checks.common("Queues differ in name", || self.names());
        // One check for each item. The key keeps its id the same when queues are added before it.
        checks.each("queue", &settings.queues, |queue| {
            check::common(format!("Queue `{}` is there", queue.name), move || self.queue(queue))
                .key(&queue.name)
        });
        // Advice: a servo works without it. It can be left out or chosen by its tag, and has a limit of its own.
        checks
            .warn("Jobs are picked up", || self.oldest())
            .tags(["slow", "load"])
            .time_limit(Duration::from_secs(5));
        // What can turn itself into a check is one: a single value, or all of a collection.
        checks.add(Patience(settings.patience));
        checks.extend(settings.queues.iter().map(|queue| Limit { spool: self, queue }));
        checks.run(cx, input).await
    }
}

impl Spool {
    /// Nothing, or an error with what to do about it.
    async fn folder(&self) -> Result<()> {
        let folder = &self.0.folder;
        tokio::fs::read_dir(folder).await.map(drop).map_err(|error| {
            let help = "set `spool.folder` to the folder in which the queues are";
            Error::failed(format!("cannot read {}", folder.display())).with_source(error).with_help(help)
        })
    }

    /// A message, or an error of another library; its causes are kept.
    async fn marker(&self) -> Result<String, std::io::Error> {
        let version = tokio::fs::read_to_string(self.0.folder.join("VERSION")).await?;
        Ok(format!("version {}", version.trim()))
    }

    /// Whether it holds, and what there is to say in either case.
    fn names(&self) -> (bool, String) {
        let names: BTreeSet<&str> = self.0.queues.iter().map(|queue| queue.name.as_str()).collect();
        let all = self.0.queues.len();
        (names.len() == all, format!("{} names for {all} queues", names.len()))
    }

    /// A failure that brings along what puts it right. That runs only where the operator asks for it.
    async fn queue(&self, queue: &Queue) -> Result<(), Failure> {
        let path = self.path(queue);
        if tokio::fs::try_exists(&path).await.unwrap_or(false) {
            return Ok(());
        }
        let failure = Failure::new(format!("there is no folder {}", path.display()))
            .with_hint("whoever writes jobs makes it with the first one, unless it may not");
        Err(failure.with_remedy(format!("make the folder {}", path.display()), move || {
            let path = path.clone();
            async move { tokio::fs::create_dir(path).await }
        }))
    }

    /// A `Result` of a verdict with its message.
    async fn oldest(&self) -> Result<(bool, String)> {
        let mut oldest = std::time::Duration::ZERO;
        for queue in &self.0.queues {
            for age in self.ages(queue).await? {
                oldest = oldest.max(age);
            }
        }
        let oldest = Duration::from_secs(oldest.as_secs());
        Ok((oldest <= self.0.patience, format!("the oldest job waits for {oldest}")))
    }

    /// The same; what is asked of a queue that is not there is for another check.
    async fn room(&self, queue: &Queue) -> Result<(bool, String)> {
        let waiting = self.ages(queue).await?.len();
        Ok((waiting <= queue.most, format!("{waiting} of {} jobs", queue.most)))
    }

    fn path(&self, queue: &Queue) -> PathBuf {
        self.0.folder.join(&queue.name)
    }
}

/// How long a job may wait, as a check of its own.
struct Patience(Duration);

impl<'a> Checkable<'a> for Patience {
    fn into_check(self) -> Definition<'a> {
        check::common("Patience is more than none", move || !self.0.is_zero())
            .id("patience")
            .hint("set `spool.patience` to a duration such as `15m`")
    }
}

/// How many jobs may wait in a queue.
struct Limit<'a> {
    spool: &'a Spool,
    queue: &'a Queue,
}

impl<'a> Checkable<'a> for Limit<'a> {
    fn into_check(self) -> Definition<'a> {
        let Self { spool, queue } = self;
        check::warning(format!("Queue `{}` has room", queue.name), move || spool.room(queue))
            .key(format!("room_{}", queue.name))
            .tags(["load"])
    }
}
