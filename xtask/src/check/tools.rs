//! What the gate needs beside cargo: a C compiler for SQLite, a mount namespace for the test of a full disk, what a test
//! cluster is started with, and cargo-deny where it is installed.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::cargo;
use crate::failure::{Failure, Result};

/// Makes sure that what is needed is there, before minutes of building end in its absence.
pub(super) fn verify(_root: &Path) -> Result<()> {
    c_compiler()?;
    mount_namespace()
}

/// The same with what the test cluster needs, which the fast tests leave out.
pub(super) fn verify_all(root: &Path) -> Result<()> {
    verify(root)?;
    test_cluster()
}

/// Programs that a test cluster is built or started with, an argument that each of them answers to, and where it is from.
const CLUSTER: [(&str, &str, &str); 6] = [
    ("go", "version", "Go 1.26 from https://go.dev/dl/"),
    ("ip", "-V", "Debian: `apt-get install iproute2`"),
    ("mount", "--version", "Debian: `apt-get install mount`"),
    ("nsenter", "--version", UTIL_LINUX),
    ("setpriv", "--version", UTIL_LINUX),
    ("unshare", "--version", UTIL_LINUX),
];

const UTIL_LINUX: &str = "Debian: `apt-get install util-linux`";

/// The node of the test cluster has namespaces, control groups and network interfaces of its own.
fn test_cluster() -> Result<()> {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    if effective_user(&status) != Some("0") {
        return Err(Failure::failed(
            "the test of a cluster makes namespaces, control groups and network interfaces, which takes root; \
             `cargo xtask check --fast` leaves it out",
        ));
    }
    for (program, argument, from) in CLUSTER {
        if !answers(Command::new(program).arg(argument)) {
            return Err(Failure::failed(format!(
                "`{program} {argument}` fails; the test of a cluster needs it ({from})"
            )));
        }
    }
    println!("test cluster: root, {}", CLUSTER.map(|(program, ..)| program).join(", "));
    Ok(())
}

/// As whom a process acts, of its `status`: the second of four numbers.
fn effective_user(status: &str) -> Option<&str> {
    status.lines().find_map(|line| line.strip_prefix("Uid:"))?.split_whitespace().nth(1)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_acts_as_its_effective_user() {
        assert_eq!(effective_user("Name:\tcat\nUid:\t1000\t0\t0\t0\nGid:\t1000\t1000\n"), Some("0"));
        assert_eq!(effective_user("Name:\tcat\n"), None);
    }
}
