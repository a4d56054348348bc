//! The checks of a program: whether it could be run, and as what.

use async_trait::async_trait;
use servo_core::check::{self, Checking, Checks};
use servo_core::event::On;
use servo_core::event::standard::Check;
use servo_core::{Context, Error, Result};

use crate::cgroup::verify;
use crate::connector::Process;
use crate::instance::shown;
use crate::life::Site;
use crate::life::site::{parents, wanted};
use crate::plan::{CPU, MEMORY, Plan, shown_cores};
use crate::ports;

#[async_trait]
impl On<Check> for Process {
    async fn on(&self, cx: &Context, input: &Checking) -> Result<Vec<check::Check>> {
        let mut checks = Checks::new();
        checks
            .critical("Program can be run", || self.runnable(cx))
            .id("program")
            .description("The folder, the user and the program are there, and the program may be executed.");
        checks.common("Ports are free", || self.free(cx)).id("ports").description(
            "Nobody else listens on the ports of the program, or there are others in their ranges.",
        );
        checks
            .critical("Limits can be set", || self.limitable(cx))
            .id("limits")
            .description("CPU and memory are limited through control groups, where they are settings.");
        checks.run(cx, input).await
    }
}

impl Process {
    async fn runnable(&self, cx: &Context) -> Result<String> {
        let values = self.values(cx, &*self.life(cx).await?).await?;
        let chosen = ports::choose(&self.plan.ports, false)?;
        let launch = self.plan.launch(&values, &chosen);
        let site = Site::find(cx, &self.plan, &launch).await?;
        let user = self.plan.user.as_ref().map(|user| format!(" as {user}")).unwrap_or_default();
        Ok(format!("{} in {}{user}", shown(&launch.command), site.folder.display()))
    }

    async fn free(&self, cx: &Context) -> Result<()> {
        let life = self.life(cx).await?;
        // This connector's own program is no news to it.
        if self.plan.shares_ports() || life.current.as_ref().is_some_and(|it| !it.status().is_over()) {
            return Ok(());
        }
        ports::choose(&self.plan.ports, true).map(drop)
    }

    async fn limitable(&self, cx: &Context) -> Result<String> {
        let wanted = wanted(&self.plan);
        if !wanted.any() {
            return Ok("neither CPU nor memory is a setting".to_owned());
        }
        verify(parents(&self.plan, wanted).as_ref(), wanted)?;
        let values = self.values(cx, &*self.life(cx).await?).await?;
        let limits = Plan::limits(&values);
        let cpu = limits.cpu_cores.map(|cores| format!("{CPU} {}", shown_cores(cores)));
        let memory = limits
            .memory_bytes
            .map(|bytes| format!("{MEMORY} {}", servo_core::quantity::Memory::from_bytes(bytes)));
        let shown: Vec<String> = cpu.into_iter().chain(memory).collect();
        if shown.is_empty() {
            return Err(Error::internal("limits without values"));
        }
        Ok(shown.join(", "))
    }
}
