//! The checks of the connector: whether the server answers, scrapes what is expected, and knows each metric.

use async_trait::async_trait;
use jiff::Timestamp;
use servo_core::check::{self, Checking, Checks, Failure};
use servo_core::duration::Duration;
use servo_core::event::On;
use servo_core::event::standard::Check;
use servo_core::{Context, Error, Result};

use crate::clock;
use crate::connector::Prometheus;
use crate::settings::{Absent, MetricSettings, TargetSettings};
use crate::source::{Answer, Range, Target};

/// How far back a metric is looked for.
const BACK: Duration = Duration::from_secs(600);

/// The most targets that are named in a message.
const MOST: usize = 5;

#[async_trait]
impl On<Check> for Prometheus {
    async fn on(&self, cx: &Context, input: &Checking) -> Result<Vec<check::Check>> {
        let mut checks = Checks::new();
        let url = &self.settings.base_url;
        checks
            .critical(format!("Connect to \"{url}\""), || self.connects(cx))
            .id("connect")
            .description("The server is reached, and is ready to answer.")
            .tags(["connect"]);
        checks
            .common("Active targets", || self.active(cx))
            .id("targets")
            .description(
                "The server scrapes something, and the targets that are expected are among it and up.",
            )
            .tags(["targets"]);
        checks.each("query", &self.settings.metrics, |metric| {
            // On one line, as it is shown.
            let query: Vec<&str> = metric.query.split_whitespace().collect();
            let name = format!("Run query \"{}\"", query.join(" "));
            check::common(name, move || self.runs(cx, metric))
                .key(&metric.name)
                .description(format!("The query of metric `{}` had data in the last {BACK}.", metric.name))
                .tags(["query"])
        });
        checks.run(cx, input).await
    }
}

impl Prometheus {
    async fn connects(&self, cx: &Context) -> Result<String> {
        let source = self.source(cx).await?;
        source.ready().await
    }

    async fn active(&self, cx: &Context) -> Result<(bool, String), Error> {
        let expected = self.settings.targets.as_deref().unwrap_or_default();
        match self.source(cx).await?.targets().await? {
            Some(found) => compared(expected, &found),
            None if expected.is_empty() => Ok((true, "the server has no list of targets".to_owned())),
            None => {
                let help = "remove `targets`, or ask the Prometheus that scrapes them";
                Err(Error::failed("the server has no list of targets to compare `targets` with")
                    .with_help(help))
            }
        }
    }

    async fn runs(&self, cx: &Context, metric: &MetricSettings) -> Result<String, Failure> {
        let now = Timestamp::now();
        let range = Range { start: clock::before(now, BACK), end: now };
        let failed = |error: Error| {
            let failure = Failure::new(format!("metric `{}`: {}", metric.name, error.chain()));
            match error.help() {
                Some(help) => failure.with_hint(help),
                None => failure,
            }
        };
        let source = self.source(cx).await.map_err(failed)?;
        let answer = source.query_range(&metric.promql(), range, metric.step).await.map_err(failed)?;
        returned(metric, &answer)
    }
}

/// Says which of the expected targets are not there, or not as they should be.
fn compared(expected: &[TargetSettings], found: &[Target]) -> Result<(bool, String), Error> {
    let count = format!("found {} target{}", found.len(), if found.len() == 1 { "" } else { "s" });
    if found.is_empty() {
        let help = "look at `scrape_configs` of the server and at its page Status > Targets";
        return Err(Error::failed(count).with_help(help));
    }
    let wrong: Vec<String> = expected.iter().flat_map(|expected| wrong(expected, found)).collect();
    if wrong.is_empty() {
        return Ok((true, count));
    }
    let more = wrong.len().saturating_sub(MOST);
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    let told = wrong.iter().take(MOST).map(String::as_str).collect::<Vec<_>>().join("; ");
    let help = "`servo prometheus targets` shows what is scraped";
    Err(Error::failed(format!("{count}, but {told}{more}")).with_help(help))
}

/// Says what is wrong with each target that is the expected one; what is missing is one thing that is wrong.
fn wrong(expected: &TargetSettings, found: &[Target]) -> Vec<String> {
    let these: Vec<&Target> = found.iter().filter(|target| expected.is(target)).collect();
    if these.is_empty() {
        return vec![format!("expected target ({expected}) is missing")];
    }
    let told = these.iter().filter_map(|target| Some((target, expected.wrong(target)?)));
    told.map(|(target, wrong)| format!("target {} of {} {wrong}", target.scrape_url, target.scrape_pool))
        .collect()
}

/// Says how many results a query returned; none is a failure that says of which metric.
fn returned(metric: &MetricSettings, answer: &Answer) -> Result<String, Failure> {
    let MetricSettings { name, .. } = metric;
    if let Some(text) = &answer.text {
        return Err(Failure::new(format!("metric `{name}` is a text, not numbers: {text}")));
    }
    let dropped: usize = answer.series.iter().map(|series| series.dropped).sum();
    let notes: String =
        answer.warnings.iter().flat_map(|warning| ["; Prometheus says: ", warning.as_str()]).collect();
    if answer.series.is_empty() {
        let message = format!("metric `{name}`: returned 0 results in the last {BACK}{notes}");
        return Err(Failure::new(message).with_hint(hint(metric)));
    }
    let results = answer.series.len();
    let count = format!("returned {results} result{}", if results == 1 { "" } else { "s" });
    if answer.series.iter().all(|series| series.points.is_empty()) {
        let message =
            format!("metric `{name}`: {count}, of which all {dropped} values are NaN or infinite{notes}");
        let hint = "a rate of no requests divided by another is NaN: is there any load?";
        return Err(Failure::new(message).with_hint(hint));
    }
    let dropped = if dropped > 0 { format!(", {dropped} values NaN or infinite") } else { String::new() };
    Ok(format!("{count}{dropped}{notes}"))
}

fn hint(metric: &MetricSettings) -> String {
    let then = match metric.absent {
        Absent::Fail => "measurements fail while that is so (`absent: fail`)",
        Absent::Warn => {
            "measurements have no reading of it while that is so, and the log says so (`absent: warn`)"
        }
        Absent::Ignore => "measurements have no reading of it while that is so (`absent: ignore`)",
        Absent::Zero => "even the zero of `absent: zero` was not returned",
    };
    format!("{then}; try parts of the query with `servo prometheus query`, from the name of the series on")
}

#[cfg(test)]
mod tests;
