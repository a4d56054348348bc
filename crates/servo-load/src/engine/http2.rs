//! Connections of HTTP/2, each for all requests to a host, and finding out whether a host speaks it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http_body_util::Full;
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::task::JoinSet;
use tokio::time::timeout_at;

use super::exchange::{Exchanged, exchange};
use super::fault::Fault;
use super::host::{Connected, Host};
use super::http1;
use super::job::Job;

/// What is known of the HTTP that a host speaks.
#[derive(Debug)]
pub(super) struct Negotiation {
    known: Mutex<Known>,
    /// Held by who finds out, so that nobody else does meanwhile.
    finding_out: tokio::sync::Mutex<()>,
    /// What drives the connections.
    drivers: Mutex<JoinSet<()>>,
}

#[derive(Clone, Debug)]
enum Known {
    Nothing,
    Http1,
    Http2(SendRequest<Full<Bytes>>),
}

/// How a request goes.
enum Way {
    Http1(Option<Connected>),
    Http2(SendRequest<Full<Bytes>>),
}

impl Negotiation {
    /// Creates it for a host that HTTP/2 is offered to, or is not.
    pub(super) fn new(offers_http2: bool) -> Self {
        let known = if offers_http2 { Known::Nothing } else { Known::Http1 };
        Self {
            known: Mutex::new(known),
            finding_out: tokio::sync::Mutex::default(),
            drivers: Mutex::default(),
        }
    }

    /// Returns true where nothing but HTTP/1.1 is spoken with the host.
    pub(super) fn is_http1(&self) -> bool {
        matches!(*self.known(), Known::Http1)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives the way that is known. A connection that has ended is none.
    fn way(&self) -> Option<Way> {
        match &*self.known() {
            Known::Http2(requests) if !requests.is_closed() => Some(Way::Http2(requests.clone())),
            Known::Http1 => Some(Way::Http1(None)),
            Known::Http2(_) | Known::Nothing => None,
        }
    }

    /// Gives the way to a host, connecting where it is not known.
    async fn find(&self, host: &Host) -> Result<Way, Fault> {
        if let Some(way) = self.way() {
            return Ok(way);
        }
        let _turn = self.finding_out.lock().await;
        if let Some(way) = self.way() {
            return Ok(way);
        }
        let stream = match host.connect().await? {
            Connected::Tls(stream) if stream.get_ref().1.alpn_protocol() == Some(b"h2") => stream,
            other => {
                *self.known() = Known::Http1;
                return Ok(Way::Http1(Some(other)));
            }
        };
        let made = handshake(TokioExecutor::new(), TokioIo::new(*stream)).await;
        let (requests, connection) = made.map_err(|error| Fault::of(&error))?;
        let mut drivers = self.drivers.lock().unwrap_or_else(PoisonError::into_inner);
        while drivers.try_join_next().is_some() {}
        // What it fails with is told to each request as well.
        drivers.spawn(async move { drop(connection.await) });
        *self.known() = Known::Http2(requests.clone());
        Ok(Way::Http2(requests))
    }
}

/// Carries a job over HTTP/2, or over HTTP/1.1 where the host wants that.
pub(super) async fn run(host: Arc<Host>, mut job: Job) {
    job.begins();
    let mut is_repeated = false;
    loop {
        let mut requests = match timeout_at(job.deadline(), host.negotiation.find(&host)).await {
            Ok(Ok(Way::Http2(requests))) => requests,
            Ok(Ok(Way::Http1(Some(connected)))) => {
                if let Some(again) = http1::over(&host, connected, job).await {
                    http1::run(host, again).await;
                }
                return;
            }
            Ok(Ok(Way::Http1(None))) => return http1::run(host, job).await,
            Ok(Err(fault)) => return job.ends(Err(fault)),
            Err(_) => return job.ends(Err(Fault::Timeout)),
        };
        let response = requests.send_request(job.template().http2());
        match timeout_at(job.deadline(), exchange(response, job.limits().max_body)).await {
            Ok(Ok(Exchanged { answer, .. })) => return job.ends(Ok(answer)),
            Ok(Err(failed)) => {
                let may_be = failed.error.is_canceled() || job.template().is_repeatable;
                if is_repeated || failed.has_head || !may_be || !requests.is_closed() {
                    return job.ends(Err(Fault::of(&failed.error)));
                }
                is_repeated = true;
            }
            Err(_) => return job.ends(Err(Fault::Timeout)),
        }
    }
}
