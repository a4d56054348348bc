//! The checks: whether targets can be read and reached, and how five seconds of load are answered.

use async_trait::async_trait;
use servo_core::check::{self, Checking, Checks, Failure};
use servo_core::duration::Duration;
use servo_core::event::On;
use servo_core::event::standard::Check;
use servo_core::{Context, Error, Result};
use tokio::sync::OnceCell;

use crate::connector::Load;
use crate::preparation::Plan;
use crate::profile::Profile;
use crate::summary::Outcome;

/// How long load is sent.
const LASTS: Duration = Duration::from_secs(5);

/// How often it is reported meanwhile.
const REPORTING: Duration = Duration::from_secs(1);

/// From this percentage of errors on something is wrong.
const MOST_ERRORS: f64 = 5.0;

/// What came of the load, and how many reports there were; or why nothing did, with what to do.
type Tried = std::result::Result<(Outcome, usize), (String, Option<String>)>;

#[async_trait]
impl On<Check> for Load {
    async fn on(&self, cx: &Context, input: &Checking) -> Result<Vec<check::Check>> {
        // Sent once, whichever check asks first.
        let tried = OnceCell::new();
        let tried = &tried;
        let mut checks = Checks::new();
        checks
            .critical("Targets can be read", || self.readable(cx))
            .id("targets")
            .description("The targets and the files of their bodies can be read.");
        checks
            .critical("Targets can be connected to", || self.reachable(cx))
            .id("connect")
            .description("There is a connection to each host, with TLS where that is spoken.")
            .tags(["connect"]);
        checks
            .critical("Vegeta execution", || async { self.executed(self.tried(cx, tried).await) })
            .id("check_execution")
            .description("Load is sent for five seconds at the rate at which a measurement begins.")
            .tags(["load"]);
        checks
            .common("Report aggregation", || async { aggregated(self.tried(cx, tried).await) })
            .id("check_report_aggregation")
            .tags(["load"]);
        checks
            .common(format!("Error rate < {MOST_ERRORS:.1}%"), || async {
                few_errors(self.tried(cx, tried).await)
            })
            .id("check_error_rate")
            .tags(["load"]);
        checks
            .warning("Rate is kept", || async { kept(self.tried(cx, tried).await) })
            .id("rate")
            .description("The generator sends as many requests as it is asked for, when they are due.")
            .tags(["load"]);
        checks.run(cx, input).await
    }
}

impl Load {
    fn trial(&self) -> Plan {
        Plan {
            profile: Profile::Constant(self.checked.profile.first()),
            source: self.checked.source.clone(),
            warmup: Duration::ZERO,
            duration: LASTS,
            reporting_interval: REPORTING,
        }
    }

    async fn readable(&self, cx: &Context) -> Result<String> {
        let prepared = self.prepare(cx, &self.trial()).await?;
        Ok(prepared.shown)
    }

    async fn reachable(&self, cx: &Context) -> Result<String> {
        let prepared = self.prepare(cx, &self.trial()).await?;
        Ok(self.engine.probe(prepared.attack, cx.token()).await?.join(", "))
    }

    /// Sends load once. A service that cannot be connected to is sent none.
    async fn tried<'a>(&self, cx: &Context, tried: &'a OnceCell<Tried>) -> &'a Tried {
        let attack = async {
            self.reachable(cx).await?;
            let prepared = self.prepare(cx, &self.trial()).await?;
            let mut reports = 0_usize;
            let outcome = self.attack(cx, prepared, |_| reports = reports.saturating_add(1)).await?;
            Ok::<_, Error>((outcome, reports))
        };
        let told = |error: Error| (error.chain(), error.help().map(str::to_owned));
        tried.get_or_init(|| async { attack.await.map_err(told) }).await
    }

    fn executed(&self, tried: &Tried) -> std::result::Result<String, Failure> {
        let (outcome, _) = come_of(tried)?;
        let (ended, answered) = (outcome.summary.ended, outcome.summary.answered);
        if answered == 0 {
            let fault = outcome.summary.worst_fault().unwrap_or("no request was due");
            return Err(Failure::new(format!("none of {ended} requests was answered: {fault}")));
        }
        let rate = self.checked.profile.first();
        Ok(format!("{answered} of {ended} requests at {rate} were answered in {LASTS}"))
    }
}

fn come_of(tried: &Tried) -> std::result::Result<&(Outcome, usize), Failure> {
    tried.as_ref().map_err(|(message, help)| {
        let failure = Failure::new(message.clone());
        match help {
            Some(help) => failure.with_hint(help),
            None => failure,
        }
    })
}

fn aggregated(tried: &Tried) -> std::result::Result<(bool, String), Failure> {
    let (_, reports) = come_of(tried)?;
    Ok((*reports > 0, format!("Collected {reports} reports")))
}

fn few_errors(tried: &Tried) -> std::result::Result<String, Failure> {
    let (outcome, _) = come_of(tried)?;
    let summary = &outcome.summary;
    let Some(rate) = summary.error_rate() else { return Err(Failure::new("no request has ended")) };
    let statuses: Vec<String> =
        summary.statuses.iter().map(|(status, count)| format!("{count} with {status}")).collect();
    let faults = summary.faults.iter().map(|(fault, count)| format!("{count} without: {fault}"));
    let told: Vec<String> = statuses.into_iter().chain(faults).collect();
    let message = format!("{rate:.2}% errors ({})", told.join(", "));
    if rate < MOST_ERRORS { Ok(message) } else { Err(Failure::new(message)) }
}

fn kept(tried: &Tried) -> std::result::Result<String, Failure> {
    let (outcome, _) = come_of(tried)?;
    match outcome.pace.judged() {
        Ok(None) => Ok(format!("{:.1} of {:.1} a second", outcome.pace.achieved(), outcome.pace.asked())),
        Ok(Some(remark)) => Err(Failure::new(remark)),
        Err(error) => {
            let failure = Failure::new(error.message().to_owned());
            Err(error
                .help()
                .map(str::to_owned)
                .map_or_else(|| Failure::new(error.message().to_owned()), |help| failure.with_hint(help)))
        }
    }
}
