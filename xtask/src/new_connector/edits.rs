//! The lines outside a new crate that name it, put where their neighbours are sorted.

use super::Name;

/// Gives a file's text with the connector named in it; nothing where the place for that is not found.
pub(super) type EditText = fn(&str, &Name) -> Option<String>;

/// Adds the crate to the workspace's table of dependencies.
pub(super) fn workspace_manifest(text: &str, name: &Name) -> Option<String> {
    let line = format!("{0} = {{ path = \"crates/{0}\" }}", name.crate_name());
    insert_sorted(text, |line| line.starts_with("servo-") && line.contains("path = \"crates/"), &line)
}

/// Adds the crate to the binary's dependencies.
pub(super) fn binary_manifest(text: &str, name: &Name) -> Option<String> {
    let line = format!("{}.workspace = true", name.crate_name());
    insert_sorted(text, |line| line.starts_with("servo-") && line.ends_with(".workspace = true"), &line)
}

/// Names the crate, so that rustc loads it and its descriptor reaches the registry.
pub(super) fn connectors(text: &str, name: &Name) -> Option<String> {
    let line = format!("use {} as _;", name.module());
    insert_sorted(text, |line| line.starts_with("use servo_") && line.ends_with(" as _;"), &line)
}

/// How the list of all connectors begins that the registry is compared with.
pub(super) const LIST: &str = "CONNECTORS: &[&str] =";

/// Adds the key to that list.
pub(super) fn registry_test(text: &str, name: &Name) -> Option<String> {
    let list = text.find(LIST)? + LIST.len();
    // The formatter puts a long one on a line of its own.
    let begin = list + text[list..].find('[')? + 1;
    let end = begin + text[begin..].find(']')?;
    let key = format!("\"{}\"", name.key());
    let mut keys: Vec<&str> =
        text[begin..end].split(',').map(str::trim).filter(|key| !key.is_empty()).collect();
    keys.push(&key);
    keys.sort_unstable();
    keys.dedup();
    Some(format!("{}{}{}", &text[..begin], keys.join(", "), &text[end..]))
}

/// Inserts `line` into the first run of neighbouring lines that `alike` accepts, keeping it sorted.
fn insert_sorted(text: &str, alike: impl Fn(&str) -> bool, line: &str) -> Option<String> {
    let mut lines: Vec<&str> = text.lines().collect();
    let begin = lines.iter().position(|line| alike(line))?;
    let length = lines[begin..].iter().take_while(|line| alike(line)).count();
    if !lines[begin..begin + length].contains(&line) {
        let before = lines[begin..begin + length].iter().take_while(|present| **present < line).count();
        lines.insert(begin + before, line);
    }
    Some(lines.join("\n") + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Name {
        Name::parse(text).unwrap()
    }

    #[test]
    fn each_line_lands_among_its_neighbours() {
        let root = "# Ours\nservo-bin = { path = \"crates/servo-bin\" }\nservo-runtime = { path = \"crates/servo-runtime\" }\n\n# Theirs\n";
        assert_eq!(
            workspace_manifest(root, &name("prometheus")).unwrap(),
            "# Ours\nservo-bin = { path = \"crates/servo-bin\" }\nservo-prometheus = { path = \
             \"crates/servo-prometheus\" }\nservo-runtime = { path = \"crates/servo-runtime\" }\n\n# Theirs\n"
        );
        let binary = "[dependencies]\nserde.workspace = true\nservo-core.workspace = true\ntokio.workspace = true\n\n\
                      [dev-dependencies]\nservo-testkit.workspace = true\n";
        assert_eq!(
            binary_manifest(binary, &name("prometheus")).unwrap(),
            "[dependencies]\nserde.workspace = true\nservo-core.workspace = true\nservo-prometheus.workspace = \
             true\ntokio.workspace = true\n\n[dev-dependencies]\nservo-testkit.workspace = true\n"
        );
        let file = "//! All connectors.\n\nuse servo_emulator as _;\n\nfn more() {}\n";
        assert_eq!(
            connectors(file, &name("aws")).unwrap(),
            "//! All connectors.\n\nuse servo_aws as _;\nuse servo_emulator as _;\n\nfn more() {}\n"
        );
    }

    #[test]
    fn the_list_of_keys_stays_sorted_on_one_line_or_several() {
        let check = |list: &str, expected: &str| {
            let text = format!("const CONNECTORS: &[&str] = &[{list}];\nfn a() {{ [1] }}\n");
            let expected = format!("const CONNECTORS: &[&str] = &[{expected}];\nfn a() {{ [1] }}\n");
            assert_eq!(registry_test(&text, &name("kube-metrics")).unwrap(), expected);
        };
        check("\"emulator\"", "\"emulator\", \"kube_metrics\"");
        check("\"emulator\", \"vegeta\"", "\"emulator\", \"kube_metrics\", \"vegeta\"");
        check("\n    \"emulator\",\n    \"vegeta\",\n", "\"emulator\", \"kube_metrics\", \"vegeta\"");
        check("", "\"kube_metrics\"");
        let below = |list: &str| format!("const CONNECTORS: &[&str] =\n    &[{list}];\n");
        let added = registry_test(&below("\"emulator\""), &name("kube-metrics"));
        assert_eq!(added.unwrap(), below("\"emulator\", \"kube_metrics\""));
    }

    #[test]
    fn a_second_time_changes_nothing() {
        let file = "use servo_aws as _;\nuse servo_emulator as _;\n";
        assert_eq!(connectors(file, &name("aws")).unwrap(), file);
    }

    #[test]
    fn a_file_without_the_lines_is_not_guessed_at() {
        assert_eq!(connectors("fn main() {}\n", &name("aws")), None);
        assert_eq!(registry_test("let all = [];\n", &name("aws")), None);
        assert_eq!(registry_test("CONNECTORS: &[&str] = &[\"a\"", &name("aws")), None);
    }
}
