//! What the gate needs beside cargo: a C compiler for SQLite, a mount namespace for the test of a full disk, and
//! cargo-deny where it is installed.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::cargo;
use crate::failure::{Failure, Result};

/// Makes sure that what is needed is there, before minutes of building end in its absence.
pub(super) fn verify(_root: &Path) -> Result<()> {
    c_compiler()?;
    mount_namespace()
}

/// One test fills a disk of its own, which it mounts where nobody else sees it.
fn mount_namespace() -> Result<()> {
    if ["-m", "-rm"].iter().any(|how| answers(Command::new("unshare").args([*how, "true"]))) {
        println!("mount namespaces: unshare");
        return Ok(());
    }
    Err(Failure::failed(
        "`unshare -rm true` fails; the test of a full disk needs util-linux (Debian: `apt-get install util-linux`) \
         and user namespaces, or root",
    ))
}

fn c_compiler() -> Result<()> {
    let compiler = std::env::var("CC").ok().filter(|name| !name.trim().is_empty());
    let compiler = compiler.unwrap_or_else(|| "cc".to_owned());
    // `CC` may carry arguments: only its first word is a program.
    let program = compiler.split_whitespace().next().unwrap_or("cc");
    if answers(Command::new(program).arg("--version")) {
        println!("C compiler: {program}");
        return Ok(());
    }
    Err(Failure::failed(format!(
        "no C compiler answers to `{program} --version`; SQLite is built from source, so install gcc or clang \
         (Debian: `apt-get install gcc`), or set CC"
    )))
}

/// Checks the whole graph with cargo-deny; says so in one line where it is not installed.
pub(super) fn deny(root: &Path) -> Result<()> {
    if !answers(cargo::command(root).args(["deny", "--version"])) {
        println!(
            "cargo-deny is not installed: tidy has checked the bans and the sources, licences are unchecked"
        );
        return Ok(());
    }
    let arguments = ["deny", "--locked", "check", "bans", "licenses", "sources"].map(str::to_owned);
    match cargo::run(root, &arguments, &[])? {
        0 => Ok(()),
        code => {
            Err(Failure::failed(format!("`{}` ended with exit code {code}", cargo::line(&arguments, &[]))))
        }
    }
}

fn answers(command: &mut Command) -> bool {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}
