//! The `settings` section as it is written.

use std::path::PathBuf;

use serde::Deserialize;
use serde_json::{Map, Value};
use servo_core::connector::typed;
use servo_core::duration::Duration;
use servo_core::quantity::Memory;
use servo_core::{Error, Result};
use servo_http::Timeouts;
use servo_http::proxy::{Proxies, ProxyError};

use super::{ClientCertificate, Network, Verify};
use crate::environment::Environment;
use crate::remote::retry::{Backoff, DEFAULT, Limits};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Section {
    backoff: Option<Exchanges>,
    proxies: Option<Value>,
    timeouts: Option<Value>,
    ssl_verify: Option<Value>,
    client_certificate: Option<Certificate>,
    allow_plain_http: Option<bool>,
    max_body: Option<Memory>,
}

/// One entry for each exchange, so that another name is an unknown key with its nearest neighbour.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Exchanges {
    __default__: Option<Entry>,
    connect: Option<Entry>,
    whats_next: Option<Entry>,
    description: Option<Entry>,
    measurement: Option<Entry>,
    adjustment: Option<Entry>,
    progress: Option<Entry>,
    goodbye: Option<Entry>,
    diagnostics: Option<Entry>,
}

/// The limits of one exchange; what is absent or null sets none.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    max_time: Option<Duration>,
    max_tries: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Waits {
    connect: Option<Duration>,
    read: Option<Duration>,
    write: Option<Duration>,
    /// Accepted for the sake of `ServoX`'s files: no exchange waits for a place in a pool of connections.
    pool: Option<Duration>,
    total: Option<Duration>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Certificate {
    certificate: PathBuf,
    key: PathBuf,
}

pub(super) fn read(section: Value, environment: &Environment) -> Result<Network> {
    let section = if section.is_null() { Value::Object(Map::new()) } else { section };
    if !section.is_object() {
        return Err(Error::configuration("expected a mapping of settings"));
    }
    let section: Section = typed(section)?;
    let backoff = section.backoff.map_or_else(|| Ok(Backoff::default()), limits);
    let proxies = proxies(section.proxies, environment);
    let timeouts = timeouts(section.timeouts);
    let verify = verify(section.ssl_verify);
    let certificate = section.client_certificate.map(certificate).transpose();
    match (backoff, proxies, timeouts, verify, certificate) {
        (Ok(backoff), Ok(proxies), Ok(timeouts), Ok(verify), Ok(client_certificate)) => {
            let allow_plain_http = section.allow_plain_http.unwrap_or_default();
            let max_body = section.max_body.map(|size| usize::try_from(size.bytes()).unwrap_or(usize::MAX));
            Ok(Network { backoff, allow_plain_http, proxies, timeouts, verify, client_certificate, max_body })
        }
        (backoff, proxies, timeouts, verify, certificate) => {
            let found = [backoff.err(), proxies.err(), timeouts.err(), verify.err(), certificate.err()];
            let joined = Error::join(found.into_iter().flatten());
            Err(joined.unwrap_or_else(|| Error::internal("one of five was an error")))
        }
    }
}

/// The limits that are written over those by default.
fn limits(written: Exchanges) -> Result<Backoff> {
    let entries = [
        (DEFAULT, written.__default__),
        ("connect", written.connect),
        ("whats_next", written.whats_next),
        ("description", written.description),
        ("measurement", written.measurement),
        ("adjustment", written.adjustment),
        ("progress", written.progress),
        ("goodbye", written.goodbye),
        ("diagnostics", written.diagnostics),
    ];
    let mut backoff = Backoff::default();
    if entries[0].1.is_some() {
        // What is written for everything is meant for connecting, too, unless that is written itself.
        backoff.remove("connect");
    }
    for (exchange, entry) in entries {
        let Some(Entry { max_time, max_tries }) = entry else { continue };
        if max_tries == Some(0) {
            let error =
                Error::configuration("at least one try is made").at(format!("backoff.{exchange}.max_tries"));
            return Err(error.with_help("write 1 or more, or `null` for no limit"));
        }
        backoff.set(exchange, Limits { max_time: max_time.map(Duration::as_std), max_tries });
    }
    Ok(backoff)
}

/// One proxy for everything, or proxies by patterns; the environment for what these do not select.
fn proxies(written: Option<Value>, environment: &Environment) -> Result<Proxies> {
    let at_key = |error: ProxyError| {
        let (ProxyError::Pattern { pattern } | ProxyError::Address { pattern, .. }) = &error;
        let key = format!("proxies.{pattern}");
        let help = "write for example `proxies: {\"all://\": \"http://proxy.example.com:3128\"}`";
        Error::configuration(error.to_string()).at(key).with_help(help)
    };
    let configured = match written {
        None => Proxies::default(),
        Some(Value::String(address)) => Proxies::from_rules([("all://", Some(address.as_str()))])
            .map_err(|error| at_key(error).at("proxies"))?,
        Some(Value::Object(rules)) => {
            let rules = rules.iter().map(|(pattern, address)| match address {
                Value::Null => Ok((pattern.as_str(), None)),
                Value::String(address) => Ok((pattern.as_str(), Some(address.as_str()))),
                _ => {
                    let error = Error::configuration("expected the URL of a proxy, or `null` to use none");
                    // An address in place of a pattern may have a password in it.
                    let is_address = pattern.contains('@');
                    Err(error.at(if is_address {
                        "proxies".to_owned()
                    } else {
                        format!("proxies.{pattern}")
                    }))
                }
            });
            let rules: Vec<_> = rules.collect::<Result<_>>()?;
            Proxies::from_rules(rules).map_err(at_key)?
        }
        Some(_) => {
            let error =
                Error::configuration("expected the URL of a proxy, or a mapping of patterns to such URLs");
            return Err(error.at("proxies"));
        }
    };
    let variable = |name: &str| environment.get(name).map(str::to_owned);
    let proxies = configured.or_environment(&variable).map_err(|error| {
        let (ProxyError::Pattern { pattern } | ProxyError::Address { pattern, .. }) = &error;
        let help = format!("correct the variable {pattern}, or set the proxies with `settings.proxies`");
        Error::configuration(format!("in the environment: {error}")).with_help(help)
    })?;
    Ok(match environment.get("KUBERNETES_SERVICE_HOST") {
        Some(host) => proxies.never(host),
        None => proxies,
    })
}

/// One limit for connecting, reading and writing, or one for each.
///
/// An exchange as a whole may take as long as it may by default, and never less than a single wait of it, unless
/// `total` says so.
fn timeouts(written: Option<Value>) -> Result<Timeouts> {
    let waits = match written {
        None => return Ok(Timeouts::default()),
        Some(value @ Value::Object(_)) => typed(value).map_err(|error| error.within("timeouts"))?,
        Some(value) => {
            let all: Duration = typed(value).map_err(|error| error.within("timeouts"))?;
            Waits { connect: Some(all), read: Some(all), write: Some(all), pool: Some(all), total: None }
        }
    };
    let Waits { connect, read, write, pool, total } = waits;
    let given = [("connect", connect), ("read", read), ("write", write), ("pool", pool), ("total", total)];
    if let Some((name, _)) = given.iter().find(|(_, wait)| wait.is_some_and(Duration::is_zero)) {
        let error = Error::configuration("the time must be longer than zero").at(format!("timeouts.{name}"));
        return Err(error.with_help("write a duration such as `30s`, or remove the key"));
    }
    let default = Timeouts::default();
    let or = |wait: Option<Duration>, default| wait.map_or(default, Duration::as_std);
    let (connect, read, write) =
        (or(connect, default.connect), or(read, default.read), or(write, default.write));
    let longest = default.total.max(connect).max(read).max(write);
    Ok(Timeouts { connect, read, write, total: or(total, longest) })
}

fn verify(written: Option<Value>) -> Result<Verify> {
    match written {
        None | Some(Value::Bool(true)) => Ok(Verify::System),
        Some(Value::Bool(false)) => Ok(Verify::Nobody),
        Some(Value::String(path)) if !path.is_empty() => Ok(Verify::Bundle(path.into())),
        Some(_) => {
            let error =
                Error::configuration("expected `true`, `false`, or the path of a bundle of authorities");
            Err(error.at("ssl_verify").with_help("remove the key to trust the authorities of the system"))
        }
    }
}

fn certificate(written: Certificate) -> Result<ClientCertificate> {
    let Certificate { certificate, key } = written;
    for (name, path) in [("certificate", &certificate), ("key", &key)] {
        if path.as_os_str().is_empty() {
            let error = Error::configuration("the path is empty").at(format!("client_certificate.{name}"));
            return Err(error.with_help("name a PEM file"));
        }
    }
    Ok(ClientCertificate { certificate, key })
}
