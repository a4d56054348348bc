//! Every file that is known to be right is right by the schema.

use std::fs;
use std::path::{Path, PathBuf};

use servo_runtime::assembly::{Assembly, Options};

use super::*;

/// The examples whose connectors are built into programs of their own.
const OTHER_PROGRAMS: [&str; 2] = ["checks", "out-of-tree"];

/// The files of a folder of this repository, at least one.
fn listed(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(!paths.is_empty());
    paths
}

#[track_caller]
fn check(path: &Path, amend: impl Fn(&mut Value)) {
    let validator = validator(&document_schema());
    for mut document in documents(&fs::read_to_string(path).unwrap()) {
        amend(&mut document);
        let wrong = complaints(&validator, &document);
        assert!(wrong.is_empty(), "{}: {wrong:#?}", path.display());
    }
}

#[test]
fn every_example_is_valid() {
    let folders = listed("../../examples");
    let files = folders.iter().filter(|folder| !OTHER_PROGRAMS.iter().any(|other| folder.ends_with(other)));
    let files: Vec<PathBuf> =
        files.map(|folder| folder.join("servo.yaml")).filter(|file| file.exists()).collect();
    assert!(files.len() >= 3, "{files:?}");
    let deployed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/opsani-dev/servo.yaml");
    for file in files.into_iter().chain([deployed]) {
        check(&file, |_| {});
    }
}

#[test]
fn every_file_that_servox_generates_is_valid() {
    let files = listed("tests/schema/servox");
    assert_eq!(files.len(), 13, "{files:?}");
    for file in files {
        // A connector of the machine on which the files were generated; ServoX itself has none of that name.
        check(&file, |document| {
            document.as_object_mut().unwrap().remove("emu");
        });
    }
}

#[test]
fn the_files_that_servox_generates_for_connectors_that_are_built_load_as_they_are() {
    for (key, text) in [
        ("kubernetes", include_str!("servox/generate-kubernetes.servox.yaml")),
        ("kube_metrics", include_str!("servox/generate-kube_metrics.servox.yaml")),
        ("opsani_dev", include_str!("servox/generate-opsani_dev.servox.yaml")),
        ("prometheus", include_str!("servox/generate-prometheus.servox.yaml")),
        ("vegeta", include_str!("servox/generate-vegeta.servox.yaml")),
    ] {
        let source = Source::new("servo.yaml", text);
        let assembly = Assembly::build(source, &registry(), &Options::default());
        let assembly = assembly.unwrap_or_else(|wrong| panic!("{}", wrong.render_plain()));
        let members = assembly.servos()[0].servo().bus().members();
        let written = members.iter().filter(|member| member.owner().is_none());
        let names: Vec<_> = written.map(|it| it.name().to_string()).collect();
        assert_eq!(names, [key]);
    }
}

#[test]
fn the_example_of_every_connector_and_optimizer_is_valid() {
    let registry = registry();
    let connectors = registry.connectors().iter().map(|descriptor| (descriptor.key, descriptor.example));
    let optimizers = registry.optimizers().iter().map(|descriptor| (descriptor.key, descriptor.example));
    for (key, example) in connectors.chain(optimizers) {
        let schema = section_schema(key);
        let examples = documents(example);
        let wrong = complaints(&validator(&schema), &examples[0]);
        assert!(wrong.is_empty(), "{key}: {wrong:#?}");
        assert_eq!(schema["examples"][0], examples[0], "{key} shows its example");
    }
}

#[test]
fn the_definitions_of_all_sections_are_a_schema() {
    let schema = schema::sections(&registry()).to_value();
    assert_eq!(schema["title"], "Servo Schema");
    validator(&schema);
    for connector in registry().connectors() {
        let reference =
            serde_json::json!({"$ref": format!("#/$defs/{}", connector.key), "$defs": schema["$defs"]});
        let wrong = complaints(&validator(&reference), &documents(connector.example)[0]);
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}
