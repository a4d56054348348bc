//! The forms of `optimizer`: one of the program's own, or the keys of a remote one.

use serde_json::{Value, json};
use servo_core::registry::Registry;

use super::definitions::{Definitions, reference};
use super::of_optimizer;
use crate::remote::account::APPDYNAMICS_KEYS;

/// An URL without a user or a query.
const URL: &str = "^[Hh][Tt][Tt][Pp][Ss]?://[^@?#]+$";

/// `organization/name`; what follows the slash may be padded base64 where there is a `url`.
const ID: &str = r"^\s*[A-Za-z0-9.][A-Za-z0-9.\-]{4,49}/[A-Za-z0-9_.=+/\-]{1,128}\s*$";

pub(super) fn optimizer(registry: &Registry, definitions: &mut Definitions) -> Value {
    let mut forms = Vec::new();
    for optimizer in registry.optimizers() {
        let key = optimizer.key;
        let section = definitions.insert(&format!("optimizer.{key}"), of_optimizer(optimizer));
        forms.push(json!({
            "title": key,
            "description": optimizer.description,
            "type": "object",
            "properties": {key: section},
            "required": [key],
            "additionalProperties": false,
        }));
    }
    for (name, form) in [("Opsani", opsani()), ("AppDynamics", appdynamics())] {
        if let Ok(form) = form.try_into() {
            definitions.insert(name, form);
            forms.push(reference(name));
        }
    }
    forms.push(json!({"description": "The environment names the optimizer.", "type": "null"}));
    let kinds = registry.optimizers().iter().map(|optimizer| format!("`{}`", optimizer.key));
    let kinds: Vec<String> = kinds.collect();
    json!({
        "description": format!(
            "Which optimizer decides: {}, or a remote one with `id` and `token`, or with `optimizer_id` and credentials.",
            kinds.join(", ")
        ),
        "anyOf": forms,
    })
}

fn text(description: &str, variable: &str) -> Value {
    json!({"description": format!("{description} Left out, `{variable}` of the environment."), "type": ["string", "null"]})
}

fn secret(description: &str, variable: &str) -> Value {
    let mut secret = text(description, variable);
    secret["writeOnly"] = true.into();
    secret
}

fn url(description: &str, variable: &str) -> Value {
    let mut url = text(description, variable);
    url["pattern"] = URL.into();
    url
}

fn form(title: &str, description: &str, properties: &Value) -> Value {
    json!({
        "title": title, "description": description, "type": "object",
        "properties": properties, "additionalProperties": false,
    })
}

/// The keys of section 2.2 of the specification.
fn opsani() -> Value {
    let mut id = text(
        "The optimizer: `organization/name`. Of an organization there are 5 to 50 letters, digits, `-` and `.`; of a name 1 to 64 letters, digits, `_`, `-` and `.`.",
        "OPSANI_OPTIMIZER",
    );
    id["pattern"] = ID.into();
    id["examples"] = json!(["example.com/shop"]);
    let mut base_url = url("Where optimizers are.", "OPSANI_BASE_URL");
    base_url["default"] = "https://api.opsani.com".into();
    let properties = json!({
        "id": id,
        "token": secret("The token that says who asks. `token_file` keeps it out of this file.", "OPSANI_TOKEN"),
        "token_file": text("The path of a file that holds the token alone, read for every request; instead of `token`.", "OPSANI_TOKEN_FILE"),
        "base_url": base_url,
        "url": url("The whole address of the optimizer, instead of one made of `base_url` and `id`.", "OPSANI_URL"),
    });
    form("Opsani", "A remote optimizer with an id and a token.", &properties)
}

/// The keys of section 2.3 of the specification.
fn appdynamics() -> Value {
    let properties = json!({
        "optimizer_id": text("The id of the optimizer.", "APPD_OPTIMIZER_ID"),
        "tenant_id": text("The id of the tenant.", "APPD_TENANT_ID"),
        "base_url": url("Where optimizers are.", "APPD_BASE_URL"),
        "client_id": text("The id of the OAuth2 client.", "APPD_CLIENT_ID"),
        "client_secret": secret("The secret of the OAuth2 client.", "APPD_CLIENT_SECRET"),
        "connection_file": text("The file that an agent sidecar writes, with endpoint, tenant and token.", "APPD_CONNECTION_FILE"),
        "token": secret("The token that says who asks, as the whole value of the header.", "APPD_TOKEN"),
        "token_file": {
            "description": "The path of a file that holds the token alone; instead of `token`.",
            "type": ["string", "null"],
        },
        "url": url("The whole address of the optimizer, instead of one made of `base_url` and `optimizer_id`.", "APPD_URL"),
        "token_url": url("Where tokens are issued, instead of an address made of `base_url` and `tenant_id`.", "APPD_TOKEN_URL"),
    });
    let description =
        "A remote optimizer of AppDynamics, with a connection file, client credentials, or a token.";
    let mut form = form("AppDynamics", description, &properties);
    let is_it: Vec<Value> = APPDYNAMICS_KEYS.iter().map(|key| json!({"required": [key]})).collect();
    form["anyOf"] = is_it.into();
    form
}
