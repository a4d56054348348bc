//! The example, in a folder of its own, with a budget that does not end.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::Value;
use tempfile::TempDir;
use tokio::process::Command;

use crate::Result;

/// A copy of the example whose programs are named absolutely.
#[derive(Debug)]
pub(crate) struct Site {
    root: PathBuf,
    folder: TempDir,
}

impl Site {
    /// Makes it.
    pub(crate) fn new(root: &Path) -> Result<Self> {
        let root = root.canonicalize().map_err(|error| format!("{}: {error}", root.display()))?;
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let example = root.join("examples/local-web");
        let read = |name: &str| {
            let path = example.join(name);
            std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))
        };
        let write = |name: &str, text: &str| {
            std::fs::write(folder.path().join(name), text).map_err(|error| error.to_string())
        };
        let text = read("servo.yaml")?;
        let budget = "budget: {trials: 24, duration: 10m}";
        if !text.contains(budget) {
            return Err(format!("examples/local-web/servo.yaml has no `{budget}` any more"));
        }
        // Killed programs are failures, and there are to be many of them.
        let endless = "budget: {trials: 100000, duration: 30d, max_consecutive_failures: 1000}";
        let target = format!("{}/", root.join("target").display());
        write("servo.yaml", &text.replace(budget, endless).replace("../../target/", &target))?;
        for name in ["prometheus.yml", "targets.txt"] {
            write(name, &read(name)?)?;
        }
        Ok(Self { root, folder })
    }

    /// Gives the program.
    pub(crate) fn servo(&self) -> PathBuf {
        self.root.join("target/release/servo")
    }

    /// Gives the programs that it starts, the service first.
    pub(crate) fn programs(&self) -> [PathBuf; 2] {
        ["release/local-web", "servers/debian/usr/bin/prometheus"]
            .map(|path| self.root.join("target").join(path))
    }

    /// Gives a file of the folder.
    pub(crate) fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Gives the values of all settings, as the servo describes them while nothing runs.
    pub(crate) async fn described(&self) -> Result<Value> {
        let text = self.output(&["describe", "--format", "json"]).await?;
        let mut described: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        Ok(described["application"].take())
    }

    /// Allows changes again where a circuit has broken.
    pub(crate) async fn reset(&self) -> Result<()> {
        self.output(&["reset"]).await.map(drop)
    }

    async fn output(&self, arguments: &[&str]) -> Result<String> {
        let output = Command::new(self.servo())
            .arg("-c")
            .arg(self.at("servo.yaml"))
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .await
            .map_err(|error| format!("cannot start {}: {error}", self.servo().display()))?;
        if !output.status.success() {
            let stderr = String::from_utf8_lossy(&output.stderr);
            return Err(format!("`servo {}` ended with {}: {stderr}", arguments.join(" "), output.status));
        }
        String::from_utf8(output.stdout).map_err(|error| error.to_string())
    }

    /// Says where the log is, and keeps everything for whoever wants to look.
    pub(crate) fn keep(self) -> String {
        let kept = self.folder.keep();
        format!("see {}", kept.join("log").display())
    }
}
