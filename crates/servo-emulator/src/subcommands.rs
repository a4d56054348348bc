//! The connector's own commands.

mod truth;

use servo_core::connector::{Argument, Subcommand};

/// All of them.
pub(crate) const ALL: &[Subcommand] = &[Subcommand::of::<truth::Truth>("truth")
    .about("Show what is true of the application, without noise, as it is or with other settings")
    .example("web.cpu=500m web.replicas=3")
    .arguments(&[
        Argument::optional("SETTING", "What would be changed, as `component.setting=value`").repeated()
    ])];
