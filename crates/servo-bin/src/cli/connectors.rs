//! The commands that connectors bring along: each below the key of its connector, as `servo emulator truth`.

use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Args as _, Command, FromArgMatches, Subcommand};
use servo_core::Descriptor;
use servo_core::connector::{Argument, Arguments, Subcommand as Declared};
use servo_core::registry::Registry;

use super::Form;

/// A command of a connector's own, as it was typed.
#[derive(Debug)]
pub(crate) struct Own {
    pub(crate) descriptor: &'static Descriptor,
    pub(crate) subcommand: &'static Declared,
    /// The name of the instance, where it was given.
    pub(crate) connector: Option<String>,
    pub(crate) arguments: Arguments,
    pub(crate) form: Form,
}

impl Subcommand for Own {
    fn augment_subcommands(command: Command) -> Command {
        descriptors().into_iter().map(group).fold(command, Command::subcommand)
    }

    fn augment_subcommands_for_update(command: Command) -> Command {
        Self::augment_subcommands(command)
    }

    fn has_subcommand(name: &str) -> bool {
        descriptors().into_iter().any(|descriptor| named(descriptor) == name)
    }
}

impl FromArgMatches for Own {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let missing = || clap::Error::raw(ErrorKind::MissingSubcommand, "a command is missing\n");
        let (group, matches) = matches.subcommand().ok_or_else(missing)?;
        let descriptor = descriptors().into_iter().find(|it| named(it) == group).ok_or_else(missing)?;
        let (name, matches) = matches.subcommand().ok_or_else(missing)?;
        let subcommand = descriptor.subcommands.iter().find(|it| it.name == name).ok_or_else(missing)?;
        let arguments = subcommand.arguments.iter().fold(Arguments::default(), |arguments, argument| {
            if argument.flag {
                let given = matches.get_flag(argument.name).then(|| "true".to_owned());
                return arguments.with(argument.name, given);
            }
            let values = matches.get_many::<String>(argument.name).into_iter().flatten().cloned();
            arguments.with(argument.name, values)
        });
        let connector = matches.get_one::<String>("connector").cloned();
        let form = Form::from_arg_matches(matches)?;
        Ok(Self { descriptor, subcommand, connector, arguments, form })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// Gives the connectors that have commands. A registry that is wrong is told of by whoever needs it.
fn descriptors() -> Vec<&'static Descriptor> {
    let registry = Registry::collect().ok();
    let all = registry.iter().flat_map(Registry::connectors).copied();
    all.filter(|descriptor| !descriptor.subcommands.is_empty()).collect()
}

fn named(descriptor: &Descriptor) -> String {
    descriptor.key.replace('_', "-")
}

fn group(descriptor: &'static Descriptor) -> Command {
    let about = format!("Commands of the connector {}", descriptor.key);
    let group = Command::new(named(descriptor)).about(about).subcommand_required(true);
    let commands = descriptor.subcommands.iter().map(|subcommand| command(descriptor, subcommand));
    let first = descriptor.subcommands.first().map(|first| example(descriptor, first)).unwrap_or_default();
    group.arg_required_else_help(true).subcommands(commands).after_help(first)
}

fn command(descriptor: &Descriptor, subcommand: &'static Declared) -> Command {
    let connector = Arg::new("connector")
        .long("connector")
        .short('c')
        .value_name("NAME")
        .help("The connector, where the servo has several of the kind");
    let command = Command::new(subcommand.name).args(subcommand.arguments.iter().map(typed)).arg(connector);
    // The form has words of its own for what it is, which are not those of the command.
    let command = Form::augment_args(command).about(subcommand.about).long_about(None);
    command.after_help(example(descriptor, subcommand))
}

fn example(descriptor: &Descriptor, subcommand: &Declared) -> String {
    let typed = format!("servo {} {} {}", named(descriptor), subcommand.name, subcommand.example);
    format!("Example:\n  {}", typed.trim_end())
}

fn typed(argument: &'static Argument) -> Arg {
    let arg =
        Arg::new(argument.name).value_name(argument.name).help(argument.about).required(argument.required);
    match (argument.option, argument.repeated) {
        _ if argument.flag => arg.long(long(argument)).value_name(None).action(ArgAction::SetTrue),
        (true, true) => arg.long(long(argument)).action(ArgAction::Append),
        (true, false) => arg.long(long(argument)),
        (false, true) => arg.action(ArgAction::Append).num_args(1..),
        (false, false) => arg,
    }
}

fn long(argument: &Argument) -> String {
    argument.name.to_lowercase().replace('_', "-")
}

#[cfg(test)]
mod tests {
    use super::super::Cli;
    use super::*;

    fn parsed(arguments: &[&str]) -> Own {
        let line = ["servo"].iter().chain(arguments);
        match Cli::typed(line).unwrap().command {
            super::super::Command::Own(own) => own,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_connectors_commands_stand_below_its_key_with_the_options_of_every_command() {
        let own =
            parsed(&["emulator", "truth", "-c", "shop", "web.cpu=1", "web.mem=1Gi", "--format", "json"]);
        assert_eq!((own.descriptor.key, own.subcommand.name), ("emulator", "truth"));
        assert_eq!(own.connector.as_deref(), Some("shop"));
        assert_eq!(own.arguments.all("SETTING"), ["web.cpu=1", "web.mem=1Gi"]);
        assert_eq!(own.form.format, crate::cli::Format::Json);
        let line = ["servo", "emulator", "truth", "--name", "shop"];
        assert_eq!(Cli::typed(line).unwrap().globals().name.as_deref(), Some("shop"));
    }

    #[test]
    fn an_argument_is_given_by_its_position_or_by_its_name() {
        let own = parsed(&["prometheus", "query", "--step", "5s", "up", "--start", "10m"]);
        let given = |name| own.arguments.get(name);
        assert_eq!((given("QUERY"), given("STEP"), given("START")), (Some("up"), Some("5s"), Some("10m")));
        assert_eq!(given("END"), None);
        assert!(Cli::typed(["servo", "prometheus", "query", "up", "10m"]).is_err());
    }

    #[test]
    fn a_key_has_hyphens_and_no_command_is_not_enough() {
        struct Nothing;
        impl servo_core::Connector for Nothing {
            type Settings = ();
            fn new(_: &str, (): ()) -> servo_core::Result<Self> {
                Ok(Self)
            }
            fn handlers(_: &mut servo_core::event::Handlers<Self>) {}
        }
        assert_eq!(named(&Descriptor::of::<Nothing>("kube_metrics")), "kube-metrics");
        assert!(Cli::typed(["servo", "emulator"]).is_err());
        assert!(Cli::typed(["servo", "emulator", "lies"]).is_err());
    }
}
