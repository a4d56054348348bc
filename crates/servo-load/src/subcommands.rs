//! The connector's own commands.

mod attack;

use servo_core::connector::{Argument, Subcommand};

/// All of them.
pub(crate) const ALL: &[Subcommand] = &[Subcommand::of::<attack::Attack>("attack")
    .about("Send load once, and show how it is answered")
    .example("--rate 200/1s --duration 30s --target 'GET http://localhost:8080/'")
    .arguments(&[
        Argument::optional(
            "RATE",
            "Requests in an interval, such as `50/1s`; the rate of the section if left out",
        )
        .option(),
        Argument::optional("DURATION", "How long load is sent; 10s if left out").option(),
        Argument::optional(
            "TARGET",
            "What is requested, in the format of the section; its targets if left out",
        )
        .option(),
    ])];
