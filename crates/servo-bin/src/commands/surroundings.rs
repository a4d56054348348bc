//! What the program finds around itself: the environment, the system, the pod.

mod dotenv;

use std::collections::BTreeMap;
use std::env::{self, consts};
use std::ffi::OsString;
use std::fs;
use std::path::Path;

use servo_runtime::environment::Environment;

use crate::failure::Failure;
use crate::notify::Supervisor;

/// Where Linux tells the release of its kernel.
const RELEASE: &str = "/proc/sys/kernel/osrelease";

/// Reads the environment of the process, and beneath it the file `.env` of the folder of the configuration.
pub(super) fn environment(base: &Path) -> Result<Environment, Failure> {
    let process = process();
    Ok(match dotenv::read(base)? {
        Some((file, variables)) => process.over_file(file, variables),
        None => process,
    })
}

/// Reads the environment of the process alone.
pub(super) fn process() -> Environment {
    readable(env::vars_os())
}

/// Keeps the variables that are text.
fn readable(variables: impl Iterator<Item = (OsString, OsString)>) -> Environment {
    variables
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

/// Gives what every servo tells of the system it runs in, under the names of `ServoX` (specification, section 3.6).
pub(super) fn telemetry(environment: &Environment) -> BTreeMap<String, String> {
    let release = fs::read_to_string(RELEASE).ok();
    let mut telemetry = BTreeMap::from([
        ("servox.version".to_owned(), env!("CARGO_PKG_VERSION").to_owned()),
        ("servox.platform".to_owned(), platform(consts::OS, release.as_deref(), consts::ARCH)),
    ]);
    if let Some(namespace) = environment.get("POD_NAMESPACE") {
        telemetry.insert("servox.namespace".to_owned(), namespace.to_owned());
    }
    telemetry
}

/// Finds out who started the program and wants to be told how it is: systemd, or nobody.
pub(super) fn supervisor(environment: &Environment) -> Supervisor {
    let [socket, usec, pid] =
        ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"].map(|name| environment.get(name));
    Supervisor::of(socket, usec, pid, std::process::id())
}

/// Names a platform the way Python does: `Linux-6.1.0-x86_64`.
fn platform(system: &str, release: Option<&str>, machine: &str) -> String {
    let mut letters = system.chars();
    let system: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    let parts = [&*system, release.unwrap_or_default().trim(), machine];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStringExt as _;

    use super::*;

    #[test]
    fn a_platform_is_system_release_and_machine() {
        assert_eq!(platform("linux", Some("6.1.0\n"), "x86_64"), "Linux-6.1.0-x86_64");
        assert_eq!(platform("linux", None, "x86_64"), "Linux-x86_64");
        assert_eq!(platform("linux", Some(" \n"), "aarch64"), "Linux-aarch64");
    }

    #[test]
    fn whoever_started_the_program_is_in_the_environment() {
        assert_eq!(supervisor(&Environment::default()), Supervisor::default());
        let environment = [("NOTIFY_SOCKET", "/run/notify"), ("WATCHDOG_USEC", "20")].into_iter().collect();
        assert_eq!(supervisor(&environment), Supervisor::of(Some("/run/notify"), Some("20"), None, 0));
    }

    #[test]
    fn the_namespace_is_told_where_the_pod_knows_it() {
        let known = telemetry(&[("POD_NAMESPACE", "opsani")].into_iter().collect());
        assert_eq!(known["servox.namespace"], "opsani");
        assert_eq!(known["servox.version"], env!("CARGO_PKG_VERSION"));
        let unknown = telemetry(&Environment::default());
        assert_eq!(unknown.keys().collect::<Vec<_>>(), ["servox.platform", "servox.version"]);
    }

    #[test]
    fn variables_that_are_no_text_are_left_out() {
        let text = |name: &str| OsString::from(name);
        let variables =
            [(text("A"), text("1")), (text("B"), OsString::from_vec(vec![0xff])), (text("C"), text("3"))];
        let environment = readable(variables.into_iter());
        assert_eq!(
            (environment.get("A"), environment.get("B"), environment.get("C")),
            (Some("1"), None, Some("3"))
        );
    }
}
