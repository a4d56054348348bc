//! The way to the server: a client that is made when it is needed, who asks, and one more try where that can help.

mod setup;

use std::sync::Arc;
use std::time::Duration;

use http::header::AUTHORIZATION;
use http::{HeaderMap, StatusCode};
use secrecy::ExposeSecret as _;
use servo_core::{Class, Error, Result};
use servo_http::proxy::Route;
use servo_http::{Outlet, Redactor, Response, Wait};
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep, timeout};

use super::question::Question;
use crate::answer::{self, Fault};
use crate::reach::{Credential, Endpoint, Reach, headers, is_credential};
use setup::{Made, Setup};

/// How long is waited before a request is sent again.
const PAUSE: Duration = Duration::from_millis(500);

/// The most bytes of an error that are told.
const MAX_WORDS: usize = 4096;

/// The way to one server.
pub(super) struct Link {
    endpoint: Endpoint,
    setup: Setup,
    headers: HeaderMap,
    credential: Option<Credential>,
    made: Mutex<Option<Arc<Made>>>,
}

impl Link {
    pub(super) fn new(reach: &Reach, outlet: Arc<Outlet>) -> Result<Self> {
        reach.check()?;
        let endpoint = Endpoint::parse(&reach.base_url)?;
        if reach.has_credentials() && !outlet.permits(endpoint.url()) {
            return Err(overheard(&endpoint, &outlet));
        }
        for (name, value) in &reach.headers {
            if is_credential(name) {
                outlet.redactor.add(value.expose_secret().trim());
            }
        }
        let credential = Credential::of(reach, &outlet.base);
        let is_passing = credential.as_ref().is_some_and(Credential::is_passing);
        let setup = Setup::new(reach, outlet, is_passing);
        Ok(Self { endpoint, setup, headers: headers(reach)?, credential, made: Mutex::default() })
    }

    pub(super) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    pub(super) fn redactor(&self) -> &Redactor {
        self.setup.redactor()
    }

    /// Says how long the server may take, in seconds: a little less than what is waited, so that its own words are heard.
    pub(super) fn limit_of_server(&self) -> String {
        let limit = self.setup.timeouts();
        let limit = limit.total.min(limit.read);
        let limit = limit.saturating_sub((limit / 10).min(Duration::from_secs(1)));
        let milliseconds = limit.as_millis().max(1);
        match milliseconds % 1000 {
            0 => (milliseconds / 1000).to_string(),
            rest => format!("{}.{rest:03}", milliseconds / 1000),
        }
    }

    /// Sends a request, and once more where the server was not reached or something before it did not reach it.
    /// Whatever is asked may be asked twice: it changes nothing.
    ///
    /// # Errors
    ///
    /// There is no answer: class connection where the server cannot be reached, is too slow or breaks off.
    pub(super) async fn ask(&self, question: &Question) -> Result<Response> {
        let made = self.made().await?;
        let begin = Instant::now();
        let total = self.setup.timeouts().total;
        let first = Box::pin(self.once(&made, question)).await?;
        let left = total.saturating_sub(begin.elapsed()).saturating_sub(PAUSE);
        if !is_worth_another_try(&first) || left.is_zero() {
            return first.map_err(|error| self.told(&error));
        }
        sleep(PAUSE).await;
        let again = self.made().await?;
        match timeout(left, Box::pin(self.once(&again, question))).await {
            Ok(second) => second?.map_err(|error| self.told(&error)),
            // There was no time for more than the first.
            Err(_) => first.map_err(|error| self.told(&error)),
        }
    }

    /// Sends a request with what says who asks. Where that failed in a way for which certificates may be the cause, and
    /// these come from files, they are read again for the next.
    async fn once(
        &self,
        made: &Arc<Made>,
        question: &Question,
    ) -> Result<Result<Response, servo_http::Error>> {
        let mut request = question.request();
        request.headers.extend(self.headers.clone());
        if let Some(credential) = &self.credential {
            request.headers.insert(AUTHORIZATION, credential.header(self.redactor()).await?);
        }
        let sent = made.client.send(request).await;
        if matches!(sent, Err(servo_http::Error::Connect { .. } | servo_http::Error::Broken { .. }))
            && self.setup.reads_files()
        {
            let mut current = self.made.lock().await;
            if current.as_ref().is_some_and(|current| Arc::ptr_eq(current, made)) {
                *current = None;
            }
        }
        Ok(sent)
    }

