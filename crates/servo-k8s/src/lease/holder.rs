//! Who holds leases: the servo, under a name that it keeps from one start to the next.

use std::fs::{self, DirBuilder, OpenOptions};
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use servo_core::{Error, Result};

/// The newest form of the file that is understood.
const VERSION: u64 = 1;

/// What the file is called.
const FILE: &str = "kubernetes-holder.json";

/// The identity of a servo among others that adjust workloads. It is made when it is first needed, and nothing is written
/// before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Holder(String);

/// The file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    version: u64,
    holder: String,
}

/// The version alone, which is read first: what a newer form has besides is not known.
#[derive(Deserialize)]
struct Version {
    version: u64,
}

impl Holder {
    /// Gives the identity that the servo has in this folder; a new one is written down, for its owner alone. Blocks on
    /// files.
    ///
    /// # Errors
    ///
    /// Class failed: the file can be neither read nor written; class configuration where it is none.
    pub(crate) fn of(state_dir: &Path, servo: &str) -> Result<Self> {
        match Self::known(state_dir)? {
            Some(holder) => Ok(holder),
            None => Self::create(state_dir, servo),
        }
    }

    /// Gives the identity that the servo has, without making one. Blocks on files.
    ///
    /// # Errors
    ///
    /// As [`of`](Self::of).
    pub(crate) fn known(state_dir: &Path) -> Result<Option<Self>> {
        let path = state_dir.join(FILE);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => {
                return Err(Error::failed(format!("cannot read {}", path.display())).with_source(error));
            }
        };
        let damaged = |error: serde_json::Error| {
            let message = format!("{} is not the identity of a servo", path.display());
            let help = "remove the file; leases of before then end by themselves, after 15 minutes";
            Error::configuration(message).with_help(help).with_source(error)
        };
        let Version { version } = serde_json::from_str(&text).map_err(damaged)?;
        if version > VERSION {
            let message = format!(
                "{} was written by a newer servo: it has version {version}, this one knows {VERSION}",
                path.display()
            );
            return Err(Error::configuration(message).with_help("use a newer servo"));
        }
        let Written { holder, .. } = serde_json::from_str(&text).map_err(damaged)?;
        Ok(Some(Self(holder)))
    }

    /// Gives the identity as leases have it.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    fn create(state_dir: &Path, servo: &str) -> Result<Self> {
        let made = Self(format!("{servo}-{}", random()));
        let path = state_dir.join(FILE);
        match written(&path, &made) {
            Ok(()) => Ok(made),
            // Another connector of the servo was faster.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Self::known(state_dir)?
                .ok_or_else(|| Error::failed(format!("{} was removed just now", path.display()))),
            Err(error) => Err(Error::failed(format!("cannot write {}", path.display()))
                .with_help("make room, and make the folder writable")
                .with_source(error)),
        }
    }
}

/// Writes the file as a whole under its name, unless there is one.
fn written(path: &Path, holder: &Holder) -> io::Result<()> {
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let text = serde_json::to_vec(&Written { version: VERSION, holder: holder.0.clone() })?;
    let new: PathBuf = folder.join(format!("{FILE}.{}.new", random()));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    let done = options.open(&new).and_then(|mut file| {
        file.write_all(&text)?;
        file.sync_all()?;
        fs::hard_link(&new, path)
    });
    let _ = fs::remove_file(&new);
    done.and_then(|()| fs::File::open(folder)?.sync_all())
}

/// Makes 16 digits that no other servo has: the keys of the standard hash come from the system's chance.
fn random() -> String {
    format!("{:016x}", RandomState::new().build_hasher().finish())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_servo_keeps_its_identity_and_another_has_another() {
        let folder = tempfile::tempdir().expect("a folder");
        let (one, two) = (folder.path().join("one"), folder.path().join("two"));
        assert_eq!(Holder::known(&one).expect("nothing"), None);
        assert!(!one.exists(), "asking writes nothing");
        let first = Holder::of(&one, "shop").expect("a holder");
        assert!(first.as_str().starts_with("shop-") && first.as_str().len() == 21, "{first:?}");
        assert_eq!(Holder::of(&one, "shop").expect("the same"), first);
        assert_ne!(Holder::of(&two, "shop").expect("another"), first);
        let mode = fs::metadata(one.join(FILE)).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(fs::read_dir(&one).expect("a folder").count(), 1, "nothing else is left");
    }

    #[test]
    fn whoever_comes_second_takes_what_the_first_wrote() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = Holder::create(folder.path(), "shop").expect("a holder");
        assert_eq!(Holder::create(folder.path(), "shop").expect("the same"), first);
    }

    #[test]
    fn what_is_not_such_a_file_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        for (text, expected) in [
            ("{}", "is not the identity of a servo"),
            ("", "is not the identity of a servo"),
            (r#"{"version": 2, "holders": []}"#, "was written by a newer servo"),
        ] {
            fs::write(folder.path().join(FILE), text).expect("a file");
            let error = Holder::of(folder.path(), "shop").expect_err("no holder");
            assert!(error.message().contains(expected), "{error}");
        }
    }
}
