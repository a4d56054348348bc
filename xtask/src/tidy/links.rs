//! Links between pages lead somewhere.

use std::collections::BTreeSet;

use super::Violation;
use super::markdown::prose;

/// Checks the relative links of one page against the files that there are.
pub(super) fn check(path: &str, text: &str, files: &BTreeSet<&str>) -> Vec<Violation> {
    let mut found = Vec::new();
    for (line, prose) in prose(text) {
        for target in targets(prose) {
            let Some(resolved) = resolve(path, target) else {
                continue;
            };
            let folder = format!("{resolved}/");
            let known =
                files.contains(resolved.as_str()) || files.iter().any(|file| file.starts_with(&folder));
            // Only text files are listed; a link to another kind of file cannot be judged here.
            let listed = resolved.rsplit('/').next().is_some_and(|name| {
                !name.contains('.')
                    || [".md", ".rs", ".toml", ".yaml", ".yml"].iter().any(|e| name.ends_with(e))
            });
            if listed && !known && !name_without_ending(&resolved) {
                found.push(Violation::new(path, line, "link", format!("`{target}` leads to no file")));
            }
        }
    }
    found
}

/// Names of the root's files that have no ending.
fn name_without_ending(path: &str) -> bool {
    matches!(path, "LICENSE" | "Cargo.lock" | ".ci/run")
}

/// What stands in the round brackets of `[text](target)`, outside code spans.
fn targets(line: &str) -> Vec<&str> {
    let outside_code = line.split('`').step_by(2);
    // A code span may be the text of the link, so that the brackets meet in the next piece.
    outside_code
        .flat_map(|piece| piece.split("](").skip(1))
        .filter_map(|rest| rest.split_once(')').map(|(target, _)| target))
        .collect()
}

/// The path from the root that a relative link means; nothing for links that leave the tree.
fn resolve(page: &str, target: &str) -> Option<String> {
    let target = target.split(['#', ' ']).next().unwrap_or_default();
    if target.is_empty() || target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in target.trim_end_matches('/').split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(page: &str, text: &str) -> Vec<String> {
        let files =
            BTreeSet::from(["README.md", "docs/a.md", "docs/adr/0001-x.md", "examples/fleet/servo.yaml"]);
        check(page, text, &files).into_iter().map(|violation| violation.message).collect()
    }

    #[test]
    fn links_to_what_there_is_are_accepted() {
        let text = "[a](docs/a.md) [b](docs/a.md#part) [`c`](examples/fleet/) [d](https://example.org/x.md) [l](LICENSE)";
        assert_eq!(found("README.md", text), Vec::<String>::new());
        assert_eq!(
            found("docs/a.md", "[up](../README.md) [down](adr/0001-x.md) [here](#part)"),
            Vec::<String>::new()
        );
    }

    #[test]
    fn a_link_to_nothing_is_found() {
        assert_eq!(found("README.md", "see [a](docs/b.md)"), ["`docs/b.md` leads to no file"]);
        assert_eq!(found("docs/a.md", "see [`b`](adr/0002-y.md#z)"), ["`adr/0002-y.md#z` leads to no file"]);
    }

    #[test]
    fn code_is_no_link() {
        assert_eq!(
            found("README.md", "`[a](nowhere.md)`\n```\n[a](nowhere.md)\n```\n"),
            Vec::<String>::new()
        );
    }

    #[test]
    fn links_out_of_the_tree_are_not_followed() {
        assert_eq!(resolve("README.md", "../other.md"), None);
        assert_eq!(resolve("docs/adr/0001-x.md", "../a.md").as_deref(), Some("docs/a.md"));
    }
}
