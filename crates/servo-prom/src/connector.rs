//! The connector `prometheus`: what it handles, and how it comes to its server.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use servo_core::connector::Declaration;
use servo_core::event::standard::{Check, Describe, Measure, Metrics, Shutdown, Startup};
use servo_core::event::{Handlers, On};
use servo_core::model::{Control, Description, Metric};
use servo_core::{Connector, Context, Descriptor, Result};
use tokio::sync::OnceCell;

use crate::client::Client;
use crate::settings::{MetricSettings, Settings};
use crate::source::{Source, Target};
use crate::streaming::{self, Streaming};

servo_core::inventory::submit! {
    Descriptor::of::<Prometheus>("prometheus")
        .description("Measures what Prometheus, and what speaks its HTTP API, has recorded")
        .version(env!("CARGO_PKG_VERSION"))
        .example(include_str!("example.yaml"))
        .presets(crate::presets::ALL)
        .subcommands(crate::subcommands::ALL)
}

/// One server, as a section of a configuration sets it up.
pub struct Prometheus {
    name: String,
    pub(crate) settings: Arc<Settings>,
    /// Made when something is asked for the first time.
    source: OnceCell<Arc<dyn Source>>,
    pub(crate) streaming: Streaming,
}

impl Connector for Prometheus {
    type Settings = Settings;

    fn new(name: &str, settings: Settings) -> Result<Self> {
        let settings = settings.checked()?;
        if settings.streaming_interval.is_some() {
            streaming::channel(name).map_err(|error| error.at("streaming_interval"))?;
        }
        Ok(Self::with(name, settings, OnceCell::new()))
    }

    fn declares(&self) -> Declaration {
        Declaration { metrics: Some(self.metrics()), components: Some(Vec::new()), ..Declaration::default() }
    }

    fn handlers(handlers: &mut Handlers<Self>) {
        handlers
            .on::<Startup>()
            .on::<Metrics>()
            .on::<Describe>()
            .on::<Measure>()
            .on::<Shutdown>()
            .on::<Check>();
    }
}

impl Prometheus {
    /// Makes an instance that asks a script.
    #[cfg(test)]
    pub(crate) fn scripted(settings: Settings, source: Arc<dyn Source>) -> Self {
        let settings = settings.checked().expect("settings of a test");
        Self::with("prometheus", settings, OnceCell::new_with(Some(source)))
    }

    fn with(name: &str, settings: Settings, source: OnceCell<Arc<dyn Source>>) -> Self {
        let (name, streaming) = (name.to_owned(), Streaming::default());
        Self { name, settings: Arc::new(settings), source, streaming }
    }

    /// Gives the name of the instance.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Gives what answers queries.
    ///
    /// # Errors
    ///
    /// Class configuration: a file that is named for reaching the server cannot be used.
    pub(crate) async fn source(&self, cx: &Context) -> Result<Arc<dyn Source>> {
        let connect =
            || async { Ok(Arc::new(Client::connect(&self.settings.reach(), cx)?) as Arc<dyn Source>) };
        self.source.get_or_try_init(connect).await.cloned()
    }

    /// Asks whether the server is ready to answer, and gives what it is asked at.
    ///
    /// # Errors
    ///
    /// It is not reached, or not ready; class configuration: a file that is named for reaching it cannot be used.
    pub async fn ready(&self, cx: &Context) -> Result<String> {
        self.source(cx).await?.ready().await
    }

    /// Counts the targets that the server scrapes, and those of them that are up; `None` where it has no list of them.
    ///
    /// # Errors
    ///
    /// Those of [`ready`](Self::ready).
    pub async fn targets(&self, cx: &Context) -> Result<Option<(usize, usize)>> {
        let targets = self.source(cx).await?.targets().await?;
        let up = |targets: &Vec<Target>| targets.iter().filter(|target| target.health == "up").count();
        Ok(targets.map(|targets| (targets.len(), up(&targets))))
    }

    /// Evaluates a query now, and gives the sum of its series; `None` where it has none.
    ///
    /// # Errors
    ///
    /// Those of [`ready`](Self::ready), and the server's own where it cannot evaluate the query.
    pub async fn total(&self, cx: &Context, query: &str) -> Result<Option<f64>> {
        let answer = self.source(cx).await?.query(query, Timestamp::now()).await?;
        let values: Vec<f64> =
            answer.series.iter().filter_map(|series| series.points.last()).map(|(_, value)| *value).collect();
        Ok((!values.is_empty()).then(|| values.iter().sum()))
    }

    fn metrics(&self) -> Vec<Metric> {
        self.settings.metrics.iter().map(MetricSettings::metric).collect()
    }
}

#[async_trait]
impl On<Metrics> for Prometheus {
    async fn on(&self, _cx: &Context, (): &()) -> Result<Vec<Metric>> {
        Ok(self.metrics())
    }
}

#[async_trait]
impl On<Describe> for Prometheus {
    async fn on(&self, _cx: &Context, _control: &Control) -> Result<Description> {
        Ok(Description::new(Vec::new(), self.metrics()))
    }
}

impl std::fmt::Debug for Prometheus {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Prometheus").field("name", &self.name).finish_non_exhaustive()
    }
}
