//! Waiting until a program is ready.

use std::time::Duration;

use http::Method;
use servo_core::error::reason;
use servo_core::{Context, Error, Result};
use servo_http::dial::{Dial as _, Tcp};
use servo_http::{Client, Outlet, Request};
use tokio::time::{Instant, sleep, timeout, timeout_at};
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::instance::{Instance, Status};
use crate::plan::Readiness;

/// How long a program runs that is taken as ready by that alone.
const RUNS: Duration = Duration::from_secs(1);

/// Waits until the program is ready.
///
/// # Errors
///
/// Class rejected where it ends or does not become ready in time, configuration where it cannot be begun, cancelled.
pub(crate) async fn wait(
    cx: &Context,
    instance: &Instance,
    patience: (Duration, Duration),
    token: &CancellationToken,
) -> Result<()> {
    let (limit, every) = patience;
    let begin = Instant::now();
    let asking = async {
        let started = instance.until(|status| status.started.is_some() || status.is_over()).await;
        if started.started.is_none() {
            return Err(over(instance, &started));
        }
        match &instance.launch.ready {
            Readiness::Runs => sleep(RUNS).await,
            Readiness::Log(_) => instance.announced().await,
            Readiness::Tcp(address) => accepts(address, every).await?,
            Readiness::Http(url) => answers(cx, url, every).await?,
        }
        Ok(())
    };
    let ended = async {
        let status = instance.until(Status::is_over).await;
        Err(over(instance, &status))
    };
    tokio::select! {
        biased;
        () = token.cancelled() => Err(Error::cancelled("cancelled while the program started")),
        failed = ended => failed,
        ready = timeout_at(begin + limit, asking) => ready.unwrap_or_else(|_| {
            let message = format!(
                "{} was not ready within {}: {}{}",
                instance.shown(),
                servo_core::duration::Duration::from_std(limit),
                lacking(&instance.launch.ready),
                instance.printed()
            );
            Err(Error::rejected(reason::START_FAILED, message))
        }),
    }
}

fn lacking(ready: &Readiness<String>) -> String {
    match ready {
        Readiness::Runs => "it has not run for a second".to_owned(),
        Readiness::Http(url) => format!("{url} was not answered with a status from 200 to 399"),
        Readiness::Tcp(address) => format!("{address} accepted no connection"),
        Readiness::Log(line) => format!("it printed no line that matches `{line}`"),
    }
}

/// Says how a program ended that should have run.
pub(crate) fn over(instance: &Instance, status: &Status) -> Error {
    let shown = instance.shown();
    match (&status.refused, status.end) {
        (Some(refusal), _) => Error::failed(format!("cannot start {shown}: {refusal}")),
        (None, Some(end)) if end.oom_kills > 0 => {
            let message = format!("{shown} {}{}", memory_told(instance, &end), instance.printed());
            Error::rejected(reason::UNSTABLE, message)
        }
        (None, Some(end)) => {
            let message = format!("{shown} {} before it was ready{}", end.told(), instance.printed());
            let error = Error::rejected(reason::START_FAILED, message);
            if end.code == Some(0) {
                error.with_help(
                    "a program that goes to the background has to be told to stay in the foreground",
                )
            } else {
                error
            }
        }
        (None, None) => Error::failed(format!("the supervisor of {shown} was killed")),
    }
}

/// Says with which limit and how much memory a program was killed.
pub(crate) fn memory_told(instance: &Instance, end: &crate::order::End) -> String {
    let shown = |bytes: u64| servo_core::quantity::Memory::from_bytes(bytes >> 10 << 10).to_string();
    let limit = crate::plan::Plan::limits(&instance.values()).memory_bytes.map(shown);
    let peak = end.memory_peak_bytes.map(shown);
    match (limit, peak) {
        (Some(limit), Some(peak)) => {
            format!("was killed for want of memory: the limit is {limit}, and it used {peak}")
        }
        (Some(limit), None) => format!("was killed for want of memory: the limit is {limit}"),
        (None, _) => "was killed for want of memory, though Servo does not limit it".to_owned(),
    }
}

/// Waits until an address accepts a connection.
async fn accepts(address: &str, every: Duration) -> Result<()> {
    let parts = address.rsplit_once(':').and_then(|(host, port)| Some((host, port.parse::<u16>().ok()?)));
    let (host, port) = parts.ok_or_else(|| {
        Error::configuration(format!("expected an address such as `127.0.0.1:8080`, found `{address}`"))
            .at("ready.tcp")
    })?;
    loop {
        if matches!(timeout(every.max(SHORTEST), Tcp.dial(host, port)).await, Ok(Ok(_))) {
            return Ok(());
        }
        sleep(every).await;
    }
}

/// The least time that an answer is given.
const SHORTEST: Duration = Duration::from_secs(1);

/// Waits until a URL is answered well.
async fn answers(cx: &Context, url: &str, every: Duration) -> Result<()> {
    let url = Url::parse(url).map_err(|error| {
        Error::configuration(format!("expected a URL, found `{url}`")).at("ready.http").with_source(error)
    })?;
    let outlet = cx.lent::<Outlet>().unwrap_or_default();
    let failed = |error: Box<dyn std::error::Error + Send + Sync>| {
        Error::failed("cannot ask whether the program is ready").with_source(error)
    };
    let options = outlet.options().await.map_err(|error| failed(error.into()))?;
    let client = Client::sharing(options, &outlet.shared).map_err(|error| failed(error.into()))?;
    loop {
        let asked = client.send(Request::new(Method::GET, url.clone()));
        let answer = timeout(every.max(SHORTEST), asked).await;
        if let Ok(Ok(response)) = answer
            && (200..400).contains(&response.status.as_u16())
        {
            return Ok(());
        }
        sleep(every).await;
    }
}
