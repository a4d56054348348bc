//! Arguments of the commands that read or mend what servos have written down.

use clap::Args;

use super::{Form, number};

/// Arguments of `servo restore`.
#[derive(Args, Debug)]
pub(crate) struct Restore {
    /// Show what would be done, and do nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) form: Form,
}

/// Arguments of `servo journal`.
#[derive(Args, Debug)]
pub(crate) struct Journal {
    /// Show only the last records, so many; 0 shows all that are kept
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = number::count)]
    pub(crate) limit: usize,
    #[command(flatten)]
    pub(crate) form: Form,
}

/// Arguments of `servo reset`.
#[derive(Args, Debug)]
pub(crate) struct Reset {
    #[command(flatten)]
    pub(crate) form: Form,
}

/// Arguments of `servo report`.
#[derive(Args, Debug)]
pub(crate) struct Report {
    #[command(flatten)]
    pub(crate) form: Form,
}
