//! The client of a server that speaks Prometheus' HTTP API.

mod link;
mod question;
mod verdict;

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use jiff::Timestamp;
use servo_core::duration::Duration;
use servo_core::{Context, Error, Result};
use servo_http::{Outlet, Response};
use tokio::sync::Semaphore;

use crate::reach::Reach;
use crate::source::{Answer, Range, Source, Target};
use crate::window::{Joined, Seconds, split};
use link::Link;
use question::Question;
use verdict::Verdict;

/// How many requests of one connector are under way at once.
const AT_ONCE: usize = 8;

/// What every server answers at once, whatever it knows.
const TRIVIAL: &str = "vector(1)";

/// The client of one server. Nothing is read and nothing is connected before it is asked something.
pub(crate) struct Client {
    link: Link,
    verdict: Verdict,
    turns: Semaphore,
    /// Whether the server takes no POST, as was found out.
    is_get_only: AtomicBool,
}

impl Client {
    /// Makes the client of a connector, which goes out as the host has it.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub(crate) fn connect(reach: &Reach, cx: &Context) -> Result<Self> {
        let bare = || Arc::new(Outlet { base: cx.resolve(Path::new("")), ..Outlet::default() });
        Self::new(reach, cx.lent::<Outlet>().unwrap_or_else(bare))
    }

    /// Makes a client.
    ///
    /// # Errors
    ///
    /// Class configuration, with the key at fault: [`Reach::check`] refuses it, or credentials would be sent for others
    /// to read.
    pub(crate) fn new(reach: &Reach, outlet: Arc<Outlet>) -> Result<Self> {
        let link = Link::new(reach, outlet)?;
        let verdict = Verdict::new(link.endpoint().to_string(), link.redactor().clone());
        Ok(Self { link, verdict, turns: Semaphore::new(AT_ONCE), is_get_only: AtomicBool::new(false) })
    }

    /// Evaluates a query.
    async fn evaluate(&self, path: &str, form: &[(&str, &str)]) -> Result<Answer> {
        let _turn = self.turns.acquire().await.map_err(|_| Error::internal("nobody has turns any more"))?;
        let response = self.post(path, form).await?;
        self.verdict.answer(response).await
    }

    /// Posts a form, which may be longer than a URL may be, or sends it as a URL where the server takes no POST.
    async fn post(&self, path: &str, form: &[(&str, &str)]) -> Result<Response> {
        let url = self.link.endpoint().at(path);
        let get = Question::get(url.clone(), form);
        if self.is_get_only.load(Ordering::Relaxed) {
            return self.link.ask(&get).await;
        }
        let posted = self.link.ask(&Question::post(url, form)).await?;
        if !verdict::has_no_such(&posted) {
            return Ok(posted);
        }
        let got = self.link.ask(&get).await?;
        if verdict::has_no_such(&got) {
            return Ok(posted);
        }
        if got.status.is_success() {
            self.is_get_only.store(true, Ordering::Relaxed);
        }
        Ok(got)
    }

    async fn get(&self, path: &str, form: &[(&str, &str)]) -> Result<Response> {
        let _turn = self.turns.acquire().await.map_err(|_| Error::internal("nobody has turns any more"))?;
        self.link.ask(&Question::get(self.link.endpoint().at(path), form)).await
    }
}

#[async_trait]
impl Source for Client {
    async fn query_range(&self, query: &str, range: Range, step: Duration) -> Result<Answer> {
        let limit = self.link.limit_of_server();
        let mut joined = Joined::default();
        // One after another, so that there is one answer more than what was joined.
        for part in split(range, step)? {
            let (start, end, step) = (part.start.to_string(), part.end.to_string(), part.step.to_string());
            let form = [
                ("query", query),
                ("start", &start),
                ("end", &end),
                ("step", &step),
                ("timeout", &limit),
                // Where there are more than 50 points, `VictoriaMetrics` moves both ends to multiples of the step unless
                // it is told not to; others do not know it.
                ("nocache", "1"),
            ];
            joined.add(self.evaluate("api/v1/query_range", &form).await?);
        }
        Ok(joined.answer())
    }

    async fn query(&self, query: &str, at: Timestamp) -> Result<Answer> {
        let (time, limit) = (Seconds::of(at).to_string(), self.link.limit_of_server());
        self.evaluate("api/v1/query", &[("query", query), ("time", &time), ("timeout", &limit)]).await
    }

    async fn targets(&self) -> Result<Option<Vec<Target>>> {
        let response = self.get("api/v1/targets", &[("state", "active")]).await?;
        self.verdict.targets(&response)
    }

    async fn ready(&self) -> Result<String> {
        let response = self.get("-/ready", &[]).await?;
        if !self.verdict.is_ready(&response)? {
            // Whoever is between, or a server of another kind, does not know that page.
            self.evaluate("api/v1/query", &[("query", TRIVIAL)]).await?;
        }
        Ok(self.link.endpoint().to_string())
    }
}

/// Shows where it is.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Client").field(&format_args!("{}", self.link.endpoint())).finish()
    }
}

#[cfg(test)]
mod tests;
