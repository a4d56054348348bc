//! The JSON form of a description (spec 3.6).

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Description;
use crate::model::component::Body;
use crate::model::entries::Entries;
use crate::model::{Metric, Unit};

/// The whole: `{"application": {"components": …}, "measurement": {"metrics": …}}`.
#[derive(Serialize, Deserialize)]
struct Wire {
    #[serde(default)]
    application: Application,
    #[serde(default)]
    measurement: Measurement,
}

#[derive(Serialize, Deserialize, Default)]
struct Application {
    #[serde(default)]
    components: Entries<Body>,
}

#[derive(Serialize, Deserialize, Default)]
struct Measurement {
    #[serde(default)]
    metrics: Entries<MetricBody>,
}

#[derive(Serialize, Deserialize)]
struct MetricBody {
    #[serde(default)]
    unit: Unit,
}

impl Serialize for Description {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let components = self.components.iter().map(|component| (component.name.clone(), component.into()));
        let metrics = self.metrics.iter().map(|it| (it.name.clone(), MetricBody { unit: it.unit.clone() }));
        Wire {
            application: Application { components: Entries(components.collect()) },
            measurement: Measurement { metrics: Entries(metrics.collect()) },
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Description {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wire = Wire::deserialize(deserializer)?;
        let components = wire.application.components.0.into_iter().map(|(name, body)| body.named(name));
        let metrics = wire.measurement.metrics.0.into_iter().map(|(name, body)| Metric::new(name, body.unit));
        Ok(Self { components: components.collect::<Result<_, _>>()?, metrics: metrics.collect() })
    }
}
