//! What the modules below share: reading a section.

mod appdynamics;
mod opsani;
mod properties;

use std::path::Path;

use secrecy::ExposeSecret as _;
use serde_json::Value;
use servo_core::{Class, Error};

use super::*;

/// A secret that nothing may show.
const CANARY: &str = "canary-5f2c9e71";

/// Reads a section; its relative files start at `/etc/servo`. Neither the account nor the error shows the canary.
fn read(section: Value) -> Result<Account, Error> {
    let read = Account::read(section, Path::new("/etc/servo"));
    let shown = match &read {
        Ok(account) => format!("{account:?}"),
        Err(error) => format!("{error:?} {} {:?}", error.chain(), error.help()),
    };
    assert!(!shown.contains(CANARY), "{shown}");
    read
}

fn account(section: Value) -> Account {
    read(section).unwrap_or_else(|error| panic!("{error}: {:?}", error.help()))
}

/// URL and token of an account that has them; `file:` before the path of a token's file.
fn url_and_token(account: &Account) -> (String, String) {
    match &account.access {
        Access::Token { url, token: Token::Value(token) } => {
            (url.to_string(), token.expose_secret().to_owned())
        }
        Access::Token { url, token: Token::File(path) } => {
            (url.to_string(), format!("file:{}", path.display()))
        }
        other => panic!("expected a token, found {other:?}"),
    }
}

/// The errors of a section, each as `key: message`.
fn errors(section: Value) -> Vec<String> {
    let error = read(section).expect_err("the section is wrong");
    let all = std::iter::once(&error).chain(error.additional());
    let told = all.map(|error| {
        assert_eq!(error.class(), Class::Configuration);
        match error.key() {
            Some(key) => format!("{key}: {}", error.message()),
            None => error.message().to_owned(),
        }
    });
    told.collect()
}
