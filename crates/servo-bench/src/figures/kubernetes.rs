//! What servos of workloads in a real cluster cost that have nothing to do, and how soon one of them notices a change.

mod fleet;
mod requests;
mod rollout;

use std::time::Duration;

use serde_json::json;
use servo_testkit::backend::{Answer, Backend, Kind};
use tokio::time::{sleep, timeout};

use crate::Result;
use crate::figure::{Figure, Limit, shown};
use crate::place::Place;
use crate::servo::Servo;
use fleet::{Fleet, document, path};

/// How many Deployments, each with a servo of its own.
const MANY: usize = 500;
/// How long they may take to begin.
const PATIENCE: Duration = Duration::from_mins(2);
/// How long they are left alone before they count as idle.
const SETTLES: Duration = Duration::from_secs(10);
/// For how long their CPU time and their requests are counted then.
const IDLE: Duration = Duration::from_mins(1);
/// The one that is given something to do, and how often.
const ONE: usize = 250;
const TIMES: u32 = 10;

pub(super) async fn measure(place: &Place) -> Result<Vec<Figure>> {
    let fleet = Fleet::start(MANY).await?;
    let watches_before = requests::watches(&fleet).await?;
    let backend = Backend::new();
    backend.always(Kind::WhatsNext, Answer::sleep(3600));
    // This one asks each second, so that it can be told to do something.
    backend.always_at(&path(ONE), Kind::WhatsNext, Answer::sleep(1));
    for number in 0..MANY {
        backend.answer_at(&path(number), Kind::WhatsNext, Answer::command("DESCRIBE", "d-1", json!({})));
    }
    let address =
        backend.listen().await.map_err(|error| format!("cannot listen on this machine: {error}"))?;
    let text = document(MANY, fleet.kubeconfig(), &format!("http://{address}"));
    let servo = Servo::start(place, &place.servo(), "kubernetes", &text, &[])?;
    described(&backend).await?;
    sleep(SETTLES).await;

    let start = servo.total()?;
    let before = requests::answered(&fleet)?;
    let spent = servo.spends(IDLE).await?.servo;
    let after = requests::answered(&fleet)?;
    let (asked, all) = (after.of_servos - before.of_servos, after.all - before.all);
    let memory = servo.memory()?;
    let watches = requests::watches(&fleet).await? - watches_before;

    let delays = rollout::delays(&fleet, &backend, ONE, TIMES).await?;
    let slowest = delays.iter().copied().max().unwrap_or_default().as_secs_f64() * 1000.0;
    let mean = delays.iter().sum::<Duration>().as_secs_f64() * 1000.0 / f64::from(TIMES);
    drop(servo);
    fleet.down().await;

    let seconds = IDLE.as_secs_f64();
    let what = format!("of {MANY} idle servos of {MANY} Deployments");
    Ok(vec![
        Figure::new(format!("RSS {what}"), memory.resident as f64 / 1024.0, "MiB").noting(format!(
            "{} threads; CPU time until all were idle {}",
            memory.threads,
            shown(start.as_secs_f64(), "s")
        )),
        Figure::new(format!("CPU {what}"), spent.as_secs_f64() * 100.0 / seconds, "% of a core")
            .within(Limit::Under(0.5)),
        Figure::new(format!("API requests {what}"), asked as f64 / seconds, "/s")
            .within(Limit::Under(0.2))
            .noting(format!("answered within {seconds} s; those of everybody were {all}")),
        Figure::new(format!("open watches {what}"), watches, "watches").within(Limit::Under(10.0)),
        Figure::new("from the end of a rollout to its report, one of these servos", slowest, "ms")
            .within(Limit::Under(200.0))
            .noting(format!("the slowest of {TIMES}; {} in the mean", shown(mean, "ms"))),
    ])
}

/// Waits until every servo has described its Deployment.
async fn described(backend: &Backend) -> Result<()> {
    let all = backend.wait_until(|requests| {
        let descriptions = requests.iter().filter(|it| it.kind == Kind::Description);
        let failed = descriptions.clone().find(|it| it.param("status") != "ok");
        match failed {
            Some(failed) => Some(Err(format!("a servo cannot describe: {}", failed.body))),
            None => (descriptions.count() >= MANY).then_some(Ok(())),
        }
    });
    let seconds = PATIENCE.as_secs();
    let all = timeout(PATIENCE, all).await;
    all.map_err(|_| {
        let described = backend.count(Kind::Description);
        format!("{described} of {MANY} servos have described their Deployments after {seconds} s")
    })?
}
