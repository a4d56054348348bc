//! What an operator writes under `prometheus:` (sections 8.2.1 and 2.12 of the specification).

mod access;
mod metric;
mod secret;
mod target;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;
use servo_core::duration::Duration;
use servo_core::fast_fail::{FastFail, IdleSettings};
use servo_core::{Error, Result};

use crate::reach::{self, Reach};

pub use access::{BasicAuth, TlsSettings};
pub use metric::{Absent, MetricSettings};
pub use secret::Secret;
pub(crate) use target::written;
pub use target::{Health, TargetSettings};

/// The section of a configuration.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// A note for whoever reads the configuration.
    #[serde(default)]
    pub description: Option<String>,
    /// Where the server is, with the path before `/api/v1` where it has one.
    #[serde(default = "default_base_url")]
    #[schemars(default = "default_base_url")]
    pub base_url: String,
    /// What is measured, each by a query.
    pub metrics: Vec<MetricSettings>,
    /// Targets that are expected to be scraped; `servo check` compares them with those that are.
    #[serde(default)]
    pub targets: Option<Vec<TargetSettings>>,
    /// While the servo runs, readings are published on the channel `metrics.prometheus` this often. Left out, they are
    /// not.
    #[serde(default)]
    pub streaming_interval: Option<Duration>,
    /// When a measurement is stopped because an objective is violated.
    #[serde(default)]
    pub fast_fail: FastFail,
    /// When a measurement is ended because nothing happens any more: it gives what was measured until then. Metrics are
    /// looked at every `fast_fail.period`. Left out, none is.
    #[serde(default)]
    pub eager: Option<IdleSettings>,
    /// A token that is sent with every request. `bearer_token_file` keeps it out of this file.
    #[serde(default)]
    #[schemars(extend("writeOnly" = true))]
    pub bearer_token: Option<Secret>,
    /// A file with the token, read again whenever it is sent, so that it can be rotated. A relative path starts at the
    /// folder of the configuration.
    #[serde(default)]
    pub bearer_token_file: Option<PathBuf>,
    /// A user and a password that are sent with every request.
    #[serde(default)]
    pub basic_auth: Option<BasicAuth>,
    /// Other headers that are sent with every request, by their names.
    #[serde(default)]
    #[schemars(extend("writeOnly" = true))]
    pub headers: BTreeMap<String, Secret>,
    /// The tenant whose data is asked for, sent as the header `X-Scope-OrgID`.
    #[serde(default)]
    pub tenant: Option<String>,
    /// Which certificates are trusted, and which one the servo has.
    #[serde(default)]
    pub tls: Option<TlsSettings>,
    /// How long one query may take, also on the server.
    #[serde(default)]
    pub timeout: Option<Duration>,
}

fn default_base_url() -> String {
    "https://prometheus:9090".to_owned()
}

impl Settings {
    /// Refuses what the types let pass, and removes what makes no difference: `/` at the end of the URL.
    ///
    /// # Errors
    ///
    /// Class configuration, each with the key at fault.
    pub fn checked(mut self) -> Result<Self> {
        let base_url = self.base_url.trim().trim_end_matches('/').to_owned();
        self.base_url = base_url;
        // Several errors in one: the first stays flat when others are joined to it.
        let mut errors: Vec<Error> = self.reach().check().err().into_iter().collect();
        let mut names = BTreeSet::new();
        for (index, metric) in self.metrics.iter().enumerate() {
            let key = format!("metrics[{index}]");
            errors.extend(metric.wrong().into_iter().map(|error| error.within(&key)));
            if !names.insert(metric.name.as_str()) {
                let message = format!("two metrics are called `{}`", metric.name);
                let help =
                    "give each metric a name of its own; several series of one query are kept apart anyway";
                errors.push(Error::configuration(message).at(format!("{key}.name")).with_help(help));
            }
        }
        if self.streaming_interval.is_some_and(Duration::is_zero) {
            let error = Error::configuration("expected a duration above zero, such as `15s`");
            errors.push(error.at("streaming_interval"));
        }
        errors.extend(self.fast_fail.check().err().map(|error| error.within("fast_fail")));
        errors.extend(self.eager.iter().flat_map(|eager| idle(eager, &names)));
        match Error::join(errors) {
            Some(error) => Err(error),
            None => Ok(self),
        }
    }
}

impl Settings {
    /// Gives how the server is reached.
    pub(crate) fn reach(&self) -> Reach {
        let secret = |secret: &Secret| secret.clone().into_inner();
        Reach {
            base_url: self.base_url.clone(),
            bearer_token: self.bearer_token.as_ref().map(secret),
            bearer_token_file: self.bearer_token_file.clone(),
            basic_auth: self.basic_auth.as_ref().map(|basic| reach::BasicAuth {
                username: basic.username.clone(),
                password: basic.password.as_ref().map(secret),
                password_file: basic.password_file.clone(),
            }),
            headers: self.headers.iter().map(|(name, value)| (name.clone(), secret(value))).collect(),
            tenant: self.tenant.clone(),
            tls: self.tls.clone().map(|tls| reach::Tls {
                ca_file: tls.ca_file,
                certificate: tls.certificate,
                key: tls.key,
                insecure_skip_verify: tls.insecure_skip_verify,
            }),
            timeout: self.timeout,
        }
    }
}

/// Says what is wrong with when metrics count as idle.
fn idle(eager: &IdleSettings, names: &BTreeSet<&str>) -> Vec<Error> {
    let mut errors = Vec::new();
    if eager.metrics.is_empty() {
        let error = Error::configuration("expected the names of metrics, found none").at("eager.metrics");
        errors
            .push(error.with_help("name the metric that tells whether there is load, such as `throughput`"));
    }
    if !eager.threshold.is_finite() {
        errors.push(Error::configuration("expected a number").at("eager.threshold"));
    }
    for (index, name) in eager.metrics.iter().enumerate().filter(|(_, name)| !names.contains(name.as_str())) {
        let error = Error::configuration(format!("no metric of this section is called `{name}`"));
        errors.push(error.at(format!("eager.metrics[{index}]")).because_of(&["metrics"]));
    }
    errors
}

#[cfg(test)]
mod tests;
