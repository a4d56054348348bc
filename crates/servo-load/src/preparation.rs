//! From settings to an attack: targets are read from their files, and TLS is set up as the operator has it.

use std::sync::Arc;

use servo_core::duration::Duration;
use servo_core::{Context, Error, Result};
use servo_http::Outlet;
use servo_http::tls::{self, Trust};

use crate::connector::Load;
use crate::engine::{Attack, Limits};
use crate::profile::Profile;
use crate::schedule::Schedule;
use crate::settings::Source;
use crate::target::{Target, read_bodies, read_targets, templates};

/// The longest time for which load is sent, which is far from what clocks can count.
const LONGEST: Duration = Duration::from_secs(365 * 86_400);

/// What is to be sent this time.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) profile: Profile,
    pub(crate) source: Source,
    pub(crate) warmup: Duration,
    pub(crate) duration: Duration,
    pub(crate) reporting_interval: Duration,
}

/// An attack that can begin.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) attack: Attack,
    /// How many targets there are.
    pub(crate) count: usize,
    /// The first target and how many follow it, for a person to read.
    pub(crate) shown: String,
}

impl Load {
    /// Prepares an attack. Nothing is sent.
    ///
    /// # Errors
    ///
    /// Class configuration: files that cannot be read, targets that are none, certificates that cannot be used. Class
    /// failed: a time that is too long.
    pub(crate) async fn prepare(&self, cx: &Context, plan: &Plan) -> Result<Prepared> {
        if plan.warmup.saturating_add(plan.duration) > LONGEST {
            return Err(Error::failed(format!("expected to send load for at most {LONGEST}")));
        }
        let (mut targets, key) = match &plan.source {
            Source::Inline(targets) => (targets.clone(), "target"),
            Source::File(path) => (read_targets(&cx.resolve(path), self.settings.format).await?, "targets"),
        };
        read_bodies(cx, &mut targets, key).await?;
        let outlet = cx.lent::<Outlet>().unwrap_or_default();
        for target in &targets {
            target.hide(&outlet.redactor);
        }
        let made = templates(&targets, &outlet.user_agent, self.settings.keepalive);
        let (templates, authorities) = made.map_err(|error| {
            Error::configuration("a target cannot be requested").with_source(error).at(key)
        })?;
        let is_tls = authorities.iter().any(|authority| authority.is_tls);
        let tls = if is_tls { Some(self.tls(&outlet).await?) } else { None };
        let limits = Limits {
            at_once: self.settings.most_at_once(),
            timeout: self.settings.timeout.as_std(),
            keepalive: self.settings.keepalive,
            max_body: u64::try_from(self.settings.max_body).ok(),
        };
        let schedule = Schedule::new(&plan.profile, plan.warmup.as_std(), plan.duration.as_std());
        let reporting_interval = plan.reporting_interval.as_std();
        let attack = Attack { templates, authorities, schedule, limits, tls, reporting_interval };
        Ok(Prepared { attack, count: targets.len(), shown: shown(&targets) })
    }

    async fn tls(&self, outlet: &Outlet) -> Result<Arc<rustls::ClientConfig>> {
        let cannot = "TLS cannot be set up";
        let options = outlet.options().await;
        let mut tls = options.map_err(|error| Error::configuration(cannot).with_source(error))?.tls;
        if self.settings.insecure {
            tracing::warn!(connector = self.name(), "certificates are not verified: `insecure` is true");
            tls.trust = Trust::Anyone;
        }
        // A connection for each request is what HTTP/2 is not made for.
        let offers_http2 = self.settings.http2 && self.settings.keepalive;
        let alpn: &[&str] = if offers_http2 { &["h2", "http/1.1"] } else { &["http/1.1"] };
        let configuration = tls::client(&tls, alpn);
        configuration.map(Arc::new).map_err(|error| Error::configuration(cannot).with_source(error))
    }
}

fn shown(targets: &[Target]) -> String {
    match targets {
        [] => String::new(),
        [only] => only.shown(),
        [first, others @ ..] => format!("{} and {} more", first.shown(), others.len()),
    }
}
