//! Servos of a configuration whose connector and optimizer write down what becomes of them, by the servo's name.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use servo_core::connector::{Declaration, Workload};
use servo_core::event::standard::{
    Adjust, Adjusting, Describe, Ending, Measure, Measuring, Shutdown, Startup,
};
use servo_core::event::{Handlers, On};
use servo_core::model::{Component, Control, Description, Measurement, Setting};
use servo_core::optimizer::{Identity, Optimizer, OptimizerDescriptor, Outcome};
use servo_core::registry::Registry;
use servo_core::{Connector, Context, Descriptor, Error, Result};
use servo_runtime::assembly::{Assembled, Assembly, Options};
use servo_runtime::config::Source;
use servo_runtime::runner::{Ended, Fleet, Moment, Reload, Running, Stop, Watch};
use servo_testkit::script::{Line, Script};

use crate::fixture::{adjust, describe, measure, story};

type ByServo<T> = Mutex<BTreeMap<String, Vec<T>>>;

/// What connectors wrote.
static LOGS: ByServo<String> = Mutex::new(BTreeMap::new());

/// The optimizers that were made.
static SCRIPTS: ByServo<Arc<Script>> = Mutex::new(BTreeMap::new());

/// What became of the connectors of a servo, of whatever process of it; tests have servos of different names.
pub(super) fn log(servo: &str) -> Vec<String> {
    LOGS.lock().unwrap().get(servo).cloned().unwrap_or_default()
}

/// What the optimizers of a servo were told, one after another.
pub(super) fn told(servo: &str) -> Vec<String> {
    let scripts = SCRIPTS.lock().unwrap().get(servo).cloned().unwrap_or_default();
    scripts.iter().flat_map(|script| story(script)).collect()
}

/// An application whose CPU can be set.
struct Stage {
    settings: Settings,
    cpu: Mutex<String>,
}

#[derive(Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// Whether it never ends to start.
    #[serde(default)]
    hangs: bool,
    /// How many seconds it takes to shut down.
    #[serde(default)]
    ends_after: u64,
    /// Whether it cannot be set back.
    #[serde(default)]
    sticks: bool,
    /// How many seconds it takes to be set back.
    #[serde(default)]
    crawls: u64,
    /// What it adjusts, where it says so.
    #[serde(default)]
    workload: Option<String>,
}

impl Stage {
    fn write(cx: &Context, line: impl Into<String>) {
        LOGS.lock().unwrap().entry(cx.servo().to_owned()).or_default().push(line.into());
    }

    fn describe(&self) -> Result<Description> {
        let quantity = |text: &str| text.parse().unwrap();
        let setting = Setting::cpu(quantity("1"), quantity("4"), quantity("1")).unwrap();
        let value = setting.parse(&self.cpu.lock().unwrap()).unwrap();
        let setting = setting.with_value(value).map_err(|error| Error::failed("odd").with_source(error))?;
        Ok(Description::new(vec![Component::new("web", vec![setting])], Vec::new()))
    }
}

impl Connector for Stage {
    type Settings = Settings;

    fn new(_: &str, settings: Settings) -> Result<Self> {
        Ok(Self { settings, cpu: Mutex::new("1".to_owned()) })
    }

    fn declares(&self) -> Declaration {
        let workloads = self.settings.workload.iter().map(|name| Workload::new("deployment", name));
        Declaration { workloads: workloads.collect(), ..Declaration::default() }
    }

    fn handlers(handlers: &mut Handlers<Self>) {
        handlers.on::<Startup>().on::<Describe>().on::<Measure>().on::<Adjust>().on::<Shutdown>();
    }
}

servo_core::inventory::submit! { Descriptor::of::<Stage>("stage") }

#[async_trait]
impl On<Startup> for Stage {
    async fn on(&self, cx: &Context, (): &()) -> Result<()> {
        Self::write(cx, "startup");
        if self.settings.hangs {
            std::future::pending::<()>().await;
        }
        Ok(())
    }
}

#[async_trait]
impl On<Describe> for Stage {
    async fn on(&self, _: &Context, _: &Control) -> Result<Description> {
        self.describe()
    }
}

#[async_trait]
impl On<Measure> for Stage {
    async fn on(&self, cx: &Context, input: &Measuring) -> Result<Measurement> {
        Self::write(cx, "measure");
        cx.wait(input.control.duration, "measuring").await?;
        Ok(Measurement::default())
    }
}

#[async_trait]
impl On<Adjust> for Stage {
    async fn on(&self, cx: &Context, input: &Adjusting) -> Result<Description> {
        for adjustment in &input.adjustments {
            if self.settings.sticks && adjustment.value.to_string() == "1" {
                return Err(Error::failed("it sticks"));
            }
            if adjustment.value.to_string() == "1" {
                tokio::time::sleep(Duration::from_secs(self.settings.crawls)).await;
            }
            Self::write(cx, format!("adjust {adjustment}"));
            *self.cpu.lock().unwrap() = adjustment.value.to_string();
        }
        self.describe()
    }
}

