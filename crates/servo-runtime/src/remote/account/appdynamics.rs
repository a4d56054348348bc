//! The `AppDynamics` form of an `optimizer` section (specification, section 2.3).

use std::path::Path;

use secrecy::SecretString;
use serde::Deserialize;
use serde_json::Value;
use servo_core::connector::typed;
use servo_core::{Error, Result};
use url::Url;

use super::given::{Given, given, missing, written};
use super::secret::{Written, token, token_file};
use super::{Access, Account, address};

/// The most characters of an identifier.
const LONGEST_ID: usize = 200;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Section {
    optimizer_id: Option<String>,
    tenant_id: Option<String>,
    base_url: Option<String>,
    client_id: Option<String>,
    client_secret: Option<Written>,
    connection_file: Option<String>,
    token: Option<Written>,
    token_file: Option<String>,
    url: Option<String>,
    token_url: Option<String>,
}

/// How a servo authenticates.
#[derive(Clone, Copy)]
enum Way {
    File,
    Token,
    Client,
}

impl Section {
    /// Decides the way: of several, the connection file comes first, then the token (section 3.2).
    fn way(&self) -> Option<Way> {
        let has_token = self.token.is_some() || self.token_file.is_some();
        let has_client = self.client_id.is_some() || self.client_secret.is_some() || self.token_url.is_some();
        let ways =
            [(self.connection_file.is_some(), Way::File), (has_token, Way::Token), (has_client, Way::Client)];
        ways.into_iter().find(|(is_given, _)| *is_given).map(|(_, way)| way)
    }
}

pub(super) fn read(section: Value, base: &Path) -> Result<Account> {
    let mut section: Section = typed(section)?;
    if section.token.is_some() && section.token_file.is_some() {
        let error = Error::configuration("`token` and `token_file` are both given").at("token_file");
        return Err(error.with_help("keep one of them"));
    }
    let id = given("optimizer_id", section.optimizer_id.take());
    let id = id.ok_or_else(missing_id).and_then(identifier);
    let way = section.way();
    // Without an id there is no URL; the rest is looked at all the same, so that everything wrong is told.
    let stand_in = written("optimizer_id", "id".to_owned());
    let optimizer = id.as_ref().unwrap_or(&stand_in);
    let access = match way {
        Some(Way::File) => file(section, base, optimizer),
        Some(Way::Token) => with_token(section, base, optimizer),
        Some(Way::Client) => client(section, optimizer),
        None => Err(no_way().into()),
    };
    match (id, access) {
        (Ok(id), Ok(access)) => Ok(Account { id: id.text, access }),
        (id, access) => {
            let errors = id.err().into_iter().chain(access.err().into_iter().flat_map(|errors| errors.0));
            Err(Error::join(errors).unwrap_or_else(|| Error::internal("one of two was an error")))
        }
    }
}

/// Everything that is wrong with the credentials.
struct Errors(Vec<Error>);

impl From<Error> for Errors {
    fn from(error: Error) -> Self {
        Self(vec![error])
    }
}

fn missing_id() -> Error {
    missing("optimizer_id")
        .with_help("add `optimizer_id:` under `optimizer`, or set the variable APPD_OPTIMIZER_ID")
}

fn no_way() -> Error {
    let help = "give `connection_file`; or `client_id`, `client_secret`, `tenant_id` and `base_url`; or `token` and \
                `base_url`; or set APPD_CONNECTION_FILE, or APPD_CLIENT_ID, APPD_CLIENT_SECRET, APPD_TENANT_ID and \
                APPD_BASE_URL";
    Error::configuration("the AppDynamics optimizer has no credentials").with_help(help)
}

/// Refuses what cannot be one segment of a path.
fn identifier(given: Given) -> Result<Given> {
    let given = given.one_word()?;
    if matches!(given.text.as_str(), "." | "..") || given.text.len() > LONGEST_ID {
        return Err(given.wrong(format!("expected an identifier of 1 to {LONGEST_ID} characters")));
    }
    Ok(given)
}

fn file(section: Section, base: &Path, optimizer: &Given) -> Result<Access, Errors> {
    let path = given("connection_file", section.connection_file);
    let path = path.ok_or_else(no_way)?;
    if path.text.is_empty() {
        let error = path.wrong("the path is empty").with_help("name the file that the agent sidecar writes");
        return Err(error.into());
    }
    let url = given("url", section.url);
    let url = url.as_ref().map(address::parse_folder).transpose()?;
    Ok(Access::File { path: base.join(path.text), optimizer_id: optimizer.text.clone(), url })
}

