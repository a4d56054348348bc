//! Where requests go and what they carry.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration as Time;

use secrecy::SecretString;
use servo_core::context::Host;
use servo_core::event::standard::Attach;
use servo_core::event::{Bus, Handlers, Member, On, Scope};
use servo_core::{Connector, Context, Result};
use servo_http::proxy::Proxies;

use super::*;
use crate::reach::BasicAuth;

fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

fn client(reach: &Reach, server: &Arc<Server>) -> Client {
    Client::new(reach, Arc::new(outlet(server))).unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_path_before_the_api_is_kept() {
    let server = Server::of([Reply::json(200, EMPTY)]);
    let client = client(&reach("http://localhost/team/prom/"), &server);
    ask(&client).await.unwrap();
    assert_eq!(server.last().path, "/team/prom/api/v1/query");
    client.ready().await.unwrap();
    assert_eq!(server.last().path, "/team/prom/-/ready");
}

#[tokio::test(start_paused = true)]
async fn tokens_users_headers_and_the_tenant_are_sent_along() {
    let server = Server::of([Reply::json(200, EMPTY)]);
    let token = Reach { bearer_token: Some(secret(" abcd\n")), ..reach(URL) };
    ask(&client(&token, &server)).await.unwrap();
    assert_eq!(server.last().headers["authorization"], "Bearer abcd");
    let basic = BasicAuth {
        username: "Aladdin".to_owned(),
        password: Some(secret("open sesame")),
        password_file: None,
    };
    ask(&client(&Reach { basic_auth: Some(basic), ..reach(URL) }, &server)).await.unwrap();
    // The example of RFC 7617, section 2.
    assert_eq!(server.last().headers["authorization"], "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    let headers = BTreeMap::from([("X-Api-Key".to_owned(), SecretString::from("k"))]);
    let other = Reach { headers, tenant: Some("team-a|team-b".to_owned()), ..reach(URL) };
    client(&other, &server).ready().await.unwrap();
    let seen = server.last();
    assert_eq!(
        (seen.headers["x-api-key"].as_str(), seen.headers["x-scope-orgid"].as_str()),
        ("k", "team-a|team-b")
    );
    assert!(!seen.headers.contains_key("authorization"));
}

#[tokio::test(start_paused = true)]
async fn a_file_is_read_again_for_what_is_asked_later_and_once_for_what_is_asked_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    fs::write(&path, "first\n").unwrap();
    let server = Server::of([Reply::json(200, EMPTY)]);
    let reach = Reach { bearer_token_file: Some("token".into()), ..reach(URL) };
    let outlet = Outlet { base: folder.path().to_owned(), ..outlet(&server) };
    let client = Client::new(&reach, Arc::new(outlet)).unwrap();
    let mut sent = Vec::new();
    for (written, pause) in [(Some("second"), 0), (None, 1), (Some(""), 1), (Some("third"), 1)] {
        ask(&client).await.unwrap();
        sent.push(server.last().headers["authorization"].clone());
        if let Some(text) = written {
            fs::write(&path, text).unwrap();
        }
        tokio::time::sleep(Time::from_secs(pause)).await;
    }
    fs::remove_file(&path).unwrap();
    ask(&client).await.unwrap();
    sent.push(server.last().headers["authorization"].clone());
    // At once; a second later; then it is empty, and what it held before is used; then it is gone.
    let expected = ["Bearer first", "Bearer first", "Bearer second", "Bearer second", "Bearer second"];
    assert_eq!(sent, expected);
}

#[tokio::test(start_paused = true)]
async fn a_file_that_never_was_is_a_mistake_of_the_configuration() {
    let server = Server::of([Reply::json(200, EMPTY)]);
    let basic = BasicAuth { username: "u".to_owned(), password: None, password_file: Some("no/such".into()) };
    let error = ask(&client(&Reach { basic_auth: Some(basic), ..reach(URL) }, &server)).await.unwrap_err();
    assert_eq!((error.class(), error.key()), (Class::Configuration, Some("basic_auth.password_file")));
    assert_eq!(server.dialled(), 0);
}

#[test]
fn credentials_go_to_others_over_https_unless_that_is_allowed() {
    let plain = |reach: &Reach, outlet: Outlet| Client::new(reach, Arc::new(outlet)).map(drop);
    let url = "http://prometheus.example.com";
    let token = Reach { bearer_token: Some(secret(CANARY)), ..reach(url) };
    let error = plain(&token, Outlet::default()).unwrap_err();
    assert_eq!((error.class(), error.key()), (Class::Configuration, Some("base_url")));
    assert!(error.message().contains("to `prometheus.example.com` over plain http, for others"), "{error}");
    let key = BTreeMap::from([("X-Api-Key".to_owned(), SecretString::from("k"))]);
    assert!(plain(&Reach { headers: key, ..reach(url) }, Outlet::default()).is_err());
    plain(&token, Outlet { allow_plain_http: true, ..Outlet::default() }).unwrap();
    plain(&Reach { tenant: Some("a".to_owned()), ..reach(url) }, Outlet::default()).unwrap();
    plain(
        &Reach { base_url: "https://prometheus.example.com".to_owned(), ..token.clone() },
        Outlet::default(),
    )
    .unwrap();
    let local = Reach { base_url: URL.to_owned(), ..token };
    plain(&local, Outlet::default()).unwrap();
    let proxies = Proxies::from_rules([("all://", Some("http://proxy:3128"))]).unwrap();
    let error = plain(&local, Outlet { proxies, ..Outlet::default() }).unwrap_err();
    assert!(error.message().contains("through a proxy"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn the_proxies_and_limits_of_settings_hold() {
    let server = Server::of([Reply::Silence]);
    let proxies = Proxies::from_rules([("all://", Some("http://proxy:3128"))]).unwrap();
    let mut outlet = Outlet { proxies, ..outlet(&server) };
    outlet.timeouts.read = Time::from_secs(3);
    let client = Client::new(&reach("http://prometheus.example.com"), Arc::new(outlet)).unwrap();
    let begin = tokio::time::Instant::now();
    failure(&client, Class::Connection).await;
    assert_eq!(begin.elapsed().as_secs(), 3);
    // As a proxy sees it: the target is the whole URL.
    let seen = server.last();
    assert_eq!(
        (seen.path.as_str(), seen.headers["host"].as_str()),
        ("/api/v1/query", "prometheus.example.com")
    );
    assert_eq!(seen.form["timeout"], "2.700");
}

#[tokio::test(start_paused = true)]
async fn an_obstacle_of_the_host_is_told_when_something_is_asked() {
    let server = Server::of([Reply::json(200, EMPTY)]);
    let outlet = Outlet { obstacle: Some("invalid proxy for `HTTPS_PROXY`".into()), ..outlet(&server) };
    let client = Client::new(&reach(URL), Arc::new(outlet)).unwrap();
    assert_eq!(failure(&client, Class::Configuration).await, "invalid proxy for `HTTPS_PROXY`");
}

/// A connector that asks once it attaches.
struct Asking;

impl Connector for Asking {
    type Settings = ();

    fn new(_: &str, (): ()) -> Result<Self> {
        Ok(Self)
    }

    fn handlers(handlers: &mut Handlers<Self>) {
        handlers.on::<Attach>();
    }
}

#[async_trait::async_trait]
impl On<Attach> for Asking {
    async fn on(&self, cx: &Context, (): &()) -> Result<()> {
        let url = if cx.servo() == "lent" { "http://lent.example.com" } else { URL };
        let file = Some(Path::new("token").to_owned());
        let client = Client::connect(&Reach { bearer_token_file: file, ..reach(url) }, cx)?;
        client.ready().await.map(drop)
    }
}

async fn attached(host: Host) -> Result<()> {
    let bus = Bus::new(host);
    bus.add(Member::new("asking", "asking", Asking)).unwrap();
    bus.dispatch::<Attach>(&Scope::detached(), ()).await.map(drop)
}

#[tokio::test(start_paused = true)]
async fn a_connector_goes_out_as_its_host_has_it_and_paths_start_where_the_hosts_do() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("token"), "abcd").unwrap();
    let server = Server::of([Reply::json(200, "{}")]);
    let outlet = Outlet { allow_plain_http: true, base: folder.path().to_owned(), ..outlet(&server) };
    attached(Host::named("lent").lend(Arc::new(outlet))).await.unwrap();
    assert_eq!(server.last().headers["authorization"], "Bearer abcd");
    // Without such a host the file is found all the same, and this machine is asked; nobody listens at that address.
    let error = attached(Host::named("bare").with_base("/no/such/folder".into())).await.unwrap_err();
    assert_eq!(error.key(), Some("bearer_token_file"));
    assert!(error.message().starts_with("/no/such/folder/token cannot be read"), "{error}");
}
