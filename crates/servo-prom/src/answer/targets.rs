//! The targets that a server scrapes.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;

use crate::source::Target;

/// What the list of targets is.
#[derive(Deserialize)]
pub(super) struct Targets {
    /// What is nothing in Go is `null` in JSON; absent it may not be.
    #[serde(rename = "activeTargets", deserialize_with = "Option::deserialize")]
    active: Option<Vec<Active>>,
}

/// One of them. Servers that are not Prometheus leave some of this out.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Active {
    scrape_pool: Option<String>,
    scrape_url: Option<String>,
    global_url: Option<String>,
    health: Option<String>,
    labels: Option<BTreeMap<String, String>>,
    discovered_labels: Option<BTreeMap<String, String>>,
    last_scrape: Option<String>,
    last_scrape_duration: Option<f64>,
    last_error: Option<String>,
}

impl Targets {
    pub(super) fn into_targets(self) -> Vec<Target> {
        self.active.unwrap_or_default().into_iter().map(Active::into_target).collect()
    }
}

impl Active {
    fn into_target(self) -> Target {
        let last_scrape = self.last_scrape.and_then(|text| text.parse::<Timestamp>().ok());
        Target {
            scrape_pool: self.scrape_pool.unwrap_or_default(),
            scrape_url: self.scrape_url.unwrap_or_default(),
            global_url: self.global_url.unwrap_or_default(),
            health: self.health.unwrap_or_else(|| "unknown".to_owned()),
            labels: self.labels.unwrap_or_default(),
            discovered_labels: self.discovered_labels.unwrap_or_default(),
            // Go's time of nothing is the beginning of the year 1.
            last_scrape: last_scrape.filter(|time| *time > Timestamp::UNIX_EPOCH),
            last_scrape_duration: self.last_scrape_duration.unwrap_or_default(),
            last_error: self.last_error.unwrap_or_default(),
        }
    }
}