fn with_token(section: Section, base: &Path, optimizer: &Given) -> Result<Access, Errors> {
    let mut missing = Missing::default();
    let base_url = given("base_url", section.base_url);
    let url = optimizer_url(section.url, base_url.as_ref(), optimizer, &mut missing)?;
    let token = match (section.token, section.token_file) {
        (None, Some(file)) => token_file(&written("token_file", file), base)?,
        (value, _) => {
            let value = given("token", value.map(|value| value.0));
            token(&value.ok_or_else(no_way)?)?
        }
    };
    missing.none()?;
    let url = url.ok_or_else(no_way)?;
    Ok(Access::Token { url, token })
}

fn client(section: Section, optimizer: &Given) -> Result<Access, Errors> {
    let mut missing = Missing::default();
    let base_url = given("base_url", section.base_url);
    let client_id = given("client_id", section.client_id);
    let client_id = missing.unless(client_id, "client_id", "APPD_CLIENT_ID");
    let secret = section.client_secret.map(|secret| secret.0);
    let secret = given("client_secret", secret);
    let secret = missing.unless(secret, "client_secret", "APPD_CLIENT_SECRET");
    let tenant_id = given("tenant_id", section.tenant_id);
    let url = optimizer_url(section.url, base_url.as_ref(), optimizer, &mut missing)?;
    let token_url = given("token_url", section.token_url);
    let token_url = if let Some(given) = token_url {
        Some(address::parse(&given)?)
    } else {
        let tenant_id = missing.unless(tenant_id, "tenant_id", "APPD_TENANT_ID");
        let base_url = missing.unless(base_url, "base_url", "APPD_BASE_URL");
        tenant_id
            .zip(base_url)
            .map(|(tenant_id, base_url)| default_token_url(&base_url, tenant_id))
            .transpose()?
    };
    missing.none()?;
    match (url, token_url, client_id, secret) {
        (Some(url), Some(token_url), Some(client_id), Some(secret)) => Ok(Access::Client {
            url,
            token_url,
            client_id: client_id.one_word()?.text,
            client_secret: client_secret(&secret)?,
        }),
        // Whatever is missing was told before.
        _ => Err(no_way().into()),
    }
}

/// `{base_url}/auth/{tenant_id}/default/oauth2/token` (section 2.3).
fn default_token_url(base_url: &Given, tenant_id: Given) -> Result<Url> {
    let tenant_id = identifier(tenant_id)?;
    Ok(address::below(address::parse(base_url)?, &["auth", &tenant_id.text, "default", "oauth2", "token"]))
}

/// The `url` that is given, or `{base_url}/rest/optimize/co/v1/optimizers/{optimizer_id}/` (section 3.1).
fn optimizer_url(
    url: Option<String>,
    base_url: Option<&Given>,
    optimizer: &Given,
    missing: &mut Missing,
) -> Result<Option<Url>> {
    if let Some(url) = given("url", url) {
        return address::parse_folder(&url).map(Some);
    }
    let Some(base_url) = base_url else {
        missing.add("base_url", "APPD_BASE_URL");
        return Ok(None);
    };
    let path = ["rest", "optimize", "co", "v1", "optimizers", &optimizer.text, ""];
    Ok(Some(address::below(address::parse(base_url)?, &path)))
}

fn client_secret(given: &Given) -> Result<SecretString> {
    let text = given.text.trim();
    if text.is_empty() {
        return Err(given.wrong("the secret is empty"));
    }
    Ok(text.to_owned().into())
}

/// Keys that are required and given nowhere, an error each.
#[derive(Default)]
struct Missing(Vec<(&'static str, Error)>);

impl Missing {
    fn add(&mut self, key: &'static str, variable: &'static str) {
        if self.0.iter().any(|(known, _)| *known == key) {
            return;
        }
        let help = format!(
            "add `{key}:` under `optimizer`, or set the variable {variable}; with a `connection_file` it is not needed"
        );
        self.0.push((key, missing(key).with_help(help)));
    }

    fn unless(&mut self, given: Option<Given>, key: &'static str, variable: &'static str) -> Option<Given> {
        if given.is_none() {
            self.add(key, variable);
        }
        given
    }

    fn none(self) -> Result<(), Errors> {
        if self.0.is_empty() {
            return Ok(());
        }
        Err(Errors(self.0.into_iter().map(|(_, error)| error).collect()))
    }
}
