//! `--name`, which selects a servo: before the command and after it, but for commands that mean something else by it, as
//! `servo check` means a check.

use clap::{ArgMatches, Command};

/// The id of the option.
pub(super) const NAME: &str = "name";

/// Lets every command take the option that has none of its own: it cannot be global, since a global one is everybody's.
pub(super) fn everywhere(command: Command) -> Command {
    let command = command.mut_arg(NAME, |name| name.global(false));
    let Some(name) = command.get_arguments().find(|arg| arg.get_id() == NAME).cloned() else {
        return command;
    };
    command.mut_subcommands(|inner| with(inner, &name))
}

fn with(command: Command, name: &clap::Arg) -> Command {
    let has_own = command.get_arguments().any(|arg| arg.get_long() == name.get_long());
    let command = command.mut_subcommands(|inner| with(inner, name));
    if has_own { command } else { command.arg(name.clone()) }
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

#[cfg(test)]
mod tests {
    use crate::cli::Cli;

    fn selected(line: &str) -> Option<String> {
        Cli::typed(line.split(' ')).unwrap().globals().name
    }

    #[test]
    fn it_stands_before_the_command_or_after_it() {
        for line in [
            "servo --name shop run",
            "servo -n shop run",
            "servo run --name shop",
            "servo show events --name shop",
        ] {
            assert_eq!(selected(line).as_deref(), Some("shop"), "{line}");
        }
        assert_eq!(selected("servo run"), None);
    }

    #[test]
    fn a_command_with_one_of_its_own_keeps_it() {
        assert_eq!(selected("servo check --name Journal"), None);
        // What is generated is called so: the same option, with a short form.
        assert_eq!(selected("servo generate -n new").as_deref(), Some("new"));
        assert_eq!(selected("servo -n shop check --name Journal").as_deref(), Some("shop"));
    }
}
