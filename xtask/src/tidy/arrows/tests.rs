//! The arrows, on graphs made up for the purpose.

use super::*;
use crate::metadata::Edge;

fn package(name: &str, normal: &[&str], dev: &[&str]) -> Package {
    let edge = |kind| move |to: &&str| Edge { to: (*to).to_owned(), kind };
    let entries: Vec<String> = normal.iter().chain(dev).map(|to| format!("{to}.workspace = true")).collect();
    Package {
        name: name.to_owned(),
        manifest_path: format!("crates/{name}/Cargo.toml"),
        manifest: format!("[dependencies]\n{}\n", entries.join("\n")),
        edges: normal.iter().map(edge(Kind::Normal)).chain(dev.iter().map(edge(Kind::Dev))).collect(),
        tests: Vec::new(),
    }
}

fn lines(packages: &[Package]) -> Vec<String> {
    check(packages).iter().map(ToString::to_string).collect()
}

#[test]
fn the_house_as_drawn_is_accepted() {
    let packages = [
        package("servo-bench", &["servo-bin", "servo-core", "servo-runtime"], &["servo-testkit"]),
        package(
            "servo-bin",
            &["servo-core", "servo-emulator", "servo-optimizer", "servo-runtime"],
            &["servo-testkit"],
        ),
        package("servo-core", &[], &["servo-testkit"]),
        package("servo-crash", &["servo-testkit"], &[]),
        package("servo-emulator", &["servo-core"], &["servo-testkit"]),
        package("servo-exec", &["servo-core"], &[]),
        package("servo-optimizer", &["servo-core"], &["servo-emulator"]),
        package("servo-runtime", &["servo-core", "servo-exec"], &[]),
        package("servo-scripts", &["servo-core", "servo-exec"], &["servo-testkit"]),
        package(
            "servo-sweep",
            &["servo-core", "servo-emulator", "servo-optimizer", "servo-runtime", "servo-testkit"],
            &[],
        ),
        package("servo-cluster", &[], &[]),
        package("servo-testkit", &["servo-cluster", "servo-core"], &[]),
        package("xtask", &[], &[]),
    ];
    assert_eq!(lines(&packages), Vec::<String>::new());
}

#[test]
fn the_runtime_knows_no_connector() {
    let found = lines(&[package("servo-runtime", &["servo-core", "servo-emulator"], &[])]);
    assert_eq!(
        found,
        [
            "crates/servo-runtime/Cargo.toml:3: arrow: servo-runtime must not depend on servo-emulator, as the runtime \
          knows no connector by name and no command line; a new arrow needs an ADR in docs/adr and a line in \
          xtask/src/tidy/arrows.rs"
        ]
    );
}

#[test]
fn a_crate_nobody_listed_is_a_connector() {
    assert_eq!(lines(&[package("servo-prom", &["servo-core"], &[])]).len(), 0);
    let found = lines(&[package("servo-prom", &["servo-emulator", "servo-runtime"], &[])]);
    assert_eq!(found.len(), 2);
    assert!(found[0].contains("connectors know neither each other nor the runtime"), "{}", found[0]);
}

#[test]
fn the_testkit_is_for_tests_only() {
    for name in ["servo-bin", "servo-core", "servo-emulator", "servo-runtime"] {
        assert_eq!(lines(&[package(name, &["servo-testkit"], &[])]).len(), 1, "{name}");
        assert_eq!(lines(&[package(name, &[], &["servo-testkit"])]).len(), 0, "{name}");
    }
}

#[test]
fn nothing_depends_on_the_benches_or_on_this_program() {
    for name in ["servo-bin", "servo-core", "servo-testkit"] {
        for program in ["local-web", "servo-bench", "servo-crash", "servo-sweep", "xtask"] {
            assert_eq!(lines(&[package(name, &[program], &[])]).len(), 1, "{name} -> {program}");
            assert_eq!(lines(&[package(name, &[], &[program])]).len(), 1, "{name} -> {program} in tests");
        }
    }
}

#[test]
fn an_arrow_is_found_where_the_manifest_draws_it() {
    assert_eq!(
        line_of("[dependencies]\nservo-corelike = \"1\"\nservo-core = { path = \"x\" }\n", "servo-core"),
        3
    );
    assert_eq!(line_of("", "servo-core"), 1);
}

#[test]
fn the_graph_has_one_line_per_crate() {
    let packages =
        [package("servo-core", &[], &[]), package("servo-runtime", &["servo-core"], &["servo-testkit"])];
    assert_eq!(
        graph(&packages),
        "crates and what they know (for their tests only)\n  servo-core -> -\n  servo-runtime -> servo-core \
         (servo-testkit)\n"
    );
}
