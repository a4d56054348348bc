//! What is built of modules: versions, products, and what makes it be built again.

use super::*;

const VERSIONS: &str = "\
module servo.invalid/kubernetes

toolchain go1.26.8

require k8s.io/kubernetes v1.36.2

require (
\tk8s.io/api v0.36.2 // indirect
)

replace (
\tk8s.io/kubectl => k8s.io/kubectl v0.36.3
)
";

fn module(stamp: Option<Stamp>) -> Module {
    Module {
        name: "kubernetes",
        packages: &["k8s.io/kubernetes/cmd/kubelet", "k8s.io/kubernetes/cmd/kubectl"],
        tags: "",
        place: Place::Folder,
        stamp,
        files: Some(Files { module: "k8s.io/kubernetes", folder: "api", name: "schemas" }),
    }
}

#[test]
fn programs_are_told_the_version_that_is_required() {
    let variables = &["version.gitVersion={version}", "version.gitMinor={major}.{minor}"];
    let stamped = module(Some(Stamp { module: "k8s.io/kubernetes", variables }));
    let flags = linker_flags(&stamped, VERSIONS);
    assert_eq!(
        flags,
        Ok(" -X version.gitVersion=v1.36.2 -X version.gitMinor=1.36".to_owned()),
        "what the linker is told"
    );
    assert_eq!(linker_flags(&module(None), VERSIONS), Ok(String::new()));
}

#[test]
fn a_version_is_read_where_a_module_is_required_and_not_where_it_is_replaced() {
    assert_eq!(required(VERSIONS, "k8s.io/api"), Some("v0.36.2"));
    assert_eq!(required(VERSIONS, "k8s.io/kubectl"), None);
    let missing = Stamp { module: "k8s.io/metrics", variables: &["a={version}"] };
    let failure = linker_flags(&module(Some(missing)), VERSIONS).unwrap_err();
    assert_eq!(failure.to_string(), "xtask/servers/kubernetes/go.mod requires no k8s.io/metrics");
}

#[test]
fn everything_that_is_built_is_looked_for() {
    let products = module(None).products(Path::new("servers/kubernetes"));
    let names: Vec<_> = products.iter().map(|path| path.display().to_string()).collect();
    let expected = ["servers/kubernetes/kubelet", "servers/kubernetes/kubectl", "servers/kubernetes/schemas"];
    assert_eq!(names, expected);
    let one = Module { place: Place::File, ..module(None) };
    assert_eq!(one.products(Path::new("servers/thanos")), [PathBuf::from("servers/thanos")]);
}

#[test]
fn it_is_built_again_where_a_version_a_sum_or_a_flag_differs() {
    let module = module(None);
    let all = ["-X a=1", "-X a=2"].map(|flags| made_of(&module, flags, VERSIONS, "sums"));
    assert_ne!(all[0], all[1]);
    assert_ne!(made_of(&module, "", VERSIONS, "sums"), made_of(&module, "", VERSIONS, "other"));
}

#[test]
fn releases_of_one_series_of_go_are_as_good_as_each_other() {
    assert_eq!(series("go1.26.8"), series("go1.26"));
    assert_ne!(series("go1.27.0"), series("go1.26.8"));
}
