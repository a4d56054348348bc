//! Connectors whose checks are a function of the test, and ways to run checks and look at what they found.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use servo_core::check::{Check, Checking, Checks, HaltOnFailed, Site};
use servo_core::context::Host;
use servo_core::event::{Bus, Handlers, Member, On, standard};
use servo_core::{Connector, Context, Result};
use tokio_util::sync::CancellationToken;

/// A connector that has the checks which a function makes.
#[derive(Clone)]
pub(crate) struct Probe(Arc<dyn Fn() -> Checks<'static> + Send + Sync>);

impl Probe {
    pub(crate) fn new(checks: impl Fn() -> Checks<'static> + Send + Sync + 'static) -> Self {
        Self(Arc::new(checks))
    }
}

impl Connector for Probe {
    type Settings = ();

    fn new(_: &str, (): ()) -> Result<Self> {
        Ok(Self::new(Checks::new))
    }

    fn handlers(handlers: &mut Handlers<Self>) {
        handlers.on::<standard::Check>();
    }
}

#[async_trait]
impl On<standard::Check> for Probe {
    async fn on(&self, cx: &Context, input: &Checking) -> Result<Vec<Check>> {
        (self.0)().run(cx, input).await
    }
}

/// A connector without checks.
pub(crate) struct Unchecked;

impl Connector for Unchecked {
    type Settings = ();

    fn new(_: &str, (): ()) -> Result<Self> {
        Ok(Self)
    }

    fn handlers(_: &mut Handlers<Self>) {}
}

/// A bus with these connectors, in this order.
pub(crate) fn bus<'a>(probes: impl IntoIterator<Item = (&'a str, Probe)>) -> Arc<Bus> {
    let bus = Bus::new(Host::named("shop"));
    for (name, probe) in probes {
        bus.add(Member::new(name, "probe", probe)).unwrap();
    }
    bus
}

/// Runs checks of no connector as the input says.
pub(crate) async fn run(checks: Checks<'_>, input: &Checking) -> Result<Vec<Check>> {
    let token = CancellationToken::new();
    checks.run(Site { servo: "shop", connector: "probe", token: &token }, input).await
}

/// Runs all checks whatever fails.
pub(crate) async fn run_all(checks: Checks<'_>) -> Vec<Check> {
    run(checks, &halting(HaltOnFailed::Never)).await.unwrap()
}

/// An input that halts there.
pub(crate) fn halting(halt_on: HaltOnFailed) -> Checking {
    Checking { halt_on, ..Checking::default() }
}

/// The names of checks, each with how it ended.
pub(crate) fn statuses(checks: &[Check]) -> Vec<(&str, String)> {
    checks.iter().map(|check| (check.name.as_str(), status(check))).collect()
}

/// How a check ended, in a word or two.
pub(crate) fn status(check: &Check) -> String {
    match (check.not_run(), check.passed(), check.success()) {
        (Some(why), ..) => why.to_string(),
        (None, true, Some(true)) => "passed".to_owned(),
        (None, true, _) => "warning".to_owned(),
        (None, false, _) => "failed".to_owned(),
    }
}

/// The names of checks.
pub(crate) fn names(checks: &[Check]) -> Vec<&str> {
    checks.iter().map(|check| check.name.as_str()).collect()
}

/// The ids of checks.
pub(crate) fn ids(checks: &[Check]) -> Vec<&str> {
    checks.iter().map(|check| check.id.as_str()).collect()
}

/// What happened, in order.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    pub(crate) fn write(&self, line: impl Into<String>) {
        self.0.lock().unwrap().push(line.into());
    }

    /// Gives what was written and forgets it.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}
