//! What `settings` may say, and the options that are made of it.

use std::time::Duration;

use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use servo_core::Class;
use servo_http::proxy::{Kind, Route};
use servo_http::tls::Trust;

use super::*;
use crate::remote::retry::Limits;

const CANARY: &str = "canary-5f2c9e71";

fn read(section: Value) -> Network {
    read_with(section, &[]).unwrap_or_else(|error| panic!("{error} at {:?}", error.key()))
}

fn read_with(section: Value, variables: &[(&str, &str)]) -> Result<Network> {
    let read = Network::read(section, &variables.iter().copied().collect());
    let shown = match &read {
        Ok(network) => format!("{network:?}"),
        Err(error) => format!("{error:?} {} {:?}", error.chain(), error.help()),
    };
    assert!(!shown.contains(CANARY), "{shown}");
    read
}

/// The errors of a section, each as `key: message`.
fn errors(section: Value) -> Vec<String> {
    let error = read_with(section, &[]).expect_err("the section is wrong");
    let all = std::iter::once(&error).chain(error.additional());
    let told = all.map(|error| {
        assert_eq!(error.class(), Class::Configuration);
        format!("{}: {}", error.key().unwrap_or_default(), error.message())
    });
    told.collect()
}

fn via(network: &Network, url: &str) -> Option<String> {
    match network.proxies.route(&Url::parse(url).unwrap()) {
        Route::Direct => None,
        Route::Via(proxy) => Some(proxy.to_string()),
    }
}

const MINUTE: u64 = 60;

fn limits(minutes: Option<u64>, max_tries: Option<u32>) -> Limits {
    Limits { max_time: minutes.map(|minutes| Duration::from_secs(MINUTE * minutes)), max_tries }
}

#[test]
fn nothing_means_the_defaults() {
    for section in [
        json!(null),
        json!({}),
        json!({"backoff": null, "proxies": null, "timeouts": null, "ssl_verify": null}),
    ] {
        let network = read(section);
        assert_eq!(network.backoff, Backoff::default());
        assert_eq!(network.timeouts, Timeouts::default());
        assert_eq!((network.verify.clone(), network.allow_plain_http), (Verify::System, false));
        assert_eq!((via(&network, "https://example.com"), network.client_certificate), (None, None));
    }
}

#[test]
fn limits_of_an_exchange_are_what_is_written_and_nothing_else() {
    let network = read(json!({"backoff": {
        "__default__": {"max_time": "5m", "max_tries": null}, "measurement": {"max_tries": 3},
        "adjustment": {"max_time": null}, "goodbye": {"max_time": 120, "max_tries": 2}, "progress": null,
    }}));
    assert_eq!(network.backoff.limits("description"), limits(Some(5), None));
    assert_eq!(network.backoff.limits("progress"), Backoff::default().limits("progress"));
    assert_eq!(
        network.backoff.limits("connect"),
        limits(Some(5), None),
        "what is written for all is meant for it"
    );
    assert_eq!(network.backoff.limits("measurement"), limits(None, Some(3)));
    assert_eq!(network.backoff.limits("adjustment"), limits(None, None));
    assert_eq!(network.backoff.limits("goodbye"), limits(Some(2), Some(2)));
}

#[test]
fn exchanges_have_the_names_of_the_protocol() {
    let told = errors(json!({"backoff": {"measure": {"max_tries": 3}}}));
    assert!(told[0].contains("unknown field `measure`") && told[0].contains("`measurement`"), "{told:?}");
    for exchange in ["connect", "whats_next", "description", "goodbye", "diagnostics"] {
        let network = read(json!({"backoff": {(exchange): {"max_tries": 7}}}));
        assert_eq!(network.backoff.limits(exchange), limits(None, Some(7)));
    }
    let told = errors(json!({"backoff": {"connect": {"max_tries": 0}}}));
    assert_eq!(told, ["backoff.connect.max_tries: at least one try is made"]);
    assert!(
        errors(json!({"backoff": {"connect": {"max_tries": -1}}}))[0]
            .starts_with("backoff.connect.max_tries: ")
    );
    assert!(
        errors(json!({"backoff": {"connect": {"max_time": "5"}}}))[0]
            .starts_with("backoff.connect.max_time: ")
    );
}

