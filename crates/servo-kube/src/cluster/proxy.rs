//! Through which proxy a cluster is reached, where its kubeconfig has none: as the operator configured it for everything.

use secrecy::ExposeSecret as _;
use servo_core::{Error, Result};
use servo_http::proxy::{Kind, Proxy, Route};
use url::Url;

use crate::Surroundings;

/// Finds the proxy.
///
/// # Errors
///
/// Class configuration: it is none for HTTP.
pub(super) fn of(server: &http::Uri, surroundings: &Surroundings) -> Result<Option<http::Uri>> {
    let Some(outlet) = surroundings.outlet() else { return Ok(None) };
    let Ok(url) = Url::parse(&server.to_string()) else { return Ok(None) };
    match outlet.proxies.route(&url) {
        Route::Direct => Ok(None),
        Route::Via(proxy) => written(&proxy).map(Some),
    }
}

/// Writes a proxy as kube has it.
fn written(proxy: &Proxy) -> Result<http::Uri> {
    let wrong = || {
        let message =
            format!("the cluster cannot be reached through the proxy {}: expected one for HTTP", proxy.host);
        Error::configuration(message).with_help("exempt the API server with NO_PROXY, or in `proxies`")
    };
    if proxy.kind != Kind::Http {
        return Err(wrong());
    }
    let mut url = Url::parse("http://proxy").map_err(|_| wrong())?;
    let host = if proxy.host.contains(':') { format!("[{}]", proxy.host) } else { proxy.host.clone() };
    url.set_host(Some(&host)).map_err(|_| wrong())?;
    url.set_port(Some(proxy.port)).map_err(|()| wrong())?;
    if let Some((user, password)) = &proxy.credentials {
        url.set_username(user).map_err(|()| wrong())?;
        url.set_password(Some(password.expose_secret())).map_err(|()| wrong())?;
    }
    url.as_str().parse().map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxy(kind: Kind, host: &str, credentials: Option<(&str, &str)>) -> Proxy {
        let credentials = credentials.map(|(user, password)| (user.to_owned(), password.to_owned().into()));
        Proxy { kind, host: host.to_owned(), port: 3128, credentials }
    }

    #[test]
    fn a_proxy_for_http_is_a_url() {
        for (proxy, url) in [
            (proxy(Kind::Http, "proxy", None), "http://proxy:3128/"),
            (proxy(Kind::Http, "fd00::1", None), "http://[fd00::1]:3128/"),
            (proxy(Kind::Http, "proxy", Some(("me", "a@b"))), "http://me:a%40b@proxy:3128/"),
        ] {
            assert_eq!(written(&proxy).expect("a url").to_string(), url);
        }
    }

    #[test]
    fn another_one_is_refused_without_its_password() {
        let error = written(&proxy(Kind::Socks5, "proxy", Some(("me", "canary-77")))).expect_err("no url");
        assert!(!format!("{error:?}").contains("canary-77"));
        assert!(error.message().contains("through the proxy proxy: expected one for HTTP"), "{error}");
    }
}
