//! What is said over the sockets of a cluster: lines of JSON.

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::UnixStream;

use crate::component::Component;
use crate::error::{Error, Result};
use crate::options::Options;

/// No line is longer.
const LONGEST: u64 = 1 << 20;

/// What is asked of the process that keeps a cluster.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Request {
    /// To hold the cluster as long as the connection stands; the answers tell how far it is.
    Hold(Options),
    /// To keep the cluster when nobody holds it.
    Stay,
    /// To take it down; the answer comes when nothing of it runs any more.
    Down,
    /// To tell what it is.
    Status,
}

/// What the process that keeps a cluster says.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Told {
    Progress(Progress),
    Ready,
    Failed(String),
    /// The cluster has other options than those that were asked for.
    Other(Options),
    Status(Status),
    Done,
}

/// A step on the way to a cluster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// What is reached.
    pub step: String,
    /// When, in seconds since the beginning.
    pub seconds: f64,
}

/// What a cluster is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Status {
    /// Its options.
    pub options: Options,
    /// Whether it is ready.
    pub ready: bool,
    /// Whether it goes on when nobody holds it.
    pub stays: bool,
    /// The process that keeps it, by its number on this machine.
    pub keeper: u32,
    /// The first process inside, by its number on this machine: `nsenter --target` takes it.
    pub init: Option<i32>,
    /// Where the API server is reached on this machine.
    pub api: SocketAddr,
    /// How far it is, and when that was reached.
    pub progress: Vec<Progress>,
}

/// What is asked of the process inside.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Ask {
    /// To carry what follows to an address inside, and back.
    Relay(SocketAddr),
    Do(Act, Component),
    /// To end the containers of the node by force, as their runtime would see it.
    EndContainers,
    /// To import an image archive.
    Load(PathBuf),
    /// To tell what runs.
    Census,
}

/// What may be done with a component.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Act {
    Pause,
    Resume,
    Stop,
    Start,
}

/// What the process inside says.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Answer {
    Done(String),
    Failed(String),
    Census(Vec<Resident>),
}

/// A process inside, and what it holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resident {
    /// The name of its program.
    pub name: String,
    /// Its number inside.
    pub pid: u32,
    /// What is resident of its own, in KiB: pages that are shared are counted in parts.
    pub kib: u64,
}

/// Writes a line.
pub(crate) async fn say<T: Serialize>(stream: &mut UnixStream, message: &T) -> Result<()> {
    let mut line = serde_json::to_vec(message).map_err(|error| Error::failed(error.to_string()))?;
    line.push(b'\n');
    stream.write_all(&line).await.map_err(Error::io("cannot write to the cluster's socket"))
}

/// Reads a line, and nothing that follows it; none where the other side has ended.
pub(crate) async fn hear<T: DeserializeOwned>(stream: &mut UnixStream) -> Result<Option<T>> {
    // One byte after another: what follows a line may be for somebody else. Lines are few and short.
    let mut reader = BufReader::with_capacity(1, stream).take(LONGEST);
    let mut line = String::new();
    let read = reader.read_line(&mut line).await;
    if read.map_err(Error::io("cannot read from the cluster's socket"))? == 0 {
        return Ok(None);
    }
    serde_json::from_str(&line).map(Some).map_err(|error| Error::failed(format!("not understood: {error}")))
}
