//! The life of the program: begun with values, found running, ended.

pub(crate) mod site;

use std::path::PathBuf;
use std::sync::Arc;

use servo_core::applet::Executable;
use servo_core::{Class, Context, Error, Result};
use servo_http::Outlet;
use tokio::sync::OwnedMutexGuard;
use tokio_util::sync::CancellationToken;

use crate::connector::Process;
use crate::instance::{Instance, Particulars, shown};
use crate::leftovers::{Record, boot};
use crate::lock::Lock;
use crate::order::{COOKIE, End, Order};
use crate::plan::{Plan, Readiness, Values};
use crate::runs::Runs;
use crate::{cgroup, ports, ready, state};

pub(crate) use site::Site;
use site::groups_for;

/// What goes on with the program. One operation at a time changes it.
#[derive(Default)]
pub(crate) struct Life {
    pub(crate) current: Option<Arc<Instance>>,
    /// How often the program was begun again after it had ended by itself, since values were applied last.
    pub(crate) restarts: u64,
    begun: u64,
    lock: Option<Lock>,
}

impl Process {
    /// Waits until no other operation of this connector changes what goes on.
    ///
    /// # Errors
    ///
    /// Class cancelled while waiting.
    pub(crate) async fn life(&self, cx: &Context) -> Result<OwnedMutexGuard<Life>> {
        tokio::select! {
            life = Arc::clone(&self.life).lock_owned() => Ok(life),
            () = cx.token().cancelled() => Err(Error::cancelled("cancelled while another operation runs")),
        }
    }

    /// Gives the file that remembers the values that were applied last.
    pub(crate) fn state_file(&self, cx: &Context) -> PathBuf {
        cx.state_dir().join(format!("process-{}.json", self.name))
    }

    fn runs(&self, cx: &Context) -> Runs {
        Runs(cx.state_dir().join(format!("process-{}.runs.json", self.name)))
    }

    /// Gives the values in force: those of the program that runs, or those with which it would be begun.
    ///
    /// # Errors
    ///
    /// A state that cannot be read.
    pub(crate) async fn values(&self, cx: &Context, life: &Life) -> Result<Values> {
        match &life.current {
            Some(instance) => Ok(instance.values()),
            None => self.remembered(cx).await,
        }
    }

    async fn remembered(&self, cx: &Context) -> Result<Values> {
        let file = self.state_file(cx);
        let Some(remembered) = blocking(move || state::read(&file)).await? else {
            return Ok(self.plan.baseline());
        };
        let (values, warnings) = state::fitted(&self.plan, &remembered);
        for warning in warnings {
            tracing::warn!(connector = %self.name, "{warning}");
        }
        Ok(values)
    }

    /// Remembers values as those that were applied last.
    ///
    /// # Errors
    ///
    /// They cannot be written.
    pub(crate) async fn remember(&self, cx: &Context, values: &Values) -> Result<()> {
        let (file, values) = (self.state_file(cx), values.clone());
        blocking(move || state::write(&file, &values)).await
    }

    /// Gives the program that runs, and begins it where it does not.
    ///
    /// # Errors
    ///
    /// As [`begin`](Self::begin).
    pub(crate) async fn running(&self, cx: &Context, life: &mut Life) -> Result<Arc<Instance>> {
        let mut values = None;
        if let Some(current) = life.current.clone() {
            let status = current.status();
            if !status.is_over() {
                return Ok(current);
            }
            let how = status.end.map_or_else(|| "lost its supervisor".to_owned(), End::told);
            tracing::warn!(connector = %self.name, "{} {how}: it is begun again{}", current.shown(), current.printed());
            life.restarts += 1;
            values = Some(current.values());
            self.end(cx, life).await?;
        }
        let values = match values {
            Some(values) => values,
            None => self.remembered(cx).await?,
        };
        let instance = self.begin(cx, life, &values, cx.token()).await?;
        life.current = Some(Arc::clone(&instance));
        Ok(instance)
    }

