//! The connectors `load` and `vegeta`, which are one: what they handle, and under which keys they are known.

use async_trait::async_trait;
use servo_core::connector::Declaration;
use servo_core::event::standard::{Check, Describe, Measure, Metrics};
use servo_core::event::{Handlers, On};
use servo_core::model::{Control, Description, Metric};
use servo_core::{Connector, Context, Descriptor, Result};

use crate::engine::Engine;
use crate::settings::{Checked, Settings};
use crate::summary;

servo_core::inventory::submit! {
    Descriptor::of::<Load>("load")
        .description("Sends requests at a rate that is fixed in advance, and measures how they are answered")
        .version(env!("CARGO_PKG_VERSION"))
        .example(include_str!("example.yaml"))
        .subcommands(crate::subcommands::ALL)
}

// The same under the key that it has in ServoX.
servo_core::inventory::submit! {
    Descriptor::of::<Load>("vegeta")
        .description("The connector `load` under the name that it has in ServoX")
        .version(env!("CARGO_PKG_VERSION"))
        .example(include_str!("example.yaml"))
        .subcommands(crate::subcommands::ALL)
}

/// A load generator, as a section of a configuration sets it up.
#[derive(Debug)]
pub struct Load {
    name: String,
    pub(crate) settings: Settings,
    pub(crate) checked: Checked,
    pub(crate) engine: Engine,
}

impl Connector for Load {
    type Settings = Settings;

    fn new(name: &str, settings: Settings) -> Result<Self> {
        let checked = settings.checked()?;
        Ok(Self { name: name.to_owned(), settings, checked, engine: Engine::default() })
    }

    fn declares(&self) -> Declaration {
        let metrics = Some(summary::metrics());
        Declaration { metrics, components: Some(Vec::new()), ..Declaration::default() }
    }

    fn handlers(handlers: &mut Handlers<Self>) {
        handlers.on::<Metrics>().on::<Describe>().on::<Measure>().on::<Check>();
    }
}

impl Load {
    /// Gives the name of the instance.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }
}

#[async_trait]
impl On<Metrics> for Load {
    async fn on(&self, _cx: &Context, (): &()) -> Result<Vec<Metric>> {
        Ok(summary::metrics())
    }
}

#[async_trait]
impl On<Describe> for Load {
    async fn on(&self, _cx: &Context, _control: &Control) -> Result<Description> {
        Ok(Description::new(Vec::new(), summary::metrics()))
    }
}
