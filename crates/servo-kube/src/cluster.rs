//! A cluster: a client of its API server, and what it is called in messages.

mod login;
mod origin;
mod proxy;
mod shared;

use std::fmt;
use std::future::Future;
use std::time::Duration;

use http::header::{HeaderValue, USER_AGENT};
use kube::{Client, Config};
use servo_core::context::Commons;
use servo_core::{Context, Error, Result};
use tokio::time::{Instant, sleep, timeout};

use crate::fault;
use crate::{Access, Surroundings};

pub use shared::cluster;

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(10);

/// How long nothing may come of a connection. Watches say something each minute; this is for those whose server is gone.
const SILENCE: Duration = Duration::from_secs(330);

/// How long one question may take, its repetitions included.
const QUESTION: Duration = Duration::from_secs(30);

/// How long is waited before a busy server is asked again, the first time.
const PAUSE: Duration = Duration::from_millis(500);

/// The longest that is waited before a busy server is asked again.
const LONGEST_PAUSE: Duration = Duration::from_secs(8);

/// A cluster that is spoken to. Whatever its users share, such as watches, is kept in [`commons`](Self::commons) and ends
/// with the cluster.
pub struct Cluster {
    client: Client,
    server: String,
    commons: Commons,
}

impl Cluster {
    /// Makes a client. Files are read; nothing is asked yet.
    ///
    /// # Errors
    ///
    /// Class configuration where there is no such file, context or account, with the key at fault.
    pub async fn connect(access: &Access, cx: &Context) -> Result<Self> {
        Self::reach(access, &Surroundings::of(cx)).await
    }

    /// As [`connect`](Self::connect), for whoever is no handler.
    ///
    /// # Errors
    ///
    /// Those of [`connect`](Self::connect).
    pub async fn reach(access: &Access, surroundings: &Surroundings) -> Result<Self> {
        let origin = origin::of(access, surroundings)?;
        Self::of(login::login(&origin).await?, surroundings)
    }

    /// Makes a client of what is known of a cluster.
    fn of(login: login::Login, surroundings: &Surroundings) -> Result<Self> {
        let login::Login { mut config, is_proxied } = login;
        let server = shown(&config);
        if !is_proxied {
            config.proxy_url = proxy::of(&config.cluster_url, surroundings)?;
        }
        config.connect_timeout = Some(CONNECT);
        config.read_timeout = Some(SILENCE);
        config.reset_reader_on_write = true;
        // Questions are repeated by `ask`, within its time; watches by whoever watches.
        config.default_retry = false;
        let name = HeaderValue::from_static(concat!("servo/", env!("CARGO_PKG_VERSION")));
        config.headers.push((USER_AGENT, name));
        let client = Client::try_from(config);
        let client = fault::checked(&server, "prepare to speak to the cluster", client)?;
        Ok(Self { client, server, commons: Commons::default() })
    }

    /// Gives the client, for watches. Questions go through [`ask`](Self::ask).
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Gives the address of the API server.
    pub fn server(&self) -> &str {
        &self.server
    }

    /// Gives what the users of the cluster share.
    pub fn commons(&self) -> &Commons {
        &self.commons
    }

    /// Asks the API server something, such as to `read Deployment default/web`, in bounded time. A server that is busy is
    /// asked again.
    ///
    /// # Errors
    ///
    /// Whatever went wrong, in words: see [`fault`].
    pub async fn ask<T, F>(&self, doing: &str, question: impl Fn() -> F) -> Result<T>
    where
        F: Future<Output = kube::Result<T>>,
    {
        let answer = self.answer(question).await;
        answer
            .ok_or_else(|| fault::late(&self.server, doing, QUESTION))?
            .map_err(|error| self.fault(doing, &error))
    }

    /// As [`ask`](Self::ask), where it is no failure that there is no object of that name.
    ///
    /// # Errors
    ///
    /// Whatever else went wrong.
    pub async fn find<T, F>(&self, doing: &str, question: impl Fn() -> F) -> Result<Option<T>>
    where
        F: Future<Output = kube::Result<T>>,
    {
        match self.answer(question).await {
            Some(Ok(found)) => Ok(Some(found)),
            Some(Err(error)) if fault::is_not_found(&error) => Ok(None),
            Some(Err(error)) => Err(self.fault(doing, &error)),
            None => Err(fault::late(&self.server, doing, QUESTION)),
        }
    }

    /// As [`ask`](Self::ask), with the answer as kube has it; `None` where there was none in time.
    pub async fn answer<T, F>(&self, question: impl Fn() -> F) -> Option<kube::Result<T>>
    where
        F: Future<Output = kube::Result<T>>,
    {
        timeout(QUESTION, repeated(question)).await.ok()
    }

    /// Says that something was not done in time.
    pub fn late(&self, doing: &str) -> Error {
        fault::late(&self.server, doing, QUESTION)
    }

    /// Says what went wrong while something was to be done.
    pub fn fault(&self, doing: &str, error: &kube::Error) -> Error {
        fault::told(&self.server, doing, error)
    }
}

/// Asks until a server is not busy, or is busy for longer than a question may take.
async fn repeated<T, F>(question: impl Fn() -> F) -> kube::Result<T>
where
    F: Future<Output = kube::Result<T>>,
{
    let begin = Instant::now();
    let mut pause = PAUSE;
    loop {
        let answer = question().await;
        let Err(error) = &answer else { return answer };
        let wished = wished_pause(error);
        let next = wished.unwrap_or_default().max(pause);
        if !fault::is_busy(error) || begin.elapsed() + next >= QUESTION {
            return answer;
        }
        sleep(next).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// Gives how long a busy server wants to be left alone.
fn wished_pause(error: &kube::Error) -> Option<Duration> {
    let seconds = fault::status(error)?.details.as_ref()?.retry_after_seconds;
    (seconds > 0).then(|| Duration::from_secs(seconds.into()))
}

/// Gives the address of an API server without anything that a log should not have.
fn shown(config: &Config) -> String {
    let url = &config.cluster_url;
    let (host, port) = (url.host().unwrap_or("localhost"), url.port());
    let scheme = url.scheme_str().unwrap_or("https");
    let path = url.path().trim_end_matches('/');
    match port {
        Some(port) => format!("{scheme}://{host}:{port}{path}"),
        None => format!("{scheme}://{host}{path}"),
    }
}

impl fmt::Debug for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cluster").field("server", &self.server).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
