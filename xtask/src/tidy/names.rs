//! Names of files and folders: a module is a noun of the field, never a drawer for leftovers.

use super::Violation;

/// Names that say nothing about what is inside.
pub(crate) const FORBIDDEN: &[&str] =
    &["common", "helper", "helpers", "imp", "manager", "misc", "types", "util", "utils"];

/// Checks the path of one file.
pub(super) fn check(path: &str) -> Vec<Violation> {
    if !has_ending(path, "rs") {
        return Vec::new();
    }
    let mut found = Vec::new();
    for part in path.trim_end_matches(".rs").split('/') {
        let words = part.split(['-', '_']);
        if let Some(word) = words.into_iter().find(|word| FORBIDDEN.contains(word)) {
            let message = format!("`{word}` names nothing: call the module after what it holds");
            found.push(Violation::new(path, 1, "name", message));
        }
    }
    if path.ends_with("/mod.rs") {
        let folder = path.trim_end_matches("/mod.rs");
        found.push(Violation::new(path, 1, "mod-rs", format!("move it to {folder}.rs")));
    }
    found
}

fn has_ending(path: &str, ending: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, found)| found == ending)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(path: &str) -> Vec<&'static str> {
        check(path).iter().map(|violation| violation.rule).collect()
    }

    #[test]
    fn drawers_for_leftovers_are_refused() {
        for path in [
            "crates/servo-core/src/utils.rs",
            "crates/a/src/check/common/x.rs",
            "crates/a/tests/test_helpers.rs",
        ] {
            assert_eq!(rules(path), ["name"], "{path}");
        }
    }

    #[test]
    fn words_that_only_contain_one_are_accepted() {
        for path in
            ["crates/a/src/impact.rs", "crates/a/src/commons.rs", "docs/types.md", "xtask/src/tidy/names.rs"]
        {
            assert_eq!(rules(path), Vec::<&str>::new(), "{path}");
        }
    }

    #[test]
    fn a_module_is_a_file_with_its_own_name() {
        assert_eq!(
            check("crates/a/src/event/mod.rs")[0].to_string(),
            "crates/a/src/event/mod.rs:1: mod-rs: move it to crates/a/src/event.rs"
        );
    }
}
