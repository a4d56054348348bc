//! `servo prometheus targets`: the targets that are scraped, and how the last scrape of each went.

use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::Value;
use servo_core::connector::{Arguments, Run, Table};
use servo_core::duration::Duration;
use servo_core::{Context, Error, Result};

use super::time;
use crate::connector::Prometheus;
use crate::settings::written;
use crate::source::Target;

/// Shows the targets that are scraped.
pub(super) struct Targets;

#[async_trait]
impl Run for Targets {
    type Connector = Prometheus;

    async fn run(prometheus: &Prometheus, cx: &Context, _arguments: &Arguments) -> Result<Table> {
        let source = prometheus.source(cx).await?;
        let targets = tokio::select! {
            biased;
            () = cx.token().cancelled() => return Err(Error::cancelled("cancelled while asking Prometheus")),
            targets = source.targets() => targets?,
        };
        let targets = targets.ok_or_else(|| {
            let url = &prometheus.settings.base_url;
            let help =
                "many servers that speak the same language scrape nothing; ask the Prometheus behind it";
            Error::failed(format!("{url} has no list of targets")).with_help(help)
        })?;
        Ok(table(&targets, Timestamp::now()))
    }
}

/// The columns of `ServoX` (section 1.4 of the specification).
fn table(targets: &[Target], now: Timestamp) -> Table {
    let mut table = Table::new(["POOL", "HEALTH", "URL", "LABELS", "LAST SCRAPED", "ERROR"]);
    for target in targets {
        table.push([
            target.scrape_pool.as_str().into(),
            target.health.as_str().into(),
            url(target).into(),
            written(&target.labels).into(),
            target.last_scrape.map_or(Value::Null, |at| scraped(at, target.last_scrape_duration, now).into()),
            if target.last_error.is_empty() { Value::Null } else { target.last_error.as_str().into() },
        ]);
    }
    table
}

fn url(target: &Target) -> String {
    let Target { scrape_url, global_url, .. } = target;
    if global_url.is_empty() || global_url == scrape_url {
        scrape_url.clone()
    } else {
        format!("{scrape_url} ({global_url})")
    }
}

/// Writes `2026-01-02 03:04:05 (3s ago in 12ms)`.
fn scraped(at: Timestamp, seconds: f64, now: Timestamp) -> String {
    let ago = Duration::from_secs(u64::try_from(now.duration_since(at).as_secs()).unwrap_or_default());
    let took = Duration::from_secs_f64((seconds * 1e3).round().max(0.0) / 1e3).unwrap_or_default();
    format!("{} ({ago} ago in {took})", time::shown(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_shown_with_both_urls_where_they_differ_and_with_when_it_was_scraped() {
        let now: Timestamp = "2026-01-02T03:04:08Z".parse().unwrap();
        let up = Target {
            scrape_pool: "shop".to_owned(),
            scrape_url: "http://127.0.0.1/metrics".to_owned(),
            global_url: "http://shop/metrics".to_owned(),
            health: "up".to_owned(),
            labels: [("job", "shop"), ("instance", "a")].map(|(a, b)| (a.to_owned(), b.to_owned())).into(),
            last_scrape: Some("2026-01-02T03:04:05.6Z".parse().unwrap()),
            last_scrape_duration: 0.012_345,
            ..Target::default()
        };
        let never = Target { last_error: "refused".to_owned(), last_scrape: None, ..up.clone() };
        let table = table(&[up, never], now);
        assert_eq!(
            table.rows()[0],
            [
                "shop".into(),
                "up".into(),
                "http://127.0.0.1/metrics (http://shop/metrics)".into(),
                "instance=a job=shop".into(),
                "2026-01-02 03:04:05 (2s ago in 12ms)".into(),
                Value::Null,
            ]
        );
        assert_eq!(table.rows()[1][4..], [Value::Null, Value::from("refused")]);
    }

    #[test]
    fn a_scrape_in_the_future_or_of_no_length_is_shown_all_the_same() {
        let now: Timestamp = "2026-01-02T03:04:05Z".parse().unwrap();
        let later = "2026-01-02T03:05:00Z".parse().unwrap();
        assert_eq!(scraped(later, -1.0, now), "2026-01-02 03:05:00 (0 ago in 0)");
        assert_eq!(scraped(now, f64::NAN, now), "2026-01-02 03:04:05 (0 ago in 0)");
    }
}
