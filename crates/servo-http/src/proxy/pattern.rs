//! The patterns that select the requests of a proxy: `all://`, `https://*.example.com`, `http://example.com:8080`.

use url::{Host, Url};

use super::authority;

/// Selects requests by scheme, host and port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern {
    scheme: Scheme,
    hosts: Hosts,
    port: Option<u16>,
}

/// The schemes that a pattern selects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Scheme {
    All,
    Http,
    Https,
}

/// The hosts that a pattern selects.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Hosts {
    Any,
    /// `*example.com`.
    AtOrBelow(Host<String>),
    /// `*.example.com`.
    Below(Host<String>),
    One(Host<String>),
}

/// How much a pattern says; of two that select a request, the greater one counts. Ports come before hosts and hosts
/// before schemes; a longer domain is more specific than a shorter one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Specificity {
    has_port: bool,
    host: (u8, usize),
    has_scheme: bool,
}

impl Pattern {
    /// Reads a pattern; `None` for what is not one.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (scheme, rest) = text.trim().split_once("://")?;
        let scheme = match scheme.to_ascii_lowercase().as_str() {
            "all" => Scheme::All,
            "http" => Scheme::Http,
            "https" => Scheme::Https,
            _ => return None,
        };
        let (host, port) = authority::split(rest.strip_suffix('/').unwrap_or(rest)).ok()?;
        let hosts = match host.strip_prefix('*') {
            None if host.is_empty() => Hosts::Any,
            None => Hosts::One(authority::host(host).ok()?),
            Some("") => Hosts::Any,
            Some(rest) => match rest.strip_prefix('.') {
                Some(domain) => Hosts::Below(domain_of(domain)?),
                None => Hosts::AtOrBelow(domain_of(rest)?),
            },
        };
        Some(Self { scheme, hosts, port })
    }

    /// Returns true where the pattern selects a request to this URL. A port that the URL leaves out is that of its
    /// scheme.
    pub(super) fn selects(&self, url: &Url) -> bool {
        let is_scheme = match self.scheme {
            Scheme::All => true,
            Scheme::Http => url.scheme() == "http",
            Scheme::Https => url.scheme() == "https",
        };
        let is_port = self.port.is_none_or(|port| url.port_or_known_default() == Some(port));
        is_scheme && is_port && authority::host_of(url).is_some_and(|host| self.hosts.include(&host))
    }

    /// Returns how much the pattern says.
    pub(super) fn specificity(&self) -> Specificity {
        let host = match &self.hosts {
            Hosts::Any => (0, 0),
            Hosts::AtOrBelow(domain) => (1, domain.to_string().len()),
            Hosts::Below(domain) => (1, domain.to_string().len().saturating_add(1)),
            Hosts::One(_) => (2, 0),
        };
        Specificity { has_port: self.port.is_some(), host, has_scheme: self.scheme != Scheme::All }
    }
}

impl Hosts {
    fn include(&self, host: &Host<String>) -> bool {
        match self {
            Self::Any => true,
            Self::AtOrBelow(domain) => authority::is_at_or_below(host, domain),
            Self::Below(domain) => authority::is_below(host, domain),
            Self::One(one) => host == one,
        }
    }
}

/// Reads what follows an asterisk: nothing is below an address.
fn domain_of(text: &str) -> Option<Host<String>> {
    authority::host(text).ok().filter(|host| matches!(host, Host::Domain(_)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Pattern, Url};

    fn pattern(text: &str) -> Pattern {
        Pattern::read(text).unwrap_or_else(|| panic!("{text} is a pattern"))
    }

    #[test]
    fn a_pattern_selects_by_scheme_host_and_port() {
        for (text, selected, others) in [
            ("all://", &["http://a/", "https://b:1/", "https://[::1]/"][..], &["data:text"][..]),
            ("all://*", &["http://a/"], &[]),
            ("http://", &["http://a/"], &["https://a/"]),
            ("HTTPS://", &["https://a/"], &["http://a/"]),
            (
                "https://API.opsani.com",
                &["https://api.opsani.com/x", "https://api.opsani.com.:8/"],
                &["http://api.opsani.com/", "https://opsani.com/", "https://a.api.opsani.com/"],
            ),
            (
                "all://*.opsani.com",
                &["http://a.opsani.com/", "https://a.b.opsani.com/"],
                &["https://opsani.com/", "https://badopsani.com/", "https://opsani.com.evil.example/"],
            ),
            (
                "all://*opsani.com/",
                &["http://a.opsani.com/", "https://opsani.com/"],
                &["https://badopsani.com/"],
            ),
            ("all://a:443", &["https://a/", "http://a:443/"], &["http://a/", "https://a:444/"]),
            ("http://:80", &["http://a/", "http://b/"], &["http://a:81/"]),
            ("all://10.0.0.1", &["http://10.0.0.1/"], &["http://10.0.0.2/"]),
            ("all://[::1]:80", &["http://[::1]/"], &["https://[::1]/"]),
        ] {
            for (urls, expected) in [(selected, true), (others, false)] {
                for url in urls {
                    assert_eq!(pattern(text).selects(&url.parse().unwrap()), expected, "{text} {url}");
                }
            }
        }
    }

    #[test]
    fn what_is_not_a_pattern_is_none() {
        for text in [
            "",
            "all",
            "all:",
            "https:/",
            "://",
            "socks5://",
            "ftp://a",
            "a.example",
            "https://a/path",
            "https://u@a",
            "https://a:x",
            "https://a:0",
            "https://a.*.b",
            "https://**",
            "https://*.",
            "https://*.10.0.0.1",
            "all://a?b",
        ] {
            assert_eq!(Pattern::read(text), None, "{text}");
        }
    }

    #[test]
    fn ports_come_before_hosts_and_hosts_before_schemes() {
        let ascending = [
            "all://",
            "https://",
            "all://*example.com",
            "https://*example.com",
            "all://*.example.com",
            "https://*.example.com",
            "all://*.b.example.com",
            "all://a.example.com",
            "https://a.example.com",
            "all://:1",
            "https://:1",
            "all://*.example.com:1",
            "all://a.example.com:1",
            "https://a.example.com:1",
        ];
        assert!(ascending.is_sorted_by(|low, high| pattern(low).specificity() < pattern(high).specificity()));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC*", host in "[*.a-c:0-9\\[\\]]{0,12}") {
            let url = "https://a.b:1/".parse::<Url>().unwrap();
            for text in [text.clone(), format!("all://{text}"), format!("https://{host}")] {
                if let Some(pattern) = Pattern::read(&text) {
                    pattern.selects(&url);
                    pattern.specificity();
                }
            }
        }
    }
}
