//! The connector that the recorded sessions were made with: one component, four metrics, failures on request.
//!
//! It is not in the registry: put [`Emu::member`] on a bus, or name [`DESCRIPTOR`] where a type is asked for.

mod application;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::Value as Json;
use servo_core::event::standard::{
    Adjust, Adjusting, Attach, Components, Describe, Detach, Ending, Measure, Measuring, Metrics, Shutdown,
    Startup,
};
use servo_core::event::{Handlers, Member, On};
use servo_core::model::{
    Component, Control, DataPoint, Description, Measurement, Metric, Reading, TimeSeries,
};
use servo_core::{Class, Connector, Context, Descriptor, Error, Result};
use tokio::time::Instant;

/// The connector's type. Nobody submits it to the registry.
pub static DESCRIPTOR: Descriptor =
    Descriptor::of::<Emu>("emu").description("Behaves as the connector of the recorded sessions");

/// When its clock begins. Three seconds later the recording of a whole session has its first series.
const EPOCH: Timestamp = Timestamp::constant(1_795_295_937, 0);

/// The connector of the recordings. Clones are the same one.
///
/// Control goes through `userdata.emu`: `raise` names a failure (`measurement-failed`, `adjustment-failed`, `event`,
/// `aborted`, `rejected`, `cancelled`, `runtime` or `panic`) with its `message` and `reason`; `datapoint: true` asks
/// for points instead of series, and `nan: true` for points that are no numbers.
#[derive(Clone, Debug)]
pub struct Emu {
    every: Duration,
    world: Arc<World>,
}

#[derive(Debug)]
struct World {
    components: Mutex<Vec<Component>>,
    log: Mutex<Vec<String>>,
    /// When its clock was first read.
    begin: OnceLock<Instant>,
}

impl Default for Emu {
    fn default() -> Self {
        Self::new()
    }
}

impl Emu {
    /// Creates the connector as it was at the beginning of each recording.
    #[expect(clippy::missing_panics_doc, reason = "the settings are constants")]
    pub fn new() -> Self {
        let components =
            vec![application::web().expect("the values of the recordings lie in their own ranges")];
        let world =
            World { components: Mutex::new(components), log: Mutex::default(), begin: OnceLock::new() };
        Self { every: Duration::from_secs(1), world: Arc::new(world) }
    }

    /// Sets how often progress is reported, instead of each second. Not zero.
    pub fn reporting_every(mut self, every: Duration) -> Self {
        self.every = every.max(Duration::from_millis(1));
        self
    }

    /// Puts it into the form that a bus takes, under the name `emu`.
    pub fn member(&self) -> Member {
        Member::new("emu", "emu", self.clone())
    }

    /// Gives what happened to it, in order: `attach`, `startup`, `measure c-1`, `measure c-1 cancelled`,
    /// `shutdown SIGTERM`, `detach` and the like.
    pub fn log(&self) -> Vec<String> {
        lock(&self.world.log).clone()
    }

    fn write(&self, line: impl Into<String>) {
        lock(&self.world.log).push(line.into());
    }

    /// Writes down that an operation begins, and gives its name.
    fn begin(&self, event: &str, cx: &Context) -> String {
        let name = cx.command_uid().map_or_else(|| event.to_owned(), |uid| format!("{event} {uid}"));
        self.write(name.clone());
        name
    }

    fn now(&self) -> Timestamp {
        let begin = self.world.begin.get_or_init(Instant::now);
        EPOCH.checked_add(begin.elapsed()).unwrap_or(EPOCH)
    }

    /// Waits, telling how far it has come: neither at the beginning nor at the end, as nothing is worth telling then.
    async fn wait(&self, cx: &Context, operation: &str, what: &str, wait: Duration) -> Result<()> {
        let begin = Instant::now();
        let total = servo_core::duration::Duration::from(wait);
        let mut elapsed = Duration::ZERO;
        while elapsed < wait {
            let step = self.every.min(wait.saturating_sub(elapsed));
            tokio::select! {
                () = tokio::time::sleep(step) => {}
                () = cx.token().cancelled() => {
                    self.write(format!("{operation} cancelled"));
                    return Err(Error::cancelled(format!("cancelled while {what}")));
                }
            }
            elapsed = begin.elapsed();
            if elapsed < wait {
                let percent = 100.0 * elapsed.as_secs_f64() / wait.as_secs_f64();
                cx.report(percent, format!("emu {what} for {total}"));
            }
        }
        Ok(())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Reads a value of `userdata.emu`.
fn wish<'a>(control: &'a Control, name: &str) -> Option<&'a Json> {
    control.userdata.as_ref()?.get("emu")?.get(name)
}

fn wishes(control: &Control, name: &str) -> bool {
    wish(control, name) == Some(&Json::Bool(true))
}

