//! `servo validate`: what is wrong with a configuration file.

mod allowed;

use std::process::ExitCode;

use servo_core::model::Setting;
use servo_core::registry::Registry;
use servo_runtime::assembly::{Assembly, Options};
use servo_runtime::config::{ConfigDiagnostics, Source};

use self::allowed::Allowed;
use super::surroundings;
use crate::cli::{Format, Globals, Validate};
use crate::failure::Failure;
use crate::output::{self, Look, diagnostic, json};

/// The exit code of an invalid configuration.
const INVALID: u8 = 78;

/// Puts the servos of a file together, and says whether that went well.
pub(super) fn run(globals: &Globals, arguments: &Validate, look: &Look) -> Result<ExitCode, Failure> {
    let file = arguments.file.as_ref().unwrap_or(&globals.config_file);
    let globals = Globals { config_file: file.clone(), ..globals.clone() };
    let registry = Registry::collect()?;
    let allowed = Allowed::read(&arguments.connectors, &registry)?;
    let source = super::source(&globals)?;
    let options = super::options(&globals)?;
    let outcome = match checked(&source, &registry, &options, &allowed, globals.name.as_deref()) {
        Ok(valid) => Ok(valid),
        Err(Failure::Configuration(wrong)) => Err(wrong),
        Err(other) => return Err(other),
    };
    let wrong = outcome.as_ref().err().map(|wrong| &**wrong);
    let nothing = Valid::default();
    let valid = outcome.as_ref().unwrap_or(&nothing);
    let is_told = wrong.is_some() || !arguments.quiet;
    match (arguments.format, wrong) {
        _ if !is_told => {}
        (Format::Json, wrong) => {
            output::to_stdout(&json::render(&diagnostic::verdict(
                &source.name,
                &valid.servos,
                &valid.notes,
                wrong,
            ))?)?;
        }
        (Format::Table, None) => {
            output::to_stdout(&format!("{}Valid configuration in {}", mark(), source.name))?;
            for note in &valid.notes {
                output::line_on_stderr(&format!("warning: {note}"));
            }
        }
        (Format::Table, Some(wrong)) => {
            output::line_on_stderr(&format!("X Invalid configuration in {}", source.name));
            output::line_on_stderr(diagnostic::report(wrong, look).trim_end());
        }
    }
    Ok(if wrong.is_some() { ExitCode::from(INVALID) } else { ExitCode::SUCCESS })
}

/// What is said of a file that is valid.
#[derive(Default)]
struct Valid {
    /// The names of its servos.
    servos: Vec<String>,
    /// What an operator may want to look at all the same.
    notes: Vec<String>,
}

impl Valid {
    fn of(assembly: &Assembly) -> Self {
        let servos = assembly.servos().iter().map(|servo| servo.name().to_owned()).collect();
        let notes = assembly.servos().iter().flat_map(|servo| {
            let members = servo.servo().bus().members();
            let components: Vec<_> =
                members.iter().flat_map(|member| member.declares().components.unwrap_or_default()).collect();
            let settings: Vec<_> = components.into_iter().flat_map(|component| component.settings).collect();
            let warnings: Vec<_> = settings.iter().flat_map(Setting::warnings).collect();
            warnings
                .into_iter()
                .map(|warning| format!("servo `{}`: {warning}", servo.name()))
                .collect::<Vec<_>>()
        });
        Self { servos, notes: notes.collect() }
    }
}

/// What is said of the file, or all that is wrong.
///
/// # Errors
///
/// What is wrong; or usage, where it is valid and has no servo of the name that was selected.
fn checked(
    source: &Source,
    registry: &Registry,
    options: &Options,
    allowed: &Allowed,
    name: Option<&str>,
) -> Result<Valid, Failure> {
    let built = Assembly::build(source.clone(), registry, options);
    let refused = allowed.refused(source, registry, &options.layers);
    match built {
        Ok(assembly) => {
            if let Some(wrong) = ConfigDiagnostics::of(source, refused) {
                return Err(wrong.into());
            }
            let valid = Valid::of(&assembly);
            match name {
                Some(name) => drop(super::only(assembly, name)?),
                // Taking a thousand servos apart again is a tenth of the work, and the program is about to end.
                None => std::mem::forget(assembly),
            }
            Ok(valid)
        }
        Err(wrong) if refused.is_empty() => Err(wrong.into()),
        Err(wrong) => {
            let all: Vec<_> = wrong.diagnostics().iter().cloned().chain(refused).collect();
            Err(ConfigDiagnostics::of(source, all).unwrap_or(wrong).into())
        }
    }
}

/// The mark before what is well; none on a terminal that cannot show it.
fn mark() -> &'static str {
    let environment = surroundings::process();
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| environment.get(name));
    if output::is_terminal() && !is_utf8(locale) { "" } else { "√ " }
}

fn is_utf8(locale: Option<&str>) -> bool {
    let locale = locale.unwrap_or_default().to_ascii_lowercase();
    locale.ends_with("utf-8") || locale.ends_with("utf8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locale_says_whether_a_terminal_shows_more_than_ascii() {
        for locale in ["C.UTF-8", "en_US.utf8", "de_DE.UTF-8"] {
            assert!(is_utf8(Some(locale)), "{locale}");
        }
        for locale in [None, Some("C"), Some("POSIX"), Some("de_DE.ISO-8859-1")] {
            assert!(!is_utf8(locale), "{locale:?}");
        }
    }
}
