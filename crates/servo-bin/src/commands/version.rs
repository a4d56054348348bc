//! `servo version`: of the program, or of one of its connectors.

use std::process::ExitCode;

use serde_json::json;
use servo_core::registry::Registry;

use super::named;
use crate::cli::{Version, VersionFormat};
use crate::failure::Failure;
use crate::output;

/// What has a version.
struct Versioned {
    name: String,
    version: &'static str,
    maturity: String,
    description: &'static str,
    homepage: &'static str,
    license: &'static str,
}

impl Versioned {
    fn line(&self) -> String {
        format!("{} v{}", self.name, self.version)
    }
}

/// Shows the version of the program in a line, as `servo --version` does.
pub(crate) fn tell() -> Result<ExitCode, Failure> {
    output::to_stdout(&program().line())?;
    Ok(ExitCode::SUCCESS)
}

/// Shows a version.
pub(super) fn run(arguments: &Version) -> Result<ExitCode, Failure> {
    let versioned = match &arguments.connector {
        None => program(),
        Some(key) => connector(key)?,
    };
    let text = match (arguments.format, arguments.short) {
        (VersionFormat::Text, true) => versioned.line(),
        (VersionFormat::Text, false) => {
            let first = format!("{} v{} ({})", versioned.name, versioned.version, versioned.maturity);
            let license = format!("Licensed under the terms of {}", versioned.license);
            let lines = [first.as_str(), versioned.description, versioned.homepage, &license];
            lines.into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
        }
        (VersionFormat::Json, true) => output::json::render(&json!({
            "name": versioned.name, "version": versioned.version,
        }))?,
        (VersionFormat::Json, false) => output::json::render(&json!({
            "name": versioned.name, "version": versioned.version, "maturity": versioned.maturity,
            "description": versioned.description, "homepage": versioned.homepage, "license": versioned.license,
        }))?,
    };
    output::to_stdout(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn program() -> Versioned {
    Versioned {
        name: "Servo".to_owned(),
        version: env!("CARGO_PKG_VERSION"),
        maturity: servo_core::connector::Maturity::Experimental.to_string(),
        description: "Continuous Optimization Orchestrator",
        homepage: "",
        license: "Apache-2.0",
    }
}

fn connector(key: &str) -> Result<Versioned, Failure> {
    let registry = Registry::collect()?;
    let descriptor = named::connector(key, &registry)?;
    Ok(Versioned {
        name: descriptor.key.to_owned(),
        version: descriptor.version,
        maturity: descriptor.maturity.to_string(),
        description: descriptor.description,
        homepage: descriptor.homepage,
        license: descriptor.license,
    })
}
