//! The checks of a whole servo: its own, those of its optimizer, and those of its connectors.

mod journal;
mod state;

use std::sync::Arc;

use async_trait::async_trait;
use servo_core::check::{BusPass, Checked, Checking, Checks, Failure, Pass, Site, chosen};
use servo_core::event::standard::Describe;
use servo_core::event::{Event as _, Phase, Scope};
use servo_core::model::{Control, Description};
use servo_core::{Error, Result};

use crate::assembly::Assembled;
use crate::operation;

/// The name by which the servo's own checks can be chosen, beside the servo's.
pub const OWN: &str = "servo";

/// Runs all checks of one servo: its own first, under the servo's name, then those of its connectors.
///
/// Nothing is changed: neither the application nor the servo's state.
#[derive(Debug)]
pub struct Checkup<'a> {
    servo: &'a Assembled,
    scope: &'a Scope,
    checking: Checking,
    /// Whether the servo's own are among them.
    has_own: bool,
    /// The connectors whose checks are run; `None` stands for all.
    connectors: Option<Vec<String>>,
    /// Why the connectors could not be attached, and what to do about it.
    unattached: Option<(String, Option<String>)>,
}

impl<'a> Checkup<'a> {
    /// Runs all of a servo.
    pub fn new(servo: &'a Assembled, scope: &'a Scope, checking: Checking) -> Self {
        Self { servo, scope, checking, has_own: true, connectors: None, unattached: None }
    }

    /// Takes into account whether its connectors could be attached, which is a check of its own.
    pub fn attached(mut self, attached: Result<()>) -> Self {
        self.unattached = attached.err().map(|error| {
            let whose = error.connector().map(|connector| format!("`{connector}`: ")).unwrap_or_default();
            (whose + &error.chain(), error.help().map(str::to_owned))
        });
        self
    }

    /// Runs only those of these connectors, by name or by the key of their type; the servo's own are those of `servo`,
    /// or of the servo's name.
    ///
    /// # Errors
    ///
    /// There is no such connector, or it has no checks.
    pub fn restricted_to(mut self, wanted: &[String]) -> Result<Self> {
        if wanted.is_empty() {
            return Ok(self);
        }
        let is_own = |name: &&String| *name == OWN || *name == self.servo.name();
        let (own, others): (Vec<&String>, Vec<&String>) = wanted.iter().partition(is_own);
        self.has_own = !own.is_empty();
        self.connectors = Some(chosen(self.servo.servo().bus(), &others)?);
        Ok(self)
    }

    /// Runs the servo's own.
    async fn own(&self) -> Result<Vec<Checked>> {
        if !self.has_own {
            return Ok(Vec::new());
        }
        let name = self.servo.name();
        let (described, undescribed) = match self.described().await {
            None => (None, None),
            Some(Ok(description)) => (Some(description), None),
            Some(Err(error)) => (None, Some(error)),
        };
        let optimizer = self.servo.checked_optimizer()?;
        let mut checks = Checks::new();
        state::add(self.servo.state_dir(), &mut checks);
        journal::add(self.servo.state_dir(), name, &mut checks);
        checks
            .critical("Connectors can be attached", || match &self.unattached {
                None => Ok(()),
                Some((message, None)) => Err(Failure::new(message.clone())),
                Some((message, Some(hint))) => Err(Failure::new(message.clone()).with_hint(hint)),
            })
            .id("attached")
            .description("Each connector of the servo takes what it needs into use.");
        if described.is_some() || undescribed.is_some() {
            let described = described.as_ref();
            checks
                .critical("Application can be described", move || match undescribed {
                    Some(error) => Err(error),
                    None => Ok(described.map(summary).unwrap_or_default()),
                })
                .id("description");
        }
        if let Some(optimizer) = &optimizer {
            optimizer.checks(described.as_ref(), &mut checks);
        }
        let site = Site { servo: name, connector: name, token: &self.scope.token };
        let checks = checks.run(site, &self.checking).await?;
        Ok(vec![Checked { connector: name.into(), checks }])
    }

    /// Describes the application as the checks see it; `None` where no connector could.
    async fn described(&self) -> Option<Result<Description>> {
        let bus = self.servo.servo().bus();
        if !bus.members().iter().any(|member| member.handles(Describe::NAME, Phase::On)) {
            return None;
        }
        let describing = operation::describe(bus, self.scope, Control::default());
        let limit = self.checking.time_limit;
        Some(match tokio::time::timeout(limit.as_std(), describing).await {
            Ok(described) => described,
            Err(_) => Err(Error::failed(format!("the connectors did not describe it within {limit}"))),
        })
    }
}

/// Says what there is of the application.
fn summary(described: &Description) -> String {
    let settings: usize = described.components.iter().map(|component| component.settings.len()).sum();
    let count = |number: usize, what: &str| format!("{number} {what}{}", if number == 1 { "" } else { "s" });
    format!(
        "{} with {}, {}",
        count(described.components.len(), "component"),
        count(settings, "setting"),
        count(described.metrics.len(), "metric")
    )
}

#[async_trait]
impl Pass for Checkup<'_> {
    async fn pass(&mut self) -> Result<Vec<Checked>> {
        let bus = Arc::clone(self.servo.servo().bus());
        let mut others = BusPass::new(&bus, self.scope, self.checking.clone());
        if let Some(connectors) = &self.connectors {
            others = others.restricted_to(connectors.clone());
        }
        let (own, others) = tokio::join!(self.own(), others.pass());
        let mut all = own?;
        all.extend(others?);
        Ok(all)
    }
}
