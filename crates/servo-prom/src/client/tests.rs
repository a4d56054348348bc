//! The client against servers in memory: what it sends, and what it makes of what comes back.

mod asking;
mod failing;
mod reaching;
mod securing;
mod server;

use std::sync::Arc;

use jiff::Timestamp;
use servo_core::Class;
use servo_core::duration::Duration;
use servo_http::Outlet;

use super::Client;
use crate::reach::Reach;
use crate::source::{Answer, Range, Source as _};
use server::{Reply, Server};

/// What must be shown nowhere.
const CANARY: &str = "canary-5f2c9e71";

/// An answer of nothing.
const EMPTY: &str = r#"{"status":"success","data":{"resultType":"vector","result":[]}}"#;

const ONE: &str = r#"{"status":"success","data":{"resultType":"scalar","result":[10,"1"]}}"#;

const URL: &str = "http://localhost:9090";

fn at(milliseconds: i64) -> Timestamp {
    Timestamp::from_millisecond(milliseconds).unwrap()
}

fn reach(base_url: &str) -> Reach {
    Reach { base_url: base_url.to_owned(), ..Reach::default() }
}

/// What the host lends, with this server in place of the network.
fn outlet(server: &Arc<Server>) -> Outlet {
    Outlet { dial: Arc::clone(server) as _, ..Outlet::default() }
}

fn client(server: &Arc<Server>) -> Client {
    Client::new(&reach(URL), Arc::new(outlet(server))).unwrap()
}

async fn ask(client: &Client) -> servo_core::Result<Answer> {
    client.query("up", at(10_000)).await
}

/// The error of a query, whose class is checked; without secrets.
async fn failure(client: &Client, class: Class) -> String {
    let error = ask(client).await.unwrap_err();
    let shown = format!("{} {error:?} {:?}", error.chain(), error.help());
    assert!(!shown.contains(CANARY), "{shown}");
    assert_eq!(error.class(), class, "{shown}");
    error.message().to_owned()
}
