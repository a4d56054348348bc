//! A servo with one emulator, in a state folder of its own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value as Json, json};
use servo_core::connector::typed;
use servo_core::context::Host;
use servo_core::duration::Duration;
use servo_core::event::standard::{Adjust, Adjusting, Describe, Measure, Measuring};
use servo_core::event::{Bus, Event, Member, Scope};
use servo_core::model::{Adjustment, Control, Description, Measurement};
use servo_core::{Error, Result};
use servo_emulator::{Emulator, Settings};
use tempfile::TempDir;

use crate::mortal::Mortal;

/// A service with an enum, a number and a cluster on which not everything fits.
pub(crate) const SHOP: &str = "
speed: 10
seed: 7
load: {rate: 100}
nodes: [{count: 2, cpu: 8, memory: 32Gi}]
noise: {latency: 0.05, throughput: 0.01, deployment: 0.05}
components:
  web:
    demand: 20ms
    fixed: 2ms
    memory: {base: 300Mi, per_request: 2Mi, collection: 0.05}
    settings:
      cpu: {min: 250m, max: 4, step: 250m, value: 2}
      mem: {min: 256Mi, max: 4Gi, step: 256Mi, value: 2Gi}
      replicas: {min: 1, max: 12, value: 4}
      gc: {values: {serial: {pause: 120ms, every: 10s}, g1: {demand: 1.05, memory: 1.2}}, value: g1}
      threads: {min: 4, max: 64, step: 4, value: 16, memory: 4Mi}
";

/// A table of six configurations, one of which had failed and one of which was measured twice.
pub(crate) const TABLE: &str = "
speed: 100
surface:
  component: db
  settings: {cpus: {value: 2}, engine: {value: a}}
  metrics: {latency: ms, throughput: rps}
  csv: |
    cpus,engine,latency,throughput
    1,a,40,100
    2,a,20,180
    2,a,24,190
    3,a,15,230
    1,b,50,90
    3,b,,
";

/// One life of a servo. Dropping it is as if its process ended, once nothing is being written.
pub(crate) struct Life {
    pub(crate) bus: Arc<Bus>,
}

/// A folder that outlives servos.
pub(crate) struct Home(pub(crate) TempDir);

impl Home {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn state_file(&self) -> PathBuf {
        self.path().join("emulator-emulator.json")
    }

    pub(crate) fn state(&self) -> Json {
        serde_json::from_str(&std::fs::read_to_string(self.state_file()).unwrap()).unwrap()
    }

    /// Starts a servo whose state is in this folder.
    pub(crate) fn life(&self, yaml: &str) -> Life {
        self.life_of("shop", yaml)
    }

    /// Starts a servo of another name.
    pub(crate) fn life_of(&self, servo: &str, yaml: &str) -> Life {
        let bus = Bus::new(Host::new(servo, self.path().to_owned()));
        bus.add(Member::new("emulator", "emulator", emulator(yaml).unwrap())).unwrap();
        Life { bus }
    }

    /// Starts a servo whose adjustments and measurements are dropped where they have waited so often.
    pub(crate) fn short_life(&self, yaml: &str, waits: usize) -> Life {
        let bus = Bus::new(Host::new("shop", self.path().to_owned()));
        let mortal = Mortal { emulator: emulator(yaml).unwrap(), waits };
        bus.add(Member::new("emulator", "emulator", mortal)).unwrap();
        Life { bus }
    }
}

pub(crate) fn emulator(yaml: &str) -> Result<Emulator> {
    Emulator::from_settings("emulator", settings(yaml)?)
}

fn settings(yaml: &str) -> Result<Settings> {
    typed(serde_saphyr::from_str::<Json>(yaml).unwrap())
}

/// Gives the error of a configuration: its key and its message with causes.
pub(crate) fn refused(yaml: &str) -> (String, String) {
    told(&emulator(yaml).map(drop).unwrap_err())
}

/// Gives the key of an error, and its message with causes.
pub(crate) fn told(error: &Error) -> (String, String) {
    (error.key().unwrap_or_default().to_owned(), error.chain())
}

impl Life {
    pub(crate) async fn dispatch<E: Event>(&self, input: E::Input) -> Result<E::Output> {
        self.dispatch_in::<E>(&Scope::detached(), input).await
    }

    pub(crate) async fn dispatch_in<E: Event>(&self, scope: &Scope, input: E::Input) -> Result<E::Output> {
        let answers = self.bus.dispatch::<E>(scope, input).await?.answers()?;
        Ok(answers.into_iter().next().unwrap().1)
    }

    pub(crate) async fn describe(&self) -> Result<Description> {
        self.dispatch::<Describe>(Control::default()).await
    }

    pub(crate) async fn measure(&self, seconds: u64) -> Result<Measurement> {
        self.measure_for(None, seconds).await
    }

    /// Measures for a trial.
    pub(crate) async fn measure_for(&self, trial: Option<u64>, seconds: u64) -> Result<Measurement> {
        let control = Control {
            warmup: Duration::from_secs(30),
            duration: Duration::from_secs(seconds),
            userdata: userdata(trial),
            ..Control::default()
        };
        self.dispatch::<Measure>(Measuring { metrics: None, control }).await
    }

    /// Adjusts for a trial.
    pub(crate) async fn adjust_for(&self, trial: Option<u64>, adjustments: &[&str]) -> Result<Description> {
        let mut input = adjusting(adjustments);
        input.control.userdata = userdata(trial);
        self.dispatch::<Adjust>(input).await
    }

    pub(crate) async fn adjust(&self, adjustments: &[&str]) -> Result<Description> {
        self.dispatch::<Adjust>(adjusting(adjustments)).await
    }
}

fn userdata(trial: Option<u64>) -> Option<Json> {
    trial.map(|trial| json!({"trial": trial}))
}

pub(crate) fn adjusting(adjustments: &[&str]) -> Adjusting {
    Adjusting {
        adjustments: parsed(adjustments),
        control: Control { settlement: Some(Duration::from_secs(30)), ..Control::default() },
    }
}

pub(crate) fn parsed(adjustments: &[&str]) -> Vec<Adjustment> {
    adjustments.iter().map(|text| text.parse().unwrap()).collect()
}

/// Gives the values of all settings as people write them.
pub(crate) fn values(description: &Description) -> BTreeMap<String, String> {
    let of = |component: &servo_core::model::Component| {
        let name = component.name.clone();
        let settings = component.settings.iter();
        settings
            .map(|setting| (format!("{name}.{}", setting.name()), setting.human().unwrap_or_default()))
            .collect::<Vec<_>>()
    };
    description.components.iter().flat_map(of).collect()
}
