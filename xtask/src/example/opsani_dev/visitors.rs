//! The visitors of the example: they go on coming, and what becomes of each is counted.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use serde_json::Value;

use crate::failure::{Failure, Result};

/// How long each wave of them comes. They are counted at the end of a wave.
const WAVE: &str = "30s";

/// Visitors who come until they are told to leave.
pub(super) struct Visitors {
    is_over: Arc<AtomicBool>,
    thread: JoinHandle<Result<Told>>,
}

/// What became of them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) all: u64,
    /// Those that had no answer, or another one than 200.
    pub(super) failed: u64,
    /// What these had, in words.
    why: Vec<String>,
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} requests of visitors, {} of them failed", self.all, self.failed)?;
        if self.why.is_empty() { Ok(()) } else { write!(f, " ({})", self.why.join("; ")) }
    }
}

impl Visitors {
    /// Lets them come.
    pub(super) fn come(root: &Path) -> Result<Self> {
        let (is_over, root) = (Arc::new(AtomicBool::new(false)), root.to_owned());
        let seen = Arc::clone(&is_over);
        let thread = thread::Builder::new().name("visitors".to_owned()).spawn(move || waves(&root, &seen));
        let thread = thread.map_err(|error| Failure::failed(format!("cannot start a thread: {error}")))?;
        Ok(Self { is_over, thread })
    }

    /// Lets the last wave end, and says what became of all.
    pub(super) fn leave(self) -> Result<Told> {
        self.is_over.store(true, Ordering::Relaxed);
        self.thread.join().map_err(|_| Failure::failed("the visitors have come to an end of their own"))?
    }
}

fn waves(root: &PathBuf, is_over: &AtomicBool) -> Result<Told> {
    let mut told = Told::default();
    while !is_over.load(Ordering::Relaxed) {
        let mut servo = Command::new(root.join("target/release/servo"));
        servo.args(["-c", "examples/opsani-dev/visitors.yaml", "load", "attack", "--format", "json"]);
        servo.args(["--duration", WAVE]).current_dir(root).stdin(Stdio::null()).stderr(Stdio::null());
        let said = servo.output().map_err(|error| Failure::failed(format!("no visitors: {error}")))?;
        told.add(&String::from_utf8_lossy(&said.stdout))?;
    }
    Ok(told)
}

impl Told {
    /// Adds what a wave says of itself.
    fn add(&mut self, said: &str) -> Result<()> {
        let rows: Value = serde_json::from_str(said).map_err(|error| {
            Failure::failed(format!("the visitors have not said how they fared: {error}"))
        })?;
        for row in rows.as_array().into_iter().flatten() {
            let (Some(name), value) = (row["metric"].as_str(), row["value"].as_u64().unwrap_or_default())
            else {
                continue;
            };
            if name == "requests" {
                self.all += value;
            } else if name != "status 200" && (name.starts_with("status ") || name.starts_with("no answer: "))
            {
                self.failed += value;
                self.why.push(format!("{value} {name}"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_has_no_page_has_failed() {
        let mut told = Told::default();
        let wave = r#"[{"metric": "requests", "unit": "", "value": 10}, {"metric": "p50", "unit": "ms", "value": 1.5},
            {"metric": "status 200", "unit": "", "value": 8}]"#;
        told.add(wave).unwrap();
        assert_eq!(told.to_string(), "10 requests of visitors, 0 of them failed");
        let wave = r#"[{"metric": "requests", "value": 10}, {"metric": "status 200", "value": 8},
            {"metric": "status 503", "value": 1}, {"metric": "no answer: reset", "value": 1}]"#;
        told.add(wave).unwrap();
        assert_eq!(
            told.to_string(),
            "20 requests of visitors, 2 of them failed (1 status 503; 1 no answer: reset)"
        );
        assert!(told.add("").is_err());
    }
}
