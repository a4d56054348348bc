//! The manifests of the examples are taken by a real API server, and obey the strictest profile of Pod Security.

use std::fs;

use serde_json::{Value, json};
use servo_cluster::manifest;
use servo_testkit::cluster::{Shared, in_namespace, root};

#[tokio::test]
async fn the_manifests_of_the_examples_are_taken_without_a_warning() {
    in_namespace(&Shared::get(), async |namespace| {
        let label = "pod-security.kubernetes.io/warn=restricted";
        namespace.kubectl(&["label", "namespace", namespace.name(), label]).await.done();
        for (option, example) in [
            ("--filename", "examples/webapp"),
            ("--filename", "examples/emulator/kubernetes.yaml"),
            ("--kustomize", "examples/kubernetes/app"),
            ("--kustomize", "examples/kubernetes"),
            ("--kustomize", "examples/kubernetes/own"),
        ] {
            let path = root().join(example).display().to_string();
            let said =
                namespace.kubectl(&["apply", "--dry-run=server", "--validate=strict", option, &path]).await;
            assert_eq!((said.code, said.errors.as_str()), (Some(0), ""), "{example}: {}", said.output);
        }
    })
    .await;
}

#[test]
fn the_emulator_in_a_cluster_is_that_of_the_example() {
    let read =
        |name: &str| fs::read_to_string(root().join("examples/emulator").join(name)).expect("an example");
    let parsed = |text: &str| serde_saphyr::from_str::<Value>(text).expect("YAML");
    let objects = manifest::read(&read("kubernetes.yaml")).expect("a manifest");
    let config = objects.iter().find_map(|object| object.data.pointer("/data/servo.yaml")?.as_str());
    let own = parsed(config.expect("a ConfigMap with the configuration"));
    let mut expected = parsed(&read("servo.yaml"));
    expected["on_complete"] = json!("exit");
    expected["state_dir"] = json!("/var/lib/servo");
    assert_eq!(own, expected);
}
