//! `--token-file`: whoever names a file means one that is there.

use std::fs::{self, File};
use std::path::Path;

use servo_runtime::config::Assignment;

use crate::failure::Failure;

/// Refuses the file of `--token-file` where it cannot be read. One that the configuration names may come later, as one
/// does that is mounted; what was typed just now is a mistake.
///
/// # Errors
///
/// Usage: it cannot be read.
pub(super) fn check(assignments: &[Assignment]) -> Result<(), Failure> {
    let mut files = assignments.iter().filter(|assignment| assignment.option == "--token-file");
    files.try_for_each(|assignment| readable(Path::new(&assignment.value)))
}

fn readable(path: &Path) -> Result<(), Failure> {
    let wrong = match fs::metadata(path) {
        // To open a pipe would wait for whoever writes to it.
        Ok(metadata) if !metadata.is_file() => "is not a regular file".to_owned(),
        Ok(_) => match File::open(path) {
            Ok(_) => return Ok(()),
            Err(error) => format!("cannot be read: {error}"),
        },
        Err(error) => format!("cannot be read: {error}"),
    };
    let message = format!("the file of --token-file, '{}', {wrong}", path.display());
    Err(Failure::usage(message).with_help("name a file that holds the token, for its owner alone (mode 600)"))
}
