//! Who shares a client, and for how long.

use futures::future::join_all;
use serde_json::{Value, json};
use servo_http::dial::Tcp;

use super::*;
use crate::environment::Environment;
use crate::remote::account::Account;

fn configuration(settings: Value) -> Configuration {
    let environment = Environment::default();
    let account = json!({"id": "example.com/app", "token": "abcd"});
    Configuration {
        account: Account::read(account, &PathBuf::new()).unwrap(),
        network: Network::read(settings, &environment).unwrap(),
        servo_uid: None,
        base: PathBuf::new(),
        exit_on_fatal: false,
        diagnostics: None,
        redactor: Redactor::default(),
        dial: Arc::new(Tcp),
        clients: Clients::default(),
    }
}

/// The source of each, where all ask the same pool.
fn sources(configurations: &[Configuration]) -> Vec<Arc<Source>> {
    let clients = Clients::default();
    configurations.iter().map(|it| clients.source(Terms::of(it))).collect()
}

fn share(one: &Configuration, other: &Configuration) -> bool {
    let sources = sources(&[one.clone(), other.clone()]);
    Arc::ptr_eq(&sources[0], &sources[1])
}

fn with(one: &Configuration, settings: Value) -> Configuration {
    Configuration { network: Network::read(settings, &Environment::default()).unwrap(), ..one.clone() }
}

#[test]
fn servos_share_a_client_unless_they_must_be_reached_differently() {
    let one = configuration(json!({}));
    assert!(share(&one, &one.clone()));
    for same in [
        json!({"allow_plain_http": true}),
        json!({"backoff": {"whats_next": {"max_tries": 3}}}),
        json!({"timeouts": {"connect": "10s"}}),
    ] {
        assert!(share(&one, &with(&one, same.clone())), "{same}");
    }
    for different in [
        json!({"timeouts": {"connect": "11s"}}),
        json!({"proxies": "http://proxy.example.com:3128"}),
        json!({"ssl_verify": false}),
        json!({"ssl_verify": "ca.pem"}),
        json!({"client_certificate": {"certificate": "a.pem", "key": "a.key"}}),
        json!({"max_body": "2Mi"}),
    ] {
        assert!(!share(&one, &with(&one, different.clone())), "{different}");
    }
    let proxy = |password: &str| with(&one, json!({"proxies": format!("http://me:{password}@proxy:3128")}));
    assert!(share(&proxy("one"), &proxy("one")) && !share(&proxy("one"), &proxy("two")));
    assert!(!share(&one, &Configuration { base: "elsewhere".into(), ..one.clone() }));
    assert!(!share(&one, &Configuration { redactor: Redactor::default(), ..one.clone() }));
    assert!(!share(&one, &Configuration { dial: Arc::new(Tcp), ..one.clone() }));
}

#[tokio::test]
async fn a_client_goes_with_the_last_who_has_a_part_in_it() {
    let clients = Clients::default();
    let one = configuration(json!({}));
    let parts = join_all((0..10).map(|_| clients.take(&one))).await;
    let slow = clients.take(&with(&one, json!({"timeouts": {"total": "1h"}}))).await.unwrap();
    assert_eq!(format!("{clients:?}"), "Clients { sources: 2, tls: Shared(2 clients) }");
    drop((parts, slow));
    let other = clients.take(&with(&one, json!({"ssl_verify": false}))).await.unwrap();
    assert_eq!(format!("{clients:?}"), "Clients { sources: 1, tls: Shared(1 clients) }");
    drop(other);
}

#[tokio::test]
async fn certificates_that_cannot_be_read_are_told_to_each_and_read_again_for_who_comes_later() {
    let folder = tempfile::tempdir().unwrap();
    let clients = Clients::default();
    let one = Configuration {
        base: folder.path().to_owned(),
        ..with(&configuration(json!({})), json!({"ssl_verify": "ca.pem"}))
    };
    for error in join_all((0..10).map(|_| clients.take(&one))).await.into_iter().map(Result::unwrap_err) {
        assert_eq!(error.key(), Some("settings.ssl_verify"));
        assert!(error.message().contains("ca.pem"), "{error}");
    }
    let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    std::fs::write(folder.path().join("ca.pem"), own.cert.pem()).unwrap();
    assert!(clients.take(&one).await.is_ok());
}

#[tokio::test]
async fn after_a_reload_all_use_certificates_that_were_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    let clients = Clients::default();
    let one = Configuration {
        base: folder.path().to_owned(),
        ..with(&configuration(json!({})), json!({"ssl_verify": "ca.pem"}))
    };
    let pem = || rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap().cert.pem();
    std::fs::write(&file, pem()).unwrap();
    let parts = join_all((0..10).map(|_| clients.take(&one))).await;
    let parts: Vec<Renewal> = parts.into_iter().collect::<Result<_>>().unwrap();
    let shown = async |part: &Renewal| format!("{:?}", part.client().await);
    let before = shown(&parts[0]).await;
    let newer = pem() + &pem();
    std::fs::write(&file, &newer).unwrap();
    parts.iter().for_each(Renewal::renew);
    for part in &parts {
        let after = shown(part).await;
        assert!(after != before && after.contains(&format!("Bundle({} bytes)", newer.len())), "{after}");
    }
}
