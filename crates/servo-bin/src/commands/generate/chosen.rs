//! Which connectors a new servo has, and under which names.

use servo_core::Descriptor;
use servo_core::event::{Event as _, Handled, Member, Phase, standard};
use servo_core::registry::Registry;
use servo_runtime::assembly::{Assembly, Options};
use servo_runtime::config::{Code, Source};

use super::block::indented;
use super::flow::scalar;
use super::parsed;
use crate::commands::named;
use crate::failure::Failure;

/// A connector of a new servo.
#[derive(Clone, Debug)]
pub(in crate::commands) struct Chosen {
    /// The key of its section.
    pub(in crate::commands) name: String,
    /// Its kind.
    pub(in crate::commands) descriptor: &'static Descriptor,
    /// What is written below its key.
    pub(in crate::commands) section: String,
}

impl Chosen {
    /// Takes a connector under its own name, with its example as the section.
    pub(in crate::commands) fn of(descriptor: &'static Descriptor) -> Self {
        Self { name: descriptor.key.to_owned(), descriptor, section: descriptor.example.to_owned() }
    }

    /// Returns true where it changes settings, or one does that it brings along.
    pub(super) fn adjusts(&self) -> bool {
        let section = parsed(&self.section).ok();
        let member = section.and_then(|section| self.descriptor.build(&self.name, section).ok());
        let Some(member) = member else {
            let adjusts = |it: &Handled| it.event == standard::Adjust::NAME && it.phase == Phase::On;
            return self.descriptor.handled().iter().any(adjusts);
        };
        // A section may leave nothing to adjust, whatever others of its type do.
        let has_some = |member: &Member| member.declares().components.is_none_or(|all| !all.is_empty());
        let adjusts = |member: &Member| member.handles(standard::Adjust::NAME, Phase::On) && has_some(member);
        adjusts(&member) || member.parts().iter().any(adjusts)
    }

    pub(super) fn is_alias(&self) -> bool {
        self.name != self.descriptor.key
    }
}

/// Reads connectors as they are typed: `connector`, or `alias:connector`.
///
/// # Errors
///
/// Usage: there is no such connector, or the alias cannot be a name.
pub(in crate::commands) fn read(written: &[String], registry: &Registry) -> Result<Vec<Chosen>, Failure> {
    let mut chosen: Vec<Chosen> = Vec::with_capacity(written.len());
    for text in written {
        let (alias, kind) =
            text.split_once(':').map_or((None, text.as_str()), |(alias, kind)| (Some(alias), kind));
        let Some(descriptor) = named::find(kind, registry) else {
            return Err(unknown(kind, registry));
        };
        let one = Chosen::of(descriptor);
        let one = Chosen { name: alias.map_or(one.name, str::to_owned), ..one };
        if one.is_alias() {
            check_alias(&one, registry)?;
        }
        if chosen.iter().any(|other| other.name == one.name) {
            let failure = Failure::usage(format!("two connectors are called `{}`", one.name));
            return Err(failure.with_help(format!("give each a name of its own: first:{kind} second:{kind}")));
        }
        chosen.push(one);
    }
    Ok(chosen)
}

/// Says of a connector that there is none, with the nearest that there is.
fn unknown(kind: &str, registry: &Registry) -> Failure {
    let text = format!("connectors: [{}]\n", scalar(kind));
    let built = Assembly::build(Source::new("", text), registry, &Options::default());
    let plain = Failure::usage(format!("no connector found for the identifier \"{kind}\""));
    let Some(wrong) = built.err().as_ref().and_then(|found| found.diagnostics().first().cloned()) else {
        return plain;
    };
    let failure =
        if wrong.code() == Code::UnknownConnector { plain } else { Failure::usage(wrong.message()) };
    match wrong.help() {
        Some(help) => failure.with_help(help),
        None => failure,
    }
}

/// Refuses names that a configuration would refuse.
fn check_alias(chosen: &Chosen, registry: &Registry) -> Result<(), Failure> {
    let name = scalar(&chosen.name);
    let (kind, section) = (chosen.descriptor.key, indented(&chosen.section, 2));
    let text = format!("connectors: {{{name}: {kind}}}\n{name}:\n{section}");
    let Err(found) = Assembly::build(Source::new("", text), registry, &Options::default()) else {
        return Ok(());
    };
    let wrong = found.diagnostics().first();
    let failure = Failure::usage(wrong.map_or_else(
        || format!("`{}` cannot be the name of a connector", chosen.name),
        |wrong| wrong.message().to_owned(),
    ));
    Err(failure
        .with_help("write for example `first:emulator`: a name has 3 to 128 letters, digits, `-` and `_`"))
}
