//! The standard events, under the names that ServoX gave them.

use serde::Serialize;

use super::Event;
use crate::check::{self, Checking};
use crate::model::{Adjustment, Component, Control, Description, Measurement, Metric};

/// Declares the standard events: name, input and output each.
macro_rules! events {
    ($($(#[$doc:meta])* $event:ident = $name:literal: $input:ty => $output:ty;)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug)]
            pub struct $event;

            impl Event for $event {
                const NAME: &'static str = $name;
                type Input = $input;
                type Output = $output;
            }
        )*

        /// The names of the standard events.
        pub const NAMES: &[&str] = &[$($name),*];
    };
}

events! {
    /// A connector was added to a servo: the first thing that it sees.
    Attach = "attach": () => ();
    /// A connector leaves its servo: the last thing that it sees.
    Detach = "detach": () => ();
    /// The servo begins to run.
    Startup = "startup": () => ();
    /// The servo ends.
    Shutdown = "shutdown": Ending => ();
    /// Asks which metrics can be measured. Answering it changes nothing and needs nobody else.
    Metrics = "metrics": () => Vec<Metric>;
    /// Asks which components can be adjusted. Answering it changes nothing.
    Components = "components": () => Vec<Component>;
    /// Asks each connector to verify that it can work. Answering it changes nothing.
    Check = "check": Checking => Vec<check::Check>;
    /// Asks for the application as it is now: settings with their values, and metrics.
    Describe = "describe": Control => Description;
    /// Asks to measure.
    Measure = "measure": Measuring => Measurement;
    /// Asks to change settings, and for the application as it is then.
    Adjust = "adjust": Adjusting => Description;
    /// Tells that the configuration which is in force is to stay: a study ended with it.
    Promote = "promote": Adjusting => ();
}

/// Why a servo ends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Ending {
    /// A signal's name, `shutdown`, `restarting`, or `unknown` where nothing better is known.
    pub reason: String,
}

/// What is to be measured, and how.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Measuring {
    /// The names of the metrics; `None` asks for all that there are.
    pub metrics: Option<Vec<String>>,
    /// Durations, delays and what else controls the measurement.
    pub control: Control,
}

impl Measuring {
    /// Returns true where the metric is asked for.
    pub fn wants(&self, metric: &str) -> bool {
        self.metrics.as_ref().is_none_or(|names| names.iter().any(|name| name == metric))
    }
}

/// What is to be changed, and how.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Adjusting {
    /// The settings and their new values.
    pub adjustments: Vec<Adjustment>,
    /// The settlement time and what else controls the adjustment.
    pub control: Control,
}
