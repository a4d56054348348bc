//! A connector on a bus of its own, with a state folder of its own, and what is left of its programs afterwards.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use servo_core::applet::Executable;
use servo_core::context::Host;
use servo_core::event::standard::{Adjust, Adjusting, Describe, Detach, Measure, Measuring, Startup};
use servo_core::event::{Bus, Phase, Scope};
use servo_core::model::{Adjustment, Control, Description, Measurement};
use servo_core::registry::Registry;
use servo_core::{Error, Result};
use servo_exec::Inherited;
// Without this line the connector is not compiled in.
use servo_process as _;

/// The executable that supervises, and that is a program with many habits.
pub(crate) const FIXTURE: &str = env!("CARGO_BIN_EXE_servo-process-fixture");

static COUNT: AtomicU32 = AtomicU32::new(0);

/// A connector of its own, with a name that no other has.
pub(crate) struct Stage {
    pub(crate) name: String,
    pub(crate) folder: tempfile::TempDir,
    pub(crate) bus: Arc<Bus>,
}

impl Stage {
    /// Builds a connector from a section.
    pub(crate) fn new(section: Value) -> Self {
        let name = format!("stage{}x{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        Self::called(&name, tempfile::tempdir().unwrap(), section)
    }

    /// Builds a connector of a certain name on a state folder that there is.
    pub(crate) fn called(name: &str, folder: tempfile::TempDir, section: Value) -> Self {
        let registry = Registry::collect().unwrap();
        let member = registry.connector("process").unwrap().build("killed", section).unwrap();
        let inherited: Inherited = [("INHERITED", "yes"), ("SERVO_TOKEN", "secret")].into_iter().collect();
        let host = Host::new(name, folder.path().join("state"))
            .with_base(folder.path().to_owned())
            .lend(Arc::new(Executable(PathBuf::from(FIXTURE))))
            .lend(Arc::new(inherited));
        let bus = Bus::new(host);
        bus.add(member).unwrap();
        Self { name: name.to_owned(), folder, bus }
    }

    pub(crate) async fn start(&self) -> Result<()> {
        let started = self.bus.dispatch::<Startup>(&Scope::detached(), ()).phases(&[Phase::On]).await;
        started.and_then(|started| started.answers().map(drop))
    }

    pub(crate) async fn detach(&self) {
        self.bus.dispatch::<Detach>(&Scope::detached(), ()).await.unwrap().answers().unwrap();
    }

    pub(crate) async fn describe(&self) -> Description {
        let answers = self.bus.dispatch::<Describe>(&Scope::detached(), Control::default()).await;
        answers.unwrap().answers().unwrap().remove(0).1
    }

    /// Gives the value of a setting, as it is described.
    pub(crate) async fn value(&self, setting: &str) -> String {
        let description = self.describe().await;
        description.components[0].setting(setting).unwrap().value().unwrap().to_string()
    }

    pub(crate) async fn measure(&self, seconds: f64) -> Result<Measurement> {
        self.measure_within(&Scope::detached(), seconds).await
    }

    pub(crate) async fn measure_within(&self, scope: &Scope, seconds: f64) -> Result<Measurement> {
        let duration = servo_core::duration::Duration::from_secs_f64(seconds).unwrap();
        let control = Control { duration, ..Control::default() };
        let answers = self.bus.dispatch::<Measure>(scope, Measuring { metrics: None, control }).await?;
        Ok(answers.answers()?.remove(0).1)
    }

    pub(crate) async fn adjust(&self, settings: &[(&str, &str)], settlement: u64) -> Result<Description> {
        self.adjust_within(&Scope::detached(), settings, settlement).await
    }

    pub(crate) async fn adjust_within(
        &self,
        scope: &Scope,
        settings: &[(&str, &str)],
        settlement: u64,
    ) -> Result<Description> {
        let adjustments =
            settings.iter().map(|(setting, value)| Adjustment::new("killed", *setting, *value)).collect();
        let settlement = Some(servo_core::duration::Duration::from_millis(settlement));
        let control = Control { settlement, ..Control::default() };
        let answers = self.bus.dispatch::<Adjust>(scope, Adjusting { adjustments, control }).await?;
        Ok(answers.answers()?.remove(0).1)
    }

    /// Gives the numbers of the processes that come from the program.
    pub(crate) fn processes(&self) -> Vec<i32> {
        processes_of(&self.name)
    }

    /// Ends the program and verifies that there is nothing left of it.
    pub(crate) async fn leaves_nothing(self) {
        self.detach().await;
        assert_eq!(self.processes(), Vec::<i32>::new());
        assert_eq!(groups_of(&self.name), Vec::<PathBuf>::new());
    }
}

/// Gives the numbers of the processes that come from programs of a servo, sorted. It looks several times: a process that
/// is being executed has no environment for a moment.
pub(crate) fn processes_of(servo: &str) -> Vec<i32> {
    let mut found: Vec<i32> = (0..3).flat_map(|_| processes_now(servo)).collect();
    found.sort_unstable();
    found.dedup();
    found
}

fn processes_now(servo: &str) -> Vec<i32> {
    let sought = format!("SUPERVISED_BY_SERVO={servo}/");
    let numbers = std::fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<i32>().ok());
    let is_sought = |pid: &i32| {
        let environment = std::fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let is_zombie = stat.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with('Z'));
        !is_zombie
            && environment.split(|byte| *byte == 0).any(|variable| variable.starts_with(sought.as_bytes()))
    };
    numbers.filter(is_sought).collect()
}

/// Gives the control groups that a servo has made and that are there.
pub(crate) fn groups_of(servo: &str) -> Vec<PathBuf> {
    let sought = format!("servo-{servo}-killed-");
    let mut found = Vec::new();
    look(Path::new("/sys/fs/cgroup"), &sought, &mut found);
    found
}

fn look(folder: &Path, sought: &str, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            if entry.file_name().to_string_lossy().starts_with(sought) {
                found.push(entry.path());
            }
            look(&entry.path(), sought, found);
        }
    }
}

/// Waits until something is so, and fails where it is not within some seconds.
pub(crate) async fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let waiting = async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), waiting).await.unwrap_or_else(|_| panic!("{what}"));
}

/// A section for a line of the shell, which is ready once it has printed `ready`, and which has something to adjust.
pub(crate) fn shell(line: &str) -> Value {
    json!({
        "command": ["sh", "-c", line],
        "settings": {"idle": {"values": ["a", "b"], "value": "a"}},
        "ready": {"log": "^ready", "timeout": "10s"},
        "stop": {"grace": "2s"},
    })
}

/// The same with other keys.
pub(crate) fn with(mut section: Value, keys: Value) -> Value {
    let Value::Object(keys) = keys else { panic!("expected an object") };
    section.as_object_mut().unwrap().extend(keys);
    section
}

/// Gives the status word and the reason of an error.
pub(crate) fn verdict(error: &Error) -> (&'static str, Option<&str>) {
    (error.class().status(), error.reason())
}

/// Gives a port that nobody listens on.
pub(crate) fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    listener.local_addr().unwrap().port()
}
