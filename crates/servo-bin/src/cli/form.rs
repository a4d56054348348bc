//! Where and in which form a result goes.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Where and in which form a result goes.
#[derive(Args, Clone, Debug)]
pub(crate) struct Form {
    /// The form of the result
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
    /// Write the result to a file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// The forms of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For a person to read
    Table,
    /// For a script to read
    Json,
}
