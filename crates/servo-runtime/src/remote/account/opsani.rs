//! The Opsani form of an `optimizer` section (specification, sections 2.2 and 2.4).

use std::path::Path;

use serde::Deserialize;
use serde_json::Value;
use servo_core::connector::typed;
use servo_core::{Error, Result};
use url::Url;

use super::given::{Given, given, missing, written};
use super::secret::{Written, token, token_file};
use super::{Access, Account, Token, address};

/// Where optimizers are unless the configuration says otherwise.
const BASE_URL: &str = "https://api.opsani.com";

/// The most characters of a name: those of section 2.2 of the specification, and those of a padded identifier.
const LONGEST_NAME: usize = 64;
const LONGEST_PADDED: usize = 128;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Section {
    id: Option<String>,
    token: Option<Written>,
    token_file: Option<String>,
    base_url: Option<String>,
    url: Option<String>,
}

pub(super) fn read(section: Value, base: &Path) -> Result<Account> {
    let section: Section = typed(section)?;
    let id = given("id", section.id);
    let url = given("url", section.url);
    let base_url = given("base_url", section.base_url);
    let id = id.ok_or_else(missing_id).and_then(|id| Id::read(&id, url.is_some()));
    let token = read_token(section.token, section.token_file, base);
    let url = match (&url, &base_url) {
        (Some(url), _) => address::parse_folder(url).map(Ok),
        (None, Some(base_url)) => address::parse(base_url).map(Err),
        (None, None) => address::parse(&written("base_url", BASE_URL.to_owned())).map(Err),
    };
    match (id, token, url) {
        (Ok(id), Ok(token), Ok(url)) => {
            let url = url.unwrap_or_else(|base_url| id.url(base_url));
            Ok(Account { id: id.text(), access: Access::Token { url, token } })
        }
        (id, token, url) => {
            let errors = [id.err(), token.err(), url.err()].into_iter().flatten();
            Err(Error::join(errors).unwrap_or_else(|| Error::internal("one of three was an error")))
        }
    }
}

fn missing_id() -> Error {
    missing("id")
        .with_help("add `id: organization/name` under `optimizer`, or set the variable OPSANI_OPTIMIZER")
}

fn read_token(value: Option<Written>, file: Option<String>, base: &Path) -> Result<Token> {
    match (value, file) {
        (Some(_), Some(_)) => {
            let error = Error::configuration("`token` and `token_file` are both given").at("token_file");
            Err(error.with_help("keep one of them"))
        }
        (Some(value), None) => token(&written("token", value.0)),
        (None, Some(file)) => token_file(&written("token_file", file), base),
        (None, None) => {
            let help = "add `token:`, or `token_file:` with the path of a file that holds it, under `optimizer`, \
                        or set the variable OPSANI_TOKEN or OPSANI_TOKEN_FILE";
            Err(missing("token").with_help(help))
        }
    }
}

/// The identity of an optimizer.
struct Id {
    organization: String,
    name: String,
}

impl Id {
    /// Reads `organization/name`. An optimizer with a URL of its own may have the padded base64 of section 2.4 as its
    /// name: nothing is made of it but log lines.
    fn read(given: &Given, has_url: bool) -> Result<Self> {
        let text = given.text.trim();
        let is_fit = |name: &str| is_name(name, false) || (has_url && is_name(name, true));
        let parts =
            text.split_once('/').filter(|(organization, name)| is_organization(organization) && is_fit(name));
        if let Some((organization, name)) = parts {
            return Ok(Self { organization: organization.to_owned(), name: name.to_owned() });
        }
        let is_padded =
            text.split_once('/').is_some_and(|(_, name)| is_name(name, true) && !is_name(name, false));
        let help = if is_padded && !has_url {
            "an id with `=`, `+` or a second `/` needs `url`, the whole address of the optimizer"
        } else {
            "write `organization/name`: 5 to 50 letters, digits, `-` and `.`, the first of them no `-`; then 1 to 64 \
             letters, digits, `_`, `-` and `.`"
        };
        Err(given.wrong(format!("`{text}` is not the id of an optimizer")).with_help(help))
    }

    /// `{base_url}/accounts/{organization}/applications/{name}/` (section 3.1).
    fn url(&self, base_url: Url) -> Url {
        address::below(base_url, &["accounts", &self.organization, "applications", &self.name, ""])
    }

    fn text(&self) -> String {
        format!("{}/{}", self.organization, self.name)
    }
}

fn is_organization(text: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    (5..=50).contains(&text.len()) && !text.starts_with('-') && text.chars().all(is_letter)
}

/// Whether a text is a name. The names `.` and `..` would be other paths.
fn is_name(text: &str, is_padded: bool) -> bool {
    let is_letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let is_padding = |c: char| is_padded && matches!(c, '=' | '+' | '/');
    let longest = if is_padded { LONGEST_PADDED } else { LONGEST_NAME };
    (1..=longest).contains(&text.len())
        && !matches!(text, "." | "..")
        && text.chars().all(|c| is_letter(c) || is_padding(c))
}
