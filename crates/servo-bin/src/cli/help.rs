//! The help page of the program, with its commands in sections, made of their definitions.

use std::fmt::Write as _;

use clap::Command;
use clap::builder::Styles;

/// The sections, with their commands in the order in which one comes to need them.
const SECTIONS: [(&str, &[&str]); 6] = [
    ("Getting started", &["init", "generate"]),
    ("Assembly", &["list", "connectors", "show"]),
    (
        "Operation",
        &[
            "run",
            "describe",
            "measure",
            "adjust",
            "promote",
            "inject-sidecar",
            "eject-sidecar",
            "check",
            "report",
        ],
    ),
    ("Safety", &["restore", "journal", "reset"]),
    ("Configuration", &["config", "schema", "validate"]),
    ("Other", &["version", "completion"]),
];

/// The columns of a command's name.
const NAME_WIDTH: usize = 16;

/// The section of the commands that connectors bring along.
const OF_CONNECTORS: &str = "Connectors";

/// Puts the commands of the help page into sections. Commands that have no place in one are those of connectors, and
/// in the last.
pub(super) fn sectioned(command: Command) -> Command {
    let sections = sections(&command);
    let template = format!(
        "{{before-help}}{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\n{sections}{{all-args}}{{after-help}}"
    );
    // They are in the sections already.
    command.mut_subcommands(|inner| inner.hide(true)).help_template(template)
}

fn sections(command: &Command) -> String {
    let styles = Styles::default();
    let is_placed = |name: &str| SECTIONS.iter().any(|(_, names)| names.contains(&name));
    let others: Vec<&str> =
        command.get_subcommands().map(Command::get_name).filter(|name| !is_placed(name)).collect();
    let mut text = String::new();
    let of_connectors = (OF_CONNECTORS, others.as_slice());
    for (title, names) in SECTIONS.into_iter().chain([of_connectors]).filter(|(_, names)| !names.is_empty()) {
        text.push_str(&heading(title, &styles));
        text.push('\n');
        for name in names {
            let about = command.find_subcommand(name).and_then(Command::get_about);
            let about = about.map(ToString::to_string).unwrap_or_default();
            let (on, off) = (styles.get_literal().render(), styles.get_literal().render_reset());
            // Writing to a string cannot fail.
            let _ = writeln!(text, "  {on}{name:NAME_WIDTH$}{off}{about}");
        }
        text.push('\n');
    }
    text
}

fn heading(title: &str, styles: &Styles) -> String {
    format!("{}{title}:{}", styles.get_header().render(), styles.get_header().render_reset())
}

#[cfg(test)]
mod tests {
    use servo_core::registry::Registry;

    use super::*;
    use crate::cli::Cli;

    #[test]
    fn every_command_is_in_one_section_and_no_section_names_another() {
        let command = Cli::commands();
        let registry = Registry::collect().unwrap();
        let is_of_connector = |name: &&str| registry.connector(&name.replace('-', "_")).is_some();
        let mut defined: Vec<&str> =
            command.get_subcommands().map(Command::get_name).filter(|name| !is_of_connector(name)).collect();
        let mut placed: Vec<&str> = SECTIONS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        defined.sort_unstable();
        placed.sort_unstable();
        assert_eq!(placed, defined);
    }

    #[test]
    fn the_page_has_each_command_with_its_sentence() {
        let page = sectioned(Cli::commands()).render_help().to_string();
        for command in Cli::commands().get_subcommands() {
            let line = format!("  {:NAME_WIDTH$}{}\n", command.get_name(), command.get_about().unwrap());
            assert!(page.contains(&line), "no {line:?} in:\n{page}");
            assert!(line.len() <= 100 && !line.contains(['{', '}']), "{line}");
        }
        assert!(page.contains("\nOptions of every command:\n") && page.contains("--config-file"), "{page}");
        assert!(page.starts_with("Finds the cheapest configuration"), "{page}");
    }

    #[test]
    fn commands_of_nobodys_section_are_in_the_last() {
        let page = sections(&Cli::commands().subcommand(Command::new("tides").about("Asks the sea")));
        assert!(page.trim_end().ends_with("Asks the sea"), "{page}");
    }

    #[test]
    fn every_page_teaches_with_an_example() {
        fn check(command: &Command, whole: &str) {
            for inner in command.get_subcommands() {
                let whole = format!("{whole} {}", inner.get_name());
                let after = inner.get_after_help().map(ToString::to_string).unwrap_or_default();
                assert!(
                    after.starts_with("Example") && after.contains("  servo "),
                    "`{whole}` has no example"
                );
                check(inner, &whole);
            }
        }
        check(&Cli::commands(), "servo");
    }
}