/// Fails as the control asks.
///
/// # Panics
///
/// Where it asks for that.
fn obey(control: &Control) -> Result<()> {
    let text = |name: &str| wish(control, name).and_then(Json::as_str).map(str::to_owned);
    let message = text("message").unwrap_or_else(|| "emu failure".to_owned());
    let class = match text("raise").as_deref() {
        None => return Ok(()),
        Some("measurement-failed" | "adjustment-failed" | "event") => Class::Failed,
        Some("aborted") => Class::Aborted,
        Some("rejected") => Class::Rejected,
        Some("cancelled") => Class::Cancelled,
        Some("runtime") => Class::Internal,
        Some("panic") => panic!("{message}"),
        Some(other) => return Err(Error::internal(format!("emu does not know how to raise `{other}`"))),
    };
    let error = Error::new(class, message);
    Err(match text("reason") {
        Some(reason) => error.with_reason(reason),
        None => error,
    })
}

impl Connector for Emu {
    type Settings = BTreeMap<String, String>;

    fn new(_: &str, settings: Self::Settings) -> Result<Self> {
        match settings.keys().next() {
            Some(key) => Err(Error::configuration("unknown key: emu has no settings").at(key.clone())),
            None => Ok(Self::new()),
        }
    }

    fn handlers(handlers: &mut Handlers<Self>) {
        handlers
            .on::<Attach>()
            .on::<Startup>()
            .on::<Metrics>()
            .on::<Components>()
            .on::<Describe>()
            .on::<Measure>()
            .on::<Adjust>()
            .on::<Shutdown>()
            .on::<Detach>();
    }
}

#[async_trait]
impl On<Attach> for Emu {
    async fn on(&self, _: &Context, (): &()) -> Result<()> {
        self.write("attach");
        Ok(())
    }
}

#[async_trait]
impl On<Startup> for Emu {
    async fn on(&self, _: &Context, (): &()) -> Result<()> {
        self.write("startup");
        Ok(())
    }
}

#[async_trait]
impl On<Shutdown> for Emu {
    async fn on(&self, _: &Context, ending: &Ending) -> Result<()> {
        self.write(format!("shutdown {}", ending.reason));
        Ok(())
    }
}

#[async_trait]
impl On<Detach> for Emu {
    async fn on(&self, _: &Context, (): &()) -> Result<()> {
        self.write("detach");
        Ok(())
    }
}

#[async_trait]
impl On<Metrics> for Emu {
    async fn on(&self, _: &Context, (): &()) -> Result<Vec<Metric>> {
        Ok(application::metrics())
    }
}

#[async_trait]
impl On<Components> for Emu {
    async fn on(&self, _: &Context, (): &()) -> Result<Vec<Component>> {
        Ok(lock(&self.world.components).clone())
    }
}

#[async_trait]
impl On<Describe> for Emu {
    async fn on(&self, cx: &Context, control: &Control) -> Result<Description> {
        self.begin("describe", cx);
        obey(control)?;
        Ok(Description::new(lock(&self.world.components).clone(), application::metrics()))
    }
}

#[async_trait]
impl On<Measure> for Emu {
    async fn on(&self, cx: &Context, input: &Measuring) -> Result<Measurement> {
        let operation = self.begin("measure", cx);
        let control = &input.control;
        obey(control)?;
        let wait = control.warmup.saturating_add(control.duration).saturating_add(control.delay);
        self.wait(cx, &operation, "measuring", wait.as_std()).await?;
        // An empty list asks for all, as none does.
        let is_for_all = input.metrics.as_ref().is_none_or(Vec::is_empty);
        let metrics = application::metrics().into_iter();
        let metrics = metrics.filter(|metric| is_for_all || input.wants(&metric.name));
        let now = self.now();
        let readings = metrics.zip(0_u8..).map(|(metric, index)| reading(metric, index, now, control));
        let measurement = Measurement::new(readings.collect())
            .map_err(|error| Error::internal("readings do not go together").with_source(error))?;
        Ok(measurement.with_annotation("note", "emu"))
    }
}

/// Makes up a reading of the metric that stands at an index among those asked for.
fn reading(metric: Metric, index: u8, now: Timestamp, control: &Control) -> Reading {
    let index = f64::from(index);
    if wishes(control, "nan") {
        return DataPoint { metric, time: now, value: f64::NAN }.into();
    }
    if wishes(control, "datapoint") {
        return DataPoint { metric, time: now, value: 10.5 + index }.into();
    }
    let point = |step: u8| {
        let time = now.checked_add(Duration::from_secs(5 * u64::from(step))).unwrap_or(now);
        (time, index + 7.5 * f64::from(step))
    };
    TimeSeries::new(metric, (0..3).map(point).collect()).into()
}

#[async_trait]
impl On<Adjust> for Emu {
    async fn on(&self, cx: &Context, input: &Adjusting) -> Result<Description> {
        let operation = self.begin("adjust", cx);
        obey(&input.control)?;
        application::adjust(&mut lock(&self.world.components), &input.adjustments)?;
        if let Some(settlement) = input.control.settlement {
            self.wait(cx, &operation, "settling", settlement.as_std()).await?;
        }
        // The recorded connector gave no metrics here.
        Ok(Description::new(lock(&self.world.components).clone(), Vec::new()))
    }
}

#[cfg(test)]
mod tests;
