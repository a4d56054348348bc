//! A connector's presets: how they are called, and that each is a section.

use std::collections::BTreeSet;

use servo_core::Descriptor;
use servo_core::connector::Preset;

/// Says what is wrong with the presets.
pub(super) fn build(descriptor: &Descriptor) -> Vec<String> {
    let mut names = BTreeSet::new();
    let mut failures = Vec::new();
    for preset in descriptor.presets {
        let name = preset.name;
        if !names.insert(name) {
            failures.push(format!("two of its presets are called `{name}`"));
        }
        failures.extend(wrong(descriptor, preset).map(|wrong| format!("preset `{name}`: {wrong}")));
    }
    failures
}

fn wrong(descriptor: &Descriptor, preset: &Preset) -> Option<String> {
    let is_letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if preset.name.is_empty() || !preset.name.chars().all(is_letter) {
        return Some("its name is not made of lower-case words and `-`".to_owned());
    }
    if preset.description.is_empty() {
        return Some("it does not say what it is for".to_owned());
    }
    let section = match serde_saphyr::from_str(preset.section) {
        Ok(section) => section,
        Err(error) => return Some(format!("it is not YAML: {error}")),
    };
    let built = descriptor.build(descriptor.key, section);
    built.err().map(|error| format!("it does not build: {}", error.chain()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use servo_core::event::Handlers;
    use servo_core::{Connector, Result};

    use super::*;

    struct One;

    impl Connector for One {
        type Settings = BTreeMap<String, u32>;
        fn new(_: &str, _: Self::Settings) -> Result<Self> {
            Ok(Self)
        }
        fn handlers(_: &mut Handlers<Self>) {}
    }

    #[test]
    fn presets_that_cannot_be_are_told() {
        const FINE: Preset = Preset { name: "fine", description: "For tests", section: "a: 1" };
        const ALL: &[Preset] = &[
            FINE,
            FINE,
            Preset { name: "Loud", ..FINE },
            Preset { name: "mute", description: "", ..FINE },
            Preset { name: "torn", section: "a: [", ..FINE },
            Preset { name: "wrong", section: "a: b", ..FINE },
        ];
        assert_eq!(build(&Descriptor::of::<One>("one").presets(&[FINE])), Vec::<String>::new());
        let found = build(&Descriptor::of::<One>("one").presets(ALL));
        let begins = [
            "two of its presets are called `fine`",
            "preset `Loud`: its name",
            "preset `mute`: it does not say",
            "preset `torn`: it is not YAML",
            "preset `wrong`: it does not build",
        ];
        assert_eq!(found.len(), begins.len(), "{found:?}");
        assert!(found.iter().zip(begins).all(|(found, begin)| found.starts_with(begin)), "{found:?}");
    }
}
