//! Optimizers that refuse the servo.

use servo_testkit::backend::{Answer, Kind};

use crate::document::{TOKEN, here};
use crate::optimizer::Optimizer;
use crate::program::Place;

#[tokio::test]
async fn a_refusal_ends_the_servo_where_that_is_asked_for() {
    let optimizer = Optimizer::start().await;
    optimizer.backend.always(Kind::Hello, Answer::status(401));
    let ran = Place::new(&here(optimizer.address)).run(&["run", "--exit-on-fatal"]).await;
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    ran.says(&["servo `shop`", "401", "help: check the optimizer's id and token"]);
    assert!(!ran.stderr.contains(TOKEN));
    assert_eq!(optimizer.backend.count(Kind::Hello), 1, "the same token is refused again");
}

#[tokio::test]
async fn otherwise_it_asks_again_until_it_is_accepted() {
    let optimizer = Optimizer::start().await;
    optimizer.backend.answer(Kind::Hello, Answer::status(401));
    optimizer.backend.answer(Kind::Hello, Answer::status(403));
    optimizer.backend.answer(Kind::WhatsNext, Answer::status(401));
    let place = Place::new(&here(optimizer.address));
    let mut servo = place.start(&["run"]);
    servo.hear("check the optimizer's id and token").await;
    optimizer.hear(Kind::WhatsNext, 2).await;
    let ran = servo.terminate().await;
    assert_eq!((ran.code, optimizer.backend.count(Kind::Hello)), (0, 3), "{}", ran.stderr);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (optimizer, elsewhere) = (Optimizer::start().await, Optimizer::start().await);
    let to = format!("http://{}/", elsewhere.address);
    optimizer.backend.always(Kind::Hello, Answer::status(302).header("location", &to));
    let ran = Place::new(&here(optimizer.address)).run(&["run", "--exit-on-fatal"]).await;
    assert_eq!((ran.code, elsewhere.backend.connections()), (1, 0), "{}", ran.stderr);
    ran.says(&["302", "help: redirects are not followed"]);
}