#[test]
fn one_timeout_counts_for_each_wait_and_leaves_room_for_the_whole() {
    let seconds = Duration::from_secs;
    let network = read(json!({"timeouts": 5}));
    let expected = Timeouts { connect: seconds(5), read: seconds(5), write: seconds(5), total: seconds(120) };
    assert_eq!(network.timeouts, expected);
    assert_eq!(read(json!({"timeouts": "5s"})).timeouts, expected);
    assert_eq!(read(json!({"timeouts": "10m"})).timeouts.total, seconds(600));
    let network = read(json!({"timeouts": {"read": "2m30s", "connect": null, "pool": 3}}));
    let expected = Timeouts { read: seconds(150), total: seconds(150), ..Timeouts::default() };
    assert_eq!(network.timeouts, expected);
    assert_eq!(read(json!({"timeouts": {"total": 1.5}})).timeouts.total, Duration::from_millis(1500));
}

#[test]
fn nothing_waits_for_ever_or_not_at_all() {
    assert!(errors(json!({"timeouts": 0}))[0].contains("longer than zero"));
    assert_eq!(
        errors(json!({"timeouts": {"pool": 0}})),
        ["timeouts.pool: the time must be longer than zero"]
    );
    assert!(errors(json!({"timeouts": "soon"}))[0].starts_with("timeouts: "));
    assert!(errors(json!({"timeouts": {"conect": 1}}))[0].contains("unknown field `conect`"));
    assert!(errors(json!({"timeouts": {"read": -1}}))[0].starts_with("timeouts.read: "));
}

#[test]
fn a_proxy_counts_for_everything_or_for_what_its_pattern_selects() {
    let network = read(json!({"proxies": format!("http://user:{CANARY}@proxy:3128")}));
    assert_eq!(via(&network, "http://example.com").as_deref(), Some("http://proxy:3128"));
    let network = read(json!({"proxies": {
        "all://": "socks5://proxy:1080", "https://*.example.com": null, "https://api.opsani.com": "http://other:1",
    }}));
    assert_eq!(via(&network, "https://a.example.com"), None);
    assert_eq!(via(&network, "https://api.opsani.com").as_deref(), Some("http://other:1"));
    assert_eq!(via(&network, "https://example.org").as_deref(), Some("socks5://proxy:1080"));
}

#[test]
fn the_environments_proxies_count_for_the_rest_and_never_for_the_cluster() {
    let variables = [("HTTPS_PROXY", "http://env:8080"), ("KUBERNETES_SERVICE_HOST", "10.0.0.1")];
    let network =
        read_with(json!({"proxies": {"https://example.com": "socks5://own:1"}}), &variables).unwrap();
    assert_eq!(via(&network, "https://example.com").as_deref(), Some("socks5://own:1"));
    assert_eq!(via(&network, "https://example.org").as_deref(), Some("http://env:8080"));
    assert_eq!(via(&network, "https://10.0.0.1"), None);
    let Route::Via(proxy) = network.proxies.route(&Url::parse("https://example.org").unwrap()) else {
        panic!("there is a proxy")
    };
    assert_eq!(proxy.kind, Kind::Http);
    let address = format!("ftp://user:{CANARY}@env");
    let error = read_with(json!({}), &[("HTTPS_PROXY", address.as_str())]).unwrap_err();
    assert!(error.message().contains("HTTPS_PROXY") && error.key().is_none(), "{error}");
}

#[test]
fn proxies_that_cannot_be_used_are_refused_at_their_keys() {
    let address = format!("ftp://user:{CANARY}@proxy");
    assert!(errors(json!({"proxies": address}))[0].starts_with("proxies: "));
    assert!(errors(json!({"proxies": {"all://": address}}))[0].starts_with("proxies.all://: "));
    assert!(
        errors(json!({"proxies": {"everything": "http://proxy"}}))[0].starts_with("proxies.everything: ")
    );
    assert!(errors(json!({"proxies": {"all://": 5}}))[0].starts_with("proxies.all://: expected the URL"));
    assert!(errors(json!({"proxies": [address]}))[0].starts_with("proxies: expected the URL"));
}

