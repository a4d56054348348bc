//! Tests of clients that are made again.

use std::sync::atomic::AtomicUsize;

use futures::FutureExt as _;
use futures::future::join_all;
use servo_http::Options;

use super::*;

/// Makes clients and counts them; the one of that number cannot be made.
fn counting(made: &Arc<AtomicUsize>, fails_at: usize) -> Make {
    let made = Arc::clone(made);
    Box::new(move || {
        let number = made.fetch_add(1, Ordering::SeqCst) + 1;
        let failed = (number == fails_at).then(|| {
            let error = Error::configuration("cannot read it").at("settings.ssl_verify").with_help("name it");
            error.with_source("no such file")
        });
        async move {
            tokio::time::sleep(Duration::from_millis(10)).await;
            match failed {
                Some(error) => Err(error),
                None => Ok(Client::new(Options::default()).unwrap()),
            }
        }
        .boxed()
    })
}

#[tokio::test(start_paused = true)]
async fn a_client_is_made_again_only_when_it_is_asked_for_and_then_once() {
    let made = Arc::new(AtomicUsize::new(0));
    let renewal = Renewal::of(counting(&made, 3)).await.unwrap();
    renewal.client().await;
    assert_eq!(made.load(Ordering::SeqCst), 1);
    renewal.renew();
    renewal.renew();
    renewal.client().await;
    renewal.client().await;
    assert_eq!(made.load(Ordering::SeqCst), 2);
    renewal.renew();
    renewal.client().await;
    assert_eq!(
        made.load(Ordering::SeqCst),
        3,
        "where that fails the old one stays, until it is asked for again"
    );
    renewal.client().await;
    assert_eq!(made.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_caller_that_is_dropped_while_it_makes_a_client_leaves_that_to_the_next() {
    let made = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&made);
    let slow: Make = Box::new(move || {
        let is_slow = counted.fetch_add(1, Ordering::SeqCst) == 1;
        async move {
            if is_slow {
                std::future::pending::<()>().await;
            }
            Ok(Client::new(Options::default()).unwrap())
        }
        .boxed()
    });
    let renewal = Renewal::of(slow).await.unwrap();
    renewal.renew();
    assert!(renewal.client().now_or_never().is_none(), "it is being made");
    renewal.client().await;
    assert_eq!(made.load(Ordering::SeqCst), 3);
}

#[tokio::test(start_paused = true)]
async fn the_first_must_be_made_and_everybody_that_waits_is_told_why_it_is_not() {
    let made = Arc::new(AtomicUsize::new(0));
    let source = Source::new(counting(&made, 1));
    let failed = join_all((0..100).map(|_| Renewal::sharing(Arc::clone(&source)))).await;
    for error in failed.into_iter().map(Result::unwrap_err) {
        assert_eq!(error.chain(), "cannot read it: no such file");
        assert_eq!((error.key(), error.help()), (Some("settings.ssl_verify"), Some("name it")));
    }
    assert_eq!(made.load(Ordering::SeqCst), 1);
    assert!(source.is_failed());
}

/// A client with a hundred parts.
async fn shared(made: &Arc<AtomicUsize>) -> Vec<Renewal> {
    let source = Source::new(counting(made, 0));
    let parts = join_all((0..100).map(|_| Renewal::sharing(Arc::clone(&source)))).await;
    parts.into_iter().collect::<Result<_>>().unwrap()
}

#[tokio::test(start_paused = true)]
async fn all_who_share_a_client_have_it_made_once_though_each_asks_and_uses_it_in_its_own_time() {
    let made = Arc::new(AtomicUsize::new(0));
    let links = shared(&made).await;
    for reload in 0..3 {
        for (at, link) in links.iter().enumerate() {
            link.renew();
            // Some use it before all have heard.
            if at % 7 == reload {
                link.client().await;
            }
        }
        join_all(links.iter().map(Renewal::client)).await;
        assert_eq!(made.load(Ordering::SeqCst), 2 + reload);
        tokio::time::sleep(Duration::from_mins(1)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn who_asks_again_gets_another_and_who_has_missed_a_request_is_heard_the_next_time() {
    let made = Arc::new(AtomicUsize::new(0));
    let links = shared(&made).await;
    let mut expected = 1;
    for at in [0, 0, 1, 2, 1] {
        // Nobody else hears of it; a second later it is no longer the same request.
        tokio::time::sleep(TOGETHER).await;
        links[at].renew();
        links[99].client().await;
        expected += 1;
        assert_eq!(made.load(Ordering::SeqCst), expected, "link {at}");
    }
    links[1].renew();
    links[99].client().await;
    assert_eq!(made.load(Ordering::SeqCst), expected + 1, "at once, by the same link");
}
