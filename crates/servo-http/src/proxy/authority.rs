//! Hosts and ports as people write them, in the canonical form that URLs have.

use std::net::IpAddr;

use url::{Host, Url};

/// What is wrong with `host:port`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The part before the port.
    Host,
    /// The part after the last colon.
    Port,
}

/// Splits `host`, `host:port`, `[address]` and `[address]:port`. The host is not looked at.
pub(super) fn split(text: &str) -> Result<(&str, Option<u16>), Fault> {
    // Colons inside of brackets are of the address.
    let brackets = text.rfind(']').map_or(0, |end| end.saturating_add(1));
    let Some(colon) = text.get(brackets..).and_then(|rest| rest.find(':')) else {
        return Ok((text, None));
    };
    let (host, port) = text.split_at(brackets.saturating_add(colon));
    let digits = port.trim_start_matches(':');
    let is_number =
        port.len() == digits.len().saturating_add(1) && digits.bytes().all(|b| b.is_ascii_digit());
    match digits.parse() {
        Ok(port) if is_number && port > 0 => Ok((host, Some(port))),
        _ => Err(Fault::Port),
    }
}

/// Reads one host: a name, or an address with or without brackets. A final dot makes no difference.
pub(super) fn host(text: &str) -> Result<Host<String>, Fault> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Ok(match address {
            IpAddr::V4(address) => Host::Ipv4(address),
            IpAddr::V6(address) => Host::Ipv6(address),
        });
    }
    let is_wild = text.contains('*');
    Host::parse(text).ok().filter(|_| !is_wild).map(canonical).filter(has_labels).ok_or(Fault::Host)
}

/// Returns the host of a URL.
pub(super) fn host_of(url: &Url) -> Option<Host<String>> {
    url.host().map(|host| canonical(host.to_owned()))
}

/// Returns true where a host is the domain, or below it.
pub(super) fn is_at_or_below(host: &Host<String>, domain: &Host<String>) -> bool {
    host == domain || is_below(host, domain)
}

/// Returns true where a host is below the domain. Addresses are below nothing.
pub(super) fn is_below(host: &Host<String>, domain: &Host<String>) -> bool {
    let (Host::Domain(host), Host::Domain(domain)) = (host, domain) else { return false };
    host.strip_suffix(domain.as_str()).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
}

/// Takes the final dot off a name.
fn canonical(host: Host<String>) -> Host<String> {
    match host {
        Host::Domain(name) => Host::Domain(name.strip_suffix('.').map_or(name.clone(), ToOwned::to_owned)),
        address => address,
    }
}

/// Returns true for an address, and for a name with something before, between and after its dots.
fn has_labels(host: &Host<String>) -> bool {
    match host {
        Host::Domain(name) => name.split('.').all(|label| !label.is_empty()),
        Host::Ipv4(_) | Host::Ipv6(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::{Fault, host, is_at_or_below, is_below, split};

    #[test]
    fn a_port_is_what_follows_the_last_colon_outside_of_brackets() {
        for (text, expected) in [
            ("proxy", Ok(("proxy", None))),
            ("proxy:3128", Ok(("proxy", Some(3128)))),
            ("[::1]", Ok(("[::1]", None))),
            ("[::1]:80", Ok(("[::1]", Some(80)))),
            ("proxy:", Err(Fault::Port)),
            ("proxy:0", Err(Fault::Port)),
            ("proxy:+1", Err(Fault::Port)),
            ("proxy:65536", Err(Fault::Port)),
            ("proxy::80", Err(Fault::Port)),
            ("a:b:80", Err(Fault::Port)),
        ] {
            assert_eq!(split(text), expected, "{text}");
        }
    }

    #[test]
    fn hosts_have_the_form_that_urls_give_them() {
        for (text, expected) in [
            ("Proxy.Example.COM", "proxy.example.com"),
            ("example.com.", "example.com"),
            ("bücher.example", "xn--bcher-kva.example"),
            ("10.0.0.1", "10.0.0.1"),
            ("::1", "[::1]"),
            ("[0:0::1]", "[::1]"),
        ] {
            assert_eq!(host(text).unwrap().to_string(), expected, "{text}");
        }
        for text in
            ["", ".", ".a", "a..b", "a b", "a/b", "a@b", "*", "*.a", "a.*.b", "[::1", "1.2.3.4.5", "a:b"]
        {
            assert_eq!(host(text), Err(Fault::Host), "{text}");
        }
    }

    #[test]
    fn only_whole_labels_are_below_a_domain() {
        let domain = host("example.com").unwrap();
        for (name, below) in [
            ("example.com", false),
            ("a.example.com", true),
            ("a.b.example.com", true),
            ("badexample.com", false),
        ] {
            let name = host(name).unwrap();
            assert_eq!(is_below(&name, &domain), below, "{name}");
            assert_eq!(is_at_or_below(&name, &domain), below || name == domain, "{name}");
        }
        assert!(!is_below(&host("10.0.0.1").unwrap(), &host("0.0.1").unwrap()));
    }
}
