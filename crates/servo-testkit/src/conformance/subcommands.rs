//! A connector's own commands: how they are called, and what they take.

use std::collections::BTreeSet;

use servo_core::Descriptor;
use servo_core::connector::{Argument, Subcommand};

/// The options of every command, as the names of arguments.
const TAKEN: [&str; 6] = ["CONNECTOR", "FORMAT", "OUTPUT", "QUIET", "NAME", "HELP"];

/// Says what is wrong with the declarations.
pub(super) fn declared(descriptor: &Descriptor) -> Vec<String> {
    let mut names = BTreeSet::new();
    let mut failures = Vec::new();
    for subcommand in descriptor.subcommands {
        let name = subcommand.name;
        if !names.insert(name) {
            failures.push(format!("two of its subcommands are called `{name}`"));
        }
        failures.extend(wrong(descriptor, subcommand).map(|wrong| format!("subcommand `{name}`: {wrong}")));
    }
    failures
}

fn wrong(descriptor: &Descriptor, subcommand: &Subcommand) -> Option<&'static str> {
    let is_letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let arguments = subcommand.arguments;
    let names: BTreeSet<&str> = arguments.iter().map(|argument| argument.name).collect();
    let is_capital = |name: &str| name.chars().all(|c| c.is_ascii_uppercase() || c == '_');
    let is_taken = |argument: &&Argument| argument.option && TAKEN.contains(&argument.name);
    let placed: Vec<&Argument> = arguments.iter().filter(|argument| !argument.option).collect();
    let before_the_last = placed.split_last().map_or(&[][..], |(_, before)| before);
    let is_out_of_order = placed.windows(2).any(|pair| !pair[0].required && pair[1].required);
    let rules = [
        (!descriptor.owns(subcommand), "it is one of another connector type"),
        (
            subcommand.name.is_empty() || !subcommand.name.chars().all(is_letter),
            "its name is no lower-case noun",
        ),
        (subcommand.name == "help", "its name is taken"),
        (subcommand.about.is_empty(), "it does not say what it shows or does"),
        (names.len() < arguments.len(), "two of its arguments have the same name"),
        (!names.iter().all(|name| is_capital(name)), "the name of an argument is not in capitals"),
        (
            arguments.iter().any(|argument| is_taken(&argument)),
            "an option has the name of one of every command",
        ),
        (before_the_last.iter().any(|argument| argument.repeated), "an argument before the last is repeated"),
        (is_out_of_order, "a required argument comes after one that may be left out"),
    ];
    rules.into_iter().find(|(is_wrong, _)| *is_wrong).map(|(_, rule)| rule)
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use servo_core::connector::{Arguments, Run, Table};
    use servo_core::event::Handlers;
    use servo_core::{Connector, Context, Result};

    use super::*;

    struct One;
    struct Other;

    impl Connector for One {
        type Settings = ();
        fn new(_: &str, (): ()) -> Result<Self> {
            Ok(Self)
        }
        fn handlers(_: &mut Handlers<Self>) {}
    }

    impl Connector for Other {
        type Settings = ();
        fn new(_: &str, (): ()) -> Result<Self> {
            Ok(Self)
        }
        fn handlers(_: &mut Handlers<Self>) {}
    }

    struct Show;

    #[async_trait]
    impl Run for Show {
        type Connector = One;
        async fn run(_: &One, _: &Context, _: &Arguments) -> Result<Table> {
            Ok(Table::default())
        }
    }

    const FINE: Subcommand = Subcommand::of::<Show>("targets").about("Show targets");
    const NAME: Argument = Argument::optional("NAME", "Whose");

    #[test]
    fn what_is_declared_well_passes_and_the_rest_is_told() {
        const ALL: &[Subcommand] = &[
            FINE.arguments(&[NAME.required(), Argument::optional("REST", "More").repeated()]),
            FINE,
            Subcommand::of::<Show>("Targets").about("Show"),
            Subcommand::of::<Show>("mute"),
            Subcommand::of::<Show>("same").about("Show").arguments(&[NAME, NAME]),
            Subcommand::of::<Show>("many")
                .about("Show")
                .arguments(&[NAME.repeated(), Argument::optional("B", "")]),
            Subcommand::of::<Show>("late")
                .about("Show")
                .arguments(&[NAME, Argument::optional("B", "").required()]),
            Subcommand::of::<Show>("taken").about("Show").arguments(&[NAME.option()]),
            Subcommand::of::<Show>("typed")
                .about("Show")
                .arguments(&[Argument::optional("B", "").option(), NAME.required()]),
        ];
        assert_eq!(declared(&Descriptor::of::<One>("one").subcommands(&[FINE])), Vec::<String>::new());
        let found = declared(&Descriptor::of::<One>("one").subcommands(ALL));
        let expected = [
            "two of its subcommands are called `targets`",
            "subcommand `Targets`: its name is no lower-case noun",
            "subcommand `mute`: it does not say what it shows or does",
            "subcommand `same`: two of its arguments have the same name",
            "subcommand `many`: an argument before the last is repeated",
            "subcommand `late`: a required argument comes after one that may be left out",
            "subcommand `taken`: an option has the name of one of every command",
        ];
        assert_eq!(found, expected);
        let found = declared(&Descriptor::of::<Other>("other").subcommands(&[FINE]));
        assert_eq!(found, ["subcommand `targets`: it is one of another connector type"]);
    }
}