    /// Begins the program with certain values, and waits until it is ready. Nothing is left of one that does not become
    /// ready.
    ///
    /// # Errors
    ///
    /// Class rejected where it ends or does not become ready; configuration and failed where it cannot be begun at all;
    /// cancelled.
    pub(crate) async fn begin(
        &self,
        cx: &Context,
        life: &mut Life,
        values: &Values,
        token: &CancellationToken,
    ) -> Result<Arc<Instance>> {
        let executable = cx.lent::<Executable>().ok_or_else(|| {
            Error::internal("the program that Servo is part of cannot supervise others")
                .with_help("call `servo_bin::main` first of all in its `main`")
        })?;
        self.hold(cx, life).await?;
        let runs = self.runs(cx);
        self.clean(&runs, life.current.as_ref().map(|current| current.key.as_str())).await?;
        let chosen = ports::choose(&self.plan.ports, !self.plan.shares_ports())?;
        let launch = self.plan.launch(values, &chosen);
        let site = Site::find(cx, &self.plan, &launch).await?;
        life.begun += 1;
        let key = format!("{}-{}", std::process::id(), life.begun);
        let groups = groups_for(&self.plan, &group_name(cx.servo(), &self.name, &key))?;
        let cookie = format!("{}/{}/{key}-{}", cx.servo(), self.name, jiff::Timestamp::now().as_nanosecond());
        let mut environment = site.environment;
        environment.insert(COOKIE.to_owned(), cookie.clone());
        let order = Order {
            file: site.file,
            words: launch.command.clone(),
            folder: site.folder,
            environment,
            identity: site.identity,
            signal: self.plan.stop.signal,
            grace_milliseconds: u64::try_from(self.plan.stop.grace.as_std().as_millis()).unwrap_or(u64::MAX),
            groups: groups.clone(),
            limits: Plan::limits(values),
        };
        let mut record = Record {
            cookie,
            groups,
            supervisor: None,
            grace_milliseconds: order.grace_milliseconds,
            boot: boot(),
        };
        self.write_down(&runs, &key, Some(record.clone())).await?;
        let ready_line = match &launch.ready {
            Readiness::Log(pattern) => Some(pattern.clone()),
            _ => None,
        };
        let particulars = Particulars { values: values.clone(), ports: chosen, launch, key: key.clone() };
        tracing::debug!(connector = %self.name, "starting {}", shown(&particulars.launch.command));
        let begun = Instance::begin(&self.tasks, &executable.0, &order, particulars, ready_line).await;
        let instance = match begun {
            Ok(instance) => Arc::new(instance),
            Err(error) => {
                self.write_down(&runs, &key, None).await?;
                return Err(error);
            }
        };
        record.supervisor = Some(instance.supervisor);
        let (timeout, every) = self.plan.patience;
        let ready = match self.write_down(&runs, &key, Some(record)).await {
            Ok(()) => ready::wait(cx, &instance, (timeout.as_std(), every.as_std()), token).await,
            failed => failed,
        };
        if let Err(error) = ready {
            if let Err(other) = self.stop(cx, &instance).await {
                tracing::warn!(connector = %self.name, "{}", other.chain());
            }
            return Err(self.told(cx, error));
        }
        Ok(instance)
    }

    /// Ends the program, where it runs.
    ///
    /// # Errors
    ///
    /// Class failed: something of it cannot be ended.
    pub(crate) async fn end(&self, cx: &Context, life: &mut Life) -> Result<()> {
        match life.current.take() {
            Some(instance) => self.stop(cx, &instance).await,
            None => Ok(()),
        }
    }

    /// Ends one run of the program, and forgets it.
    ///
    /// # Errors
    ///
    /// Class failed: something of it cannot be ended.
    pub(crate) async fn stop(&self, cx: &Context, instance: &Instance) -> Result<()> {
        let runs = self.runs(cx);
        let is_gone = instance.stop().await;
        if (!is_gone || instance.status().is_lost())
            && let Some(record) = self.written_down(&runs, &instance.key).await?
        {
            record.clean().await?;
        }
        self.write_down(&runs, &instance.key, None).await
    }

