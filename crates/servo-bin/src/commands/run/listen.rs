//! `--listen`: where health and metrics are served.

use std::net::{Ipv4Addr, SocketAddr};

use crate::failure::Failure;

/// Reads an address: an IP address or `localhost` with a port, or a port alone, which is of this machine only.
///
/// # Errors
///
/// It is none.
pub(super) fn parse(text: &str) -> Result<SocketAddr, Failure> {
    let of_this_machine = |port: &str| {
        let is_number = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
        port.parse().ok().filter(|_| is_number).map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
    };
    let named = || {
        let (host, port) = text.rsplit_once(':')?;
        (host.is_empty() || host.eq_ignore_ascii_case("localhost")).then(|| of_this_machine(port))?
    };
    text.parse().ok().or_else(|| of_this_machine(text)).or_else(named).ok_or_else(|| {
        let help = "write a port, such as `9090`, for this machine only; or an IP address with a port, such as \
                    `0.0.0.0:9090` or `[::]:9090` for every network";
        Failure::usage(format!("`--listen {text}` is no address to listen at")).with_help(help)
    })
}

/// Logs where health and metrics are served.
pub(super) fn tell(address: SocketAddr) {
    let also = if address.ip().is_loopback() { "" } else { "; other machines can reach it" };
    tracing::info!("serving /livez, /readyz and /metrics at http://{address}{also}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Option<String> {
        parse(text).ok().map(|address| address.to_string())
    }

    #[test]
    fn a_port_alone_is_of_this_machine() {
        for text in ["9090", ":9090", "localhost:9090", "LocalHost:9090", "127.0.0.1:9090"] {
            assert_eq!(parsed(text).as_deref(), Some("127.0.0.1:9090"), "{text}");
        }
        assert_eq!(parsed("0").as_deref(), Some("127.0.0.1:0"));
    }

    #[test]
    fn an_address_with_a_port_is_itself() {
        for text in ["0.0.0.0:9090", "[::]:9090", "[::1]:0", "192.0.2.7:80"] {
            assert_eq!(parsed(text).as_deref(), Some(text));
        }
    }

    #[test]
    fn anything_else_is_wrong_usage_and_says_what_to_write() {
        for text in [
            "",
            ":",
            "65536",
            "-1",
            "+1",
            "127.0.0.1",
            "::1",
            "*:9090",
            "example.com:80",
            "localhost",
            "9090 ",
        ] {
            let failure = parse(text).unwrap_err();
            assert_eq!(failure.exit_code(), 2, "{text}");
            assert!(
                matches!(failure, Failure::Usage { help: Some(help), .. } if help.contains("9090")),
                "{text}"
            );
        }
    }
}
