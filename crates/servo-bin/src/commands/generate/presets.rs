//! Sections that connectors have ready for a purpose.

use servo_core::connector::Preset;

use super::block::{Entry, entries, joined};
use super::chosen::Chosen;
use crate::failure::Failure;

/// Writes the sections of connectors from presets, where they have any of those that are wanted.
///
/// # Errors
///
/// Usage: none of the connectors has a preset of a name; the help lists those that they have.
pub(super) fn write(wanted: &[String], connectors: &mut [Chosen]) -> Result<(), Failure> {
    if let Some(unknown) = wanted.iter().find(|name| !connectors.iter().any(|it| find(it, name).is_some())) {
        return Err(unknown_preset(unknown, connectors));
    }
    for chosen in connectors {
        let mut presets: Vec<&Preset> = Vec::new();
        for preset in wanted.iter().filter_map(|name| find(chosen, name)) {
            if !presets.contains(&preset) {
                presets.push(preset);
            }
        }
        if !presets.is_empty() {
            let sections: Vec<&str> = presets.iter().map(|preset| preset.section).collect();
            chosen.section = laid(chosen.descriptor.example, &sections);
        }
    }
    Ok(())
}

fn find(chosen: &Chosen, name: &str) -> Option<&'static Preset> {
    chosen.descriptor.presets.iter().find(|preset| preset.name == name)
}

fn unknown_preset(name: &str, connectors: &[Chosen]) -> Failure {
    let mut lines: Vec<String> = Vec::new();
    for chosen in connectors {
        let described = |it: &Preset| format!("{} {}: {}", chosen.descriptor.key, it.name, it.description);
        lines.extend(chosen.descriptor.presets.iter().map(described));
    }
    lines.dedup();
    let failure = Failure::usage(format!("no preset is called `{name}`"));
    if lines.is_empty() {
        return failure.with_help("the connectors have no presets");
    }
    failure.with_help(format!("there are:\n{}", lines.join("\n")))
}

/// Lays sections over an example: keys that one of them has are theirs, and lists of one key are joined.
fn laid(example: &str, sections: &[&str]) -> String {
    let mut laid: Vec<Entry> = Vec::new();
    for entry in sections.iter().flat_map(|section| entries(section)) {
        match laid.iter_mut().find(|it| it.key.is_some() && it.key == entry.key) {
            Some(there) => there.extend(entry),
            None => laid.push(entry),
        }
    }
    let is_of_presets = |key: &Option<String>| laid.iter().any(|it| it.key == *key);
    let mut whole: Vec<Entry> =
        entries(example).into_iter().filter(|it| it.key.is_some() && !is_of_presets(&it.key)).collect();
    whole.extend(laid);
    joined(&whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = "# Where.\nurl: http://a\n# What.\nmetrics:\n- name: example\n";

    #[test]
    fn a_preset_stands_in_place_of_the_example_and_several_are_joined_with_their_comments() {
        let one = "# Of one.\nmetrics:\n# First.\n- name: one\n  step: 1m\n";
        let two = "# Of two.\nmetrics:\n- name: two\n# Last.\n- name: three\nmore: 1\n";
        assert_eq!(laid(EXAMPLE, &[one]), format!("# Where.\nurl: http://a\n{one}"));
        assert_eq!(
            laid(EXAMPLE, &[one, two]),
            "# Where.\nurl: http://a\n# Of one.\nmetrics:\n# First.\n- name: one\n  step: 1m\n\
             # Of two.\n- name: two\n# Last.\n- name: three\nmore: 1\n"
        );
    }
}
