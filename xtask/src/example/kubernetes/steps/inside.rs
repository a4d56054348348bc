//! Servo as a Job of the cluster, from its image.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::{EXAMPLE, kubectl, say, ways};
use crate::example::kubernetes::folder;
use crate::failure::{Failure, Result};
use crate::program::{output, run as run_shown};
use crate::servers::{make, unwritable};

/// How pods of the Job are selected.
const PODS: &str = "--selector=batch.kubernetes.io/job-name=servo";
/// Where it is told how a container has ended.
const ENDED: &str = "{.status.containerStatuses[0].state.terminated.exitCode}";

/// Runs the Job to its end, and shows what it says meanwhile; the report is the last of it.
pub(super) fn run(root: &Path) -> Result<()> {
    let folder = folder(root).join("job");
    make(&folder)?;
    let file = folder.join("kustomization.yaml");
    let aliases = ["webapp", "prometheus"].map(|name| Ok((name, ways::address(root, name)?)));
    let aliases = aliases.into_iter().collect::<Result<Vec<_>>>()?;
    let overlay = overlay(&format!("../../../{EXAMPLE}"), &aliases);
    fs::write(&file, overlay.to_string()).map_err(|error| unwritable(&file, &error))?;
    say("starting Servo as a Job");
    output(kubectl(root).args(["delete", "job", "servo", "--ignore-not-found"]))?;
    output(kubectl(root).args(["apply", "--server-side", "-k"]).arg(&folder))?;
    let ready = ["wait", "pod", PODS, "--for=condition=Ready", "--timeout=1m"];
    output(kubectl(root).args(ready))?;
    run_shown(kubectl(root).args(["logs", "--follow", PODS, "--tail=-1"]))?;
    let ended = format!("--for=jsonpath={ENDED}");
    output(kubectl(root).args(["wait", "pod", PODS, "--timeout=1m", &ended]))?;
    let code = format!("--output=jsonpath={}", ENDED.replacen("{.", "{.items[0].", 1));
    match output(kubectl(root).args(["get", "pod", PODS, &code]))?.trim() {
        "0" => Ok(()),
        code => Err(Failure::Delegated(code.parse().unwrap_or(1))),
    }
}

/// The manifests of the Job, with the names of Services that a cluster without a name service cannot look up.
fn overlay(example: &str, aliases: &[(&str, String)]) -> Value {
    let aliases: Vec<Value> =
        aliases.iter().map(|(name, address)| json!({"ip": address, "hostnames": [name]})).collect();
    let patch = json!([{"op": "add", "path": "/spec/template/spec/hostAliases", "value": aliases}]);
    json!({
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": [example],
        "patches": [{"target": {"kind": "Job"}, "patch": patch.to_string()}],
    })
}
