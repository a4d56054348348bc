//! Ways to a server: below a path, behind a password, with certificates.

use serde_json::json;
use servo_testkit::server::{Edition, Prometheus};

use crate::fixture::{Server, bus, measure, of};

#[tokio::test]
async fn a_server_below_a_path_is_reached_there() {
    for edition in [Edition::Debian, Edition::Current] {
        let arguments =
            ["--web.route-prefix=/metrics/of/us", "--web.external-url=http://127.0.0.1/metrics/of/us"];
        let server = Prometheus::scraping(edition, "", &arguments).await;
        let section = json!({"metrics": [{"name": "up", "query": "vector(1)", "step": "1s"}]});
        let below = bus(&format!("{}/metrics/of/us/", server.url()), &section);
        let measured = measure(&below, &[], json!({"duration": "1s"})).await.unwrap();
        assert_eq!(of(&measured, "up").len(), 1);
        let error = measure(&bus(&server.url(), &section), &[], json!({"duration": "1s"})).await.unwrap_err();
        assert!(error.message().contains("404"), "{error:?}");
    }
}

#[tokio::test]
async fn headers_and_a_tenant_do_no_harm_where_nobody_asks_for_them() {
    let server = Server::current().await.scraped().await;
    let section = json!({
        "tenant": "shop", "headers": {"X-Team": "shop"}, "bearer_token": "not-needed", "timeout": "10s",
        "metrics": [{"name": "up", "query": "up", "step": "1s"}],
    });
    let measured = measure(&bus(&server.url(), &section), &[], json!({"duration": "2s"})).await.unwrap();
    assert!(!of(&measured, "up").is_empty());
}