#[async_trait]
impl On<Shutdown> for Stage {
    async fn on(&self, cx: &Context, ending: &Ending) -> Result<()> {
        tokio::time::sleep(Duration::from_secs(self.settings.ends_after)).await;
        Self::write(cx, format!("shutdown {}", ending.reason));
        Ok(())
    }
}

/// An optimizer that makes trials, as it is written: `describes`, `measures`, `web.cpu=2`, `pends`, `panics`, `fails`.
#[expect(
    clippy::needless_pass_by_value,
    clippy::unnecessary_wraps,
    reason = "this is the form of every optimizer's constructor"
)]
fn plan(identity: &Identity, settings: Value) -> Result<Arc<dyn Optimizer>> {
    let lines = settings["plan"].as_str().unwrap_or_default().split_whitespace().map(|word| match word {
        "measures" => Line::Command(measure(3600)),
        "describes" => Line::Command(describe()),
        "pends" => Line::Pends,
        "panics" => Line::Panic,
        "fails" => Line::Fail(Error::failed("cannot go on")),
        adjustment => Line::Command(adjust(adjustment)),
    });
    let script = Arc::new(Script::lines(lines).making_trials());
    SCRIPTS.lock().unwrap().entry(identity.servo.clone()).or_default().push(Arc::clone(&script));
    Ok(script)
}

servo_core::inventory::submit! {
    OptimizerDescriptor {
        key: "planned",
        description: "",
        example: "{}",
        schema: || schemars::json_schema!({}),
        build: plan,
        check: |_, _, _| Ok(()),
    }
}

/// Where the state of servos is.
pub(super) struct Folder(tempfile::TempDir);

impl Folder {
    pub(super) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// Puts a servo together whose optimizer plans this.
    pub(super) fn servo(&self, name: &str, plan: &str) -> Assembled {
        self.written(name, &format!("optimizer: {{planned: {{plan: '{plan}'}}}}\nstage: {{}}\n"))
    }

    /// Puts a servo together that is written like this, beside its name.
    pub(super) fn written(&self, name: &str, text: &str) -> Assembled {
        assemble(&format!("name: {name}\nmode: auto\n{text}"), &self.options()).remove(0)
    }

    /// The options with which servos have their state here.
    pub(super) fn options(&self) -> Options {
        Options { base: self.0.path().to_owned(), ..Options::default() }
    }
}

/// Puts the servos of a text together.
pub(super) fn assemble(text: &str, options: &Options) -> Vec<Assembled> {
    assemble_all(Source::new("servo.yaml", text), options).into_parts().1
}

/// Puts the servos of a source together, and keeps them with it.
pub(super) fn assemble_all(source: Source, options: &Options) -> Assembly {
    let assembly = Assembly::build(source, &Registry::collect().unwrap(), options);
    assembly.map_err(|wrong| wrong.render_plain()).unwrap()
}

/// Notes which servos have ended.
#[derive(Default)]
pub(super) struct Finishes(Mutex<Vec<String>>);

impl Finishes {
    pub(super) fn list(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

impl Watch for Finishes {
    fn moment(&self, servo: &str, moment: Moment<'_>) {
        if let Moment::Finished { .. } = moment {
            self.0.lock().unwrap().push(servo.to_owned());
        }
    }
}

/// A fleet without a limit, its handle, its stop and who watches it.
pub(super) fn fleet() -> (Running, servo_runtime::runner::Handle, Stop, Arc<Finishes>) {
    limited(None)
}

/// A fleet of which so many operations run at a time.
pub(super) fn limited(limit: Option<usize>) -> (Running, servo_runtime::runner::Handle, Stop, Arc<Finishes>) {
    let (stop, finishes) = (Stop::default(), Arc::new(Finishes::default()));
    let fleet = Fleet { limit, stop: stop.clone(), watch: Arc::clone(&finishes) as _ };
    let (running, handle) = fleet.open(&Reload::default());
    (running, handle, stop, finishes)
}

/// Waits for some seconds of the clock.
pub(super) async fn seconds(count: u64) {
    tokio::time::sleep(Duration::from_secs(count)).await;
}

/// Says how servos ended, a line each.
pub(super) fn ends(ended: &[Ended]) -> Vec<String> {
    let line = |Ended { servo, result }: &Ended| match result {
        Ok(Outcome::NoBetter) => format!("{servo}: complete"),
        Ok(Outcome::Interrupted) => format!("{servo}: interrupted"),
        Ok(outcome) => format!("{servo}: {outcome:?}"),
        Err(error) => format!("{servo}: {}", error.message()),
    };
    ended.iter().map(line).collect()
}
