//! Which requests go through a proxy, and through which.

mod address;
mod authority;
mod exemption;
mod pattern;

use std::cmp::Reverse;
use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};
use url::{Host, Url};

use self::exemption::Exemption;
use self::pattern::Pattern;

/// Decides which requests go through a proxy.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Proxies {
    /// The most specific first.
    rules: Vec<Rule>,
    environment: FromEnvironment,
    never: Vec<Host<String>>,
}

/// Where the requests go that a pattern selects: through a proxy, or directly.
#[derive(Clone, Debug, PartialEq)]
struct Rule {
    pattern: Pattern,
    proxy: Option<Proxy>,
}

/// The proxies of the environment.
#[derive(Clone, Debug, Default, PartialEq)]
struct FromEnvironment {
    http: Option<Proxy>,
    https: Option<Proxy>,
    exempt: Vec<Exemption>,
}

/// The way of a request.
#[derive(Clone, Debug)]
pub enum Route {
    /// To its host.
    Direct,
    /// Through a proxy.
    Via(Proxy),
}

/// A proxy.
#[derive(Clone)]
pub struct Proxy {
    /// What it speaks.
    pub kind: Kind,
    /// Its host: a name, or an address without brackets.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// User and password. The password may be empty, and so may the user of an HTTP proxy.
    pub credentials: Option<(String, SecretString)>,
}

impl PartialEq for Proxy {
    fn eq(&self, other: &Self) -> bool {
        (self.kind, &self.host, self.port) == (other.kind, &other.host, other.port)
            && match (&self.credentials, &other.credentials) {
                (Some((user, password)), Some((other, secret))) => {
                    user == other && password.expose_secret() == secret.expose_secret()
                }
                (None, None) => true,
                _ => false,
            }
    }
}

impl Eq for Proxy {}

/// Shows `http://host:port`, without user and password.
impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = match self.kind {
            Kind::Http => "http",
            Kind::Socks4 => "socks4",
            Kind::Socks5 => "socks5",
        };
        if self.host.contains(':') {
            write!(f, "{scheme}://[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{scheme}://{}:{}", self.host, self.port)
        }
    }
}

/// Shows what `Display` shows.
impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proxy({self})")
    }
}

/// What a proxy speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// HTTP: `CONNECT` for https, absolute targets for http.
    Http,
    /// SOCKS version 4a.
    Socks4,
    /// SOCKS version 5, which resolves names itself.
    Socks5,
}

/// Why proxies cannot be used as they are written.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProxyError {
    /// The pattern that selects requests.
    #[error(
        "invalid proxy pattern `{pattern}`: expected a scheme such as `all://`, `https://` or `https://*.example.com`"
    )]
    Pattern {
        /// As written, but for user and password where somebody wrote an address instead.
        pattern: String,
    },
    /// The address of the proxy; it is not repeated, since it may hold a password.
    #[error("invalid proxy for `{pattern}`: {reason}")]
    Address {
        /// The pattern it is for.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
}

