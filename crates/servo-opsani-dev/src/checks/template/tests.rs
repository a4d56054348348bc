//! What pods are instrumented with.

use super::*;

#[test]
fn annotations_and_labels_are_those_of_servox() {
    let annotations = expected_annotations("dev.opsani.com/My App");
    let lines: Vec<String> = annotations.iter().map(|(key, value)| format!("{key}={value}")).collect();
    assert_eq!(
        lines,
        [
            "prometheus.opsani.com/path=/stats/prometheus",
            "prometheus.opsani.com/port=9901",
            "prometheus.opsani.com/scheme=http",
            "prometheus.opsani.com/scrape=true",
            "servo.opsani.com/optimizer=dev.opsani.com/My App",
        ]
    );
    let labels = expected_labels("dev.opsani.com/My App");
    let lines: Vec<String> = labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    assert_eq!(lines, ["servo.opsani.com/optimizer=dev.opsani.com_My-App", "sidecar.opsani.com/type=envoy"]);
}

#[test]
fn a_patch_has_what_is_missing_and_nothing_else() {
    let labels = expected_labels("shop");
    assert_eq!(
        patch("labels", &labels).to_string(),
        r#"{"spec":{"template":{"metadata":{"labels":{"servo.opsani.com/optimizer":"shop","sidecar.opsani.com/type":"envoy"}}}}}"#
    );
}

#[test]
fn a_person_is_told_the_command_that_puts_envoy_there() {
    assert_eq!(
        inject_hint(&Settings::of_test(
            &json!({"envoy_sidecar_image": "example.com/envoy:1", "port": "http"})
        )),
        "`servo inject-sidecar --image example.com/envoy:1 --namespace shop --service web --port http deployment/web`"
    );
    assert_eq!(
        inject_hint(&Settings::of_test(&json!({}))),
        "write `envoy_sidecar_image`, an image that you have built of deploy/envoy, or put it there: `servo inject-sidecar \
         --image IMAGE --namespace shop --service web deployment/web`"
    );
}
