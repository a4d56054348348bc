//! Filters, and what all transformers have in common.

use std::sync::{Arc, OnceLock};

use servo_core::pubsub::{Exchange, Publisher, Selector};

use crate::fixture::{Log, message, name, names, queued, selector};

#[test]
fn a_filter_passes_changes_or_drops_messages_of_the_channels_that_it_selects() {
    let exchange = Exchange::default();
    let mut subscription = exchange.subscribe(Selector::all());
    let publisher = exchange.publisher(names(["a.a", "b.b"])).unwrap();
    exchange.filter("odd", selector("a.*"), |given, channel| match given.text().unwrap() {
        "1" => Some(given),
        "2" => None,
        other => Some(message(format!("{other} on {channel}"))),
    });
    for text in ["1", "2", "3"] {
        publisher.publish(&message(text)).unwrap();
    }
    assert_eq!(queued(&mut subscription), ["a.a: 1", "b.b: 1", "b.b: 2", "a.a: 3 on a.a", "b.b: 3"]);
}

#[test]
fn transformers_run_one_after_another_in_the_order_in_which_they_were_added() {
    let exchange = Exchange::default();
    let mut subscription = exchange.subscribe(Selector::all());
    for letter in ["a", "b", "c"] {
        exchange.filter(letter, Selector::all(), move |given, _| {
            Some(message(format!("{}{letter}", given.text().unwrap())))
        });
    }
    exchange.channel(&name("aa")).publish(&message("-")).unwrap();
    assert_eq!(queued(&mut subscription), ["aa: -abc"]);
}

#[test]
fn those_after_a_filter_do_not_see_what_it_drops() {
    let (exchange, log) = (Exchange::default(), Log::default());
    exchange.filter("nothing", Selector::all(), |_, _| None);
    let seen = log.clone();
    exchange.filter("seen", Selector::all(), move |given, _| {
        seen.write("seen");
        Some(given)
    });
    exchange.channel(&name("aa")).publish(&message("1")).unwrap();
    assert!(log.lines().is_empty());
}

#[test]
fn a_filter_that_panics_lets_nothing_through_and_is_counted_and_logged() {
    let log = Log::default();
    let guard = tracing::subscriber::set_default(log.clone());
    let exchange = Exchange::default();
    let mut subscription = exchange.subscribe(Selector::all());
    let filter = exchange.filter("shaky", Selector::all(), |given, _| {
        assert_ne!(given.text().unwrap(), "1", "boom");
        Some(given)
    });
    exchange.channel(&name("aa")).publish(&message("1")).unwrap();
    exchange.channel(&name("aa")).publish(&message("2")).unwrap();
    drop(guard);
    assert_eq!(queued(&mut subscription), ["aa: 2"]);
    assert_eq!((filter.name(), filter.failures()), ("shaky", 1));
    let [line] = log.lines().try_into().unwrap();
    assert!(line.starts_with("WARN transformer 'shaky' failed and goes on: handler panicked: "), "{line}");
}

#[test]
fn a_filter_that_was_removed_does_nothing() {
    let exchange = Exchange::default();
    let mut subscription = exchange.subscribe(Selector::all());
    let filter = exchange.filter("nothing", Selector::all(), |_, _| None);
    exchange.channel(&name("aa")).publish(&message("1")).unwrap();
    filter.remove();
    filter.remove();
    exchange.channel(&name("aa")).publish(&message("2")).unwrap();
    assert_eq!(queued(&mut subscription), ["aa: 2"]);
}

#[test]
fn a_message_that_is_still_being_looked_at_is_not_overtaken_by_one_of_another_channel() {
    let exchange = Exchange::default();
    let mut subscription = exchange.subscribe(Selector::all());
    let (first, second) = (exchange.channel(&name("aa")), exchange.channel(&name("bb")));
    let (begun, is_begun) = std::sync::mpsc::channel();
    let other = std::thread::spawn(move || {
        is_begun.recv().unwrap();
        second.publish(&message("2")).unwrap();
    });
    exchange.filter("slow", first.name(), move |given, _| {
        begun.send(()).unwrap();
        // Time enough for the other thread, if it did not have to wait.
        (0..10_000).for_each(|_| std::thread::yield_now());
        Some(given)
    });
    first.publish(&message("1")).unwrap();
    other.join().unwrap();
    assert_eq!(queued(&mut subscription), ["aa: 1", "bb: 2"]);
}

#[test]
fn a_transformer_that_publishes_by_itself_is_refused_and_nobody_waits_for_ever() {
    let exchange = Exchange::default();
    let own: Arc<OnceLock<Publisher>> = Arc::default();
    let publisher = exchange.publisher(names(["aa", "bb"])).unwrap();
    assert!(own.set(publisher.clone()).is_ok());
    let (log, elsewhere) = (Log::default(), Exchange::default().channel(&name("cc")));
    let seen = log.clone();
    exchange.filter("eager", name("aa"), move |given, _| {
        let refused = own.get().unwrap().publish(&given).unwrap_err();
        seen.write(format!("{refused}; {}", refused.help().unwrap()));
        assert!(elsewhere.publish(&given).is_err());
        Some(given)
    });
    let mut subscription = exchange.subscribe(Selector::all());
    publisher.publish(&message("1")).unwrap();
    assert_eq!(queued(&mut subscription), ["aa: 1", "bb: 1"]);
    assert_eq!(
        log.lines(),
        ["a transformer cannot publish by itself; give the message back, or publish from a subscriber"]
    );
}

#[test]
fn a_transformer_may_look_at_the_exchange() {
    let exchange = Exchange::default();
    let (inside, log) = (exchange.clone(), Log::default());
    let seen = log.clone();
    exchange.filter("curious", Selector::all(), move |given, _| {
        seen.write(format!("{} channels", inside.channels().len()));
        drop(inside.subscribe(Selector::all()));
        Some(given)
    });
    exchange.channel(&name("aa")).publish(&message("1")).unwrap();
    assert_eq!(log.lines(), ["1 channels"]);
}
