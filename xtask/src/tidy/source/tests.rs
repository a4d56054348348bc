//! The rules for Rust files, on texts made up for the purpose.

use super::*;

const PATH: &str = "crates/servo-core/src/model.rs";

fn found(path: &str, text: &str) -> Vec<(usize, &'static str)> {
    check(path, text).iter().map(|violation| (violation.line, violation.rule)).collect()
}

/// Puts the module's docs before the text, so that only what is looked for is found.
fn in_module(path: &str, text: &str) -> Vec<(usize, &'static str)> {
    found(path, &format!("//! A module.\n{text}"))
}

#[test]
fn a_file_begins_with_its_docs() {
    assert_eq!(found(PATH, "//! The model.\n"), []);
    assert_eq!(found(PATH, "// The model.\n"), [(1, "module-docs")]);
    assert_eq!(found(PATH, "//!\n"), [(1, "module-docs")]);
    assert_eq!(found(PATH, "#![forbid(unsafe_code)]\n//! Late.\n"), [(1, "module-docs")]);
    assert_eq!(found(PATH, ""), [(1, "module-docs")]);
}

#[test]
fn a_source_file_has_at_most_500_lines_and_a_test_file_800() {
    let of = |lines: usize| format!("//! A module.\n{}", "\n".repeat(lines - 1));
    assert_eq!(found(PATH, &of(500)), []);
    assert_eq!(found(PATH, &of(501)), [(501, "size")]);
    for path in ["crates/servo-core/src/model/tests.rs", "crates/servo-core/tests/events/main.rs"] {
        assert_eq!(found(path, &of(800)), []);
        assert_eq!(found(path, &of(801)), [(801, "size")]);
    }
}

#[test]
fn printing_has_its_places() {
    for call in
        ["println!(\"a\");", "eprintln!();", "dbg!(x);", "std::io::stdout().lock()", "write!(stderr(), \"\")"]
    {
        assert_eq!(in_module(PATH, call), [(2, "printing")], "{call}");
        assert_eq!(in_module("crates/servo-bin/src/main.rs", call), [(2, "printing")], "{call}");
        for owner in [
            "crates/servo-bin/src/output.rs",
            "crates/servo-bin/src/output/table.rs",
            "crates/servo-bench/src/main.rs",
            "crates/servo-crash/src/main.rs",
            "crates/servo-sweep/src/main.rs",
            "deploy/envoy/sidecar.rs",
            "xtask/servers/workload.rs",
            "xtask/src/check.rs",
            "crates/servo-core/tests/events.rs",
        ] {
            assert_eq!(in_module(owner, call), [], "{call} in {owner}");
        }
    }
}

#[test]
fn what_only_looks_like_printing_is_left_alone() {
    for text in [
        "my_println!();",
        "child.stdout().take()",
        "// println!",
        "/* dbg!(x) */",
        "\"println!\"",
        "std::io::stderr",
    ] {
        assert_eq!(in_module(PATH, text), [], "{text}");
    }
}

#[test]
fn unfinished_work_and_sleeping_tests_are_refused_in_tests_too() {
    for path in [PATH, "crates/servo-core/src/model/tests.rs"] {
        assert_eq!(in_module(path, "todo!()"), [(2, "unfinished")]);
        assert_eq!(in_module(path, "unimplemented!()"), [(2, "unfinished")]);
        assert_eq!(in_module(path, "#[ignore = \"slow\"]"), [(2, "ignored-test")]);
        assert_eq!(in_module(path, "#[test]\n#[ignore]"), [(3, "ignored-test")]);
    }
}

#[test]
fn unwrap_is_for_tests() {
    let product = "fn f() {\n    x.unwrap();\n}\n";
    assert_eq!(in_module(PATH, product), [(3, "unwrap")]);
    assert_eq!(
        in_module(PATH, "#[cfg(test)]\nmod tests {\n    fn f() {\n        x.unwrap();\n    }\n}\n"),
        []
    );
    assert_eq!(in_module("crates/servo-core/tests/events.rs", product), []);
    assert_eq!(in_module(PATH, "x.unwrap_or(1);\n/// x.unwrap()\n"), []);
}

#[test]
fn blanks_at_the_end_of_a_line_are_found_outside_literals() {
    assert_eq!(in_module(PATH, "fn f() {} \n"), [(2, "whitespace")]);
    assert_eq!(in_module(PATH, "// a comment \n"), [(2, "whitespace")]);
    assert_eq!(in_module(PATH, "const A: &str = \"a \nb\";\n"), []);
    assert_eq!(in_module(PATH, "const A: &str = r#\"  \n  \"#;\n"), []);
    assert_eq!(trailing_whitespace("a.toml", "a = 1\nb = 2 \n").len(), 1);
}

#[test]
fn a_violation_reads_path_line_rule_message() {
    let violations = check(PATH, "//! A module.\ntodo!()\n");
    assert_eq!(
        violations[0].to_string(),
        "crates/servo-core/src/model.rs:2: unfinished: `todo!`: finish it, or leave it out"
    );
}

#[test]
fn programs_are_run_in_one_place() {
    let text = "//! Doc.\nuse tokio::process::Command;\n";
    assert_eq!(found("crates/servo-prom/src/x.rs", text), [(2, "running-programs")]);
    for path in ["crates/servo-exec/src/x.rs", "crates/servo-prom/tests/prom/x.rs", "xtask/src/x.rs"] {
        assert_eq!(found(path, text), [], "{path}");
    }
    assert_eq!(found("crates/servo-bin/src/x.rs", "//! Doc.\nuse std::process::ExitCode;\n"), []);
}

#[test]
fn the_vocabulary_reaches_for_nothing_outside() {
    let text = "use std::fs::File;\nlet home = std::env::var(\"HOME\");\nuse std::path::Path;\n";
    assert_eq!(in_module(PATH, text), [(2, "reaching-out"), (3, "reaching-out")]);
    assert_eq!(in_module("crates/servo-runtime/src/config.rs", text), []);
}
