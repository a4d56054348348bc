//! A small disk of its own, which fills up or breaks: an ext4 file system in a file.
//!
//! It needs the rights to mount, in a mount namespace that nobody else sees: `unshare --mount` gives one.

use std::path::{Path, PathBuf};

use tokio::process::Command;

use crate::Result;

/// The size of the disk.
const SIZE: &str = "16M";

/// A file system in a file.
#[derive(Debug)]
pub(crate) struct Disk {
    image: PathBuf,
    mounted_at: PathBuf,
}

impl Disk {
    /// Makes one and mounts it.
    pub(crate) async fn new(image: PathBuf, mounted_at: PathBuf) -> Result<Self> {
        std::fs::create_dir_all(&mounted_at).map_err(|error| error.to_string())?;
        call("truncate", &["-s", SIZE, text(&image)?]).await?;
        call("mkfs.ext4", &["-q", text(&image)?]).await?;
        let disk = Self { image, mounted_at };
        disk.mount().await?;
        Ok(disk)
    }

    async fn mount(&self) -> Result<()> {
        call("mount", &["-o", "loop", text(&self.image)?, text(&self.mounted_at)?]).await
    }

    /// Takes it away. What was mounted at the end of the program goes with its namespace.
    pub(crate) async fn unmount(&self) -> Result<()> {
        call("umount", &[text(&self.mounted_at)?]).await
    }

    /// Fills it to the last byte.
    pub(crate) fn fill(&self) -> Result<()> {
        use std::io::Write as _;
        let mut file = std::fs::File::create(self.filler()).map_err(|error| error.to_string())?;
        let mut block = vec![b'x'; 1 << 16];
        while !block.is_empty() {
            // Smaller and smaller, so that nothing is left in the end.
            if file.write_all(&block).and_then(|()| file.sync_data()).is_err() {
                block.truncate(block.len() / 2);
            }
        }
        Ok(())
    }

    /// Makes room again.
    pub(crate) fn free(&self) -> Result<()> {
        std::fs::remove_file(self.filler()).map_err(|error| error.to_string())
    }

    /// Lets it break: nothing can be written any more, as after an error of the hardware.
    pub(crate) async fn break_down(&self) -> Result<()> {
        call("mount", &["-o", "remount,abort", text(&self.mounted_at)?]).await
    }

    /// Repairs it.
    pub(crate) async fn repair(&self) -> Result<()> {
        self.unmount().await?;
        self.mount().await
    }

    fn filler(&self) -> PathBuf {
        self.mounted_at.join("filler")
    }
}

fn text(path: &Path) -> Result<&str> {
    path.to_str().ok_or_else(|| format!("{} is not text", path.display()))
}

async fn call(program: &str, arguments: &[&str]) -> Result<()> {
    let output = Command::new(program).args(arguments).output().await;
    let output = output.map_err(|error| format!("cannot start {program}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    Err(format!("`{program} {}`: {}", arguments.join(" "), stderr.trim()))
}
