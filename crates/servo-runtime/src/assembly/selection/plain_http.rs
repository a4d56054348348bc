//! No credentials over plain http, except where that was asked for.

use servo_http::proxy::Route;
use url::Url;

use super::optimizer_path;
use crate::config::{Code, ConfigDiagnostic, Document, Path};
use crate::remote::account::{Access, Account};
use crate::remote::network::Network;

/// The keys that may give a URL, in the order in which they count.
const URL: [&str; 2] = ["url", "base_url"];

const TOKEN_URL: [&str; 2] = ["token_url", "base_url"];

/// Refuses the first URL of an account over which credentials would travel in the clear.
pub(super) fn refuse(document: &Document, account: &Account, network: &Network) -> Option<ConfigDiagnostic> {
    let urls: Vec<(&Url, &[&str], &str)> = match &account.access {
        Access::Token { url, .. } | Access::File { url: Some(url), .. } => vec![(url, &URL, "the token")],
        Access::Client { url, token_url, .. } => {
            vec![(url, &URL, "the token"), (token_url, &TOKEN_URL, "the client's secret")]
        }
        // What the file says is only known when it is read.
        Access::File { url: None, .. } => Vec::new(),
    };
    let (url, keys, what) = urls.into_iter().find(|(url, _, _)| !network.permits(url))?;
    let path = keys.iter().map(|key| optimizer_path().key(*key));
    let path = path.into_iter().find(|path| document.get(path).is_some_and(|value| !value.is_null()));
    let path = path.unwrap_or_else(optimizer_path);
    let host = url.host_str().unwrap_or_default();
    let proxy = if matches!(network.proxies.route(url), Route::Via(_)) { ", through a proxy" } else { "" };
    let message = format!("{what} would be sent to `{host}` over plain http{proxy}, for others to read");
    let help =
        "write an `https://` URL; where the whole way is trusted, set `settings.allow_plain_http: true`";
    Some(mark(document, &path, message).with_help(help))
}

/// At the value that is written, or at the section where none is.
fn mark(document: &Document, path: &Path, message: String) -> ConfigDiagnostic {
    if *path == optimizer_path() {
        document.at_key(path, Code::InvalidValue, message)
    } else {
        document.at_value(path, Code::InvalidValue, message)
    }
}