#[test]
fn certificates_are_verified_unless_that_is_switched_off() {
    assert_eq!(read(json!({"ssl_verify": true})).verify, Verify::System);
    assert_eq!(read(json!({"ssl_verify": false})).verify, Verify::Nobody);
    assert_eq!(read(json!({"ssl_verify": "ca.pem"})).verify, Verify::Bundle("ca.pem".into()));
    for wrong in [json!(0), json!(""), json!([])] {
        assert!(errors(json!({"ssl_verify": wrong}))[0].starts_with("ssl_verify: expected `true`"));
    }
    let told = errors(json!({"client_certificate": {"certificate": "a.pem"}}));
    assert_eq!(told, ["client_certificate: missing field `key`"]);
    let told = errors(json!({"client_certificate": {"certificate": "", "key": "k"}}));
    assert_eq!(told, ["client_certificate.certificate: the path is empty"]);
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let told = errors(
        json!({"timeouts": 0, "ssl_verify": 1, "proxies": [], "backoff": {"goodbye": {"max_tries": 0}}}),
    );
    assert_eq!(told.len(), 4, "{told:?}");
    assert!(errors(json!({"ssl_verfy": true}))[0].contains("unknown field `ssl_verfy`"));
    assert_eq!(errors(json!([1])), [": expected a mapping of settings"]);
}

#[test]
fn plain_http_is_for_this_machine_or_where_it_is_asked_for() {
    let permits = |network: &Network, url: &str| network.permits(&Url::parse(url).unwrap());
    let network = Network::default();
    for url in ["https://example.com", "http://localhost:1/", "http://127.0.0.9", "http://[::1]:80/"] {
        assert!(permits(&network, url), "{url}");
    }
    for url in ["http://example.com", "http://localhost.example.com", "http://10.0.0.1"] {
        assert!(!permits(&network, url), "{url}");
        assert!(permits(&read(json!({"allow_plain_http": true})), url));
    }
    let proxied = read(json!({"proxies": "http://proxy:3128"}));
    assert!(!permits(&proxied, "http://localhost"));
}

#[tokio::test]
async fn options_hold_the_files_of_certificates() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [("ca.pem", "authority"), ("me.pem", "certificate"), ("me.key", CANARY)] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let network = read(json!({
        "ssl_verify": "ca.pem", "client_certificate": {"certificate": "me.pem", "key": "me.key"}, "timeouts": 7,
    }));
    let options = network.options(folder.path()).await.unwrap();
    assert!(matches!(options.tls.trust, Trust::Bundle(ref bytes) if bytes == b"authority"));
    let identity = options.tls.identity.as_ref().unwrap();
    assert_eq!((identity.chain.as_slice(), identity.key.expose_secret()), (&b"certificate"[..], CANARY));
    assert_eq!(options.timeouts.read, Duration::from_secs(7));
    assert!(!format!("{options:?}").contains(CANARY));
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_told_at_its_key() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("me.pem"), "").unwrap();
    std::fs::write(folder.path().join("me.key"), [0xff, 0xfe]).unwrap();
    for (section, key) in [
        (json!({"ssl_verify": "none.pem"}), "settings.ssl_verify"),
        (json!({"ssl_verify": "."}), "settings.ssl_verify"),
        (
            json!({"client_certificate": {"certificate": "none.pem", "key": "me.key"}}),
            "settings.client_certificate.certificate",
        ),
        (
            json!({"client_certificate": {"certificate": "me.pem", "key": "me.key"}}),
            "settings.client_certificate.key",
        ),
    ] {
        let error = read(section).options(folder.path()).await.unwrap_err();
        assert_eq!((error.key(), error.class()), (Some(key), Class::Configuration));
    }
    let reason = TlsError::Bundle { reason: "holds no certificate".to_owned() };
    assert_eq!(Network::explain_tls(reason).key(), Some("settings.ssl_verify"));
}

#[tokio::test]
async fn answers_have_a_limit_that_can_be_moved() {
    let limit = async |section| read(section).options(Path::new(".")).await.unwrap().max_body;
    assert_eq!(limit(json!({})).await, 1024 * 1024);
    assert_eq!(limit(json!({"max_body": "64Ki"})).await, 64 * 1024);
    assert!(errors(json!({"max_body": "-1"}))[0].starts_with("max_body: "));
}
