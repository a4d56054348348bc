//! Splitters.

use servo_core::pubsub::{Exchange, Message, Selector};

use crate::fixture::{message, name, names, queued, selector};

/// Splits `1,2 3` into `1` and `2` for the one channel and `3` for the other.
fn parts(exchange: &Exchange) -> servo_core::Result<servo_core::pubsub::Transformer> {
    exchange.split("parts", name("whole"), names(["left", "right"]), |given, target| {
        let (left, right) = given.text().unwrap().split_once(' ').unwrap();
        let part = if target.as_str() == "left" { left } else { right };
        part.split(',').filter(|text| !text.is_empty()).map(message).collect()
    })
}

#[test]
fn a_splitter_publishes_parts_on_its_channels_and_the_message_passes() {
    let exchange = Exchange::default();
    parts(&exchange).unwrap();
    assert_eq!(exchange.channels(), names(["left", "right"]), "its channels are created");
    let mut subscription = exchange.subscribe(Selector::all());
    exchange.channel(&name("whole")).publish(&message("1,2 3")).unwrap();
    exchange.channel(&name("whole")).publish(&message(" 4")).unwrap();
    assert_eq!(
        queued(&mut subscription),
        ["whole: 1,2 3", "left: 1", "left: 2", "right: 3", "whole:  4", "right: 4"]
    );
}

#[test]
fn parts_go_through_the_transformers_of_their_channels() {
    let exchange = Exchange::default();
    parts(&exchange).unwrap();
    exchange.filter("no left", name("left"), |_, _| None);
    exchange.split("copy", name("right"), names(["archive"]), |given, _| vec![given.clone()]).unwrap();
    let mut subscription = exchange.subscribe(Selector::all());
    exchange.channel(&name("whole")).publish(&message("1 2")).unwrap();
    assert_eq!(queued(&mut subscription), ["whole: 1 2", "right: 2", "archive: 2"]);
}

#[test]
fn a_splitter_that_panics_lets_the_message_pass_without_parts() {
    let exchange = Exchange::default();
    let splitter = parts(&exchange).unwrap();
    let mut subscription = exchange.subscribe(Selector::all());
    exchange.channel(&name("whole")).publish(&message("nospace")).unwrap();
    assert_eq!(queued(&mut subscription), ["whole: nospace"]);
    assert_eq!(splitter.failures(), 1);
}

#[test]
fn a_part_for_a_closed_channel_is_counted() {
    let exchange = Exchange::default();
    let splitter = parts(&exchange).unwrap();
    exchange.find(&name("left")).unwrap().close().unwrap();
    let mut subscription = exchange.subscribe(Selector::all());
    exchange.channel(&name("whole")).publish(&message("1 2")).unwrap();
    assert_eq!(queued(&mut subscription), ["whole: 1 2", "right: 2"]);
    assert_eq!(splitter.failures(), 1);
}

#[test]
fn a_splitter_has_at_least_one_channel() {
    let error = Exchange::default().split("parts", Selector::all(), [], |_, _| vec![]).unwrap_err();
    assert_eq!(error.message(), "expected at least one channel for splitter 'parts', found none");
}

#[test]
fn transformers_cannot_lead_in_a_circle() {
    let exchange = Exchange::default();
    let copy = |given: &Message, _: &_| vec![given.clone()];
    let error = exchange.split("self", Selector::all(), names(["aa"]), copy).unwrap_err();
    assert_eq!(error.message(), "transformer 'self' would be given its own messages again, on channel 'aa'");
    exchange.split("ab", name("aa"), names(["bb"]), copy).unwrap();
    exchange.split("bc", selector("b*"), names(["cc", "dd"]), copy).unwrap();
    assert!(exchange.split("da", selector("/dd|ee/"), names(["aa"]), copy).is_err());
    exchange.split("ce", name("cc"), names(["ee"]), copy).unwrap();
    let mut subscription = exchange.subscribe(Selector::all());
    exchange.channel(&name("aa")).publish(&message("1")).unwrap();
    assert_eq!(queued(&mut subscription), ["aa: 1", "bb: 1", "cc: 1", "dd: 1", "ee: 1"]);
}