    async fn made(&self) -> Result<Arc<Made>> {
        let mut made = self.made.lock().await;
        if let Some(made) = made.as_ref() {
            return Ok(Arc::clone(made));
        }
        let new = Arc::new(self.setup.make(&self.endpoint).await?);
        *made = Some(Arc::clone(&new));
        Ok(new)
    }

    /// Says why there is no answer.
    fn told(&self, error: &servo_http::Error) -> Error {
        use servo_http::Error as Http;
        let causes = std::iter::successors(std::error::Error::source(error), |&cause| cause.source());
        let chain = causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"));
        let chain = self.redactor().excerpt(chain.as_bytes(), MAX_WORDS);
        let at = &self.endpoint;
        let (class, message, help) = match error {
            Http::Connect { .. } if error.is_certificate() => (
                Class::Connection,
                format!("cannot reach Prometheus at {at}: {chain}"),
                "name the authority that vouches for it as `tls.ca_file`, or as `settings.ssl_verify`",
            ),
            Http::Connect { .. } => (
                Class::Connection,
                format!("cannot reach Prometheus at {at}: {chain}"),
                "is `base_url` right, is the server running, and can this machine reach it?",
            ),
            Http::Timeout { .. } => (
                Class::Connection,
                format!("Prometheus at {at} did not answer in time: {chain}"),
                "`timeout` says how long a request may take, and `settings.timeouts` for all there is; a query over less, or \
                 a recording rule, is faster",
            ),
            Http::Broken { .. } => (
                Class::Connection,
                format!("the connection to Prometheus at {at} broke off: {chain}"),
                "is it a server of HTTP at `base_url`, and of TLS where that says https?",
            ),
            Http::TooLarge { .. } => (
                Class::Failed,
                format!("Prometheus at {at} answers more than is read: {chain}"),
                "aggregate to fewer series, use a longer `step`, or raise `settings.max_body`",
            ),
            Http::Invalid { .. } => {
                (Class::Configuration, chain, "`base_url` and `headers` say what is sent")
            }
        };
        Error::new(class, message).with_help(help)
    }
}

/// Returns true where the same request may succeed at once: no connection was made, or something before the server did
/// not reach it. What the server itself says of the query stands.
fn is_worth_another_try(outcome: &Result<Response, servo_http::Error>) -> bool {
    match outcome {
        Err(error @ servo_http::Error::Connect { .. }) => !error.is_certificate(),
        Err(servo_http::Error::Timeout { wait, .. }) => *wait == Wait::Connect,
        Err(_) => false,
        Ok(response) => {
            let is_gateway =
                [StatusCode::BAD_GATEWAY, StatusCode::SERVICE_UNAVAILABLE, StatusCode::GATEWAY_TIMEOUT];
            is_gateway.contains(&response.status)
                && match answer::refusal(&response.body) {
                    Some(Fault::Refused { kind, .. }) => kind == "unavailable",
                    _ => true,
                }
        }
    }
}

/// Says that others could read the credentials.
fn overheard(endpoint: &Endpoint, outlet: &Outlet) -> Error {
    let host = endpoint.url().host_str().unwrap_or_default();
    let proxy = match outlet.proxies.route(endpoint.url()) {
        Route::Via(_) => ", through a proxy",
        Route::Direct => "",
    };
    let message =
        format!("the credentials would be sent to `{host}` over plain http{proxy}, for others to read");
    let help =
        "write an `https://` URL; where the whole way is trusted, set `settings.allow_plain_http: true`";
    Error::configuration(message).at("base_url").with_help(help)
}
