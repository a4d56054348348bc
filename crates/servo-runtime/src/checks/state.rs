//! Whether the servo can keep its state.

use std::path::{Path, PathBuf};

use rustix::fs::{Access, access, statvfs};
use servo_core::check::Checks;
use servo_core::{Error, Result};

use crate::journal;

/// Adds them. Nothing is made or written: what a write would come upon is asked of the system.
pub(super) fn add<'a>(state_dir: &'a Path, checks: &mut Checks<'a>) {
    checks
        .common("State folder is writable", move || blocking(state_dir, is_writable))
        .id("state_writable")
        .description(
            "The folder of the servo's state, or the one in which it is made, can be written, and has room.",
        );
    checks
        .warning("No other process uses the state", move || blocking(state_dir, is_free))
        .id("state_free")
        .description("A servo takes its state for itself while it runs; a second one is refused.");
}

async fn blocking(
    folder: &Path,
    work: impl FnOnce(PathBuf) -> Result<String> + Send + 'static,
) -> Result<String> {
    let folder = folder.to_owned();
    let done = tokio::task::spawn_blocking(move || work(folder)).await;
    done.map_err(|error| Error::internal("the state folder was not looked at").with_source(error))?
}

#[expect(clippy::needless_pass_by_value, reason = "it runs on a thread of its own")]
fn is_writable(folder: PathBuf) -> Result<String> {
    let help = "make it writable for the user that runs the servo, or name another with `state_dir:`";
    let there = folder.ancestors().find(|path| !path.as_os_str().is_empty() && path.exists());
    let there = there.unwrap_or_else(|| Path::new("."));
    if !there.is_dir() {
        let help = "name another folder with `state_dir:`, or remove what is in its place";
        return Err(Error::failed(format!("{} is not a folder", there.display())).with_help(help));
    }
    access(there, Access::WRITE_OK | Access::EXEC_OK).map_err(|error| {
        let message = format!("cannot write into {}", there.display());
        Error::failed(message).with_source(std::io::Error::from(error)).with_help(help)
    })?;
    // Some file systems do not say how much room they have.
    let full = statvfs(there).is_ok_and(|disk| disk.f_blocks > 0 && disk.f_bavail == 0);
    if full {
        let message = format!("the disk of {} is full", there.display());
        return Err(
            Error::failed(message).with_help("make room: changes that cannot be written down are not made")
        );
    }
    Ok(folder.display().to_string())
}

#[expect(clippy::needless_pass_by_value, reason = "as above")]
fn is_free(folder: PathBuf) -> Result<String> {
    match journal::holder(&folder)? {
        None => Ok(String::new()),
        Some(holder) => {
            let help = "that is as it should be where the servo runs already; otherwise end it, or name another \
                        `state_dir:`";
            Err(Error::failed(format!("{} is in use by {holder}", folder.display())).with_help(help))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_is_not_there_yet_is_writable_where_it_would_be_made() {
        let folder = tempfile::tempdir().unwrap();
        let deep = folder.path().join("a/b/c");
        assert_eq!(is_writable(deep.clone()).unwrap(), deep.display().to_string());
        assert!(!folder.path().join("a").exists(), "looking makes nothing");
    }

    #[test]
    fn a_file_in_place_of_the_folder_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("state");
        std::fs::write(&file, "").unwrap();
        let error = is_writable(file.join("shop")).unwrap_err();
        assert!(error.message().ends_with("state is not a folder"), "{error:?}");
        assert!(error.help().is_some_and(|help| help.contains("state_dir")));
    }

    #[test]
    fn nobody_holds_what_is_not_there() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(is_free(folder.path().join("shop")).unwrap(), "");
    }
}
