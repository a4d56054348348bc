//! What the connector operates: a modelled service or a replayed table, alike.

use std::collections::BTreeMap;

use jiff::Timestamp;
use servo_core::Result;
use servo_core::duration::Duration;
use servo_core::model::{Component, Metric};

use crate::assignment::Assignment;
use crate::noise::Draw;
use crate::series::Occasion;

/// A stretch of emulated time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    /// When it begins.
    pub(crate) start: Timestamp,
    /// How long it is.
    pub(crate) duration: Duration,
}

/// The samples of one metric.
pub(crate) type Samples = (Metric, Vec<(Timestamp, f64)>);

/// An application that can be described, deployed and watched.
pub(crate) trait Subject: Send + Sync {
    /// Gives the components with the values of the baseline.
    fn components(&self) -> &[Component];

    /// Gives the metrics that can be measured.
    fn metrics(&self) -> &[Metric];

    /// Says whether `values` can be deployed at all: whether a scheduler would place them.
    fn schedule(&self, values: &Assignment) -> Result<()>;

    /// Says whether what is deployed runs at a moment.
    fn run(&self, values: &Assignment, deployment: Draw, at: Timestamp) -> Result<()>;

    /// Says whether a measurement over `span` is of a length that can be taken.
    fn check(&self, span: Span) -> Result<()>;

    /// Watches what is deployed.
    fn observe(&self, values: &Assignment, span: Span, occasion: Occasion) -> Result<Vec<Samples>>;

    /// Gives the metrics as they are without noise, by their names.
    fn truth(&self, values: &Assignment) -> Result<BTreeMap<String, f64>>;
}
