//! One emulated service with a servo of its own, in a folder of their own.

use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use crate::Result;
use crate::disk::Disk;
use crate::process::{Process, output};

/// A folder with a configuration, the state of the servo and that of the service, and the log.
#[derive(Debug)]
pub(crate) struct Site {
    servo: PathBuf,
    folder: TempDir,
    pub(crate) disk: Option<Disk>,
}

impl Site {
    /// Makes one of the text of a configuration, without keys that it adds itself.
    pub(crate) async fn new(servo: &Path, configuration: &str, has_disk: bool) -> Result<Self> {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let at = |name: &str| folder.path().join(name);
        let disk = if has_disk { Some(Disk::new(at("disk.image"), at("state")).await?) } else { None };
        // The service's own file stands for the cluster, which does not share the disk of the servo.
        let service = format!("\n  state_file: {}\n", at("service.json").display());
        let with_service = configuration.replacen("\nemulator:\n", &format!("\nemulator:{service}"), 1);
        let state_dir = format!("state_dir: {}\n", at("state").display());
        let name = if configuration.contains("\nname:") { "" } else { "name: shop\n" };
        std::fs::write(at("servo.yaml"), format!("{state_dir}{name}{with_service}"))
            .map_err(|error| error.to_string())?;
        Ok(Self { servo: servo.to_owned(), folder, disk })
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Starts the servo.
    pub(crate) fn start(&self) -> Result<Process> {
        Process::start(&self.servo, &self.at("servo.yaml"), &self.at("log"))
    }

    /// Gives what the service has deployed; `None` while nobody has changed anything.
    pub(crate) fn deployed(&self) -> Result<Option<Value>> {
        let file = self.at("service.json");
        if !file.exists() {
            return Ok(None);
        }
        let text = std::fs::read_to_string(&file).map_err(|error| error.to_string())?;
        let mut state: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        Ok(Some(state["state"]["application"]["components"].take()))
    }

    /// Gives what a command prints as JSON.
    pub(crate) async fn json(&self, arguments: &[&str]) -> Result<Value> {
        let text = output(&self.servo, &self.at("servo.yaml"), arguments).await?;
        serde_json::from_str(&text).map_err(|error| format!("`servo {}`: {error}", arguments.join(" ")))
    }

    /// Says where the log is, and keeps everything for whoever wants to look.
    pub(crate) async fn keep(self) -> String {
        if let Some(disk) = &self.disk {
            // For a look at the state, too.
            let _ = disk.unmount().await;
        }
        let kept = self.folder.keep();
        format!("see {}", kept.join("log").display())
    }

    /// Takes everything away.
    pub(crate) async fn remove(self) -> Result<()> {
        match &self.disk {
            Some(disk) => disk.unmount().await,
            None => Ok(()),
        }
    }
}
