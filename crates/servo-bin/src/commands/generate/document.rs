//! The text of a new document: what it says, why, and in which order.

use servo_core::optimizer::OptimizerDescriptor;

use super::apart;
use super::block::{self, indented, is_void};
use super::chosen::Chosen;
use super::defaults;
use super::flow::scalar;
use crate::commands::generate::parsed;
use crate::failure::Failure;

const HEAD: &str = "\
# What can be written here, and what is in force if it is not: docs/configuration.md, `servo schema --format text`.
# `servo validate` says what is wrong with it.
";

const HARMLESS: &str = "\
# Trials change what they are about. Here that harms nobody: nothing of it is real. Without this line a servo with an
# optimizer of its own measures, and recommends what it would try.
mode: auto
";

const CAREFUL: &str = "\
# Without this line a servo measures, and recommends what it would try. With `auto` it changes the application itself;
# docs/safety.md says what is restored, and when.
mode: recommend
";

const NOTHING_TO_ADJUST: &str = "\
# Nothing here can be adjusted, so that there is nothing to optimize: `servo check` and `servo measure` work as it is.
# An `optimizer:` needs another connector, whose settings it can change.
";

/// What is measured that nobody here measures.
const NO_SUCH_METRICS: &str = "What must stay true whatever is tried. No connector here measures what this is about: name metrics of yours.";

/// The optimizer of a new servo.
#[derive(Clone, Debug)]
pub(in crate::commands) enum Optimizer {
    /// None: it describes, measures and adjusts.
    None,
    /// One that the program was built with; whether the connectors measure what its example is about.
    Registered(&'static OptimizerDescriptor, bool),
    /// One that is spoken to over the Opsani protocol: the lines below `optimizer:`, and what they are about.
    Remote {
        /// Comments above the key.
        about: String,
        /// The mapping below it, in flow or block style.
        section: String,
    },
}

/// How `connectors` is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::commands) enum Listing {
    /// Left out: every section is in force.
    None,
    /// As a list, or as a mapping where a connector has an alias.
    Named,
}

/// A new document.
#[derive(Clone, Debug)]
pub(in crate::commands) struct Document {
    pub(in crate::commands) name: Option<String>,
    pub(in crate::commands) optimizer: Optimizer,
    pub(in crate::commands) listing: Listing,
    pub(in crate::commands) connectors: Vec<Chosen>,
    /// Whether values that are the default are written, too.
    pub(in crate::commands) defaults: bool,
}

impl Document {
    /// Returns true where trials of its servo harm nobody.
    fn is_harmless(&self) -> bool {
        let mut adjusting = self.connectors.iter().filter(|chosen| chosen.adjusts()).peekable();
        adjusting.peek().is_some() && adjusting.all(|chosen| chosen.descriptor.harmless)
    }

    /// Writes it.
    ///
    /// # Errors
    ///
    /// An example of a connector cannot be read.
    pub(in crate::commands) fn text(&self) -> Result<String, Failure> {
        let mut parts = vec![HEAD.to_owned()];
        parts.extend(self.name.as_ref().map(|name| format!("name: {}\n", scalar(name))));
        parts.extend(self.mode().map(str::to_owned));
        if self.defaults {
            parts.push("state_dir: .servo\nrestore: trial\nno_diagnostics: true\n".to_owned());
        }
        parts.extend(self.optimizer_text());
        if self.listing == Listing::Named {
            parts.push(self.listed());
        }
        for (at, chosen) in self.connectors.iter().enumerate() {
            let is_second =
                self.connectors.iter().take(at).any(|it| it.descriptor.key == chosen.descriptor.key);
            parts.push(self.section(chosen, is_second)?);
        }
        Ok(parts.join("\n"))
    }

    fn mode(&self) -> Option<&'static str> {
        match self.optimizer {
            Optimizer::Registered(..) if self.is_harmless() => Some(HARMLESS),
            Optimizer::Registered(..) => Some(CAREFUL),
            // An optimizer elsewhere is in charge already.
            Optimizer::None | Optimizer::Remote { .. } => None,
        }
    }

    fn optimizer_text(&self) -> Option<String> {
        match &self.optimizer {
            Optimizer::None if !self.connectors.iter().any(Chosen::adjusts) => {
                Some(NOTHING_TO_ADJUST.to_owned())
            }
            Optimizer::None => None,
            Optimizer::Registered(descriptor, measures) => {
                let example = descriptor.example;
                let adapted = if *measures {
                    example.to_owned()
                } else {
                    block::commented_out(example, "slo", NO_SUCH_METRICS)
                };
                let section = below(descriptor.key, &adapted);
                Some(format!("# {}.\noptimizer:\n{}", descriptor.description, indented(&section, 2)))
            }
            Optimizer::Remote { about, section } => Some(format!("{about}{}", below("optimizer", section))),
        }
    }

    fn listed(&self) -> String {
        let keys = |chosen: &Chosen| scalar(chosen.descriptor.key);
        if self.connectors.iter().any(Chosen::is_alias) {
            let lines = self.connectors.iter().map(|it| format!("  {}: {}\n", scalar(&it.name), keys(it)));
            return format!("connectors:\n{}", lines.collect::<String>());
        }
        let keys: Vec<String> = self.connectors.iter().map(keys).collect();
        format!("connectors: [{}]\n", keys.join(", "))
    }

    fn section(&self, chosen: &Chosen, is_second: bool) -> Result<String, Failure> {
        let mut text = format!("# {}.\n", chosen.descriptor.description);
        let mut section = chosen.section.clone();
        if is_second {
            text += "# The same example as above: change what it names, since no two connectors have the same settings.\n";
            let value = parsed(&section)?;
            section = apart::renamed(&section, &value, chosen.descriptor, &chosen.name).unwrap_or(section);
        }
        if self.defaults {
            let schema = chosen.descriptor.schema().to_value();
            section = defaults::filled(&section, &parsed(&section)?, &schema);
        }
        Ok(text + &below(&scalar(&chosen.name), &section))
    }
}

/// Writes a section below its key, or behind it where it is a mapping in one line.
fn below(key: &str, section: &str) -> String {
    let trimmed = section.trim();
    let is_one_line = trimmed.starts_with('{') && !trimmed.contains('\n');
    if is_one_line {
        return format!("{key}: {trimmed}\n");
    }
    if section.lines().all(is_void) {
        return format!("{}{key}: {{}}\n", indented(section, 0));
    }
    format!("{key}:\n{}", indented(section.trim_end(), 2))
}
