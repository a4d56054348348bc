//! Ways from this machine to the Services of the cluster.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::{Ipv4Addr, TcpStream};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::{EXAMPLE, kubectl};
use crate::example::kubernetes::{folder, on_cluster};
use crate::failure::{Failure, Result};
use crate::program::output;
use crate::servers::{read, unwritable};

/// The Services, with the port of each, and the port of this machine that leads there.
const SERVICES: [(&str, u16, u16); 2] = [("webapp", 80, WEBAPP), ("prometheus", 9090, PROMETHEUS)];
const WEBAPP: u16 = 8580;
const PROMETHEUS: u16 = 9580;

/// What a servo on this machine is told in place of what is in the file.
pub(super) struct Ways {
    targets: PathBuf,
}

impl Ways {
    /// As variables of the environment.
    pub(super) fn environment(&self) -> [(&'static str, String); 2] {
        [
            ("SERVO_PROMETHEUS_BASE_URL", format!("http://127.0.0.1:{PROMETHEUS}")),
            ("SERVO_LOAD_TARGETS", self.targets.display().to_string()),
        ]
    }
}

/// Opens the ways, unless they were left open with a cluster that was kept.
pub(super) fn open(root: &Path, is_new: bool) -> Result<Ways> {
    let are_open =
        SERVICES.iter().all(|(_, _, port)| TcpStream::connect((Ipv4Addr::LOCALHOST, *port)).is_ok());
    if is_new || !are_open {
        keep_open(root, &SERVICES)?;
    }
    let targets = folder(root).join("targets.txt");
    let text = read(&root.join(EXAMPLE).join("targets.txt"))?;
    fs::write(&targets, from_here(&text)).map_err(|error| unwritable(&targets, &error))?;
    Ok(Ways { targets })
}

/// Starts the process that keeps them open. It ends with the cluster, and not when a terminal interrupts this one.
pub(in crate::example) fn keep_open(root: &Path, services: &[(&str, u16, u16)]) -> Result<()> {
    let mut command = on_cluster(root)?;
    command.arg("way").stdin(Stdio::null()).stdout(Stdio::piped()).process_group(0);
    for (name, to, from) in services {
        let address = address(root, name)?;
        command.arg(format!("{from}={address}:{to}"));
    }
    let mut child = command
        .spawn()
        .map_err(|error| Failure::failed(format!("cannot open ways into the cluster: {error}")))?;
    let lines = child.stdout.take().into_iter().flat_map(|said| BufReader::new(said).lines());
    let opened = lines.take(services.len()).flatten().count();
    if opened < services.len() {
        return Err(Failure::failed("there is no way into the cluster, as is said above"));
    }
    Ok(())
}

/// The address of a Service in the cluster, which has no names.
pub(super) fn address(root: &Path, service: &str) -> Result<String> {
    output(kubectl(root).args(["get", "service", service, "--output=jsonpath={.spec.clusterIP}"]))
}

/// Targets inside, as they are reached from this machine.
fn from_here(targets: &str) -> String {
    targets.replace("http://webapp/", &format!("http://127.0.0.1:{WEBAPP}/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_those_of_the_file_by_another_way() {
        let text = "GET http://webapp/products/7\nAccept-Encoding: gzip\n";
        assert_eq!(from_here(text), "GET http://127.0.0.1:8580/products/7\nAccept-Encoding: gzip\n");
    }
}
