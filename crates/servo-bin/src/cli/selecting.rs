//! `--name`, which selects a servo: before the command and after it, but for `servo check`, where a check is meant by it.

use clap::{ArgMatches, Command};

/// The id of the option.
pub(super) const NAME: &str = "name";

/// The command that has a `--name` of its own.
const OWN: &str = "check";

/// Lets every command but [`OWN`] take the option: it cannot be global, since a global one is everybody's.
pub(super) fn everywhere(command: Command) -> Command {
    let command = command.mut_arg(NAME, |name| name.global(false));
    let Some(name) = command.get_arguments().find(|arg| arg.get_id() == NAME).cloned() else {
        return command;
    };
    command.mut_subcommands(|inner| if inner.get_name() == OWN { inner } else { with(inner, &name) })
}

fn with(command: Command, name: &clap::Arg) -> Command {
    command.mut_subcommands(|inner| with(inner, name)).arg(name.clone())
}

/// Returns what was typed after the command.
pub(super) fn typed(mut matches: &ArgMatches) -> Option<String> {
    let mut found = None;
    while let Some((_, inner)) = matches.subcommand() {
        matches = inner;
        if let Ok(Some(name)) = inner.try_get_one::<String>(NAME) {
            found = Some(name.clone());
        }
    }
    found
}
