//! No credentials over plain http, except where that was asked for.

use servo_http::proxy::Route;
use url::Url;

use super::optimizer_path;
use crate::config::{Code, ConfigDiagnostic, Document, Path};
use crate::remote::account::{Access, Account};
use crate::remote::network::Network;

/// Where a URL may have been given, in the order in which the places count.
#[derive(Clone, Copy)]
enum Place {
    Key(&'static str),
    Variable(&'static str),
}

use Place::{Key, Variable};

const BASE: [Place; 3] = [Key("base_url"), Variable("OPSANI_BASE_URL"), Variable("APPD_BASE_URL")];

const URL: [Place; 3] = [Key("url"), Variable("OPSANI_URL"), Variable("APPD_URL")];

const TOKEN_URL: [Place; 2] = [Key("token_url"), Variable("APPD_TOKEN_URL")];

/// Refuses the first URL of an account over which credentials would travel in the clear.
pub(super) fn refuse(
    document: &Document,
    account: &Account,
    taken: &[&'static str],
    network: &Network,
) -> Option<ConfigDiagnostic> {
    let urls: Vec<(&Url, &[Place], &str)> = match &account.access {
        Access::Token { url, .. } | Access::File { url: Some(url), .. } => vec![(url, &URL, "the token")],
        Access::Client { url, token_url, .. } => {
            vec![(url, &URL, "the token"), (token_url, &TOKEN_URL, "the client's secret")]
        }
        // What the file says is only known when it is read.
        Access::File { url: None, .. } => Vec::new(),
    };
    let (url, places, what) = urls.into_iter().find(|(url, _, _)| !network.permits(url))?;
    let is_there = |place: &Place| match place {
        Key(key) => document.get(&optimizer_path().key(*key)).is_some_and(|value| !value.is_null()),
        Variable(name) => taken.contains(name),
    };
    let place = places.iter().chain(&BASE).copied().find(is_there);
    let (path, origin) = match place {
        Some(Key(key)) => (optimizer_path().key(key), String::new()),
        Some(Variable(name)) => (optimizer_path(), format!("the variable {name}: ")),
        None => (optimizer_path(), String::new()),
    };
    let host = url.host_str().unwrap_or_default();
    let proxy = if matches!(network.proxies.route(url), Route::Via(_)) { ", through a proxy" } else { "" };
    let message =
        format!("{origin}{what} would be sent to `{host}` over plain http{proxy}, for others to read");
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
