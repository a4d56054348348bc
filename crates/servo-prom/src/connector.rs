//! The connector `prometheus`: what it handles, and how it comes to its server.

use std::sync::Arc;

use async_trait::async_trait;
use servo_core::connector::Declaration;
use servo_core::event::standard::{Check, Describe, Measure, Metrics};
use servo_core::event::{Handlers, On};
use servo_core::model::{Control, Description, Metric};
use servo_core::{Connector, Context, Descriptor, Error, Result};
use tokio::sync::OnceCell;

use crate::settings::{MetricSettings, Settings};
use crate::source::Source;

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
    pub(crate) settings: Settings,
    /// Made when something is asked for the first time.
    source: OnceCell<Arc<dyn Source>>,
}

impl Connector for Prometheus {
    type Settings = Settings;

    fn new(name: &str, settings: Settings) -> Result<Self> {
        Ok(Self { name: name.to_owned(), settings: settings.checked()?, source: OnceCell::new() })
    }

    fn declares(&self) -> Declaration {
        Declaration { metrics: Some(self.metrics()), components: Some(Vec::new()), ..Declaration::default() }
    }

    fn handlers(handlers: &mut Handlers<Self>) {
        handlers.on::<Metrics>().on::<Describe>().on::<Measure>().on::<Check>();
    }
}

impl Prometheus {
    /// Makes an instance that asks a script.
    #[cfg(test)]
    pub(crate) fn scripted(settings: Settings, source: Arc<dyn Source>) -> Self {
        let settings = settings.checked().expect("settings of a test");
        Self { name: "prometheus".to_owned(), settings, source: OnceCell::new_with(Some(source)) }
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
        self.source.get_or_try_init(|| self.connect(cx)).await.cloned()
    }

    async fn connect(&self, _cx: &Context) -> Result<Arc<dyn Source>> {
        Err(Error::internal("there is no client yet"))
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
