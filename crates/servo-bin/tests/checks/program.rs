//! The program in a folder of its own, with a servo whose checks are written down.

use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

/// By what name the program is started as the command line.
pub(crate) const NAME: &str = "servo";

/// A study that could begin, so that nothing but the scripted checks fails.
const STUDY: &str = "\
optimizer: {embedded: {objective: {minimize: cost}, budget: {trials: 2}}}
emulator: {load: {rate: 60}, components: {web: {demand: 25ms, memory: {base: 300Mi}, settings: {cpu: {min: 1, max: 4, step: 1, value: 2}, mem: {value: 1Gi}, replicas: {value: 2}}}}}
";

/// A folder with a `servo.yaml`.
pub(crate) struct Place(tempfile::TempDir);

/// What a run left.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The program while it runs.
pub(crate) struct Running {
    child: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStderr>>,
    heard: String,
}

impl Place {
    /// Makes one whose servo `shop` has these checks, as a list in the flow form of YAML, with these lines above.
    pub(crate) fn with(more: &str, checks: &str) -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        let text = format!("name: shop\n{STUDY}{more}\nscripted: {{checks: [{checks}]}}\n");
        std::fs::write(place.path().join("servo.yaml"), text).unwrap();
        place
    }

    /// Makes one whose servo has these checks.
    pub(crate) fn new(checks: &str) -> Self {
        Self::with("", checks)
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn has(&self, file: &str) -> bool {
        self.path().join(file).exists()
    }

    fn command(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Command {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.arg0(NAME).args(arguments).current_dir(self.path()).env_clear();
        command.envs(variables.iter().copied()).stdin(Stdio::null());
        command
    }

    /// Runs `servo check` of the connector with these arguments to its end.
    pub(crate) fn check(&self, arguments: &[&str]) -> Ran {
        self.check_in(arguments, &[])
    }

    /// Does so with these variables.
    pub(crate) fn check_in(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
        let arguments = [&["check", "scripted"], arguments].concat();
        Ran::of(&self.command(&arguments, variables).output().unwrap())
    }

    /// Runs the program with these arguments to its end.
    pub(crate) fn servo(&self, arguments: &[&str]) -> Ran {
        Ran::of(&self.command(arguments, &[]).output().unwrap())
    }

    /// Starts the program with these arguments.
    pub(crate) fn start(&self, arguments: &[&str]) -> Running {
        let mut command = self.command(arguments, &[]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        Running { child, lines, heard: String::new() }
    }
}

impl Ran {
    fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        }
    }
}

impl Running {
    /// Waits for a line on standard error that has this part.
    pub(crate) fn hear(&mut self, part: &str) {
        loop {
            let Some(line) = self.lines.next() else { panic!("no {part:?} in:\n{}", self.heard) };
            let line = line.unwrap() + "\n";
            self.heard += &line;
            if line.contains(part) {
                return;
            }
        }
    }

    /// Waits for the end.
    pub(crate) fn end(mut self) -> Ran {
        let mut ran = Ran::of(&{
            for line in self.lines.by_ref() {
                self.heard += &(line.unwrap() + "\n");
            }
            self.child.wait_with_output().unwrap()
        });
        ran.stderr = self.heard;
        ran
    }
}
