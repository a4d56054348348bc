//! The address of a proxy: `scheme://user:password@host:port`.

use secrecy::SecretString;

use super::authority::{self, Fault};
use super::{Kind, Proxy};

/// Reads an address. Without a scheme it is an HTTP proxy. The reason of a refusal repeats nothing of the address.
pub(super) fn read(text: &str) -> Result<Proxy, &'static str> {
    let (scheme, rest) = text.trim().split_once("://").unwrap_or(("http", text.trim()));
    let (kind, port) = match scheme.to_ascii_lowercase().as_str() {
        "http" => (Kind::Http, 80),
        "socks4" | "socks4a" => (Kind::Socks4, 1080),
        "socks5" | "socks5h" => (Kind::Socks5, 1080),
        "https" => return Err(OVER_TLS),
        _ => {
            return Err(
                "expected an address such as `http://host:port`, `socks5://host:port` or `socks4://host:port`",
            );
        }
    };
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    if rest.contains(['/', '?', '#', '\\']) {
        return Err(
            "expected nothing after `host:port`; in user and password, write `/` as `%2F`, `?` as `%3F`, \
                    `#` as `%23` and `\\` as `%5C`",
        );
    }
    let (credentials, authority) = match rest.rsplit_once('@') {
        Some((credentials, authority)) => (Some(read_credentials(kind, credentials)?), authority),
        None => (None, rest),
    };
    let (host, given) = authority::split(authority).map_err(reason)?;
    let host = match authority::host(host).map_err(reason)? {
        url::Host::Domain(name) => name,
        url::Host::Ipv4(address) => address.to_string(),
        url::Host::Ipv6(address) => address.to_string(),
    };
    Ok(Proxy { kind, host, port: given.unwrap_or(port), credentials })
}

/// Why `https://` is refused: people also write it for a proxy that is meant for https requests.
const OVER_TLS: &str = "connections to a proxy over TLS are not supported; write `http://`, also for the proxy of https \
                        requests: those are encrypted through it";

/// Reads `user:password` or `user`, percent-encoded.
fn read_credentials(kind: Kind, text: &str) -> Result<(String, SecretString), &'static str> {
    let (user, password) = text.split_once(':').unwrap_or((text, ""));
    let (user, password) = (decode(user)?, decode(password)?);
    match kind {
        Kind::Socks4 => Err("SOCKS 4 has neither user nor password; leave them out, or use `socks5://`"),
        // RFC 7617, section 2.
        Kind::Http if user.contains(':') => Err("the user of an HTTP proxy cannot contain a colon"),
        // RFC 1929, section 2: one byte holds each length.
        Kind::Socks5 if user.is_empty() || user.len() > 255 || password.len() > 255 => {
            Err("expected a user, and neither it nor the password longer than 255 bytes")
        }
        Kind::Http | Kind::Socks5 => Ok((user, password.into())),
    }
}

/// Decodes percent-encoding (RFC 3986, section 2.1).
fn decode(text: &str) -> Result<String, &'static str> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => digit(bytes.next())? << 4 | digit(bytes.next())?,
            byte => byte,
        });
    }
    String::from_utf8(decoded).map_err(|_| "expected percent-encoded UTF-8 in user and password")
}

/// Reads a hexadecimal digit.
fn digit(byte: Option<u8>) -> Result<u8, &'static str> {
    byte.and_then(|byte| char::from(byte).to_digit(16)).and_then(|digit| u8::try_from(digit).ok()).ok_or(
        "expected two hexadecimal digits after each `%` in user and password; write `%` itself as `%25`",
    )
}

/// Says what is wrong with the authority.
fn reason(fault: Fault) -> &'static str {
    match fault {
        Fault::Host => "its host is neither a name nor an address",
        Fault::Port => "expected a port from 1 to 65535 after the colon",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use secrecy::ExposeSecret as _;

    use super::{Kind, read};

    #[test]
    fn an_address_names_kind_host_and_port() {
        for (text, kind, host, port) in [
            ("http://proxy:3128", Kind::Http, "proxy", 3128),
            ("HTTP://Proxy", Kind::Http, "proxy", 80),
            (" http://proxy/ ", Kind::Http, "proxy", 80),
            ("proxy:3128", Kind::Http, "proxy", 3128),
            ("10.0.0.1", Kind::Http, "10.0.0.1", 80),
            ("http://[fd00::1]:8080", Kind::Http, "fd00::1", 8080),
            ("socks4://proxy", Kind::Socks4, "proxy", 1080),
            ("socks4a://proxy:9", Kind::Socks4, "proxy", 9),
            ("socks5://proxy", Kind::Socks5, "proxy", 1080),
            ("socks5h://proxy.example.:1081", Kind::Socks5, "proxy.example", 1081),
        ] {
            let proxy = read(text).unwrap();
            assert_eq!((proxy.kind, proxy.host.as_str(), proxy.port), (kind, host, port), "{text}");
            assert!(proxy.credentials.is_none(), "{text}");
        }
    }

    #[test]
    fn credentials_are_percent_encoded() {
        for (text, user, password) in [
            ("http://ann:secret@proxy", "ann", "secret"),
            ("ann:secret@proxy:80", "ann", "secret"),
            ("http://ann@proxy", "ann", ""),
            ("http://:token@proxy", "", "token"),
            ("http://a%40b:p%3Aq%2F%25@proxy", "a@b", "p:q/%"),
            ("http://ann:p:q@r@proxy", "ann", "p:q@r"),
            ("socks5://%C3%BC:%e2%82%ac@proxy", "ü", "€"),
        ] {
            let (had, secret) = read(text).unwrap().credentials.unwrap();
            assert_eq!((had.as_str(), secret.expose_secret()), (user, password), "{text}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused_with_the_reason() {
        let long = format!("socks5://ann:{}@proxy", "x".repeat(256));
        for (text, expected) in [
            ("", "neither a name nor an address"),
            ("http://", "neither a name nor an address"),
            ("http://:80", "neither a name nor an address"),
            ("http://a b", "neither a name nor an address"),
            ("http://*", "neither a name nor an address"),
            ("http://proxy:port", "expected a port"),
            ("http:proxy", "expected a port"),
            ("http://proxy:70000", "expected a port"),
            ("ftp://proxy", "expected an address such as"),
            ("all://proxy", "expected an address such as"),
            ("https://proxy", "over TLS are not supported"),
            ("http://proxy/path", "expected nothing after"),
            ("http://ann:pa#ss@proxy", "expected nothing after"),
            ("http://ann:100%@proxy", "two hexadecimal digits"),
            ("http://ann:%zz@proxy", "two hexadecimal digits"),
            ("http://ann:%ff@proxy", "UTF-8"),
            ("http://a%3Ab:c@proxy", "cannot contain a colon"),
            ("socks4://ann@proxy", "SOCKS 4 has neither"),
            ("socks5://:secret@proxy", "expected a user"),
            (long.as_str(), "255 bytes"),
        ] {
            let reason = read(text).unwrap_err();
            assert!(reason.contains(expected), "{text}: {reason}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC*", scheme in "(http|socks5)://") {
            let _ = read(&text);
            let _ = read(&format!("{scheme}{text}"));
        }

        #[test]
        fn every_credential_survives_percent_encoding(user in "[^:]{1,20}", password in ".{0,20}") {
            let encoded = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat();
            let text = format!("socks5://{}:{}@proxy", encoded(&user), encoded(&password));
            let (had, secret) = read(&text).unwrap().credentials.unwrap();
            prop_assert_eq!(had, user);
            prop_assert_eq!(secret.expose_secret(), password);
        }
    }
}
