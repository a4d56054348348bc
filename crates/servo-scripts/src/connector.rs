//! The connector `scripts`: what it handles.

use std::sync::Arc;

use async_trait::async_trait;
use servo_core::connector::{Declaration, Preset};
use servo_core::event::standard::{
    Adjust, Adjusting, Attach, Check, Components, Describe, Detach, Measure, Measuring, Metrics, Promote,
    Shutdown, Startup,
};
use servo_core::event::{Event, Handlers, On};
use servo_core::model::{Component, Control, Description, Measurement, Metric};
use servo_core::{Connector, Context, Descriptor, Result};

use crate::exec::Exec;
use crate::hooks::Hooks;
use crate::settings::Settings;
use crate::setup::Setup;

const PRESETS: &[Preset] = &[Preset {
    name: "exec",
    description: "Commands that describe, measure and adjust an application",
    section: include_str!("presets/exec.yaml"),
}];

servo_core::inventory::submit! {
    Descriptor::of::<Scripts>("scripts")
        .description("Runs commands around events, and commands that describe, measure and adjust")
        .version(env!("CARGO_PKG_VERSION"))
        .example(include_str!("example.yaml"))
        .presets(PRESETS)
        .subcommands(crate::verify::ALL)
        .runs_programs()
}

/// One instance, as a section of a configuration sets it up.
#[derive(Debug)]
pub struct Scripts {
    pub(crate) hooks: Arc<Hooks>,
    pub(crate) exec: Option<Exec>,
    pub(crate) setup: Arc<Setup>,
}

impl Connector for Scripts {
    type Settings = Settings;

    fn new(_name: &str, settings: Settings) -> Result<Self> {
        let settings = settings.checked()?;
        let setup = Arc::new(Setup::of(&settings));
        let hooks = Arc::new(Hooks::of(&settings, &setup));
        Ok(Self { hooks, exec: settings.exec.map(|exec| Exec::new(exec, &setup)), setup })
    }

    fn declares(&self) -> Declaration {
        let (metrics, components) = match &self.exec {
            Some(exec) if exec.settings.describe.is_some() => (None, None),
            Some(exec) => (Some(exec.settings.metrics()), Some(Vec::new())),
            None => (Some(Vec::new()), Some(Vec::new())),
        };
        Declaration { metrics, components, ..Declaration::default() }
    }

    fn handlers(handlers: &mut Handlers<Self>) {
        hooked::<Attach>(handlers);
        hooked::<Detach>(handlers);
        hooked::<Startup>(handlers);
        hooked::<Shutdown>(handlers);
        hooked::<Metrics>(handlers);
        hooked::<Components>(handlers);
        hooked::<Check>(handlers);
        hooked::<Describe>(handlers);
        hooked::<Measure>(handlers);
        hooked::<Adjust>(handlers);
        hooked::<Promote>(handlers);
        handlers.on::<Attach>().on::<Metrics>().on::<Components>().on::<Check>();
        handlers.on::<Describe>().on::<Measure>().on::<Adjust>();
    }
}

/// Declares the commands around an event. Those on it run before the instance's own answer.
fn hooked<E: Event<Output: Default>>(handlers: &mut Handlers<Scripts>) {
    let hooks = |scripts: &Arc<Scripts>| Arc::clone(&scripts.hooks);
    handlers.before_via::<E, Hooks>(hooks).on_via::<E, Hooks>(hooks).after_via::<E, Hooks>(hooks);
}

#[async_trait]
impl On<Attach> for Scripts {
    async fn on(&self, _cx: &Context, (): &()) -> Result<()> {
        if let Some(exec) = &self.exec {
            exec.attach();
        }
        Ok(())
    }
}

#[async_trait]
impl On<Metrics> for Scripts {
    async fn on(&self, cx: &Context, (): &()) -> Result<Vec<Metric>> {
        match &self.exec {
            Some(exec) => exec.metrics(cx).await,
            None => Ok(Vec::new()),
        }
    }
}

#[async_trait]
impl On<Components> for Scripts {
    async fn on(&self, cx: &Context, (): &()) -> Result<Vec<Component>> {
        match &self.exec {
            Some(exec) => exec.components(cx).await,
            None => Ok(Vec::new()),
        }
    }
}

#[async_trait]
impl On<Describe> for Scripts {
    async fn on(&self, cx: &Context, control: &Control) -> Result<Description> {
        match &self.exec {
            Some(exec) => exec.describe(cx, control).await,
            None => Ok(Description::default()),
        }
    }
}

#[async_trait]
impl On<Measure> for Scripts {
    async fn on(&self, cx: &Context, input: &Measuring) -> Result<Measurement> {
        match &self.exec {
            Some(exec) => exec.measure(cx, input).await,
            None => Ok(Measurement::default()),
        }
    }
}

#[async_trait]
impl On<Adjust> for Scripts {
    async fn on(&self, cx: &Context, input: &Adjusting) -> Result<Description> {
        match &self.exec {
            Some(exec) => exec.adjust(cx, input).await,
            None => Ok(Description::default()),
        }
    }
}
