//! The connector `process`: what it handles, and how its life follows that of its servo.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use servo_core::connector::{Declaration, Workload};
use servo_core::event::standard::{
    Adjust, Check, Components, Describe, Detach, Ending, Measure, Measuring, Metrics, Shutdown, Startup,
};
use servo_core::event::{Before, Handlers, On, Refusal};
use servo_core::model::{Component, Control, Description, Metric};
use servo_core::{Connector, Context, Descriptor, Result};
use tokio::task::JoinSet;

use crate::life::Life;
use crate::measure::metrics;
use crate::plan::{Plan, Values};
use crate::settings::Settings;

servo_core::inventory::submit! {
    Descriptor::of::<Process>("process")
        .description("Runs a program of this machine, adjusts and measures it")
        .version(env!("CARGO_PKG_VERSION"))
        .example(include_str!("example.yaml"))
        .runs_programs()
}

/// A program of this machine that Servo runs under a supervisor.
pub struct Process {
    pub(crate) name: String,
    pub(crate) plan: Plan,
    pub(crate) life: Arc<tokio::sync::Mutex<Life>>,
    /// Those who hear what supervisors tell.
    pub(crate) tasks: Mutex<JoinSet<()>>,
}

impl Process {
    /// Makes the connector from its settings. Nothing is read or written.
    ///
    /// # Errors
    ///
    /// Class configuration, with the key at fault.
    pub fn from_settings(name: &str, settings: Settings) -> Result<Self> {
        let plan = Plan::new(name, settings)?;
        Ok(Self { name: name.to_owned(), plan, life: Arc::default(), tasks: Mutex::default() })
    }

    /// Describes the component with the values that it has.
    pub(crate) fn described(&self, values: &Values) -> Component {
        let settings = self.plan.component.settings.iter().map(|setting| {
            let Some(value) = values.get(setting.name()) else { return setting.clone() };
            setting.observe(value.clone()).0
        });
        Component { settings: settings.collect(), ..self.plan.component.clone() }
    }

    /// Describes the application with the values that it has.
    pub(crate) fn description(&self, values: &Values) -> Description {
        Description::new(vec![self.described(values)], metrics(&self.plan))
    }

    async fn end_all(&self, cx: &Context) -> Result<()> {
        // The program is ended also where the operation is cancelled that asks for it.
        let mut life = Arc::clone(&self.life).lock_owned().await;
        let ended = self.end(cx, &mut life).await;
        Self::release(&mut life);
        ended
    }
}

impl Connector for Process {
    type Settings = Settings;

    fn new(name: &str, settings: Settings) -> Result<Self> {
        Self::from_settings(name, settings)
    }

    fn declares(&self) -> Declaration {
        // The same program as another component is another run of it, which disturbs nobody.
        let mut name = format!("{} ({})", self.plan.component.name, self.plan.written_command());
        if let Some(dir) = &self.plan.dir {
            name = format!("{name} in {}", dir.display());
        }
        Declaration {
            metrics: Some(metrics(&self.plan)),
            components: Some(vec![self.plan.component.clone()]),
            workloads: vec![Workload::new("process", name)],
        }
    }

    fn handlers(handlers: &mut Handlers<Self>) {
        handlers
            .on::<Startup>()
            .on::<Metrics>()
            .on::<Components>()
            .on::<Describe>()
            .before::<Measure>()
            .on::<Measure>()
            .on::<Adjust>()
            .on::<Check>()
            .on::<Shutdown>()
            .on::<Detach>();
    }
}

#[async_trait]
impl On<Startup> for Process {
    async fn on(&self, cx: &Context, (): &()) -> Result<()> {
        let mut life = self.life(cx).await?;
        self.running(cx, &mut life).await.map(drop)
    }
}

#[async_trait]
impl Before<Measure> for Process {
    /// Begins the program where it does not run: nothing can be measured of it, or by others, before it does.
    async fn before(&self, cx: &Context, _: &Measuring) -> Result<(), Refusal> {
        let mut life = self.life(cx).await?;
        self.running(cx, &mut life).await.map(drop).map_err(Refusal::from)
    }
}

#[async_trait]
impl On<Metrics> for Process {
    async fn on(&self, _: &Context, (): &()) -> Result<Vec<Metric>> {
        Ok(metrics(&self.plan))
    }
}

#[async_trait]
impl On<Components> for Process {
    async fn on(&self, cx: &Context, (): &()) -> Result<Vec<Component>> {
        let life = self.life(cx).await?;
        let values = self.values(cx, &life).await?;
        Ok(vec![self.described(&values)])
    }
}

#[async_trait]
impl On<Describe> for Process {
    async fn on(&self, cx: &Context, _: &Control) -> Result<Description> {
        let life = self.life(cx).await?;
        let values = self.values(cx, &life).await?;
        Ok(self.description(&values))
    }
}

#[async_trait]
impl On<Shutdown> for Process {
    async fn on(&self, cx: &Context, _: &Ending) -> Result<()> {
        self.end_all(cx).await
    }
}

#[async_trait]
impl On<Detach> for Process {
    async fn on(&self, cx: &Context, (): &()) -> Result<()> {
        self.end_all(cx).await
    }
}

impl std::fmt::Debug for Process {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Process").field("name", &self.name).finish_non_exhaustive()
    }
}
