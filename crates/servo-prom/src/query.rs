//! Asking for metrics: many queries side by side, and what is to be said of what they gave.

use std::collections::BTreeSet;

use futures::future::BoxFuture;
use futures::{FutureExt as _, StreamExt as _};
use jiff::Timestamp;
use servo_core::model::{Metric, Reading};
use servo_core::{Error, Result};

use crate::failures;
use crate::reading;
use crate::settings::{Absent, MetricSettings};
use crate::source::{Answer, Range, Source};

/// How many metrics are asked for at once.
const SIDE_BY_SIDE: usize = 8;

/// What the queries of some metrics gave.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    /// A reading for each series with a value, in the order of the metrics.
    pub(crate) readings: Vec<Reading>,
    /// What is to be warned of, each once.
    pub(crate) warnings: BTreeSet<String>,
    /// What is worth knowing, each once.
    pub(crate) infos: BTreeSet<String>,
    /// The metrics whose queries failed.
    pub(crate) failures: Vec<(String, Error)>,
}

impl Asked {
    /// Gives the readings where nothing failed.
    ///
    /// # Errors
    ///
    /// All failures, as one.
    pub(crate) fn complete(self) -> Result<Vec<Reading>> {
        match failures::joined(self.failures) {
            Some(error) => Err(error),
            None => Ok(self.readings),
        }
    }

    /// Writes what there is to say into the log.
    pub(crate) fn log(&self, connector: &str) {
        for warning in &self.warnings {
            tracing::warn!(connector, "{warning}");
        }
        for info in &self.infos {
            tracing::info!(connector, "{info}");
        }
    }
}

/// Asks for metrics over a range of time, with the step of each, and finds out of each that is absent what its settings
/// want known.
pub(crate) async fn over(source: &dyn Source, metrics: &[&MetricSettings], range: Range) -> Asked {
    side_by_side(source, metrics, range, true).await
}

/// Asks for metrics over a range of time, with the step of each. One that is absent has no reading.
pub(crate) async fn glance(source: &dyn Source, metrics: &[&MetricSettings], range: Range) -> Asked {
    side_by_side(source, metrics, range, false).await
}

async fn side_by_side(
    source: &dyn Source,
    metrics: &[&MetricSettings],
    range: Range,
    is_absence_asked: bool,
) -> Asked {
    let asked: Vec<BoxFuture<'_, Asked>> =
        metrics.iter().map(|&metric| one(source, metric, range, is_absence_asked).boxed()).collect();
    // In their order, so that one measurement is like the next.
    let mut asked = futures::stream::iter(asked).buffered(SIDE_BY_SIDE);
    let mut whole = Asked::default();
    while let Some(one) = asked.next().await {
        whole.readings.extend(one.readings);
        whole.warnings.extend(one.warnings);
        whole.infos.extend(one.infos);
        whole.failures.extend(one.failures);
    }
    whole
}

/// Asks for one metric.
async fn one(source: &dyn Source, metric: &MetricSettings, range: Range, is_absence_asked: bool) -> Asked {
    let mut said = Asked::default();
    let taken = match source.query_range(&metric.promql(), range, metric.step).await {
        Ok(answer) if answer.series.is_empty() && answer.text.is_none() => {
            said.hear(answer.warnings, answer.infos);
            if is_absence_asked { absent(source, metric, range.end, &mut said).await } else { Ok(()) }
        }
        Ok(answer) => said.take(metric, answer),
        Err(error) => Err(error),
    };
    said.failures.extend(taken.err().map(|error| (metric.name.clone(), error)));
    said
}

/// Asks for metrics at one time, in their order.
pub(crate) async fn at<'a>(
    source: &dyn Source,
    metrics: &'a [MetricSettings],
    at: Timestamp,
) -> Vec<(&'a MetricSettings, Result<Answer>)> {
    let asked: Vec<BoxFuture<'_, (&'a MetricSettings, Result<Answer>)>> = metrics
        .iter()
        .map(|metric| async move { (metric, source.query(&metric.promql(), at).await) }.boxed())
        .collect();
    futures::stream::iter(asked).buffered(SIDE_BY_SIDE).collect().await
}

/// Finds out why there is no series, as far as the settings want it known.
async fn absent(
    source: &dyn Source,
    metric: &MetricSettings,
    end: Timestamp,
    said: &mut Asked,
) -> Result<()> {
    if matches!(metric.absent, Absent::Ignore | Absent::Zero) {
        return Ok(());
    }
    let answer = source.query(&metric.absence(), end).await?;
    let is_absent = answer.series.iter().flat_map(|series| &series.points).any(|(_, value)| *value > 0.0);
    said.hear(answer.warnings, answer.infos);
    if !is_absent {
        let text = format!(
            "metric `{}` is there, but had no value while it was measured: {}",
            metric.name, metric.query
        );
        said.infos.insert(text);
    } else if metric.absent == Absent::Fail {
        let help = format!(
            "run `servo check`: it says what each query gives; or change `absent` of `{}`",
            metric.name
        );
        let message = format!("required metric '{}' is absent from Prometheus", metric.name);
        return Err(Error::failed(message).with_help(help));
    } else {
        said.warnings.insert(format!("found absent metric `{}` for query ({})", metric.name, metric.query));
    }
    Ok(())
}

impl Asked {
    /// Takes what a query gave.
    fn take(&mut self, metric: &MetricSettings, answer: Answer) -> Result<()> {
        self.hear(answer.warnings, answer.infos);
        if let Some(text) = answer.text {
            let message = format!("the query gives a text, not numbers: {}", shortened(&text));
            return Err(Error::failed(message));
        }
        let dropped: usize = answer.series.iter().map(|series| series.dropped).sum();
        let model: Metric = metric.metric();
        let before = self.readings.len();
        self.readings.extend(
            answer.series.into_iter().filter_map(|series| reading::of(&model, series)).map(Reading::from),
        );
        let name = &metric.name;
        if dropped > 0 && self.readings.len() == before {
            let values = match dropped {
                1 => format!("the only value of metric `{name}` is"),
                _ => format!("all {dropped} values of metric `{name}` are"),
            };
            self.warnings.insert(format!("{values} NaN or infinite, so that it has none: {}", metric.query));
        } else if dropped > 0 {
            let values = if dropped == 1 { "1 value".to_owned() } else { format!("{dropped} values") };
            self.infos.insert(format!("dropped {values} of metric `{name}`: NaN or infinite"));
        }
        Ok(())
    }

    fn hear(&mut self, warnings: Vec<String>, infos: Vec<String>) {
        let told = |text: String| format!("Prometheus says: {text}");
        self.warnings.extend(warnings.into_iter().map(told));
        self.infos.extend(infos.into_iter().map(told));
    }
}

fn shortened(text: &str) -> String {
    let short: String = text.chars().take(80).collect();
    if short.len() < text.len() { format!("{short}…") } else { short }
}

#[cfg(test)]
mod tests;
