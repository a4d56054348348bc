//! The application of the recorded sessions: its settings as they were at the beginning, and its metrics.

use std::error::Error as StdError;

use servo_core::model::{
    Adjustment, Choices, Component, Decimal, Domain, Metric, Range, Setting, Unit, Value,
};
use servo_core::{Error, Result};

/// Makes the component `web`.
pub(super) fn web() -> Result<Component, Box<dyn StdError>> {
    let number = |number: i64| Decimal::from(number);
    let cpu = Setting::cpu("250m".parse()?, "4".parse()?, "125m".parse()?)?.with_value(number(2))?;
    let memory =
        Setting::memory("512Mi".parse()?, "8Gi".parse()?, "128Mi".parse()?)?.with_value(number(4))?;
    let replicas = Setting::replicas(1, 10, 1)?.with_value(number(3))?;
    let collectors = ["serial", "parallel", "g1"].map(Value::from).to_vec();
    let collector = Setting::choice("gc", Choices::new(collectors)?).with_value("g1")?;
    let threads = Range::new(number(1), number(32), number(1))?;
    let threads = Setting::range("THREADS", threads).with_value(number(8))?;
    Ok(Component::new("web", vec![cpu, memory, replicas, collector, threads]))
}

/// Gives the metrics, in their order.
pub(super) fn metrics() -> Vec<Metric> {
    vec![
        Metric::new("throughput", Unit::RequestsPerSecond),
        Metric::new("error_rate", Unit::Percentage),
        Metric::new("latency", Unit::Milliseconds),
        Metric::new("hits", Unit::Float),
    ]
}

/// Sets the values of ranges. Others stay as they are, as they did in the recordings.
pub(super) fn adjust(components: &mut [Component], adjustments: &[Adjustment]) -> Result<()> {
    for adjustment in adjustments {
        let setting = components
            .iter_mut()
            .filter(|component| component.name == adjustment.component)
            .flat_map(|component| &mut component.settings)
            .find(|setting| setting.name() == adjustment.setting)
            .ok_or_else(|| Error::failed(format!("emu has no setting for {adjustment}")))?;
        let refused = |error| Error::failed(format!("emu refuses {adjustment}")).with_source(error);
        if matches!(setting.domain(), Domain::Range(_)) {
            *setting = setting.clone().with_value(adjustment.value.clone()).map_err(refused)?;
        }
    }
    Ok(())
}
