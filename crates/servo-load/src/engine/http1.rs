//! A connection of HTTP/1.1: one task that carries one request after another.
//!
//! The task drives the connection itself, so that a request goes from the dispatcher to the socket without another task
//! between.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body_util::Full;
use hyper::client::conn::http1::{Connection, SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc;
use tokio::time::{Sleep, sleep_until, timeout_at};

use super::exchange::{Exchanged, Failed, exchange};
use super::fault::Fault;
use super::host::{Connected, Host};
use super::job::Job;

/// Connects and carries a job, and then those that the host is handed, until the connection ends.
pub(super) async fn run(host: Arc<Host>, mut job: Job) {
    loop {
        job.begins();
        let connected = match timeout_at(job.deadline(), host.connect()).await {
            Ok(Ok(connected)) => connected,
            Ok(Err(fault)) => return job.ends(Err(fault)),
            Err(_) => return job.ends(Err(Fault::Timeout)),
        };
        match over(&host, connected, job).await {
            Some(again) => job = again,
            None => return,
        }
    }
}

/// Carries jobs over a connection. Gives back one that was not sent, or may be sent once more on another.
pub(super) async fn over(host: &Arc<Host>, connected: Connected, job: Job) -> Option<Job> {
    match connected {
        Connected::Plain(stream) => Box::pin(carry(host, stream, job)).await,
        Connected::Tls(stream) => Box::pin(carry(host, *stream, job)).await,
    }
}

type Requests = SendRequest<Full<Bytes>>;

type Driver<S> = Connection<TokioIo<S>, Full<Bytes>>;

async fn carry<S>(host: &Arc<Host>, stream: S, mut job: Job) -> Option<Job>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let (mut requests, connection) = match handshake(TokioIo::new(stream)).await {
        Ok(both) => both,
        Err(error) => {
            job.ends(Err(Fault::of(&error)));
            return None;
        }
    };
    let mut link = Link { connection: Some(Box::pin(connection)) };
    let (inbox, mut jobs) = mpsc::channel(1);
    let mut timer = Box::pin(sleep_until(job.deadline()));
    let mut is_reused = false;
    loop {
        job.begins();
        timer.as_mut().reset(job.deadline());
        let limits = job.limits();
        let response = requests.send_request(job.template().http1());
        let outcome = link.with(exchange(response, limits.max_body), timer.as_mut()).await;
        let is_whole = match outcome {
            None => {
                job.ends(Err(Fault::Timeout));
                return None;
            }
            Some(Err(failed)) if is_reused && may_be_repeated(&failed, &job) => return Some(job),
            Some(Err(failed)) => {
                job.ends(Err(Fault::of(&failed.error)));
                return None;
            }
            Some(Ok(Exchanged { answer, is_whole })) => {
                job.ends(Ok(answer));
                is_whole
            }
        };
        if !limits.keepalive || !is_whole || !link.is_ready(&mut requests, timer.as_mut()).await {
            return None;
        }
        let id = host.rest(inbox.clone());
        let Some(next) = link.next(&mut jobs).await else {
            host.forget(id);
            // It may have been handed one just now.
            jobs.close();
            return jobs.try_recv().ok();
        };
        job = next;
        is_reused = true;
    }
}

/// Returns true where a server has closed a connection at rest while a request was on its way, so that another
/// connection may have better luck: one that was not sent, or can be sent twice without harm.
fn may_be_repeated(failed: &Failed, job: &Job) -> bool {
    !failed.has_head && (failed.error.is_canceled() || job.template().is_repeatable)
}

/// What drives a connection.
struct Link<S>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    /// Nothing once it has ended: what it holds of a request that was not sent goes with it, so that the request is told.
    connection: Option<Pin<Box<Driver<S>>>>,
}

impl<S> Link<S>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    /// Lets the connection read and write. What it fails with is told to the exchange as well.
    fn drive(&mut self, cx: &mut Context<'_>) {
        if let Some(connection) = &mut self.connection
            && connection.as_mut().poll(cx).is_ready()
        {
            self.connection = None;
        }
    }

    /// Drives the connection while something is done on it; nothing comes of it once the timer rings.
    async fn with<F: Future>(&mut self, body: F, mut timer: Pin<&mut Sleep>) -> Option<F::Output> {
        let mut body = std::pin::pin!(body);
        std::future::poll_fn(|cx| {
            // What the body has to say is written at once, and what was read is taken at once.
            if let Poll::Ready(output) = body.as_mut().poll(cx) {
                return Poll::Ready(Some(output));
            }
            self.drive(cx);
            if let Poll::Ready(output) = body.as_mut().poll(cx) {
                return Poll::Ready(Some(output));
            }
            timer.as_mut().poll(cx).map(|()| None)
        })
        .await
    }

    /// Waits until the connection can take another request; false where it has ended, or takes too long.
    async fn is_ready(&mut self, requests: &mut Requests, timer: Pin<&mut Sleep>) -> bool {
        if self.connection.is_some() && requests.is_ready() {
            return true;
        }
        let ready = std::future::poll_fn(|cx| requests.poll_ready(cx).map(|ready| ready.is_ok()));
        self.with(ready, timer).await.unwrap_or(false)
    }

    /// Waits for the next job; nothing where the connection ends before.
    async fn next(&mut self, jobs: &mut mpsc::Receiver<Job>) -> Option<Job> {
        std::future::poll_fn(|cx| {
            if let Poll::Ready(Some(job)) = jobs.poll_recv(cx) {
                return Poll::Ready(Some(job));
            }
            self.drive(cx);
            if self.connection.is_none() { Poll::Ready(None) } else { Poll::Pending }
        })
        .await
    }
}
