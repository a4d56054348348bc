//! The connector `emulator`: what it handles, and how each operation finds the world.

use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

use async_trait::async_trait;
use servo_core::connector::{Declaration, Workload};
use servo_core::duration::Duration;
use servo_core::event::standard::{
    Adjust, Attach, Check, Components, Describe, Detach, Measure, Metrics, Promote, Shutdown, Startup,
};
use servo_core::event::{Handlers, On};
use servo_core::model::{Setting, State};
use servo_core::{Connector, Context, Descriptor, Error, Result};

use crate::assignment::Assignment;
use crate::lock::Lock;
use crate::replay::Replay;
use crate::service::Service;
use crate::settings::{Emulated, Settings};
use crate::subject::Subject;
use crate::world::{Origin, World};

servo_core::inventory::submit! {
    Descriptor::of::<Emulator>("emulator")
        .description("Emulates a service on a cluster, or replays a measured table")
        .version(env!("CARGO_PKG_VERSION"))
        .example(include_str!("example.yaml"))
        .harmless()
        .subcommands(crate::subcommands::ALL)
}

/// An emulated service that Servo can describe, measure and adjust like a real one.
pub struct Emulator {
    name: String,
    pub(crate) speed: f64,
    pub(crate) rollout: Duration,
    state_file: Option<PathBuf>,
    pub(crate) origin: Arc<Origin>,
    /// What was deployed when this instance first looked: a study restores it, even where the settings would not take
    /// it.
    found: OnceLock<Assignment>,
    /// Held by the one operation that may change the world.
    pub(crate) turn: Arc<tokio::sync::Mutex<()>>,
    /// Held by a servo that runs.
    pub(crate) held: Mutex<Option<Arc<Lock>>>,
}

impl Emulator {
    /// Makes an emulator from its settings. Nothing is read or written.
    ///
    /// # Errors
    ///
    /// Class configuration, with the key at fault.
    pub fn from_settings(name: &str, settings: Settings) -> Result<Self> {
        let origin = match settings.emulated()? {
            Emulated::Service(components) => Origin::Known(Arc::new(Service::new(&settings, components)?)),
            Emulated::Table(table) => {
                Replay::check(table)?;
                Origin::Table { written: Box::new(table.clone()), seed: settings.seed, read: OnceLock::new() }
            }
        };
        Ok(Self {
            name: name.to_owned(),
            speed: settings.speed,
            rollout: settings.rollout,
            state_file: settings.state_file,
            origin: Arc::new(origin),
            found: OnceLock::new(),
            turn: Arc::default(),
            held: Mutex::default(),
        })
    }

    /// Gives the file that the world lives in.
    pub(crate) fn file(&self, cx: &Context) -> PathBuf {
        let default = || cx.state_dir().join(format!("emulator-{}.json", self.name));
        self.state_file.as_ref().map_or_else(default, |file| cx.resolve(file))
    }

    /// Gives what is emulated, whatever is deployed.
    pub(crate) async fn subject(&self, cx: &Context) -> Result<Arc<dyn Subject>> {
        let (origin, host) = (Arc::clone(&self.origin), cx.clone());
        blocking(move || origin.subject(|path| host.resolve(path))).await
    }

    /// Reads the world as it is now.
    pub(crate) async fn open(&self, cx: &Context) -> Result<World> {
        let (file, origin, host) = (self.file(cx), Arc::clone(&self.origin), cx.clone());
        let world = blocking(move || World::open(&origin, file, |path| host.resolve(path))).await?;
        self.found.get_or_init(|| world.state.deployed.values.clone());
        Ok(world)
    }

    /// Gives what was deployed when this instance first looked.
    pub(crate) fn found(&self) -> Option<&Assignment> {
        self.found.get()
    }

    /// Writes warnings of the world into the log.
    pub(crate) fn warn(&self, warnings: &[String]) {
        for warning in warnings {
            tracing::warn!(connector = %self.name, "{warning}");
        }
    }
}

/// Does what blocks on files away from the tasks of the runtime.
///
/// It is carried through once begun, even where nobody waits for it any more.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(Error::internal("the work on the state file ended early").with_source(error)),
    }
}

/// A path without what does not change where it leads.
fn plain(path: &Path) -> PathBuf {
    path.components().filter(|part| !matches!(part, Component::CurDir)).collect()
}

impl Connector for Emulator {
    type Settings = Settings;

    fn new(name: &str, settings: Settings) -> Result<Self> {
        Self::from_settings(name, settings)
    }

    fn declares(&self) -> Declaration {
        let (known, table) = match &*self.origin {
            Origin::Known(subject) => (Some(subject), None),
            // One that is written in place is known without a file; what is wrong with it is told when it is used.
            Origin::Table { written, .. } if written.csv.is_some() => {
                (None, self.origin.subject(Path::to_owned).ok())
            }
            Origin::Table { .. } => (None, None),
        };
        Declaration {
            metrics: known.map(|subject| subject.metrics().to_vec()),
            components: known.or(table.as_ref()).map(|subject| subject.components().to_vec()),
            // Without a file that is named, each servo has a world of its own.
            workloads: self
                .state_file
                .iter()
                .map(|file| Workload::new("emulated service", plain(file).display().to_string()))
                .collect(),
        }
    }

    fn handlers(handlers: &mut Handlers<Self>) {
        handlers
            .on::<Attach>()
            .on::<Startup>()
            .on::<Metrics>()
            .on::<Components>()
            .on::<Describe>()
            .on::<Measure>()
            .on::<Adjust>()
            .on::<Promote>()
            .on::<Shutdown>()
            .on::<Check>()
            .on::<Detach>();
    }
}

#[async_trait]
impl On<Attach> for Emulator {
    async fn on(&self, cx: &Context, (): &()) -> Result<()> {
        let world = self.open(cx).await?;
        let settings = world.subject.components().iter().flat_map(|component| &component.settings);
        self.warn(&settings.flat_map(Setting::warnings).collect::<Vec<_>>());
        if world.state.deployed.values != Assignment::of(world.subject.components()) {
            let deployed = State::from(&world.state.deployed.values).adjustments;
            let deployed: Vec<String> = deployed.iter().map(ToString::to_string).collect();
            tracing::info!(
                connector = %self.name,
                "the world goes on as it was left, with {}; remove {} to begin with the baseline",
                deployed.join(" "),
                world.file().display()
            );
        }
        Ok(())
    }
}

impl std::fmt::Debug for Emulator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Emulator")
            .field("name", &self.name)
            .field("speed", &self.speed)
            .finish_non_exhaustive()
    }
}
