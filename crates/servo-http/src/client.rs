//! The client.

mod exchange;
mod prepare;
mod turns;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper_util::client::legacy;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use secrecy::ExposeSecret as _;
use url::Url;

use crate::connect::Connector;
use crate::dial::{Dial, Tcp};
use crate::message::destination;
use crate::proxy::Proxies;
use crate::tls::{Shared, Tls, TlsError};
use crate::trace::Trace;
use crate::{Error, Redactor, Request, Response, Timeouts};
use exchange::Exchange;
use turns::Turns;

/// The most bytes of a response's body that are read, unless the options say otherwise.
const MAX_BODY: usize = 1024 * 1024;

/// The most bytes of a response's head, and of what is read ahead of its body.
const MAX_HEAD: usize = 64 * 1024;

/// How long a connection is kept that nobody uses: less than what most servers allow.
const IDLE: Duration = Duration::from_secs(30);

/// The most connections to one host that are kept while nobody uses them. The one that was used last is used next, so
/// that those that are too many fall idle for good.
const MAX_IDLE: usize = 128;

/// What a client is made of.
#[derive(Clone, Debug)]
pub struct Options {
    /// The limits of time.
    pub timeouts: Timeouts,
    /// Whom it trusts, and who it says it is.
    pub tls: Tls,
    /// Through which proxies it goes.
    pub proxies: Proxies,
    /// The most bytes of a response's body that are read.
    pub max_body: usize,
    /// What it calls itself: the header `User-Agent`.
    pub user_agent: String,
    /// How it connects.
    pub dial: Arc<dyn Dial>,
    /// What its traces must not show, beside headers that are marked as sensitive.
    pub redactor: Redactor,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            timeouts: Timeouts::default(),
            tls: Tls::default(),
            proxies: Proxies::default(),
            max_body: MAX_BODY,
            user_agent: "servo".to_owned(),
            dial: Arc::new(Tcp),
            redactor: Redactor::default(),
        }
    }
}

/// Sends requests. Clones share connections.
#[derive(Clone)]
pub struct Client {
    options: Arc<Options>,
    turns: Arc<Turns>,
    hyper: legacy::Client<Connector, Full<Bytes>>,
}

impl Client {
    /// Creates a client, and tells the redactor the passwords of its proxies. Nothing is connected yet. Reads the
    /// system's authorities once per process where they are what is trusted, so call it where blocking for some
    /// milliseconds is no harm.
    ///
    /// # Errors
    ///
    /// Certificates or keys that cannot be used.
    pub fn new(options: Options) -> Result<Self, TlsError> {
        Self::sharing(options, &Shared::default())
    }

    /// Creates a client as [`new`](Self::new) does, which shares how it speaks TLS with those of `shared` that speak
    /// it the same way. Connections it shares with its clones only.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn sharing(options: Options, shared: &Shared) -> Result<Self, TlsError> {
        for password in options.proxies.passwords() {
            options.redactor.add(password.expose_secret());
        }
        let options = Arc::new(options);
        let tls = shared.configuration(&options)?;
        let hyper = legacy::Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(MAX_IDLE)
            .http1_max_buf_size(MAX_HEAD)
            // Sends again what was given to an idle connection that the server had closed, and only if not a byte of
            // it was written: servers close idle connections all the time, and no request is ever taken twice.
            // What may have reached the server is never sent again here.
            .retry_canceled_requests(true)
            .build(Connector::new(&options, tls));
        Ok(Self { options, turns: Arc::default(), hyper })
    }

    /// Sends one request, once, and reads the response whole.
    ///
    /// # Errors
    ///
    /// There is no complete response. A response with an error status is no error here.
    pub async fn send(&self, request: Request) -> Result<Response, Error> {
        let to = destination(&request.url);
        let invalid = |reason| Error::Invalid { to: to.clone(), reason };
        let request = prepare::complete(request, &self.options).map_err(invalid)?;
        let sent = prepare::to_hyper(&request).map_err(invalid)?;
        let trace = Trace::begin(&request, &self.options.redactor);
        let Options { timeouts, max_body, .. } = *self.options;
        let exchange = Exchange { turns: &self.turns, to: &to, timeouts, max_body };
        let outcome = exchange.run(&self.hyper, sent).await;
        if let Some(trace) = trace {
            trace.end(&outcome);
        }
        outcome
    }

    /// Returns true where nobody else can read what is sent to this URL, as [`Proxies::is_confidential`] does.
    pub fn is_confidential(&self, url: &Url) -> bool {
        self.options.proxies.is_confidential(url)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("options", &self.options).finish_non_exhaustive()
    }
}
