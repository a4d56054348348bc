//! `cluster`: gets the programs of the test cluster, and hands everything else over to the program that runs it.

mod compiled;
mod debian;
pub(crate) mod delegate;
mod envoy;
mod modules;

use std::path::Path;

use crate::failure::{Failure, Result};
use crate::servers;

/// Does what the arguments say: `build` here, and all else in `servo-cluster`.
pub(crate) fn run(root: &Path, arguments: &[&str]) -> Result<()> {
    match arguments {
        [] => Err(Failure::usage("cluster what? `build`, or what `cargo xtask cluster --help` lists")),
        ["build"] => build(root),
        ["build", "--argo-rollouts"] => {
            build(root)?;
            servers::modules::build(root, &modules::ARGO_ROLLOUTS)
        }
        ["build", extra, ..] => {
            Err(Failure::usage(format!("cluster build takes --argo-rollouts, found `{extra}`")))
        }
        rest => delegate::run(root, rest),
    }
}

/// Puts those programs in place that are not there yet, and makes sure that Debian's find their libraries.
pub(crate) fn build(root: &Path) -> Result<()> {
    servers::debian::unpack(root, debian::PACKAGES)?;
    debian::start(root)?;
    compiled::build(root)?;
    envoy::build(root)?;
    modules::MODULES.iter().try_for_each(|module| servers::modules::build(root, module))?;
    servers::modules::build(root, &servers::NEW_PROMETHEUS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_build_takes_one_option() {
        let usage = |arguments| run(Path::new("/nowhere"), arguments).unwrap_err();
        assert!(matches!(usage(&["build", "--all"]), Failure::Usage(_)));
        assert!(matches!(usage(&[]), Failure::Usage(_)));
    }
}
