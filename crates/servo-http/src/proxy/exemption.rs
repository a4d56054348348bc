//! What goes directly although the environment names a proxy: the entries of `NO_PROXY`.

use std::net::IpAddr;

use url::{Host, Url};

use super::authority;

/// One entry: hosts, and their port where only one is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Exemption {
    hosts: Hosts,
    port: Option<u16>,
}

/// The hosts of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Hosts {
    /// `*`.
    All,
    /// A domain with all that is below it, or an address.
    AtOrBelow(Host<String>),
    /// `10.0.0.0/8`, `fd00::/8`.
    Network { address: IpAddr, prefix_bits: u32 },
}

impl Exemption {
    /// Reads a list, separated by commas or white space, and gives the numbers of the entries that cannot be read,
    /// from 1.
    pub(super) fn read_all(list: &str) -> (Vec<Self>, Vec<usize>) {
        let entries = list.split(|c: char| c == ',' || c.is_whitespace()).filter(|entry| !entry.is_empty());
        let (mut read, mut unread) = (Vec::new(), Vec::new());
        for (index, entry) in entries.enumerate() {
            match Self::read(entry) {
                Some(exemption) => read.push(exemption),
                None => unread.push(index.saturating_add(1)),
            }
        }
        (read, unread)
    }

    fn read(entry: &str) -> Option<Self> {
        if entry == "*" {
            return Some(Self { hosts: Hosts::All, port: None });
        }
        if let Some((address, prefix_bits)) = entry.split_once('/') {
            let hosts = Hosts::network(address.parse().ok()?, prefix_bits.parse().ok()?)?;
            return Some(Self { hosts, port: None });
        }
        // An address of version 6 without brackets is all colons and no port.
        if let Ok(host) = authority::host(entry) {
            return Some(Self { hosts: Hosts::AtOrBelow(host), port: None });
        }
        let (host, port) = authority::split(entry).ok()?;
        // `example.com`, `.example.com` and `*.example.com` mean the same to most programs that read the variable.
        let host = host.strip_prefix('*').filter(|rest| rest.starts_with('.')).unwrap_or(host);
        let host = authority::host(host.strip_prefix('.').unwrap_or(host)).ok()?;
        Some(Self { hosts: Hosts::AtOrBelow(host), port })
    }

    /// Returns true where a request to this URL goes directly.
    pub(super) fn includes(&self, url: &Url) -> bool {
        self.port.is_none_or(|port| url.port_or_known_default() == Some(port))
            && authority::host_of(url).is_some_and(|host| self.hosts.include(&host))
    }
}

impl Hosts {
    fn network(address: IpAddr, prefix_bits: u32) -> Option<Self> {
        let longest = if address.is_ipv4() { 32 } else { 128 };
        (prefix_bits <= longest).then_some(Self::Network { address, prefix_bits })
    }

    fn include(&self, host: &Host<String>) -> bool {
        match self {
            Self::All => true,
            Self::AtOrBelow(domain) => authority::is_at_or_below(host, domain),
            Self::Network { address, prefix_bits } => {
                let host = match host {
                    Host::Domain(_) => return false,
                    Host::Ipv4(address) => IpAddr::V4(*address),
                    Host::Ipv6(address) => address.to_canonical(),
                };
                // Addresses that differ in none of the leading bits; a shift by all bits leaves none to differ.
                match (address, host) {
                    (IpAddr::V4(network), IpAddr::V4(host)) => {
                        let differing = network.to_bits() ^ host.to_bits();
                        differing.checked_shr(32_u32.saturating_sub(*prefix_bits)).unwrap_or(0) == 0
                    }
                    (IpAddr::V6(network), IpAddr::V6(host)) => {
                        let differing = network.to_bits() ^ host.to_bits();
                        differing.checked_shr(128_u32.saturating_sub(*prefix_bits)).unwrap_or(0) == 0
                    }
                    _ => false,
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Exemption, Url};

    fn includes(list: &str, url: &str) -> bool {
        let url = url.parse::<Url>().unwrap();
        Exemption::read_all(list).0.iter().any(|entry| entry.includes(&url))
    }

    #[test]
    fn an_entry_includes_what_it_names() {
        for (list, included, others) in [
            ("", &[][..], &["http://a/"][..]),
            ("*", &["http://a/", "https://[::1]:8/"], &[]),
            (
                "example.com",
                &["http://example.com/", "https://a.EXAMPLE.com:8/"],
                &["http://badexample.com/"],
            ),
            (".example.com", &["http://example.com./", "https://a.example.com/"], &["http://com/"]),
            ("*.example.com", &["http://example.com/", "https://a.example.com/"], &["http://com/"]),
            ("a:8080", &["http://a:8080/", "http://b.a:8080/"], &["http://a/"]),
            ("a, .b  c", &["http://a/", "http://b/", "http://c/"], &["http://d/"]),
            (
                "localhost,127.0.0.1,::1",
                &["http://localhost/", "http://127.0.0.1/", "http://[::1]:9/"],
                &["http://[::2]/"],
            ),
            ("[::1]:80", &["http://[::1]/"], &["https://[::1]/"]),
            ("10.0.0.0/8", &["http://10.255.0.1/"], &["http://11.0.0.1/", "http://a/", "http://[::1]/"]),
            ("10.1.2.3/32", &["http://10.1.2.3/"], &["http://10.1.2.2/"]),
            ("10.1.2.3/0", &["http://192.0.2.1/"], &["http://[::1]/"]),
            ("fd00::/8", &["http://[fd12::1]/"], &["http://[fe80::1]/", "http://10.0.0.1/"]),
            ("::/0", &["http://[fd12::1]/"], &[]),
            ("10.0.0.0/8", &["http://[::ffff:10.0.0.1]/"], &[]),
        ] {
            for (urls, expected) in [(included, true), (others, false)] {
                for url in urls {
                    assert_eq!(includes(list, url), expected, "{list} {url}");
                }
            }
        }
    }

    #[test]
    fn an_entry_that_cannot_be_read_is_named_by_its_number() {
        for (list, number) in [
            ("10.0.0.0/33", 1),
            ("a,10.0.0.0/x", 2),
            ("a, b, fd00::/129", 3),
            ("http://a", 1),
            ("a:x", 1),
            ("192.168.*", 1),
            ("a,*.*", 2),
            (".", 1),
        ] {
            assert_eq!(Exemption::read_all(list).1, [number], "{list}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(list in "\\PC*", entry in "[0-9a-f:./*,]{0,20}") {
            let url = "http://10.1.2.3/".parse::<Url>().unwrap();
            for entry in [list, entry].iter().flat_map(|list| Exemption::read_all(list).0) {
                entry.includes(&url);
            }
        }

        #[test]
        fn a_network_includes_the_addresses_that_share_its_prefix(network: u32, host: u32, bits in 0_u32..=32) {
            let list = format!("{}/{bits}", std::net::Ipv4Addr::from(network));
            let shares = (network ^ host).leading_zeros() >= bits;
            prop_assert_eq!(includes(&list, &format!("http://{}/", std::net::Ipv4Addr::from(host))), shares);
        }
    }
}
