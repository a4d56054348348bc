//! The ports of one run: free ones of those that are declared.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr, TcpListener};

use servo_core::{Error, Result};

use crate::settings::Ports;

/// Chooses a port for each name, a free one where `must_be_free`.
///
/// # Errors
///
/// Class failed: none of them is free.
pub(crate) fn choose(
    declared: &BTreeMap<String, Ports>,
    must_be_free: bool,
) -> Result<BTreeMap<String, u16>> {
    let mut chosen: BTreeMap<String, u16> = BTreeMap::new();
    for (name, ports) in declared {
        let is_other = |port: &u16| !chosen.values().any(|taken| taken == port);
        let port = ports.all().filter(is_other).find(|port| !must_be_free || is_free(*port));
        let Some(port) = port else {
            return Err(in_use(name, *ports));
        };
        chosen.insert(name.clone(), port);
    }
    Ok(chosen)
}

fn in_use(name: &str, ports: Ports) -> Error {
    let message = if ports.is_range() {
        format!("no port of {ports} is free for `{name}`")
    } else {
        format!("port {ports} is in use by another program")
    };
    Error::failed(message)
        .at(format!("ports.{name}"))
        .with_help("stop what listens there, or write other ports under `ports`")
}

/// Says whether nobody listens on a port, whatever the address.
fn is_free(port: u16) -> bool {
    let is_refused = |error: &std::io::Error| error.kind() == std::io::ErrorKind::AddrInUse;
    let taken = |bound: std::io::Result<TcpListener>| bound.as_ref().is_err_and(is_refused);
    !taken(TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)))
        && !taken(TcpListener::bind((Ipv6Addr::UNSPECIFIED, port)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_in_use_is_passed_over_and_told_where_there_is_no_other() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        let declared = BTreeMap::from([("http".to_owned(), Ports::new(port, port).unwrap())]);
        let error = choose(&declared, true).unwrap_err();
        assert_eq!(error.key(), Some("ports.http"));
        assert!(error.message().contains("in use by another program"));
        assert_eq!(choose(&declared, false).unwrap()["http"], port);
        drop(taken);
        assert_eq!(choose(&declared, true).unwrap()["http"], port);
    }

    #[test]
    fn two_names_never_get_one_port() {
        let range = Ports::new(20_000, 20_001).unwrap();
        let declared = BTreeMap::from(["a", "b"].map(|name| (name.to_owned(), range)));
        let chosen = choose(&declared, false).unwrap();
        assert_ne!(chosen["a"], chosen["b"]);
    }
}
