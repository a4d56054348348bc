//! One exchange of a request for a response, within its limits.

use std::error::Error as StdError;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{Extensions, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Body as _, Incoming};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::{CaptureConnection, capture_connection};
use tokio::time::{Instant, sleep, timeout};

use super::turns::{Turn, Turns};
use crate::connect::Connector;
use crate::connect::failure::{Cause, Failure, Stalled, find};
use crate::connect::watched::Pulse;
use crate::{Error, Response, Timeouts, Wait};

/// One exchange.
#[derive(Clone, Copy)]
pub(super) struct Exchange<'a> {
    /// Whose turn it is to find a connection.
    pub(super) turns: &'a Turns,
    /// Scheme, host and port.
    pub(super) to: &'a str,
    /// Its limits of time.
    pub(super) timeouts: Timeouts,
    /// The most bytes of the response's body.
    pub(super) max_body: usize,
}

impl Exchange<'_> {
    /// Sends the request and reads the response.
    pub(super) async fn run(
        &self,
        hyper: &legacy::Client<Connector, Full<Bytes>>,
        request: http::Request<Full<Bytes>>,
    ) -> Result<Response, Error> {
        let exchange = async {
            let (head, body) = self.head(hyper, request).await?.into_parts();
            let body = self.body(head.status, body).await?;
            Ok(Response { status: head.status, headers: head.headers, body })
        };
        let total = self.timeouts.total;
        timeout(total, Box::pin(exchange)).await.unwrap_or_else(|_| Err(self.slow(Wait::Total, total)))
    }

    async fn head(
        &self,
        hyper: &legacy::Client<Connector, Full<Bytes>>,
        mut request: http::Request<Full<Bytes>>,
    ) -> Result<http::Response<Incoming>, Error> {
        let captured = capture_connection(&mut request);
        let connect = self.timeouts.connect;
        let turn = timeout(connect, self.turns.take(self.to)).await;
        let turn = turn.map_err(|_| self.slow(Wait::Connect, connect))?;
        tokio::select! {
            biased;
            response = hyper.request(request) => response.map_err(|error| self.failed(&error)),
            () = silence(captured, turn, self.timeouts.read) => Err(self.slow(Wait::Read, self.timeouts.read)),
        }
    }

    /// Reads the body. Where it is given up, dropping it closes the connection: what is left of it is not read.
    async fn body(&self, status: StatusCode, mut body: Incoming) -> Result<Bytes, Error> {
        let limit = self.max_body;
        let too_large = || Error::TooLarge { to: self.to.to_owned(), status, limit };
        if usize::try_from(body.size_hint().lower()).map_or(true, |length| length > limit) {
            return Err(too_large());
        }
        let mut whole = BytesMut::new();
        loop {
            let Ok(frame) = timeout(self.timeouts.read, body.frame()).await else {
                return Err(self.slow(Wait::Read, self.timeouts.read));
            };
            let Some(frame) = frame else { return Ok(whole.freeze()) };
            let frame = frame.map_err(|error| self.broken(&error, &error))?;
            // Trailers say nothing that anybody here wants to know.
            let Ok(data) = frame.into_data() else { continue };
            if data.len() > limit.saturating_sub(whole.len()) {
                return Err(too_large());
            }
            whole.extend_from_slice(&data);
        }
    }

    fn slow(&self, wait: Wait, after: Duration) -> Error {
        Error::Timeout { to: self.to.to_owned(), wait, after }
    }

    fn failed(&self, error: &legacy::Error) -> Error {
        match find::<Failure>(error) {
            Some(Failure::TooSlow) => self.slow(Wait::Connect, self.timeouts.connect),
            Some(Failure::Stalled(_)) => self.slow(Wait::Write, self.timeouts.write),
            Some(failure) => Error::Connect { to: self.to.to_owned(), source: Box::new(failure.clone()) },
            // The outermost error says only that it is one of a client.
            None => self.broken(error, error.source().unwrap_or(error)),
        }
    }

    fn broken(&self, error: &(dyn StdError + 'static), cause: &(dyn StdError + 'static)) -> Error {
        if find::<Stalled>(error).is_some() {
            return self.slow(Wait::Write, self.timeouts.write);
        }
        Error::Broken { to: self.to.to_owned(), source: Box::new(Cause::of(cause)) }
    }
}

/// Returns once there was a connection, which ends the turn, and no byte of the request was waiting or taken, for as
/// long as `limit`.
async fn silence(mut captured: CaptureConnection, turn: Turn<'_>, limit: Duration) {
    // Never returns where there is no connection; that wait has its own limit.
    let _ = captured.wait_for_connection_metadata().await;
    drop(turn);
    let connected = Instant::now();
    loop {
        let quiet = match pulse(&captured) {
            None => connected.elapsed(),
            Some(pulse) => match pulse.last_write() {
                Some(last_write) => last_write.max(connected).elapsed(),
                // The limit for writing is the one that counts now; it may be that the other side goes on.
                None => Duration::ZERO,
            },
        };
        if quiet >= limit {
            return;
        }
        // At least a millisecond, which is what the clock can tell apart.
        sleep(limit.saturating_sub(quiet).max(Duration::from_millis(1))).await;
    }
}

/// Finds the pulse of the connection that the request is on.
fn pulse(captured: &CaptureConnection) -> Option<Pulse> {
    let connected = captured.connection_metadata();
    let mut extensions = Extensions::new();
    connected.as_ref()?.get_extras(&mut extensions);
    extensions.remove()
}
