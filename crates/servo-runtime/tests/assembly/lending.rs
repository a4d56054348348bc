//! How connectors reach the outside: what a servo lends them of its `settings`.

use std::sync::Arc;
use std::time::Duration;

use servo_core::Error;
use servo_http::Outlet;
use servo_http::outlet::Verify;
use servo_http::proxy::Route;
use servo_runtime::assembly::Assembly;
use url::Url;

use crate::fixture::{assemble, assemble_in};

const LOCAL: &str = "optimizer: {scripted: {}}\nnote: {number: 1}\n";
const REMOTE: &str = "optimizer: {id: dev.opsani.com/shop, token: t}\nnote: {number: 1}\n";

fn outlet(assembly: &Assembly) -> Arc<Outlet> {
    assembly.servos()[0].servo().bus().host().lent::<Outlet>().unwrap()
}

fn via(outlet: &Outlet) -> Option<String> {
    match outlet.proxies.route(&Url::parse("https://prometheus:9090").unwrap()) {
        Route::Direct => None,
        Route::Via(proxy) => Some(proxy.to_string()),
    }
}

#[test]
fn settings_hold_for_connectors_whatever_the_optimizer_is() {
    let settings =
        "settings: {timeouts: 5s, ssl_verify: no.pem, proxies: 'http://proxy:3128', max_body: 2Mi}\n";
    for optimizer in [LOCAL, REMOTE, "note: {number: 1}\n"] {
        // The file is not there: nothing is read yet.
        let outlet = outlet(&assemble(&format!("{optimizer}{settings}")).unwrap());
        assert_eq!(outlet.timeouts.read, Duration::from_secs(5));
        assert_eq!(outlet.verify, Verify::Bundle("no.pem".into()));
        assert_eq!((outlet.max_body, outlet.allow_plain_http), (Some(2 << 20), false));
        assert_eq!(via(&outlet).as_deref(), Some("http://proxy:3128"));
        assert_eq!(outlet.base.to_str(), Some("conf"));
        assert!(outlet.user_agent.starts_with("servo v"), "{}", outlet.user_agent);
    }
}

#[tokio::test]
async fn a_proxy_of_the_environment_counts_and_a_broken_one_only_where_somebody_goes_out() {
    let outlet_in = |value| outlet(&assemble_in(LOCAL, &[("HTTPS_PROXY", value)]).unwrap());
    assert_eq!(via(&outlet_in("http://env:3128")).as_deref(), Some("http://env:3128"));
    let error = outlet_in("ftp://env").options().await.unwrap_err();
    assert!(error.to_string().contains("HTTPS_PROXY"), "{error}");
}

#[test]
fn what_a_connector_says_of_settings_is_told_there() {
    let text = format!("{LOCAL}settings: {{ssl_verify: no.pem}}\n");
    let (source, servos) = assemble(&text).unwrap().into_parts();
    let error =
        Error::configuration("no such file").at("settings.ssl_verify").in_connector(&Arc::from("note"));
    let told = servos[0].explain(&source, &error).unwrap().render_plain();
    assert!(told.starts_with("servo.yaml:3:24: no such file (at settings.ssl_verify)"), "{told}");
}
