//! Roles as they are applied: the YAML and the JSON say the same, and no more than is needed.

use servo_core::connector::typed;

use serde_json::{Value, json};
use servo_kube::roles::{Account, json, usual_account, yaml};

use super::*;
use crate::settings::Settings;

fn plan(section: Value) -> Plan {
    Plan::new("kubernetes", typed::<Settings>(section).expect("settings")).expect("a plan")
}

fn workload(name: &str, namespace: &str) -> Value {
    json!({
        "name": name,
        "namespace": namespace,
        "replicas": {"min": 1, "max": 2},
        "containers": [{
            "name": "main",
            "alias": name,
            "cpu": {"min": "250m", "max": 1, "step": "250m"},
            "memory": {"min": "256Mi", "max": "1Gi", "step": "256Mi"},
        }],
    })
}

fn account() -> Account {
    Account { namespace: "ops".to_owned(), name: "servo".to_owned() }
}

#[test]
fn the_yaml_says_what_the_json_says() {
    let plan = plan(json!({"deployments": [workload("web", "shop"), workload("api", "shop")],
                           "stateful_sets": [workload("db", "data")]}));
    for observes_only in [false, true] {
        let roles = roles(&plan, observes_only);
        let text = yaml(&roles, &account());
        let read: Vec<Value> = serde_saphyr::from_multiple(&text).expect("YAML");
        assert_eq!(json!(read), json(&roles, &account())["items"]);
    }
}

#[test]
fn there_is_one_role_for_each_namespace_with_the_names_of_its_workloads() {
    let plan = plan(json!({"deployments": [workload("web", "shop"), workload("api", "shop")],
                           "stateful_sets": [workload("db", "data")]}));
    let list = json(&roles(&plan, false), &account());
    let items = list["items"].as_array().expect("items");
    let places: Vec<_> = items.iter().map(|item| (&item["kind"], &item["metadata"]["namespace"])).collect();
    assert_eq!(
        json!(places),
        json!([["Role", "data"], ["RoleBinding", "data"], ["Role", "shop"], ["RoleBinding", "shop"]])
    );
    let rules = items[2]["rules"].as_array().expect("rules");
    let of = |resource: &str| -> Vec<Value> {
        let of_it = rules.iter().filter(|rule| rule["resources"][0] == resource);
        of_it.map(|rule| json!([rule["verbs"], rule["resourceNames"]])).collect()
    };
    assert_eq!(
        json!(of("deployments")),
        json!([[["list", "watch"], null], [["get", "patch"], ["api", "web"]]])
    );
    assert_eq!(
        json!(of("leases")),
        json!([
            [["get", "update", "delete"], ["servo-deployment-api", "servo-deployment-web"]],
            [["create"], null]
        ])
    );
    assert!(of("statefulsets").is_empty() && of("pods/log").is_empty());
}

#[test]
fn roles_of_several_clusters_say_where_they_are_applied() {
    let mut west = workload("api", "shop");
    west["context"] = json!("west");
    let plan = plan(json!({"deployments": [workload("web", "shop"), west]}));
    let roles = roles(&plan, true);
    let text = yaml(&roles, &usual_account(&roles));
    assert!(text.contains("# For the cluster that is used by default: apply it there.\n"), "{text}");
    assert!(text.contains("# For the context west: apply it there.\n"), "{text}");
    assert!(text.contains("kubectl create serviceaccount servo --namespace shop"), "{text}");
}
