//! Files that tell a client where the API server is, and who asks.

use std::net::SocketAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::authority::Issued;

/// Writes one with everything in it, as JSON, which every reader of YAML takes.
pub(crate) fn text(server: SocketAddr, authority: &str, user: &Issued) -> String {
    let encoded = |pem: &str| STANDARD.encode(pem);
    json!({
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "servo-test", "cluster": {
            "server": format!("https://{server}"), "certificate-authority-data": encoded(authority),
        }}],
        "users": [{"name": "admin", "user": {
            "client-certificate-data": encoded(&user.certificate), "client-key-data": encoded(&user.key),
        }}],
        "contexts": [{"name": "servo-test", "context": {"cluster": "servo-test", "user": "admin"}}],
        "current-context": "servo-test",
    })
    .to_string()
}
