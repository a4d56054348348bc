//! The commands, one file each, and what they share: reading the configuration.

mod adjust;
mod check;
mod checking;
mod completion;
mod config;
mod connectors;
mod describe;
mod generate;
mod init;
mod journal;
mod list;
mod measure;
mod named;
mod operation;
mod promote;
mod report;
mod reset;
mod restore;
mod run;
mod schema;
mod show;
mod sidecar;
mod subcommand;
mod surroundings;
mod token_file;
mod validate;
mod version;

use std::path::Path;
use std::process::ExitCode;

use servo_core::registry::Registry;
use servo_runtime::assembly::{Assembly, Completion, Options};
use servo_runtime::config::{Known, Layers, Source};

use crate::applet;
use crate::cli::{Cli, Command, Globals};
use crate::failure::Failure;
use crate::output::{self, Look};

/// Carries out what was typed.
pub(crate) async fn run(cli: Cli, look: &Look) -> Result<ExitCode, Failure> {
    let globals = cli.globals();
    match cli.command {
        Command::Run(arguments) => run::run(&globals, &arguments, look).await,
        Command::Describe(arguments) => describe::run(&globals, &arguments).await,
        Command::Measure(arguments) => measure::run(&globals, &arguments, look).await,
        Command::Adjust(arguments) => adjust::run(&globals, &arguments, look).await,
        Command::Promote(arguments) => promote::run(&globals, &arguments, look).await,
        Command::Restore(arguments) => restore::run(&globals, &arguments, look).await,
        Command::Journal(arguments) => journal::run(&globals, &arguments).await,
        Command::Reset(arguments) => reset::run(&globals, &arguments).await,
        Command::Report(arguments) => report::run(&globals, &arguments).await,
        Command::Init(arguments) => init::run(&globals, &arguments).await,
        Command::List(arguments) => list::run(&globals, &arguments),
        Command::Show(arguments) => show::run(&globals, &arguments.what).await,
        Command::InjectSidecar(arguments) => sidecar::inject(&arguments, look).await,
        Command::EjectSidecar(arguments) => sidecar::eject(&arguments, look).await,
        Command::Check(arguments) => check::run(&globals, &arguments, look).await,
        Command::Config(arguments) => config::run(&globals, &arguments),
        Command::Schema(arguments) => schema::run(&arguments),
        Command::Validate(arguments) => validate::run(&globals, &arguments, look),
        Command::Generate(arguments) => generate::run(&globals, &arguments).await,
        Command::Completion(arguments) => completion::run(&arguments),
        Command::Connectors(arguments) => connectors::run(&arguments),
        Command::Version(arguments) => version::run(&arguments),
        Command::Own(own) => subcommand::run(&globals, &own, look).await,
    }
}

/// Tells the version of the program, and whether that went well.
pub(crate) fn tell_version() -> ExitCode {
    version::tell().unwrap_or_else(|failure| {
        output::diagnostic::plain_failure(&failure);
        ExitCode::from(failure.exit_code())
    })
}

/// Reads the configuration and puts its servos together, or the one that was named.
fn assemble(globals: &Globals) -> Result<Assembly, Failure> {
    assemble_with(globals, &options(globals)?)
}

/// Gathers what servos depend on beside the configuration. Only here are the environment of the process and the `.env`
/// file beside the configuration read.
fn options(globals: &Globals) -> Result<Options, Failure> {
    token_file::check(&globals.assignments)?;
    options_beside(globals, &globals.config_file)
}

/// Gathers what servos depend on beside a configuration of that path.
fn options_beside(globals: &Globals, config_file: &Path) -> Result<Options, Failure> {
    let base = config_file.parent().filter(|parent| !parent.as_os_str().is_empty());
    let base = base.unwrap_or_else(|| Path::new(".")).to_owned();
    let environment = surroundings::environment(&base)?;
    // A pod that ends is started again, for ever: inside a cluster a servo that is done stays.
    let is_in_cluster = environment.get("KUBERNETES_SERVICE_HOST").is_some();
    let on_complete = if is_in_cluster { Completion::Idle } else { Completion::Exit };
    let telemetry = surroundings::telemetry(&environment);
    let inherited = std::sync::Arc::new(environment.iter().collect());
    let layers =
        Layers { environment, assignments: globals.assignments.clone(), selected: globals.name.clone() };
    let applets = applet::executable();
    Ok(Options { base, on_complete, layers, telemetry, inherited, applets, ..Options::default() })
}

/// Refuses options that can be for one servo alone where a file has several and none is selected.
fn refuse_for_several(source: &Source, layers: &Layers) -> Result<(), Failure> {
    let of_one = layers.assignments.iter().find(|assignment| assignment.is_of_one());
    let Some(assignment) = of_one.filter(|_| layers.selected.is_none()) else {
        return Ok(());
    };
    // What is wrong with the documents themselves is told when they are read for good.
    let documents = servo_runtime::config::document::parse(source).map_or(0, |documents| documents.len());
    if documents < 2 {
        return Ok(());
    }
    let option = match assignment.option.as_str() {
        "--set" => format!("--set {}", assignment.key),
        option => option.to_owned(),
    };
    let message = format!("{option} would count for each of the {documents} servos of {}", source.name);
    Err(Failure::usage(message).with_help("select one of them with --name NAME"))
}

/// Reads the configuration and puts its servos together with these options, or the one that was named.
fn assemble_with(globals: &Globals, options: &Options) -> Result<Assembly, Failure> {
    let source = source(globals)?;
    refuse_for_several(&source, &options.layers)?;
    let assembly = Assembly::build(source, &Registry::collect()?, options)?;
    match &globals.name {
        None => Ok(assembly),
        Some(name) => only(assembly, name),
    }
}

/// Keeps only the servo of that name.
///
/// # Errors
///
/// Usage: there is none.
fn only(assembly: Assembly, name: &str) -> Result<Assembly, Failure> {
    assembly.only(name).map_err(|error| {
        let usage = Failure::usage(error.message());
        match error.help() {
            Some(help) => usage.with_help(help),
            None => usage,
        }
    })
}

/// Reads the configuration file.
fn source(globals: &Globals) -> Result<Source, Failure> {
    let path = &globals.config_file;
    let shown = path.display();
    Source::read(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Failure::usage(format!("config file '{shown}' does not exist"))
            .with_help(
                "name one with -c FILE before the command; examples/emulator/servo.yaml is one to try",
            ),
        _ => Failure::usage(format!("config file '{shown}' cannot be read: {error}")),
    })
}

/// Reads a configuration with what this program was built with.
fn with_known<T>(registry: &Registry, read: impl FnOnce(&Known<'_>) -> T) -> T {
    let connectors: Vec<&str> = registry.connectors().iter().map(|descriptor| descriptor.key).collect();
    let optimizers: Vec<&str> = registry.optimizers().iter().map(|descriptor| descriptor.key).collect();
    read(&Known { connectors: &connectors, optimizers: &optimizers })
}
