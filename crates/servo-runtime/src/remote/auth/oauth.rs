//! OAuth2 client credentials: a token, fetched when it is needed and replaced before it expires (RFC 6749,
//! section 4.4).

mod grant;
mod token;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Method};
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use servo_http::{Client, Redactor, Request};
use tokio::time::Instant;
use url::Url;

use self::grant::{ClientHeader, Grant};
use self::token::Token;
use super::header::Header;
use crate::remote::fault::Fault;
use crate::remote::retry::retry_after;

/// Who answers, in faults.
const PARTY: &str = "the token endpoint";

/// How much of the body of a refusal is told.
const EXCERPT: usize = 512;

/// The longest wait for another token while there is one that serves.
const PATIENCE: Duration = Duration::from_secs(10);

/// A client of a token endpoint, with the token that it has.
#[derive(Debug)]
pub(super) struct ClientCredentials {
    token_url: Url,
    /// The client's id and secret, as they are sent.
    header: HeaderValue,
    redactor: Redactor,
    /// Held while a token is fetched, so that only one is.
    fetching: tokio::sync::Mutex<()>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    token: Option<Token>,
    /// The value of the newest header, to know the same token where it is issued again.
    newest: Option<Header>,
    /// The number of the newest token; the first has 1.
    generation: u64,
    /// The newest generation that was refused.
    refused: u64,
    /// Whether it was told that the token cannot be replaced.
    is_failing: bool,
}

impl ClientCredentials {
    pub(super) fn new(token_url: Url, id: &str, secret: &SecretString, redactor: Redactor) -> Self {
        let ClientHeader { value, secrets } = ClientHeader::new(id, secret);
        for secret in secrets {
            redactor.add(secret.expose_secret());
        }
        let fetching = tokio::sync::Mutex::default();
        Self { token_url, header: value, redactor, fetching, state: Mutex::default() }
    }

    /// Returns where the client's secret is sent to.
    pub(super) const fn token_url(&self) -> &Url {
        &self.token_url
    }

    /// Returns the header with a token that serves now, and the token's generation.
    ///
    /// # Errors
    ///
    /// There is none, and none is to be had.
    pub(super) async fn authorize(&self, client: &Client) -> Result<(Header, u64), Fault> {
        if let Some(fresh) = self.current(Token::is_fresh) {
            return Ok(fresh);
        }
        let _fetching = if let Some(serving) = self.current(serves) {
            match self.fetching.try_lock() {
                Ok(fetching) => fetching,
                // Another caller is replacing it, and it still serves.
                Err(_) => return Ok(serving),
            }
        } else {
            self.fetching.lock().await
        };
        // Another caller may have been faster.
        if let Some(fresh) = self.current(Token::is_fresh) {
            return Ok(fresh);
        }
        let Some(remaining) = self.remaining() else {
            return self.fetch(client).await;
        };
        let fault = match tokio::time::timeout(remaining.min(PATIENCE), self.fetch(client)).await {
            Ok(Ok(fetched)) => return Ok(fetched),
            Ok(Err(fault)) => Some(fault),
            Err(_) => None,
        };
        match (self.keep(fault.as_ref()), fault) {
            (Some(kept), _) => Ok(kept),
            (None, Some(fault)) => Err(fault),
            // The old one has ended in the meantime, so that there is reason to wait as long as the client does.
            (None, None) => self.fetch(client).await,
        }
    }

    /// Hears that a token was refused, and drops it. Returns true where another one may be had: not where the
    /// endpoint issued the same one again after it had been refused before.
    pub(super) fn refused(&self, generation: u64) -> bool {
        let mut state = self.state();
        if generation < state.generation {
            return true;
        }
        let is_dropped = state.token.take().is_none();
        let was_refused = state.refused >= generation;
        state.refused = state.refused.max(generation);
        is_dropped || !was_refused
    }

    /// The token, where it is good enough.
    fn current(&self, is_enough: impl Fn(&Token, Instant) -> bool) -> Option<(Header, u64)> {
        let state = self.state();
        let token = state.token.as_ref().filter(|token| is_enough(token, Instant::now()))?;
        Some((token.header.clone(), token.generation))
    }

    /// How long the token still serves; `None` where there is none that does.
    fn remaining(&self) -> Option<Duration> {
        let state = self.state();
        let remaining = state.token.as_ref()?.remaining(Instant::now());
        (!remaining.is_zero()).then_some(remaining)
    }

    /// Goes on with a token that could not be replaced, where it still serves.
    fn keep(&self, fault: Option<&Fault>) -> Option<(Header, u64)> {
        let now = Instant::now();
        let mut state = self.state();
        let asked = match fault {
            Some(Fault::Status { retry_after, .. }) => *retry_after,
            _ => None,
        };
        let token = state.token.as_mut().filter(|token| serves(token, now))?;
        token.put_off(now, asked);
        let kept = (token.header.clone(), token.generation);
        let seconds = token.remaining(now).as_secs();
        if !std::mem::replace(&mut state.is_failing, true) {
            let why = fault.map_or_else(|| format!("{PARTY} does not answer"), Fault::chain);
            tracing::warn!("the access token cannot be replaced, and serves for another {seconds}s: {why}");
        }
        Some(kept)
    }

    /// Fetches a token and takes it into use.
    async fn fetch(&self, client: &Client) -> Result<(Header, u64), Fault> {
        let asked = Instant::now();
        let request = Request::new(Method::POST, self.token_url.clone())
            .header(AUTHORIZATION, self.header.clone())
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .header(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"))
            .body(grant::BODY)
            .secret();
        let response = client.send(request).await?;
        let answer = serde_json::from_slice::<Value>(&response.body);
        // An error, too, may have a token in it.
        if let Some(token) = answer.as_ref().ok().and_then(grant::access_token) {
            self.redactor.add_passing(token);
        }
        if !response.status.is_success() {
            return Err(Fault::Status {
                party: PARTY,
                status: response.status,
                retry_after: retry_after(&response.headers, Timestamp::now()),
                body: self.redactor.excerpt(&response.body, EXCERPT),
            });
        }
        // The reader's error may show values.
        let grant =
            answer.map_err(|_| "expected a JSON object".to_owned()).and_then(|answer| Grant::parse(&answer));
        let grant = grant.map_err(|reason| Fault::Unusable { party: PARTY, reason })?;
        Ok(self.take(grant, asked))
    }

    fn take(&self, grant: Grant, asked: Instant) -> (Header, u64) {
        let mut state = self.state();
        if std::mem::take(&mut state.is_failing) {
            tracing::info!("{PARTY} issues tokens again");
        }
        if state.newest.as_ref() != Some(&grant.header) {
            state.generation = state.generation.saturating_add(1);
            state.newest = Some(grant.header.clone());
        }
        let token = Token::new(grant, asked, state.generation);
        let current = (token.header.clone(), token.generation);
        tracing::debug!("{PARTY} issued a token for {}s", token.remaining(asked).as_secs());
        state.token = Some(token);
        current
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn serves(token: &Token, now: Instant) -> bool {
    !token.remaining(now).is_zero()
}

#[cfg(test)]
mod tests;
