//! The checks of a remote optimizer: whether it answers this servo, whom it is taken for, and what time it is there.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use http::Method;
use http::header::DATE;
use jiff::fmt::rfc2822;
use jiff::{SignedDuration, Timestamp};
use servo_core::check::{Checks, Failure};

use super::{PATH, Remote};
use crate::remote::account::Access;
use crate::remote::fault::Fault;
use crate::remote::message::{self, Event};
use crate::remote::network::Verify;

/// How far the clocks may be apart: an OAuth2 token is refused, and measurements are given for another time, long before
/// anybody thinks of a clock.
const MOST: SignedDuration = SignedDuration::from_secs(30);

/// How far the clock of the optimizer is ahead of this one, where it said so.
type Skew = Arc<OnceLock<SignedDuration>>;

/// Adds them.
pub(super) fn add<'a>(remote: &'a Remote, checks: &mut Checks<'a>) {
    let skew = Skew::default();
    let seen = Arc::clone(&skew);
    checks.common("Opsani API connectivity", move || connectivity(remote, seen)).description(
        "The optimizer takes HELLO of this servo, once and without a parameter (specification, 5.9).",
    );
    checks
        .warning("Optimizer is who it says", move || identity(remote))
        .id("optimizer_identity")
        .description("It is spoken to over TLS, and its certificate is verified.");
    checks
        .warning("Clock agrees with the optimizer's", move || agreement(&skew))
        .id("clock_skew")
        .description("The `Date` of its answer is within half a minute of this machine's time.");
}

/// Says hello once, as the original does: a failure is told, and not tried again.
async fn connectivity(remote: &Remote, skew: Skew) -> Result<(), Failure> {
    let link = remote.link().await.map_err(|error| {
        let failure = Failure::new(error.message().to_owned());
        match error.help() {
            Some(help) => failure.with_hint(help),
            None => failure,
        }
    })?;
    let body = message::envelope(Event::Hello, None, remote.configuration.servo_uid.as_deref());
    match link.once(Method::POST, PATH, Bytes::from(body)).await {
        Ok(response) => {
            let date = response.headers.get(DATE).and_then(|date| date.to_str().ok());
            if let Some(date) = date.and_then(|date| rfc2822::parse(date.trim()).ok()) {
                skew.get_or_init(|| date.timestamp().duration_since(Timestamp::now()));
            }
            Ok(())
        }
        Err(fault) => Err(failure(&fault)),
    }
}

fn failure(fault: &Fault) -> Failure {
    let (failure, help) = match fault {
        Fault::Status { status, .. } => {
            let help = match status.as_u16() {
                404 => Some(
                    "is the optimizer's id right, and is it there? the URL is made of it and of `base_url`",
                ),
                429 => Some("the optimizer has too much to do: try again later"),
                500..=599 => {
                    Some("something is wrong at the optimizer, or at a proxy before it: try again later")
                }
                _ => None,
            };
            (Failure::new(format!("Response status code: {}", status.as_u16())), help)
        }
        Fault::Transport(error) => (Failure::new(fault.chain()), Some(way(error))),
        other => (Failure::new(other.chain()), None),
    };
    match fault.help().or(help) {
        Some(help) => failure.with_hint(help),
        None => failure,
    }
}

/// Says what to look at where no answer came.
fn way(error: &servo_http::Error) -> &'static str {
    match error {
        servo_http::Error::Connect { .. } => "is the optimizer's URL right, and can this machine reach it?",
        servo_http::Error::Timeout { .. } => {
            "can this machine reach it, or is there a firewall that drops what is sent? `settings.timeouts` says how \
             long is waited"
        }
        _ => "is there an optimizer at its URL? what answers does not speak HTTP as it should",
    }
}

fn identity(remote: &Remote) -> Result<&'static str, Failure> {
    let hint = "whoever is between can read the credentials and give commands";
    let is_plain = match &remote.configuration.account.access {
        Access::Token { url, .. } => url.scheme() == "http",
        Access::Client { url, token_url, .. } => [url, token_url].iter().any(|url| url.scheme() == "http"),
        Access::File { url, .. } => url.as_ref().is_some_and(|url| url.scheme() == "http"),
    };
    if is_plain {
        return Err(Failure::new("it is spoken to over plain http").with_hint(hint));
    }
    match &remote.configuration.network.verify {
        Verify::System => Ok("verified by the authorities that the system trusts"),
        Verify::Bundle(_) => Ok("verified by the authorities of `settings.ssl_verify`"),
        Verify::Nobody => {
            Err(Failure::new("its certificate is not verified (`settings.ssl_verify: false`)")
                .with_hint(hint))
        }
    }
}

fn agreement(skew: &Skew) -> Result<String, Failure> {
    let Some(ahead) = skew.get() else {
        return Ok("the optimizer does not say what time it has".to_owned());
    };
    let apart = ahead.abs();
    if apart <= MOST {
        return Ok(format!("within {}s", apart.as_secs().max(1)));
    }
    let direction = if ahead.is_positive() { "behind" } else { "ahead of" };
    let message = format!("this machine's clock is {}s {direction} the optimizer's", apart.as_secs());
    Err(Failure::new(message).with_hint("set this machine's clock, with NTP for example"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(seconds: i64) -> Skew {
        let skew = Skew::default();
        skew.get_or_init(|| SignedDuration::from_secs(seconds));
        skew
    }

    #[test]
    fn half_a_minute_is_no_difference() {
        assert_eq!(agreement(&of(-30)).unwrap(), "within 30s");
        assert_eq!(agreement(&of(0)).unwrap(), "within 1s");
        assert_eq!(agreement(&Skew::default()).unwrap(), "the optimizer does not say what time it has");
    }

    #[test]
    fn more_is_told_with_its_direction() {
        let message = |seconds| agreement(&of(seconds)).unwrap_err().to_string();
        assert_eq!(message(31), "this machine's clock is 31s behind the optimizer's");
        assert_eq!(message(-3600), "this machine's clock is 3600s ahead of the optimizer's");
    }
}
