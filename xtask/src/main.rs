//! The repository's own commands: `cargo xtask --help` lists them.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this program talks to whoever runs it in a terminal or reads its log in CI"
)]

mod bench;
mod cargo;
mod check;
mod cluster;
mod crash;
mod docs;
mod example;
mod failure;
mod fuzz;
mod image;
mod metadata;
mod new_connector;
mod program;
mod servers;
mod soak;
mod sweep;
mod tidy;
mod tree;

use std::process::ExitCode;

use failure::{Failure, Result};

const HELP: &str = "\
The repository's own commands.

Usage: cargo xtask COMMAND

  check [--fast] [--only STEP] [--use-kubeconfig FILE]
                                the one gate: whatever passes it may be merged;
                                --fast leaves out what starts servers and the builds outside the workspace,
                                --only runs a single step, named as the gate prints it,
                                --use-kubeconfig has the tests use the cluster of that file instead of one of their own
  tidy                          the house rules, then the crate graph and the sizes of the source files
  docs [--check]                writes what is generated of docs/: schemas, manual pages, cli.md and errors.md;
                                --check fails where that differs from what is there
  crash [--fault F] [--times N] ends servos at random moments, and looks at what they leave behind;
                                --help lists the faults; needs the rights to mount for those of the disk
  crash kubernetes [--kills N] [--seed N]
                                the same of a Deployment of a real cluster: the servo is killed at random moments
  soak [--minutes N]            runs examples/local-web for an hour in which everything is killed at random, and looks
                                for what is left
  sweep EXAMPLE [ARGS]          evaluates the whole space of an example without noise and judges winners by it
  bench [--only NAME] [--format json]
                                measures what the release build costs, each figure beside its limit
  example NAME [ARGS]           builds and fetches what an example needs, and runs it: `local-web`; `kubernetes`, which
                                takes --inside, --sweep and --keep; `opsani-dev`, which takes --keep; `drifting-load`,
                                which takes --seeds and others; all but the first need root
  fuzz [--seconds N]            feeds the loader of the configuration what nobody would write, for ten minutes
  servers                       installs the servers that tests start below target/servers; the gate does so, too
  cluster build [--argo-rollouts]
                                puts the programs of the test cluster in place, below target/servers; the first time
                                takes many minutes; the gate does so, too, without Argo Rollouts
  programs                      both of these; the gate begins with it beside its other steps
  cluster up|down|status|...    a real Kubernetes cluster of one node on this machine, in namespaces of its own;
                                --help lists what it can be told; needs root
  image [servo|webapp] [--output FOLDER]
                                writes a container image of one static program, an OCI archive, and the list of what
                                it is made of, below target/images
  new-connector NAME            scaffolds crates/servo-NAME and registers it with the binary
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            failure.exit_code()
        }
    }
}

fn dispatch(arguments: &[&str]) -> Result<()> {
    match arguments {
        [] => Err(Failure::usage("name a command; `cargo xtask --help` lists them")),
        ["crash", rest @ ..] => crash::run(&tree::root(), rest),
        ["soak", rest @ ..] => soak::run(&tree::root(), rest),
        ["cluster", rest @ ..] => cluster::run(&tree::root(), rest),
        ["--help" | "-h" | "help", ..] | [_, "--help" | "-h"] => {
            print!("{HELP}");
            Ok(())
        }
        ["check", options @ ..] => check::run(&tree::root(), check::Options::parse(options)?),
        ["docs", options @ ..] => docs::run(&tree::root(), options),
        ["example", name, rest @ ..] => example::run(&tree::root(), name, rest),
        ["example"] => Err(example::unknown("")),
        ["image", rest @ ..] => image::run(&tree::root(), rest),
        ["tidy"] => tidy::run(&tree::root()),
        ["sweep", example, rest @ ..] => sweep::run(&tree::root(), example, rest),
        ["sweep"] => Err(Failure::usage("sweep what? for example `cargo xtask sweep examples/emulator`")),
        ["bench", arguments @ ..] => bench::run(&tree::root(), arguments),
        ["fuzz", arguments @ ..] => fuzz::run(&tree::root(), arguments),
        ["servers"] => servers::install(&tree::root()),
        ["programs"] => servers::install(&tree::root()).and_then(|()| cluster::build(&tree::root())),
        ["servers", extra, ..] => Err(Failure::usage(format!("servers takes no arguments, found `{extra}`"))),
        ["new-connector", name] => new_connector::run(&tree::root(), name),
        ["new-connector", ..] => Err(Failure::usage("new-connector takes one name, such as `prometheus`")),
        ["tidy", extra, ..] => Err(Failure::usage(format!("tidy takes no arguments, found `{extra}`"))),
        [other, ..] => {
            Err(Failure::usage(format!("no command is called `{other}`; `cargo xtask --help` lists them")))
        }
    }
}
