//! What is printed of a cluster that runs.

use std::process::ExitCode;

use serde_json::json;

use crate::cluster::{Cluster, Place};
use crate::error::{Error, Result};

pub(super) async fn status(place: &Place, as_json: bool) -> Result<ExitCode> {
    let Some(cluster) = Cluster::running(place).await? else {
        if as_json {
            println!("null");
        } else {
            println!("no cluster runs in {}", place.site.folder().display());
        }
        return Ok(ExitCode::FAILURE);
    };
    let status = cluster.status().await?;
    let residents = cluster.census().await.unwrap_or_default();
    let kib: u64 = residents.iter().map(|resident| resident.kib).sum();
    if as_json {
        let all = json!({
            "folder": place.site.folder(), "kubeconfig": place.site.kubeconfig(), "status": status,
            "memory_kib": kib, "processes": residents,
        });
        let text = serde_json::to_string_pretty(&all).map_err(|error| Error::failed(error.to_string()))?;
        println!("{text}");
        return Ok(ExitCode::SUCCESS);
    }
    for progress in &status.progress {
        println!("{:6.1} s  {}", progress.seconds, progress.step);
    }
    println!(
        "{}, {}",
        if status.ready { "ready" } else { "not ready" },
        if status.stays { "goes on until it is taken down" } else { "goes on as long as somebody holds it" }
    );
    println!("API server  https://{}", status.api);
    println!("kubeconfig  {}", place.site.kubeconfig().display());
    println!("memory      {} MiB in {} processes", kib / 1024, residents.len());
    for resident in residents.iter().take(12) {
        println!("{:8} MiB  {}", resident.kib / 1024, resident.name);
    }
    Ok(ExitCode::SUCCESS)
}