    /// Lets go of the lock, where nothing runs.
    pub(crate) fn release(life: &mut Life) {
        if life.current.is_none() {
            life.lock = None;
        }
    }

    /// Takes the lock, unless it is held.
    async fn hold(&self, cx: &Context, life: &mut Life) -> Result<()> {
        if life.lock.is_none() {
            let (file, servo) = (self.state_file(cx), cx.servo().to_owned());
            life.lock = Some(blocking(move || Lock::take(&file, &servo)).await?);
        }
        Ok(())
    }

    /// Ends what earlier processes of Servo have left, and what this one was kept from ending.
    async fn clean(&self, runs: &Runs, except: Option<&str>) -> Result<()> {
        let reading = runs.clone();
        for (key, record) in blocking(move || reading.all()).await? {
            if except == Some(key.as_str()) {
                continue;
            }
            record.clean().await?;
            tracing::info!(connector = %self.name, "ended what was left of an earlier run, {}", record.cookie);
            self.write_down(runs, &key, None).await?;
        }
        Ok(())
    }

    async fn write_down(&self, runs: &Runs, key: &str, record: Option<Record>) -> Result<()> {
        let (runs, key) = (runs.clone(), key.to_owned());
        blocking(move || runs.set(&key, record)).await
    }

    async fn written_down(&self, runs: &Runs, key: &str) -> Result<Option<Record>> {
        let (runs, key) = (runs.clone(), key.to_owned());
        blocking(move || Ok(runs.all()?.remove(&key))).await
    }

    /// Makes of an error what is told: what ends a program of which nothing can be adjusted says nothing of a
    /// configuration, and what a program has printed is told without secrets, as far as they are known.
    pub(crate) fn told(&self, cx: &Context, error: Error) -> Error {
        let is_blameless = error.class() == Class::Rejected && self.plan.component.settings.is_empty();
        let error = if is_blameless { Self::blameless(&error) } else { error };
        let Some(outlet) = cx.lent::<Outlet>() else { return error };
        let message = outlet.redactor.redact(error.message());
        if message == error.message() {
            return error;
        }
        let mut redacted = Error::new(error.class(), message);
        if let Some(reason) = error.reason() {
            redacted = redacted.with_reason(reason.to_owned());
        }
        match error.help() {
            Some(help) => redacted.with_help(help.to_owned()),
            None => redacted,
        }
    }

    fn blameless(error: &Error) -> Error {
        let failed = Error::failed(error.message().to_owned());
        match error.help() {
            Some(help) => failed.with_help(help.to_owned()),
            None => failed.with_help("the next operation begins the program again"),
        }
    }

    /// Sets wider or narrower limits for the program as it runs; returns false where it has to be begun again for that.
    pub(crate) fn limit(&self, instance: &Instance, values: &Values) -> bool {
        let Some(groups) = instance.groups() else { return false };
        let limits = Plan::limits(values);
        // What is in use already would be taken away by force.
        let used = groups.usage().memory_bytes;
        if let (cgroup::Version::Second, Some(limit), Some(used)) =
            (groups.version, limits.memory_bytes, used)
            && used >= limit
        {
            return false;
        }
        match groups.limit(limits) {
            Ok(()) => true,
            Err(error) => {
                tracing::debug!(connector = %self.name, "the program is begun again: {error}");
                // What was set of it already is set back.
                let _ = groups.limit(Plan::limits(&instance.values()));
                false
            }
        }
    }
}

/// Names the groups of a run: no other servo of this machine has that name at the time.
fn group_name(servo: &str, connector: &str, key: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let plain = |name: &str| name.chars().filter(|c| is_plain(*c)).take(60).collect::<String>();
    format!("servo-{}-{}-{key}", plain(servo), plain(connector))
}

/// Does what blocks on files away from the tasks of the runtime. It is carried through once begun.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(Error::internal("the work on a file ended early").with_source(error)),
    }
}
