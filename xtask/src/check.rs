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

/// The variable by which tests find a cluster that somebody else runs.
const TEST_KUBECONFIG: &str = "SERVO_TEST_KUBECONFIG";

/// What was asked of the gate.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    fast: bool,
    only: Option<String>,
    kubeconfig: Option<String>,
}

impl Options {
    pub(crate) fn parse(arguments: &[&str]) -> Result<Self> {
        let mut options = Self::default();
        let mut rest = arguments;
        loop {
            rest = match rest {
                [] => break,
                ["--fast", rest @ ..] if !options.fast => {
                    options.fast = true;
                    rest
                }
                ["--only", step, rest @ ..] if options.only.is_none() => {
                    options.only = Some((*step).to_owned());
                    rest
                }
                ["--only"] => {
                    return Err(Failure::usage("--only takes the name of a step, such as `--only clippy`"));
                }
                ["--use-kubeconfig", file, rest @ ..] if options.kubeconfig.is_none() => {
                    options.kubeconfig = Some((*file).to_owned());
                    rest
                }
                ["--use-kubeconfig"] => {
                    return Err(Failure::usage("--use-kubeconfig takes a file that says where a cluster is"));
                }
                [other, ..] => {
                    return Err(Failure::usage(format!(
                        "check takes --fast or --only STEP, and --use-kubeconfig FILE, found `{other}`"
                    )));
                }
            };
        }
        match options {
            Self { fast: true, only: Some(_), .. } => {
                Err(Failure::usage("check takes --fast or --only STEP, not both"))
            }
            Self { fast: true, kubeconfig: Some(_), .. } => {
                Err(Failure::usage("--fast leaves out the tests that --use-kubeconfig is for"))
            }
            options => Ok(options),
        }
    }
}

/// Has the tests use a cluster that somebody else runs: then none has to be put in place.
fn use_kubeconfig(steps: &mut Vec<Step>, file: &str) -> Result<()> {
    // Cargo runs each test in the folder of its package.
    let wrong = |why: String| Failure::usage(format!("--use-kubeconfig {file}: {why}"));
    let path = Path::new(file).canonicalize().map_err(|error| wrong(error.to_string()))?;
    let path = path.to_str().ok_or_else(|| wrong("the path is no text".to_owned()))?;
    steps.retain(|step| step.name != "cluster");
    for step in steps.iter_mut().filter(|step| step.name == "test") {
        step.set(TEST_KUBECONFIG, path);
    }
    Ok(())
}

/// Runs the gate, or the one step of it that was asked for.
pub(crate) fn run(root: &Path, options: Options) -> Result<()> {
    let mut steps = plan::steps(options.fast, &metadata::load(root)?);
    if let Some(file) = &options.kubeconfig {
        use_kubeconfig(&mut steps, file)?;
    }
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
    let builds_cluster = steps.iter().any(|step| step.name == "cluster");
    let one = |step: &Step| {
        match step.name {
            // What is cheap to find has been found by now.
            plan::FIRST_BUILD if builds_cluster => ahead.begin(root),
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
        Work::Cargo { arguments, environment } => {
            let environment: Vec<(&str, &str)> =
                environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
            match cargo::run(root, arguments, &environment)? {
                0 => Ok(()),
                code => {
                    let line = cargo::line(arguments, &environment);
                    Err(stopped(format!("`{line}` ended with exit code {code}"), line.clone()))
                }
            }
        }
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
        let none = Options::default;
        let (fast, tidy) =
            (Options { fast: true, ..none() }, Options { only: Some("tidy".into()), ..none() });
        let elsewhere = Options { kubeconfig: Some("k".into()), ..none() };
        let test = Options { only: Some("test".into()), kubeconfig: Some("k".into()), ..none() };
        assert_eq!(Options::parse(&[]), Ok(none()));
        assert_eq!(Options::parse(&["--fast"]), Ok(fast));
        assert_eq!(Options::parse(&["--only", "tidy"]), Ok(tidy));
        assert_eq!(Options::parse(&["--use-kubeconfig", "k"]), Ok(elsewhere));
        assert_eq!(Options::parse(&["--only", "test", "--use-kubeconfig", "k"]), Ok(test));
        for wrong in [
            &["--only"][..],
            &["--slow"],
            &["--fast", "--only"],
            &["--fast", "--only", "tidy"],
            &["--use-kubeconfig"],
            &["--fast", "--use-kubeconfig", "k"],
            &["--use-kubeconfig", "k", "--use-kubeconfig", "l"],
        ] {
            assert!(matches!(Options::parse(wrong), Err(Failure::Usage(_))), "{wrong:?}");
        }
    }

    #[test]
    fn a_cluster_that_somebody_else_runs_is_named_to_the_tests_and_none_is_put_in_place() {
        let own = |name| Step { name, purpose: "", work: Work::Own(|_| Ok(())) };
        let test = Work::Cargo { arguments: vec!["test".to_owned()], environment: Vec::new() };
        let mut steps = vec![own("tidy"), own("cluster"), Step { name: "test", purpose: "", work: test }];
        assert!(matches!(use_kubeconfig(&mut steps, "/nowhere/k"), Err(Failure::Usage(_))));
        let (folder, file) = (env!("CARGO_MANIFEST_DIR"), concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"));
        use_kubeconfig(&mut steps, &format!("{folder}/src/../Cargo.toml")).unwrap();
        assert_eq!(steps.iter().map(|step| step.name).collect::<Vec<_>>(), ["tidy", "test"]);
        let Work::Cargo { environment, .. } = &steps[1].work else { panic!("tests are cargo's") };
        assert_eq!(environment, &[(TEST_KUBECONFIG, file.to_owned())]);
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
