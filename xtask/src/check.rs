//! `check`: the one gate. Steps run cheapest first and stop at the first that fails.

mod ahead;
mod plan;
mod scaffold;
mod tools;

use std::path::Path;

use crate::cargo;
use crate::failure::{Failure, Result};
use crate::metadata;
use ahead::Ahead;
use plan::{Step, Work};

/// What was asked of the gate.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    fast: bool,
    only: Option<String>,
}

impl Options {
    pub(crate) fn parse(arguments: &[&str]) -> Result<Self> {
        match arguments {
            [] => Ok(Self::default()),
            ["--fast"] => Ok(Self { fast: true, only: None }),
            ["--only", step] => Ok(Self { fast: false, only: Some((*step).to_owned()) }),
            ["--only"] => Err(Failure::usage("--only takes the name of a step, such as `--only clippy`")),
            [other, ..] => Err(Failure::usage(format!("check takes --fast or --only STEP, found `{other}`"))),
        }
    }
}

/// Runs the gate, or the one step of it that was asked for.
pub(crate) fn run(root: &Path, options: Options) -> Result<()> {
    let mut steps = plan::steps(options.fast, &metadata::load(root)?);
    if let Some(only) = options.only {
        let names: Vec<&str> = steps.iter().map(|step| step.name).collect();
        if !names.contains(&only.as_str()) {
            return Err(Failure::usage(format!(
                "no step is called `{only}`; there are {}",
                names.join(", ")
            )));
        }
        steps.retain(|step| step.name == only);
    }
    let mut ahead = Ahead::default();
    let whole = steps.len() > 1 && !options.fast;
    let one = |step: &Step| {
        match step.name {
            // What is cheap to find has been found by now.
            plan::FIRST_BUILD if whole => ahead.begin(root),
            plan::FIRST_PROGRAMS => ahead.wait(),
            _ => {}
        }
        announced(root, step)
    };
    let (total, count) = timed(|| steps.iter().try_for_each(one), steps.len())?;
    let steps = if count == 1 { "step" } else { "steps" };
    println!("\ncheck passed: {count} {steps} in {total:.0} s");
    Ok(())
}

/// Runs one step between a line that names it and a line that says how long it took.
fn announced(root: &Path, step: &Step) -> Result<()> {
    println!("\n== {}: {}", step.name, step.purpose);
    let (seconds, ()) = timed(|| perform(root, step), ())?;
    println!("== {}: ok, {seconds:.1} s", step.name);
    Ok(())
}

fn perform(root: &Path, step: &Step) -> Result<()> {
    let stopped = |what: String, again: String| {
        Failure::failed(format!("check stopped at {}: {what}\nxtask: to run it alone: {again}", step.name))
    };
    match &step.work {
        Work::Cargo { arguments, environment } => match cargo::run(root, arguments, environment)? {
            0 => Ok(()),
            code => {
                let line = cargo::line(arguments, environment);
                Err(stopped(format!("`{line}` ended with exit code {code}"), line.clone()))
            }
        },
        Work::Own(work) => work(root).map_err(|failure| {
            stopped(failure.to_string(), format!("cargo xtask check --only {}", step.name))
        }),
    }
}

#[expect(clippy::disallowed_types, reason = "a build takes wall time; this program has no runtime to pause")]
fn timed<T>(work: impl FnOnce() -> Result<()>, value: T) -> Result<(f64, T)> {
    let start = std::time::Instant::now();
    work()?;
    Ok((start.elapsed().as_secs_f64(), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_few() {
        assert_eq!(Options::parse(&[]), Ok(Options::default()));
        assert_eq!(Options::parse(&["--fast"]), Ok(Options { fast: true, only: None }));
        assert_eq!(
            Options::parse(&["--only", "tidy"]),
            Ok(Options { fast: false, only: Some("tidy".into()) })
        );
        for wrong in [&["--only"][..], &["--slow"], &["--fast", "--only"][1..]] {
            assert!(matches!(Options::parse(wrong), Err(Failure::Usage(_))), "{wrong:?}");
        }
    }

    #[test]
    fn a_failure_names_its_step_and_how_to_run_it_alone() {
        let step =
            Step { name: "tools", purpose: "", work: Work::Own(|_| Err(Failure::failed("no compiler"))) };
        assert_eq!(
            perform(Path::new("."), &step),
            Err(Failure::failed(
                "check stopped at tools: no compiler\nxtask: to run it alone: cargo xtask check --only tools"
            ))
        );
    }
}
