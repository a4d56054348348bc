//! Where a program is: looked for as a shell would, and told in full where it is not there.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use servo_core::{Error, Result};

/// Where programs are looked for if nobody says where.
pub const DEFAULT_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Finds a program: one with a `/` in its name from `folder` on, any other in the folders of `path`, which `:` separates.
///
/// # Errors
///
/// Class configuration: there is none, or it may not be executed. The message names the program and where it was looked
/// for.
pub async fn find(program: &str, path: &str, folder: &Path) -> Result<PathBuf> {
    if program.contains('/') {
        let file = folder.join(program);
        return match kind(&file).await {
            Kind::Program => Ok(file),
            Kind::Missing => Err(Error::configuration(format!("there is no program {}", file.display()))
                .with_help("a relative name starts at the working folder: correct the name, or put the program there")),
            Kind::NotExecutable => Err(not_executable(&file)),
        };
    }
    let mut refused = None;
    // An empty folder is the working folder, as it is for a shell.
    for place in path.split(':') {
        let file = folder.join(place).join(program);
        match kind(&file).await {
            Kind::Program => return Ok(file),
            Kind::NotExecutable => refused = refused.or(Some(file)),
            Kind::Missing => {}
        }
    }
    Err(refused.map_or_else(
        || {
            Error::configuration(format!("there is no program `{program}` in {path}"))
                .with_help(format!("install `{program}`, add its folder to PATH, or write its whole path"))
        },
        |file| not_executable(&file),
    ))
}

enum Kind {
    Missing,
    NotExecutable,
    Program,
}

async fn kind(file: &Path) -> Kind {
    match tokio::fs::metadata(file).await {
        Err(_) => Kind::Missing,
        Ok(found) if found.is_file() && found.permissions().mode() & 0o111 != 0 => Kind::Program,
        Ok(_) => Kind::NotExecutable,
    }
}

fn not_executable(file: &Path) -> Error {
    let shown = file.display();
    Error::configuration(format!("{shown} is no program that can be executed"))
        .with_help(format!("`chmod +x {shown}`, or name the interpreter before it, such as `sh {shown}`"))
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;

    use super::*;

    #[tokio::test]
    async fn a_program_is_found_by_its_name_and_by_its_path() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("bench");
        std::fs::write(&file, "").unwrap();
        std::fs::set_permissions(&file, Permissions::from_mode(0o755)).unwrap();
        assert_eq!(find("./bench", "/bin", folder.path()).await.unwrap(), folder.path().join("./bench"));
        let path = format!("/nonexistent:{}", folder.path().display());
        assert_eq!(find("bench", &path, Path::new("/")).await.unwrap(), file);
        assert!(find("sh", DEFAULT_PATH, Path::new("/")).await.unwrap().is_absolute());
    }

    #[tokio::test]
    async fn what_is_not_there_is_told_with_where_it_was_looked_for() {
        let error = find("pgbenhc", "/usr/bin:/bin", Path::new("/")).await.unwrap_err();
        assert_eq!(error.message(), "there is no program `pgbenhc` in /usr/bin:/bin");
        assert_eq!(error.help(), Some("install `pgbenhc`, add its folder to PATH, or write its whole path"));
        let error = find("./x", "/bin", Path::new("/nonexistent")).await.unwrap_err();
        assert_eq!(error.message(), "there is no program /nonexistent/./x");
    }

    #[tokio::test]
    async fn a_file_that_may_not_be_executed_is_told_as_that() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("bench"), "").unwrap();
        for (program, path) in [("./bench", "/bin"), ("bench", "")] {
            let error = find(program, path, folder.path()).await.unwrap_err();
            assert!(error.message().ends_with("bench is no program that can be executed"), "{error}");
            assert!(error.help().unwrap().starts_with("`chmod +x "), "{error:?}");
        }
        assert!(find(".", "/bin:", folder.path()).await.is_err());
    }
}
