//! Services that lead elsewhere, each in its own way.

use serde_json::{Value, json};

use super::*;

fn service(spec: &Value) -> Service {
    serde_json::from_value(json!({"metadata": {"name": "web"}, "spec": spec})).expect("a Service")
}

#[test]
fn a_service_is_of_one_of_three_types() {
    for kind in ["ClusterIP", "LoadBalancer", "NodePort"] {
        assert_eq!(has_type(&service(&json!({"type": kind}))).expect("compatible"), kind);
    }
    assert_eq!(has_type(&service(&json!({}))).expect("the default"), "ClusterIP");
    let error = has_type(&service(&json!({"type": "ExternalName"}))).expect_err("elsewhere");
    assert!(error.message().starts_with("Service `web` is of the type ExternalName: expected"), "{error}");
}

#[test]
fn one_port_is_meant() {
    let one = service(&json!({"ports": [{"port": 80}]}));
    let two = service(&json!({"ports": [{"port": 80, "name": "http"}, {"port": 443, "name": "https"}]}));
    let found = |service: &Service, wanted: Value| {
        port(service, &Settings::of_test(&json!({"port": wanted})))
            .map(|port| port.port)
            .map_err(|error| error.message().to_owned())
    };
    assert_eq!(found(&one, json!(null)), Ok(80));
    assert_eq!(found(&two, json!("https")), Ok(443));
    assert_eq!(found(&two, json!(80)), Ok(80));
    assert_eq!(found(&two, json!("80")), Ok(80));
    assert_eq!(
        found(&two, json!(null)).expect_err("several"),
        "Service `web` has several ports: 80 (http), 443 (https)"
    );
    assert_eq!(
        found(&two, json!("metrics")).expect_err("no such port"),
        "Service `web` has no port `metrics`"
    );
    assert_eq!(found(&service(&json!({})), json!(null)).expect_err("none"), "Service `web` has no ports");
}

#[test]
fn the_selector_has_to_be_among_the_labels_of_the_deployment() {
    let deployment = json!({"metadata": {}, "spec": {
        "selector": {"matchLabels": {"app": "web", "tier": "front"}}, "template": {},
    }});
    let deployment: Deployment = serde_json::from_value(deployment).expect("a Deployment");
    let leads = |selector: Value| {
        leads_to(&service(&json!({"selector": selector})), &deployment)
            .map_err(|error| error.message().to_owned())
    };
    assert_eq!(leads(json!({"app": "web"})), Ok(()));
    assert_eq!(
        leads(json!({"app": "web", "tier": "back", "zone": "a"})).expect_err("elsewhere"),
        "Service selector does not match Deployment labels. Missing labels: tier=back, zone=a"
    );
    assert_eq!(leads(json!({})).expect_err("nowhere"), "Service `web` selects no pods");
}

#[test]
fn a_port_leads_to_envoy_by_number_or_by_name() {
    let leads = |port: Value| {
        let service = service(&json!({"ports": [port]}));
        leads_to_envoy(&ports(&service)[0])
    };
    assert!(leads(json!({"port": 80, "targetPort": 9980})));
    assert!(leads(json!({"port": 9980})));
    assert!(leads(json!({"port": 80, "targetPort": "opsani-proxy"})));
    assert!(!leads(json!({"port": 80})));
    assert!(!leads(json!({"port": 80, "targetPort": 8080})));
    assert!(!leads(json!({"port": 80, "targetPort": "http"})));
}
