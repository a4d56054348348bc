//! Publishers on an interval.

use std::time::Duration as Time;

use servo_core::Error;
use servo_core::duration::Duration;
use servo_core::pubsub::{Exchange, Message, Selector};
use tokio::time::{Instant, sleep};

use crate::fixture::{Log, all, message, name, names, queued, written};

const SECOND: Duration = Duration::from_secs(1);

/// Makes numbered messages.
fn counting() -> impl FnMut() -> std::future::Ready<servo_core::Result<Message>> + Send + 'static {
    let mut count = 0;
    move || {
        count += 1;
        std::future::ready(Ok(message(count.to_string())))
    }
}

#[tokio::test(start_paused = true)]
async fn it_publishes_at_once_and_then_on_its_interval() {
    let exchange = Exchange::default();
    let mut subscription = exchange.subscribe(Selector::all());
    let begin = Instant::now();
    exchange.publisher(names(["aa"])).unwrap().every("counter", SECOND, counting()).unwrap();
    for second in 0..5 {
        let delivery = subscription.next().await.unwrap();
        assert_eq!(written(&delivery), format!("aa: {}", second + 1));
        assert_eq!(begin.elapsed(), Time::from_secs(second));
    }
}

#[tokio::test(start_paused = true)]
async fn what_fails_or_panics_is_logged_with_its_name_and_counted_and_it_goes_on() {
    let log = Log::default();
    let guard = tracing::subscriber::set_default(log.clone());
    let exchange = Exchange::default();
    let mut subscription = exchange.subscribe(Selector::all());
    let mut turns = 0;
    let job = exchange
        .publisher(names(["aa"]))
        .unwrap()
        .every("counter", SECOND, move || {
            turns += 1;
            let turn = turns;
            async move {
                match turn {
                    1 => Err(Error::failed("no answer").with_source(std::io::Error::other("reset"))),
                    2 => panic!("boom"),
                    turn => Ok(message(turn.to_string())),
                }
            }
        })
        .unwrap();
    assert_eq!(written(&subscription.next().await.unwrap()), "aa: 3");
    drop(guard);
    assert_eq!((job.name(), job.failures(), job.is_finished()), ("counter", 2, false));
    assert_eq!(
        log.lines(),
        [
            "WARN publisher 'counter' failed and goes on: no answer: reset",
            "WARN publisher 'counter' failed and goes on: handler panicked: boom",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn intervals_that_were_missed_are_not_made_up_for() {
    let exchange = Exchange::default();
    let mut subscription = exchange.subscribe(Selector::all());
    let begin = Instant::now();
    let mut is_first = true;
    let slow_at_first = move || {
        let takes = Time::from_millis(if std::mem::take(&mut is_first) { 3500 } else { 0 });
        async move {
            sleep(takes).await;
            Ok(message("made"))
        }
    };
    exchange.publisher(names(["aa"])).unwrap().every("slow", SECOND, slow_at_first).unwrap();
    let mut times = Vec::new();
    for _ in 0..4 {
        subscription.next().await.unwrap();
        times.push(begin.elapsed().as_secs_f64());
    }
    // Of those of 1, 2 and 3 seconds, one comes late and two not at all.
    assert_eq!(times, [3.5, 3.5, 4.0, 5.0]);
}

#[tokio::test(start_paused = true)]
async fn it_ends_when_it_is_cancelled() {
    let exchange = Exchange::default();
    let mut subscription = exchange.subscribe(Selector::all());
    let job = exchange.publisher(names(["aa"])).unwrap().every("counter", SECOND, counting()).unwrap();
    sleep(Time::from_millis(1500)).await;
    job.cancel();
    job.cancel();
    sleep(Time::from_secs(10)).await;
    assert_eq!(queued(&mut subscription), ["aa: 1", "aa: 2"]);
    assert!(job.is_finished());
}

#[tokio::test(start_paused = true)]
async fn it_ends_when_all_its_channels_are_closed() {
    let exchange = Exchange::default();
    let job = exchange.publisher(names(["aa", "bb"])).unwrap().every("counter", SECOND, counting()).unwrap();
    exchange.find(&name("aa")).unwrap().close().unwrap();
    sleep(Time::from_millis(1500)).await;
    assert_eq!((job.failures(), job.is_finished()), (2, false), "one of two is closed");
    exchange.find(&name("bb")).unwrap().close().unwrap();
    sleep(Time::from_secs(10)).await;
    assert!(job.is_finished());
}

#[tokio::test(start_paused = true)]
async fn its_name_is_unique_as_long_as_it_runs() {
    let exchange = Exchange::default();
    let publisher = exchange.publisher(names(["aa"])).unwrap();
    let job = publisher.every("counter", SECOND, counting()).unwrap();
    let error = publisher.every("counter", SECOND, counting()).unwrap_err();
    assert_eq!(error.message(), "a publisher named 'counter' already exists");
    job.cancel();
    sleep(Time::from_millis(1)).await;
    publisher.every("counter", SECOND, counting()).unwrap();
}

#[tokio::test]
async fn an_interval_of_no_time_is_refused() {
    let publisher = Exchange::default().publisher(names(["aa"])).unwrap();
    let error = publisher.every("counter", Duration::ZERO, counting()).unwrap_err();
    assert_eq!(error.message(), "expected an interval longer than zero, found 0s");
}

#[test]
fn without_a_runtime_it_is_an_error() {
    let exchange = Exchange::default();
    let publisher = exchange.publisher(names(["aa"])).unwrap();
    let error = publisher.every("counter", SECOND, counting()).unwrap_err();
    assert_eq!(error.message(), "expected a runtime to run a job");
}

#[tokio::test(start_paused = true)]
async fn its_task_ends_with_the_exchange() {
    let exchange = Exchange::default();
    let subscription = exchange.subscribe(Selector::all());
    let job = exchange.publisher(names(["aa"])).unwrap().every("counter", SECOND, counting()).unwrap();
    sleep(Time::from_millis(500)).await;
    drop(exchange);
    assert_eq!(all(subscription).await, ["aa: 1"]);
    sleep(Time::from_secs(10)).await;
    assert!(job.is_finished());
}
