//! What is remembered from one start to the next: the values of the settings that were applied last.
//!
//! The file is replaced as a whole: a new one is written beside it, synced, and renamed over it.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use servo_core::{Error, Result};

use crate::plan::{Plan, Values};

/// The newest form of the file that is understood.
const VERSION: u64 = 1;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    version: u64,
    values: Values,
}

/// The version alone, which is read first: what a newer form has besides is not known.
#[derive(Deserialize)]
struct Version {
    version: u64,
}

/// Reads the values that were applied last; `None` where there are none yet. Blocks on files.
///
/// # Errors
///
/// A file that cannot be read; class configuration where it is of a newer form, or none.
pub(crate) fn read(path: &Path) -> Result<Option<Values>> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            return Err(Error::failed(format!("cannot read {}", path.display())).with_source(error));
        }
    };
    let remove = format!("remove {} to begin with the baseline", path.display());
    let damaged = |error: serde_json::Error| {
        Error::configuration(format!("{} is not the state of a program", path.display()))
            .with_help(remove.clone())
            .with_source(error)
    };
    let Version { version } = serde_json::from_str(&text).map_err(damaged)?;
    if version > VERSION {
        let message = format!(
            "{} was written by a newer servo: it has version {version}, this one knows {VERSION}",
            path.display()
        );
        return Err(Error::configuration(message).with_help(format!("use a newer servo, or {remove}")));
    }
    let Wire { values, .. } = serde_json::from_str(&text).map_err(damaged)?;
    Ok(Some(values))
}

/// Brings values that were remembered to the settings that there are now, since nothing but what these take reaches a
/// command line. Gives a warning for each that is not kept.
pub(crate) fn fitted(plan: &Plan, remembered: &Values) -> (Values, Vec<String>) {
    let (mut values, mut warnings) = (plan.baseline(), Vec::new());
    for (name, value) in remembered {
        let Some(setting) = plan.component.setting(name) else {
            warnings.push(format!("there is no setting `{name}` any more, which was {value}"));
            continue;
        };
        match setting.clone().pinned(false).propose(value, None) {
            Ok(value) if !setting.is_pinned() => drop(values.insert(name.clone(), value)),
            Ok(_) => {}
            Err(error) => warnings.push(format!("the baseline is used in place of {name}={value}: {error}")),
        }
    }
    (values, warnings)
}

/// Writes the values. When this returns, they are there after a crash of the machine, too. Blocks on files.
///
/// # Errors
///
/// The file cannot be written; then it is as it was.
pub(crate) fn write(path: &Path, values: &Values) -> Result<()> {
    let text = serde_json::to_vec_pretty(&Wire { version: VERSION, values: values.clone() });
    text.map_err(io::Error::from).and_then(|text| replace(path, &text)).map_err(|error| {
        Error::failed(format!("cannot write {}", path.display()))
            .with_help("make room, and make the folder writable")
            .with_source(error)
    })
}

/// Replaces a file, or leaves it as it was.
pub(crate) fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let folder = create_folder_of(path)?;
    let new = with_ending(path, ".new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    let written = options.open(&new).and_then(|mut file| {
        file.write_all(content)?;
        file.sync_all()
    });
    if let Err(error) = written.and_then(|()| fs::rename(&new, path)) {
        let _ = fs::remove_file(&new);
        return Err(error);
    }
    File::open(folder)?.sync_all()
}

/// Makes the folder that a file is to be in, for its owner alone.
pub(crate) fn create_folder_of(path: &Path) -> io::Result<&Path> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or_else(|| Path::new("."));
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    Ok(folder)
}

/// Gives the path with something after its last name.
pub(crate) fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(ending);
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use servo_core::model::Value;

    use super::*;

    fn values(threads: i64) -> Values {
        Values::from([("threads".to_owned(), Value::from(threads))])
    }

    #[test]
    fn what_is_written_is_read_again_and_is_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state/web.json");
        assert_eq!(read(&path).unwrap(), None);
        for threads in [4, 8] {
            write(&path, &values(threads)).unwrap();
            assert_eq!(read(&path).unwrap(), Some(values(threads)));
        }
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn a_newer_file_and_a_damaged_one_are_refused_and_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("web.json");
        for (text, expected) in [
            (r#"{"version": 2, "values": {}, "more": 1}"#, "written by a newer servo"),
            (r#"{"version": 1, "values": {"#, "is not the state of a program"),
            (r#"{"version": 1, "values": {}, "more": 1}"#, "is not the state of a program"),
        ] {
            fs::write(&path, text).unwrap();
            let error = read(&path).unwrap_err();
            assert!(error.message().contains(expected), "{error}");
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
    }
}
