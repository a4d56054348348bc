//! Where the bench works: a folder on the disk that programs are built on, and the programs beside its own.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::Result;
use crate::authority::Authority;

/// What every measurement needs.
pub(crate) struct Place {
    programs: PathBuf,
    folder: TempDir,
    /// Whom servos trust.
    pub(crate) authority: Authority,
}

impl Place {
    /// Finds the programs, and makes the folder, which is removed with this.
    ///
    /// # Errors
    ///
    /// The programs are not built, or the disk cannot be written.
    pub(crate) fn new() -> Result<Self> {
        let own = std::env::current_exe().map_err(|error| format!("cannot find this program: {error}"))?;
        let programs = own.parent().ok_or("this program is in no folder")?.to_owned();
        let folder = tempfile::Builder::new().prefix("bench-").tempdir_in(&programs);
        let folder =
            folder.map_err(|error| format!("cannot make a folder in {}: {error}", programs.display()))?;
        let place = Self { programs, folder, authority: Authority::new()? };
        for program in [place.servo(), place.points()] {
            if !program.is_file() {
                return Err(format!(
                    "no program {}: build all with `cargo build --release -p servo-bin -p servo-bench`",
                    program.display()
                ));
            }
        }
        Ok(place)
    }

    /// Gives the program that is measured.
    pub(crate) fn servo(&self) -> PathBuf {
        self.programs.join("servo")
    }

    /// Gives the servo with the connector `points`.
    pub(crate) fn points(&self) -> PathBuf {
        self.programs.join("servo-bench-points")
    }

    /// Makes a folder for one measurement.
    pub(crate) fn folder(&self, name: &str) -> Result<PathBuf> {
        let folder = self.folder.path().join(name);
        std::fs::create_dir(&folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
        Ok(folder)
    }
}

/// Writes a file that is its owner's alone.
pub(crate) fn write(path: &Path, text: &str) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::write(path, text)
        .and_then(|()| std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)))
        .map_err(|error| format!("cannot write {}: {error}", path.display()))
}
