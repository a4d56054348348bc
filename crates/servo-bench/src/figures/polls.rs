//! How often a second many servos can ask what is next.

use std::time::Duration;

use tokio::time::sleep;
use tokio_rustls::TlsAcceptor;

use crate::Result;
use crate::document;
use crate::figure::{Figure, Limit};
use crate::optimizer::{Optimizer, Plan};
use crate::place::Place;
use crate::servo::Servo;

/// How many servos ask.
const SERVOS: usize = 1000;

/// How long they ask before it is counted: what each may ask at once is used up then.
const SETTLES: Duration = Duration::from_secs(6);

/// For how long it is counted.
const COUNTED: Duration = Duration::from_secs(10);

pub(super) async fn measure(place: &Place) -> Result<Vec<Figure>> {
    let plain = rate(place, "polls", "WHATS_NEXT polls, plain", None).await?;
    let tls = Some(place.authority.acceptor.clone());
    let encrypted = rate(place, "polls-tls", "WHATS_NEXT polls, TLS", tls).await?;
    Ok(vec![plain.within(Limit::AtLeast(10_000.0)), encrypted])
}

async fn rate(place: &Place, name: &str, what: &str, tls: Option<TlsAcceptor>) -> Result<Figure> {
    let optimizer = Optimizer::start(Plan::Again, tls).await?;
    let text = document::fleet(SERVOS, &optimizer.url());
    let mut servo = Servo::start(place, &place.servo(), name, &text, &[])?;
    let all = u64::try_from(SERVOS).unwrap_or(u64::MAX);
    servo.reaches(&optimizer, "HELLO", all, |tally| &tally.greeted).await?;
    sleep(SETTLES).await;
    let asked = || optimizer.count(|tally| &tally.asked);
    let before = asked();
    let spent = servo.spends(COUNTED).await?;
    let polls = asked().saturating_sub(before) as f64;
    let each = |time: Duration| time.as_secs_f64() * 1e6 / polls.max(1.0);
    let note = format!(
        "CPU time of a poll: servo {:.0} \u{b5}s, optimizer {:.0} \u{b5}s",
        each(spent.servo),
        each(spent.optimizer)
    );
    Ok(Figure::new(what, polls / spent.wall.as_secs_f64(), "/s").noting(note))
}
