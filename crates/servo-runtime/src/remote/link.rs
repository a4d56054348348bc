//! One exchange with an optimizer: a request, tried as often as its limits allow.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method, StatusCode};
use jiff::Timestamp;
use servo_http::{Redactor, Request, Response};
use tokio::sync::watch;
use tokio::time::Instant;

use super::auth::Auth;
use super::fault::{Fault, Verdict};
use super::renewal::Renewal;
use super::retry::{self, Backoff};

/// Who answers, in faults.
const OPTIMIZER: &str = "the optimizer";

/// How much of the body of a refusal is logged.
const EXCERPT: usize = 512;

/// How requests reach an optimizer.
#[derive(Debug)]
pub struct Link {
    clients: Renewal,
    auth: Auth,
    backoff: Backoff,
    redactor: Redactor,
    /// Counts how often everybody was asked to hurry.
    hurry: watch::Sender<u64>,
    /// Until when exchanges that were given up are to be left alone, as the other side asked.
    asked: Mutex<BTreeMap<String, Instant>>,
    /// When a request was last answered as it should be.
    heard: Mutex<Option<Instant>>,
    /// How many requests were not.
    faults: AtomicU64,
}

/// Hears when everybody is asked to hurry, also while nobody waits.
#[derive(Debug)]
pub struct Haste(watch::Receiver<u64>);

impl Haste {
    async fn asked(&mut self) {
        if self.0.changed().await.is_err() {
            // Nobody is left who could ask.
            std::future::pending::<()>().await;
        }
    }
}

impl Link {
    /// Creates a link.
    pub fn new(clients: Renewal, auth: Auth, backoff: Backoff, redactor: Redactor) -> Arc<Self> {
        let (hurry, asked) = (watch::Sender::new(0), Mutex::default());
        let (heard, faults) = (Mutex::default(), AtomicU64::default());
        Arc::new(Self { clients, auth, backoff, redactor, hurry, asked, heard, faults })
    }

    /// Gives when a request was last answered as it should be.
    pub fn last_heard(&self) -> Option<Instant> {
        *self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts the requests that were not.
    pub fn faults(&self) -> u64 {
        self.faults.load(Ordering::Relaxed)
    }

    /// Cuts every wait short, and has certificates read again before the next request.
    pub fn hurry(&self) {
        self.clients.renew();
        self.asked().clear();
        self.hurry.send_modify(|times| *times = times.wrapping_add(1));
    }

    /// Begins to listen for calls of [`hurry`](Self::hurry).
    pub fn listen(&self) -> Haste {
        Haste(self.hurry.subscribe())
    }

    fn asked(&self) -> MutexGuard<'_, BTreeMap<String, Instant>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits; a call of [`hurry`](Self::hurry) since the last rest, or a change of the credentials, cuts it short.
    /// Returns true where one has: what failed before may go well now.
    pub async fn rest(&self, wait: Duration, haste: &mut Haste) -> bool {
        tokio::select! {
            biased;
            () = haste.asked() => true,
            () = tokio::time::sleep(wait) => false,
            () = self.auth.changed() => {
                tracing::info!("the credentials have changed: trying again now");
                self.asked().clear();
                true
            }
        }
    }

    /// Sends a request until it has an answer with a status of success, or its limits are reached.
    ///
    /// `exchange` names the limits (`settings.backoff`); `path` is relative to the optimizer's URL. The body is text
    /// already, since a tree of values is several times as large and would be held while a busy optimizer is waited for.
    ///
    /// # Errors
    ///
    /// The last fault.
    pub async fn exchange(
        &self,
        exchange: &str,
        method: Method,
        path: &str,
        body: Bytes,
    ) -> Result<Response, Fault> {
        let limits = self.backoff.limits(exchange);
        let mut haste = self.listen();
        // That there is something newer to say is no reason to come back before the time that was asked for.
        let asked = self.asked().get(exchange).copied();
        if let Some(wait) = asked.and_then(|until| until.checked_duration_since(Instant::now())) {
            self.rest(wait, &mut haste).await;
        }
        let begin = Instant::now();
        let mut tries = 0_u32;
        loop {
            tries = tries.saturating_add(1);
            let fault = match self.authorized(&method, path, &body).await {
                Ok(response) => {
                    *self.heard.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
                    return Ok(response);
                }
                Err(fault) => fault,
            };
            self.faults.fetch_add(1, Ordering::Relaxed);
            let Verdict::Again(asked) = fault.verdict() else {
                return Err(fault);
            };
            let wait = retry::wait(tries, asked, rand::random());
            if !limits.allow(tries, begin.elapsed(), wait) {
                if asked.is_some() {
                    self.asked().insert(exchange.to_owned(), Instant::now() + retry::wait(tries, asked, 0.0));
                }
                let seconds = begin.elapsed().as_secs();
                tracing::warn!(exchange, "giving up after {tries} tries in {seconds}s: {}", fault.chain());
                return Err(fault);
            }
            let seconds = wait.as_secs_f64();
            // The first failure is told; those that follow from it would only repeat it.
            if tries == 1 {
                tracing::info!(exchange, "trying again in {seconds:.1}s: {}", fault.advice());
            } else {
                tracing::debug!(exchange, tries, "trying again in {seconds:.1}s: {}", fault.chain());
            }
            self.rest(wait, &mut haste).await;
        }
    }

    /// Sends a request once, whatever comes of it; twice where other credentials may help against a 401.
    ///
    /// # Errors
    ///
    /// The fault. It counts nowhere.
    pub async fn once(&self, method: Method, path: &str, body: Bytes) -> Result<Response, Fault> {
        self.authorized(&method, path, &body).await
    }

    /// Sends a request once, or twice where other credentials may help against a 401.
    async fn authorized(&self, method: &Method, path: &str, body: &Bytes) -> Result<Response, Fault> {
        let mut is_second = false;
        loop {
            let client = self.clients.client().await;
            let authorized = self.auth.authorize(&client).await?;
            let url = authorized.url.join(path).map_err(|error| Fault::Unusable {
                party: "the configuration",
                reason: format!("no URL for `{path}`: {error}"),
            })?;
            let (name, value) = authorized.header;
            let request = Request::new(method.clone(), url)
                .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
                .header(name, value)
                .body(body.clone());
            let response = client.send(request).await?;
            if response.status.is_success() {
                return Ok(response);
            }
            let is_refused = response.status == StatusCode::UNAUTHORIZED;
            if is_refused && self.auth.refused(authorized.generation).await && !is_second {
                tracing::debug!("401: trying once more with other credentials");
                is_second = true;
                continue;
            }
            return Err(Fault::Status {
                party: OPTIMIZER,
                status: response.status,
                retry_after: retry::retry_after(&response.headers, Timestamp::now()),
                body: self.redactor.excerpt(&response.body, EXCERPT),
            });
        }
    }
}
