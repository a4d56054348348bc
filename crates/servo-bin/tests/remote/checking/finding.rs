//! What a check of the optimizer says, and what to do about it.

use std::net::TcpListener;

use jiff::fmt::rfc2822::DateTimePrinter;
use jiff::{SignedDuration, Timestamp};
use servo_testkit::backend::{Answer, Kind};

use crate::authority::Authority;
use crate::document::{TOKEN, here, opsani};
use crate::optimizer::Optimizer;
use crate::program::{Place, Ran};

/// Checks a servo whose optimizer answers this.
async fn checked(answer: Answer) -> Ran {
    let optimizer = Optimizer::start().await;
    optimizer.backend.always(Kind::Hello, answer);
    let ran = Place::new(&here(optimizer.address)).run(&["check", "servo"]).await;
    assert_eq!(optimizer.backend.count(Kind::Hello), 1, "a check is made once, without trying again");
    assert_eq!(optimizer.backend.requests().len(), 1, "nothing else is asked");
    ran
}

/// Asserts that the one failing check is that of the optimizer, with this message and hint.
fn fails(ran: &Ran, message: &str, hint: &str) {
    assert_eq!(ran.code, 1, "{}{}", ran.stdout, ran.stderr);
    // Plain http is advice, so that it is told beside.
    let told = format!("(1/2) Opsani API connectivity: {message}\n");
    assert!(ran.stdout.contains(&told), "no {told:?} in:\n{}", ran.stdout);
    assert!(ran.stdout.contains(&format!("hint: {hint}\n")), "no {hint:?} in:\n{}", ran.stdout);
    assert!(!ran.stdout.contains(TOKEN) && !ran.stderr.contains(TOKEN));
}

#[tokio::test]
async fn an_optimizer_that_answers_is_connected_to() {
    let ran = checked(Answer::ok()).await;
    let expected = "\
CONNECTOR    STATUS    ERRORS
shop         √ PASSED  (1/1) Optimizer is who it says: it is spoken to over plain http
                             hint: whoever is between can read the credentials and give commands
";
    assert_eq!((ran.code, ran.stdout.as_str()), (0, expected), "{}", ran.stderr);
}

#[tokio::test]
async fn refusals_say_what_to_look_at() {
    let ran = checked(Answer::status(401)).await;
    fails(&ran, "Response status code: 401", "check the optimizer's id and token");
    let ran = checked(Answer::status(404)).await;
    let hint = "is the optimizer's id right, and is it there? the URL is made of it and of `base_url`";
    fails(&ran, "Response status code: 404", hint);
    let ran = checked(Answer::status(503)).await;
    let hint = "something is wrong at the optimizer, or at a proxy before it: try again later";
    fails(&ran, "Response status code: 503", hint);
    let ran = checked(Answer::too_many_requests("60")).await;
    fails(&ran, "Response status code: 429", "the optimizer has too much to do: try again later");
    let ran = checked(Answer::status(302)).await;
    fails(&ran, "Response status code: 302", "redirects are not followed: check the optimizer's base_url");
}

#[tokio::test]
async fn nobody_at_the_address_is_told_as_such() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let ran = Place::new(&here(address)).run(&["check", "servo"]).await;
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let message = format!("Opsani API connectivity: cannot connect to http://{address}");
    assert!(ran.stdout.contains(&message) && ran.stdout.contains("Connection refused"), "{}", ran.stdout);
    assert!(
        ran.stdout.contains("hint: is the optimizer's URL right, and can this machine reach it?"),
        "{}",
        ran.stdout
    );
}

#[tokio::test]
async fn a_certificate_of_an_unknown_authority_is_told_with_the_way_out() {
    let authority = Authority::new();
    let optimizer = Optimizer::start_tls(authority.server()).await;
    let text = opsani(&format!("https://localhost:{}", optimizer.address.port()));
    let ran = Place::new(&text).run(&["check", "servo"]).await;
    assert_eq!((ran.code, optimizer.backend.requests().len()), (1, 0), "{}", ran.stderr);
    let hint = "hint: set `settings.ssl_verify` to the bundle of the authority that issued the certificate";
    assert!(ran.stdout.contains("UnknownIssuer") && ran.stdout.contains(hint), "{}", ran.stdout);
    assert!(!ran.stdout.contains("Optimizer is who it says"), "it is not even spoken to: {}", ran.stdout);

    let trusting = Place::new(&format!("{text}settings: {{ssl_verify: ca.pem}}\n"));
    trusting.write("ca.pem", &authority.pem());
    let ran = trusting.run(&["check", "servo", "--verbose"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("verified by the authorities of `settings.ssl_verify`"), "{}", ran.stdout);

    let careless = Place::new(&format!("{text}settings: {{ssl_verify: false}}\n"));
    let ran = careless.run(&["check", "servo"]).await;
    assert_eq!(ran.code, 0, "advice: {}", ran.stdout);
    assert!(
        ran.stdout.contains("its certificate is not verified (`settings.ssl_verify: false`)"),
        "{}",
        ran.stdout
    );
}

#[tokio::test]
async fn a_clock_that_is_an_hour_off_is_told_with_its_direction() {
    for (hours, direction) in [(1, "behind"), (-1, "ahead of")] {
        let there = Timestamp::now() + SignedDuration::from_hours(hours);
        let date = DateTimePrinter::new().timestamp_to_rfc9110_string(&there).unwrap();
        let ran = checked(Answer::ok().header("date", &date)).await;
        assert_eq!(ran.code, 0, "advice: {}", ran.stdout);
        let words = ran.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        // The date was written before the program started, which takes a while on a machine that is busy.
        let told = (3540..=3660).any(|seconds| {
            words.contains(&format!(
                "Clock agrees with the optimizer's: this machine's clock is {seconds}s {direction}"
            ))
        });
        assert!(told && words.contains("hint: set this machine's clock, with NTP"), "{}", ran.stdout);
    }
}

#[tokio::test]
async fn the_token_is_in_no_form_of_the_result() {
    let optimizer = Optimizer::start().await;
    optimizer.backend.always(Kind::Hello, Answer::text(401, format!("no such token: {TOKEN}")));
    let place = Place::new(&here(optimizer.address));
    for format in ["table", "json", "junit"] {
        let ran =
            place.run(&["--log-level", "trace", "check", "servo", "--verbose", "--format", format]).await;
        assert_eq!(ran.code, 1);
        assert!(
            !ran.stdout.contains(TOKEN) && !ran.stderr.contains(TOKEN),
            "{format}: {}{}",
            ran.stdout,
            ran.stderr
        );
    }
}
