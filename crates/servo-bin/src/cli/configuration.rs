//! Arguments of the commands about the configuration file.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::Format;

/// Arguments of `servo config`.
#[derive(Args, Debug)]
pub(crate) struct Config {
    /// Show only these keys of the documents, such as `optimizer`
    #[arg(value_name = "KEY")]
    pub(crate) keys: Vec<String>,
    /// The form of the configuration
    #[arg(long, short, value_enum, default_value_t = ConfigFormat::Yaml)]
    pub(crate) format: ConfigFormat,
    /// Write to a file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Show where each value comes from: the file, the environment, the command line, or a default
    ///
    /// Defaults are those of the document's keys and, where the schema knows them, of its sections'; a section that may
    /// be left out and is has none.
    #[arg(long)]
    pub(crate) sources: bool,
    /// Show tokens and other secrets instead of stars
    #[arg(long)]
    pub(crate) show_secrets: bool,
}

/// The forms of a configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ConfigFormat {
    /// As the file is written
    Yaml,
    /// For a script to read
    Json,
    /// One line for each value
    Text,
    /// A `ConfigMap` for Kubernetes that refers to a Secret, which it describes
    Configmap,
}

/// Arguments of `servo schema`.
#[derive(Args, Debug)]
pub(crate) struct Schema {
    /// Only this connector or optimizer, such as `emulator` or `embedded`
    #[arg(value_name = "CONNECTOR")]
    pub(crate) connector: Option<String>,
    /// The whole file with every connector of this program (the default)
    #[arg(long, short, conflicts_with = "connector")]
    pub(crate) all: bool,
    /// The sections of the connectors only, as definitions
    #[arg(long, conflicts_with_all = ["connector", "all"])]
    pub(crate) top_level: bool,
    /// The form of the schema
    #[arg(long, short, value_enum, default_value_t = SchemaFormat::Json)]
    pub(crate) format: SchemaFormat,
    /// Write to a file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// The forms of a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaFormat {
    /// JSON Schema, for editors and validators
    Json,
    /// A reference for a person to read
    Text,
    /// The same as a page
    Html,
}

/// Arguments of `servo validate`.
#[derive(Args, Debug)]
pub(crate) struct Validate {
    /// Refuse connectors other than these, as `connector` or `alias:connector`
    #[arg(value_name = "CONNECTOR")]
    pub(crate) connectors: Vec<String>,
    /// The file to validate instead of the configuration file
    #[arg(long, short, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// Print nothing where the file is valid
    #[arg(long, short)]
    pub(crate) quiet: bool,
    /// The form of the result
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

/// Arguments of `servo generate`.
#[derive(Args, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command line")]
pub(crate) struct Generate {
    /// The connectors, as `connector` or `alias:connector`; all of this program where none is given
    #[arg(value_name = "CONNECTOR")]
    pub(crate) connectors: Vec<String>,
    /// Write a connector's section for this purpose; may be given several times
    ///
    /// A preset belongs to one of the connectors. A name that none of them has is answered with those that there are.
    #[arg(long = "preset", short, value_name = "NAME")]
    pub(crate) presets: Vec<String>,
    /// The file to write instead of the configuration file; `-` is standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// Write values that are the default, too
    #[arg(long, short)]
    pub(crate) defaults: bool,
    /// The name of the new servo
    // Stands for the option of every command, of which it is the same with a short form.
    #[arg(long, short, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// Leave out `connectors`, so that every connector with a section is in force
    #[arg(long, short)]
    pub(crate) standalone: bool,
    /// Do not print what was written
    #[arg(long, short)]
    pub(crate) quiet: bool,
    /// Overwrite a file that is there
    #[arg(long, conflicts_with = "append")]
    pub(crate) force: bool,
    /// Add a document to a file that is there
    #[arg(long)]
    pub(crate) append: bool,
}