impl Proxies {
    /// Creates proxies from patterns and addresses, as the keys and values of `settings.proxies`. `None` sends what the
    /// pattern selects directly. The most specific pattern counts: a port before all ports, then a host before all
    /// hosts, then a scheme before all schemes.
    ///
    /// # Errors
    ///
    /// The first pattern or address that cannot be read, or a pattern that says the same as another.
    pub fn from_rules<'a>(
        rules: impl IntoIterator<Item = (&'a str, Option<&'a str>)>,
    ) -> Result<Self, ProxyError> {
        let mut read: Vec<Rule> = Vec::new();
        for (text, address) in rules {
            let pattern = Pattern::read(text)
                .ok_or_else(|| ProxyError::Pattern { pattern: without_credentials(text) })?;
            if read.iter().any(|rule| rule.pattern == pattern) {
                return Err(invalid(text, "another pattern selects the same requests; leave one out"));
            }
            let proxy = address.map(|address| read_address(text, address)).transpose()?;
            read.push(Rule { pattern, proxy });
        }
        read.sort_by_key(|rule| Reverse(rule.pattern.specificity()));
        Ok(Self { rules: read, ..Self::default() })
    }

    /// Adds the proxies of the environment for requests that no rule selects: `HTTPS_PROXY` and `HTTP_PROXY` by the
    /// scheme of the request, `ALL_PROXY` for what is left, and `NO_PROXY` for what goes directly: hosts with all that is
    /// below them, addresses, networks such as `10.0.0.0/8`, or `*`. Lower-case forms count before upper-case ones; empty
    /// values count as absent. An entry of `NO_PROXY` that cannot be read is warned about and passed over.
    ///
    /// # Errors
    ///
    /// An address that cannot be read; the pattern of the error is the variable's name.
    pub fn or_environment(self, variable: &dyn Fn(&str) -> Option<String>) -> Result<Self, ProxyError> {
        let named = |upper: &str| {
            [upper.to_ascii_lowercase(), upper.to_owned()].into_iter().find_map(|name| {
                let value = variable(&name).filter(|value| !value.trim().is_empty())?;
                Some((name, value))
            })
        };
        let proxy = |upper| named(upper).map(|(name, value)| read_address(&name, &value)).transpose();
        let (http, https, all) = (proxy("HTTP_PROXY")?, proxy("HTTPS_PROXY")?, proxy("ALL_PROXY")?);
        // Where there is no proxy, nothing needs to be kept from it.
        let list =
            [&http, &https, &all].into_iter().any(Option::is_some).then(|| named("NO_PROXY")).flatten();
        let exempt = list.map_or_else(Vec::new, |(name, list)| {
            let (exempt, unread) = Exemption::read_all(&list);
            for number in unread {
                // Other programs pass such entries over, too, and the variable is seldom the operator's own.
                tracing::warn!(
                    "entry {number} of {name} is passed over: expected a host, a domain such as `.example.com`, an \
                     address, a network such as `10.0.0.0/8`, or `*`"
                );
            }
            exempt
        });
        let environment =
            FromEnvironment { http: http.or_else(|| all.clone()), https: https.or(all), exempt };
        Ok(Self { environment, ..self })
    }

    /// Sends requests to this host directly, whatever any rule says. What is no host at all changes nothing.
    pub fn never(mut self, host: &str) -> Self {
        self.never.extend(authority::host(host));
        self
    }

    /// Decides the way of a request.
    pub fn route(&self, url: &Url) -> Route {
        let proxy = match self.rules.iter().find(|rule| rule.pattern.selects(url)) {
            _ if self.is_never(url) => None,
            Some(rule) => rule.proxy.as_ref(),
            None => self.environment.proxy(url),
        };
        proxy.map_or(Route::Direct, |proxy| Route::Via(proxy.clone()))
    }

    /// Returns true where nobody else can read what is sent to this URL: over https, or over http to this machine
    /// without a proxy between.
    pub fn is_confidential(&self, url: &Url) -> bool {
        let is_loopback = match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        url.scheme() == "https" || is_loopback && matches!(self.route(url), Route::Direct)
    }

    /// Lists the passwords of all of them.
    pub(crate) fn passwords(&self) -> impl Iterator<Item = &SecretString> {
        let configured = self.rules.iter().filter_map(|rule| rule.proxy.as_ref());
        let proxies = configured.chain(&self.environment.http).chain(&self.environment.https);
        proxies.filter_map(|proxy| proxy.credentials.as_ref()).map(|(_, password)| password)
    }

    fn is_never(&self, url: &Url) -> bool {
        authority::host_of(url).is_some_and(|host| self.never.contains(&host))
    }
}

impl FromEnvironment {
    fn proxy(&self, url: &Url) -> Option<&Proxy> {
        let proxy = match url.scheme() {
            "http" => self.http.as_ref(),
            "https" => self.https.as_ref(),
            _ => None,
        };
        proxy.filter(|_| !self.exempt.iter().any(|entry| entry.includes(url)))
    }
}

/// Reads the address of a proxy that is for a pattern or in a variable.
fn read_address(pattern: &str, address: &str) -> Result<Proxy, ProxyError> {
    address::read(address).map_err(|reason| invalid(pattern, reason))
}

/// Makes the error of an address.
fn invalid(pattern: &str, reason: &str) -> ProxyError {
    ProxyError::Address { pattern: pattern.to_owned(), reason: reason.to_owned() }
}

/// Takes user and password out of what may be the address of a proxy.
fn without_credentials(text: &str) -> String {
    text.rsplit_once('@').map_or_else(|| text.to_owned(), |(_, rest)| format!("[REDACTED]@{rest}"))
}

#[cfg(test)]
mod tests;
