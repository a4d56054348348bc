//! `way`: ways from this machine to addresses inside.

use std::net::SocketAddr;
use std::str::FromStr;

use tokio::signal::unix::{SignalKind, signal};

use crate::cluster::Cluster;
use crate::error::{Error, Result};

/// A port of loopback, and the address inside that it leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FromTo {
    port: u16,
    to: SocketAddr,
}

impl FromStr for FromTo {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let parsed = text.split_once('=').and_then(|(port, to)| Some((port.parse().ok()?, to.parse().ok()?)));
        let (port, to) = parsed.ok_or("expected PORT=ADDRESS, such as 8080=10.96.0.10:80")?;
        Ok(Self { port, to })
    }
}

/// Opens ways, says so, and keeps them until this process is told to end or the cluster has ended.
pub(super) async fn open(cluster: Cluster, all: &[FromTo]) -> Result<()> {
    let mut terminated = signal(SignalKind::terminate()).map_err(Error::io("cannot wait"))?;
    let mut interrupted = signal(SignalKind::interrupt()).map_err(Error::io("cannot wait"))?;
    let mut open = Vec::new();
    for FromTo { port, to } in all {
        let way = cluster.way_from(*port, *to).await?;
        println!("{} leads to {to}", way.address());
        open.push(way);
    }
    tokio::select! {
        () = cluster.ended() => {}
        _ = terminated.recv() => {}
        _ = interrupted.recv() => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_is_a_port_and_an_address() {
        let to = SocketAddr::from(([10, 96, 0, 10], 80));
        assert_eq!("8080=10.96.0.10:80".parse(), Ok(FromTo { port: 8080, to }));
        for text in ["8080", "8080=webapp:80", "high=10.96.0.10:80", "8080=10.96.0.10"] {
            assert!(text.parse::<FromTo>().is_err(), "{text}");
        }
    }
}
