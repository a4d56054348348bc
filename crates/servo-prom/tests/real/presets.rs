//! The presets, whose queries real servers understand.

use serde_json::{Value, json};
use servo_core::registry::Registry;

use crate::fixture::{Server, bus, measure};

#[tokio::test]
async fn every_preset_is_promql_that_old_and_new_servers_understand() {
    let registry = Registry::collect().unwrap();
    let descriptor = registry.connectors().iter().find(|it| it.key == "prometheus").unwrap();
    assert!(descriptor.presets.len() >= 8);
    for server in [Server::debian().await, Server::current().await] {
        for preset in descriptor.presets {
            let mut section: Value = serde_saphyr::from_str(preset.section).unwrap();
            for metric in section["metrics"].as_array_mut().unwrap() {
                // None of them is scraped here, and that is no mistake of the query.
                metric["absent"] = json!("ignore");
            }
            let measured = measure(&bus(&server.url(), &section), &[], json!({"duration": 0})).await;
            assert!(measured.is_ok(), "{}: {measured:?}", preset.name);
        }
    }
}
