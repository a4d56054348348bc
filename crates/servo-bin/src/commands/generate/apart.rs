//! Several connectors of a kind: each has components and workloads of its own, since no two may adjust the same.

use serde_json::Value;
use servo_core::Descriptor;

/// Renames the components and the workloads of a connector's example, as `value` reads it: those of `second` become
/// `second-web`. `None` where nobody knows which there are.
pub(super) fn renamed(text: &str, value: &Value, descriptor: &Descriptor, name: &str) -> Option<String> {
    let member = descriptor.build(name, value.clone()).ok()?;
    let mut declared = member.declares();
    declared.workloads.extend(member.parts().iter().flat_map(|part| part.declares().workloads));
    let components: Vec<&str> = declared.components.iter().flatten().map(|it| it.name.as_str()).collect();
    let workloads: Vec<&str> = declared.workloads.iter().map(servo_core::connector::Workload::name).collect();
    if declared.components.is_none() && workloads.is_empty() {
        return None;
    }
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let before = name.replace(|c: char| !is_plain(c), "-");
    let line = |line: &str| {
        let at = place(line, &components, &workloads);
        at.map_or_else(|| line.to_owned(), |at| format!("{}{before}-{}", &line[..at], &line[at..]))
    };
    Some(text.split_inclusive('\n').map(line).collect())
}

/// Gives where in a line the name of a component or of a workload begins: a component as a key, a workload as the value of
/// a key that names it.
fn place(line: &str, components: &[&str], workloads: &[&str]) -> Option<usize> {
    let trimmed = line.trim_start();
    let is_component = components.iter().any(|component| {
        let rest = trimmed.strip_prefix(component).and_then(|rest| rest.strip_prefix(':'));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\n']))
    });
    if is_component {
        return Some(line.len() - trimmed.len());
    }
    let entry = trimmed.strip_prefix("- ").unwrap_or(trimmed);
    let value = ["name: ", "alias: ", "deployment: "].iter().find_map(|key| entry.strip_prefix(key))?;
    workloads.contains(&value.trim_end()).then(|| line.len() - value.len())
}

#[cfg(test)]
mod tests {
    use servo_core::registry::Registry;

    use super::*;
    use crate::commands::generate::parsed;

    #[test]
    fn components_are_named_for_the_connector_and_nothing_else_is() {
        let descriptor = Registry::collect().unwrap().connector("emulator").unwrap();
        let text = descriptor.example;
        let renamed = renamed(text, &parsed(text).unwrap(), descriptor, "my.two").unwrap();
        assert_eq!(renamed, text.replace("\n  web:\n", "\n  my-two-web:\n"));
    }
}
