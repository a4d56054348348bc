//! Servers to ask, and a connector on a bus that asks them.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use servo_core::check::{Check, Checking};
use servo_core::event::standard::{self, Measure, Measuring};
use servo_core::event::{Bus, Scope};
use servo_core::model::{Control, Measurement, Reading, TimeSeries};
use servo_core::registry::Registry;
use servo_core::{Result, context::Host};
use servo_prom as _;
use servo_testkit::server::{Edition, Prometheus, Thanos};

/// What answers Prometheus' HTTP API.
pub(crate) enum Server {
    Prometheus(Prometheus),
    Thanos(Box<Thanos>),
}

impl Server {
    pub(crate) async fn debian() -> Self {
        Self::Prometheus(Prometheus::start(Edition::Debian).await)
    }

    pub(crate) async fn current() -> Self {
        Self::Prometheus(Prometheus::start(Edition::Current).await)
    }

    pub(crate) async fn thanos() -> Self {
        Self::Thanos(Box::new(Thanos::start(Prometheus::start(Edition::Current).await).await))
    }

    pub(crate) fn url(&self) -> String {
        match self {
            Self::Prometheus(server) => server.url(),
            Self::Thanos(server) => server.url(),
        }
    }

    /// Waits until it has scraped itself, so that there is something to measure.
    pub(crate) async fn scraped(self) -> Self {
        let bus = bus(&self.url(), &json!({"metrics": [{"name": "up", "query": "up", "step": "1s"}]}));
        for _ in 0..120 {
            let found = measure(&bus, &["up"], json!({"duration": "500ms"})).await;
            if found.is_ok_and(|it| !it.readings().is_empty()) {
                return self;
            }
        }
        panic!("{} scraped nothing in a minute", self.url());
    }
}

/// Puts a connector on a bus, with a section that lacks only its URL.
pub(crate) fn bus(url: &str, section: &Value) -> Arc<Bus> {
    let mut section = section.clone();
    section["base_url"] = url.into();
    let registry = Registry::collect().unwrap();
    let descriptor = registry.connectors().iter().find(|it| it.key == "prometheus").unwrap();
    let bus = Bus::new(Host::named("test"));
    bus.add(descriptor.build("prometheus", section).unwrap()).unwrap();
    bus
}

/// Measures as an optimizer asks it; no names ask for everything.
pub(crate) async fn measure(bus: &Arc<Bus>, names: &[&str], control: Value) -> Result<Measurement> {
    let control: Control = serde_json::from_value(control).unwrap();
    let metrics = (!names.is_empty()).then(|| names.iter().map(|&name| name.to_owned()).collect());
    let input = Measuring { metrics, control };
    let dispatched = bus.dispatch::<Measure>(&Scope::detached(), input).keep_errors();
    let dispatched = tokio::time::timeout(Duration::from_mins(2), dispatched.into_future()).await;
    dispatched.unwrap()?.answers().map(|answers| answers.into_iter().next().unwrap().1)
}

/// The series of one metric.
pub(crate) fn of<'a>(measurement: &'a Measurement, name: &str) -> Vec<&'a TimeSeries> {
    let series = |reading: &'a Reading| match reading {
        Reading::TimeSeries(series) if series.metric.name == name => Some(series),
        _ => None,
    };
    measurement.readings().iter().filter_map(series).collect()
}

/// Runs all checks of the connector.
pub(crate) async fn check(bus: &Arc<Bus>) -> Vec<Check> {
    let checking = Checking { halt_on: servo_core::check::HaltOnFailed::Never, ..Checking::default() };
    let dispatched = bus.dispatch::<standard::Check>(&Scope::detached(), checking).await.unwrap();
    dispatched.answers().unwrap().into_iter().next().unwrap().1
}
