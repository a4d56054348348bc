//! Where the server is: a URL below which its API is found.

use std::fmt;

use servo_core::{Error, Result};
use url::Url;

const HELP: &str =
    "write for example `https://prometheus.example.com:9090` or `https://example.com/prometheus`";

/// Where the server is: scheme, host, port and a path that everything asked for is below.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Endpoint(Url);

impl Endpoint {
    /// Reads `base_url`. A `/` at its end is as good as none.
    ///
    /// # Errors
    ///
    /// Class configuration, at `base_url`. It shows no user and no password.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let wrong = |message: String| Error::configuration(message).at("base_url").with_help(HELP);
        let text = text.trim();
        if text.is_empty() {
            return Err(wrong("the URL of the server is empty".to_owned()));
        }
        let url = Url::parse(text).map_err(|error| wrong(format!("not a URL: {error}")))?;
        if !["http", "https"].contains(&url.scheme()) {
            return Err(wrong(format!(
                "expected a URL that begins with https:// or http://, not `{}:`",
                url.scheme()
            )));
        }
        if !url.username().is_empty() || url.password().is_some() {
            let error = wrong("a URL must hold neither user nor password".to_owned());
            let help = "write them as `basic_auth: {username: …, password_file: …}`";
            return Err(error.with_help(help));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(wrong("expected a URL without `?` and `#`".to_owned()));
        }
        Ok(Self(url))
    }

    /// Gives the URL of something below it, such as `api/v1/query`.
    pub(crate) fn at(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        url.set_path(&format!("{}/{path}", self.0.path().trim_end_matches('/')));
        url
    }

    /// Returns the URL as it was written.
    pub(crate) fn url(&self) -> &Url {
        &self.0
    }
}

/// Shows it without a `/` at its end.
impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_kept_and_what_is_asked_for_is_below_it() {
        for (base, shown, query) in [
            ("http://localhost:9090", "http://localhost:9090", "http://localhost:9090/api/v1/query"),
            (" https://h/ ", "https://h", "https://h/api/v1/query"),
            ("https://h/prom", "https://h/prom", "https://h/prom/api/v1/query"),
            ("https://h/a/prom//", "https://h/a/prom", "https://h/a/prom/api/v1/query"),
            ("https://h/a%20b/", "https://h/a%20b", "https://h/a%20b/api/v1/query"),
            ("http://[::1]:9090/", "http://[::1]:9090", "http://[::1]:9090/api/v1/query"),
        ] {
            let endpoint = Endpoint::parse(base).unwrap();
            assert_eq!((endpoint.to_string().as_str(), endpoint.at("api/v1/query").as_str()), (shown, query));
        }
    }

    #[test]
    fn what_is_no_place_of_a_server_is_refused_without_showing_a_password() {
        for (base, said) in [
            ("", "the URL of the server is empty"),
            ("prometheus:9090", "expected a URL that begins with https:// or http://, not `prometheus:`"),
            ("localhost", "not a URL: relative URL without a base"),
            ("ftp://h", "expected a URL that begins with https:// or http://, not `ftp:`"),
            ("http://", "not a URL: empty host"),
            ("https://canary:canary@h", "a URL must hold neither user nor password"),
            ("https://canary@h", "a URL must hold neither user nor password"),
            ("https://h/?match=x", "expected a URL without `?` and `#`"),
        ] {
            let error = Endpoint::parse(base).unwrap_err();
            assert_eq!((error.message(), error.key()), (said, Some("base_url")), "{base}");
            assert!(error.help().is_some_and(|help| !help.contains("canary")));
        }
        let help = Endpoint::parse("https://canary:canary@h").unwrap_err();
        assert!(help.help().is_some_and(|help| help.contains("basic_auth")));
    }
}
