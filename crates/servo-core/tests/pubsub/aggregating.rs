//! Aggregators.

use std::time::Duration as Time;

use servo_core::duration::Duration;
use servo_core::pubsub::{Aggregator, ChannelName, Emit, Exchange, Message, Selector};
use tokio::time::sleep;

use crate::fixture::{message, name, names, queued};

/// Gathers texts with a plus between them.
fn sum(gathered: &mut Option<Message>, given: &Message, _: &ChannelName) {
    let text = given.text().unwrap();
    assert_ne!(text, "boom");
    *gathered = Some(match gathered {
        Some(before) => message(format!("{}+{text}", before.text().unwrap())),
        None => message(text),
    });
}

fn sums(exchange: &Exchange, emit: Emit) -> Aggregator {
    exchange.aggregate("sum", names(["aa", "bb"]), name("total"), emit, sum).unwrap()
}

fn publish(exchange: &Exchange, texts: &[(&str, &str)]) {
    for (channel, text) in texts {
        exchange.channel(&name(channel)).publish(&message(text)).unwrap();
    }
}

#[test]
fn it_publishes_when_every_source_has_sent_since_the_last_time_and_sources_pass() {
    let exchange = Exchange::default();
    let aggregator = sums(&exchange, Emit::Complete);
    assert_eq!(exchange.channels(), names(["aa", "bb", "total"]), "its channels are created");
    assert_eq!(aggregator.last_published_at(), None);
    let mut subscription = exchange.subscribe(Selector::all());
    publish(&exchange, &[("aa", "1"), ("aa", "2"), ("bb", "3"), ("bb", "4"), ("other", "5"), ("aa", "6")]);
    assert_eq!(
        queued(&mut subscription),
        ["aa: 1", "aa: 2", "bb: 3", "total: 1+2+3", "bb: 4", "other: 5", "aa: 6", "total: 4+6"]
    );
    assert!(aggregator.last_published_at().is_some());
}

#[tokio::test(start_paused = true)]
async fn it_publishes_on_an_interval_what_there_is_and_nothing_where_there_is_nothing() {
    let exchange = Exchange::default();
    sums(&exchange, Emit::Every(Duration::from_secs(10)));
    let mut totals = exchange.subscribe(name("total"));
    publish(&exchange, &[("aa", "1"), ("bb", "2"), ("aa", "3")]);
    sleep(Time::from_secs(9)).await;
    assert!(queued(&mut totals).is_empty(), "not before");
    sleep(Time::from_secs(2)).await;
    assert_eq!(queued(&mut totals), ["total: 1+2+3"]);
    sleep(Time::from_secs(20)).await;
    publish(&exchange, &[("aa", "4")]);
    sleep(Time::from_secs(10)).await;
    assert_eq!(queued(&mut totals), ["total: 4"]);
}

#[test]
fn it_publishes_on_demand_and_begins_anew() {
    let exchange = Exchange::default();
    let aggregator = sums(&exchange, Emit::OnDemand);
    let mut totals = exchange.subscribe(name("total"));
    assert!(!aggregator.publish().unwrap());
    publish(&exchange, &[("aa", "1"), ("bb", "2")]);
    assert!(queued(&mut totals).is_empty());
    assert!(aggregator.publish().unwrap());
    assert!(!aggregator.publish().unwrap());
    assert_eq!(queued(&mut totals), ["total: 1+2"]);
}

#[test]
fn on_demand_also_resets_who_has_sent() {
    let exchange = Exchange::default();
    let aggregator = sums(&exchange, Emit::Complete);
    let mut totals = exchange.subscribe(name("total"));
    publish(&exchange, &[("aa", "1")]);
    assert!(aggregator.publish().unwrap());
    publish(&exchange, &[("bb", "2")]);
    assert_eq!(queued(&mut totals), ["total: 1"]);
    publish(&exchange, &[("aa", "3")]);
    assert_eq!(queued(&mut totals), ["total: 2+3"]);
}

#[test]
fn it_has_at_least_two_sources() {
    for sources in [names(["aa"]), names(["aa", "aa"]), vec![]] {
        let found = usize::from(!sources.is_empty());
        let error =
            Exchange::default().aggregate("sum", sources, name("total"), Emit::Complete, sum).unwrap_err();
        assert_eq!(
            error.message(),
            format!("expected at least two channels for aggregator 'sum', found {found}")
        );
    }
}

#[test]
fn it_cannot_gather_what_it_publishes() {
    let exchange = Exchange::default();
    let error = exchange.aggregate("sum", names(["aa", "bb"]), name("bb"), Emit::Complete, sum).unwrap_err();
    assert_eq!(error.message(), "transformer 'sum' would be given its own messages again, on channel 'bb'");
}

#[test]
fn a_callback_that_panics_is_counted_and_the_source_has_not_sent() {
    let exchange = Exchange::default();
    let aggregator = sums(&exchange, Emit::Complete);
    let mut subscription = exchange.subscribe(Selector::all());
    publish(&exchange, &[("aa", "1"), ("bb", "boom"), ("bb", "2")]);
    assert_eq!(queued(&mut subscription), ["aa: 1", "bb: boom", "bb: 2", "total: 1+2"]);
    assert_eq!(aggregator.transformer().failures(), 1);
}

#[tokio::test(start_paused = true)]
async fn it_ends_when_it_is_removed() {
    let exchange = Exchange::default();
    let aggregator = sums(&exchange, Emit::Every(Duration::from_secs(1)));
    publish(&exchange, &[("aa", "1")]);
    aggregator.remove();
    aggregator.remove();
    let mut totals = exchange.subscribe(name("total"));
    publish(&exchange, &[("aa", "2")]);
    sleep(Time::from_secs(10)).await;
    assert!(queued(&mut totals).is_empty());
}

#[tokio::test]
async fn one_on_an_interval_has_a_name_of_its_own_and_an_interval() {
    let exchange = Exchange::default();
    let second = Emit::Every(Duration::from_secs(1));
    sums(&exchange, second);
    let error = exchange.aggregate("sum", names(["aa", "bb"]), name("more"), second, sum).unwrap_err();
    assert_eq!(error.message(), "an aggregator named 'sum' already exists");
    let never = Emit::Every(Duration::ZERO);
    let error = exchange.aggregate("never", names(["aa", "bb"]), name("more"), never, sum).unwrap_err();
    assert_eq!(error.message(), "expected an interval longer than zero, found 0s");
}
