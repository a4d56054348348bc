//! A servo's side: credentials, and requests that carry them.

use std::time::Duration;

use http::{Method, StatusCode};
use servo_http::{Client, Options, Redactor, Request, Timeouts};
use servo_runtime::remote::account::Access;
use servo_runtime::remote::auth::Auth;
use servo_runtime::remote::fault::Fault;
use servo_runtime::remote::network::Network;

use crate::site::Site;

/// What a servo has to reach an optimizer.
#[derive(Debug)]
pub(crate) struct Servo {
    pub(crate) auth: Auth,
    pub(crate) client: Client,
}

impl Servo {
    pub(crate) fn new(access: Access) -> Self {
        let redactor = Redactor::default();
        let client = client(Timeouts::default(), redactor.clone());
        Self { auth: Auth::new(access, &Network::default(), redactor), client }
    }

    /// Waits only so long for an answer, from now on.
    pub(crate) fn wait_at_most(&mut self, read: Duration) {
        self.client = client(Timeouts { read, ..Timeouts::default() }, Redactor::default());
    }

    /// A client of the site's token endpoint.
    pub(crate) fn of(site: &Site) -> Self {
        Self::with_secret(site, "canary/secret")
    }

    pub(crate) fn with_secret(site: &Site, secret: &str) -> Self {
        Self::new(Access::Client {
            url: site.url("optimizer/"),
            token_url: site.url("token"),
            client_id: "servo".to_owned(),
            client_secret: secret.into(),
        })
    }

    /// Sends one request, and once more where other credentials may help.
    pub(crate) async fn request(&self) -> Result<StatusCode, Fault> {
        let (status, generation) = self.send().await?;
        if status == StatusCode::UNAUTHORIZED && self.auth.refused(generation).await {
            return Ok(self.send().await?.0);
        }
        Ok(status)
    }

    /// Sends one request, once.
    pub(crate) async fn send(&self) -> Result<(StatusCode, u64), Fault> {
        let authorized = self.auth.authorize(&self.client).await?;
        let url = authorized.url.join("servo").unwrap();
        let (name, value) = authorized.header;
        let response =
            self.client.send(Request::new(Method::POST, url).header(name, value).body("{}")).await?;
        Ok((response.status, authorized.generation))
    }

    /// The fault of a request, which must not show a secret.
    pub(crate) async fn fault(&self) -> Fault {
        let fault = self.request().await.unwrap_err();
        let shown = format!("{fault} {fault:?} {} {:?}", fault.chain(), self.auth);
        assert!(!shown.contains("canary") && !shown.contains("c2Vydm86"), "{shown}");
        fault
    }
}

fn client(timeouts: Timeouts, redactor: Redactor) -> Client {
    Client::new(Options { timeouts, redactor, ..Options::default() }).unwrap()
}
