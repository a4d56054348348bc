//! Several connectors of a kind: each has components of its own, since no two may describe the same setting.

use serde_json::Value;
use servo_core::Descriptor;

/// Renames the components of a connector's example, as `value` reads it: those of `second` become `second-web`. `None`
/// where nobody knows which there are.
pub(super) fn renamed(text: &str, value: &Value, descriptor: &Descriptor, name: &str) -> Option<String> {
    let components = descriptor.build(name, value.clone()).ok()?.declares().components?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let before = name.replace(|c: char| !is_plain(c), "-");
    let line = |line: &str| {
        let trimmed = line.trim_start();
        let component = components.iter().find(|component| {
            let rest = trimmed.strip_prefix(component.name.as_str()).and_then(|rest| rest.strip_prefix(':'));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\n']))
        });
        match component {
            Some(_) => format!("{}{before}-{trimmed}", &line[..line.len() - trimmed.len()]),
            None => line.to_owned(),
        }
    };
    Some(text.split_inclusive('\n').map(line).collect())
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
