//! The emulated service, and what is true of it without noise.

use std::path::PathBuf;

use servo_core::duration::Duration;
use servo_core::event::Scope;
use servo_core::event::standard::Measuring;
use servo_core::journal::Values;
use servo_core::model::Control;
use servo_core::model::decimal::to_f64;
use servo_core::quantity::Cpu;
use servo_core::registry::Registry;
use servo_runtime::assembly::{Assembled, Assembly, Options};
use servo_runtime::config::Source;
use servo_runtime::operation;
use tempfile::TempDir;

/// The service, and the servo that looks after it.
const SERVO: &str = "\
name: shop
mode: auto
on_complete: repeat
repeat_every: 1h
optimizer:
  embedded:
    objective: {minimize: cost}
    slo:
      conditions:
        - {metric: p95_latency, keep: below, threshold: 250}
        - {metric: error_rate, keep: below, threshold: 1}
    budget: {trials: 12, max_consecutive_failures: 1000}
    measurement: {warmup: 2m, duration: 15m}
    settlement: 5m
    seed: 7
    repeats: 2
    promote: always
saboteur: {}
emulator:
  # Little enough that a winner that was measured twice within the objectives is within them: which trials there are
  # depends on when the history's own thread gets to write, and a winner by luck would be another test's matter. So all
  # machines are alike: close to saturation, one that is a hundredth faster has a tenth less latency.
  noise: {latency: 0.01, throughput: 0.01, error_rate: 0.1}
";

const SERVICE: &str = "  seed: 11
  load: {rate: 200}
  timeout: 2s
  nodes: [{count: 3, cpu: 8, memory: 32Gi}]
  components:
    web:
      demand: 20ms
      fixed: 5ms
      memory: {base: 300Mi, per_request: 2Mi, collection: 0.05}
      settings:
        cpu: {min: 250m, max: 3, step: 250m, value: 1500m}
        mem: {min: 256Mi, max: 4Gi, step: 256Mi, value: 2Gi}
        replicas: {min: 1, max: 12, value: 6}
";

/// What is true of a configuration.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Truth {
    /// By the hour.
    pub(crate) cost: f64,
    p95: f64,
    error_rate: f64,
}

impl Truth {
    /// Says whether it holds the objectives; a little less than nothing is lost to the noise of measuring.
    pub(crate) fn holds(&self) -> bool {
        self.p95 <= 250.0 * 1.02 && self.error_rate <= 1.0
    }
}

/// A folder with the state of the service and of the servo.
pub(crate) struct Service {
    folder: TempDir,
}

impl Service {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// Waits as long as the disk takes to write something down.
    pub(crate) async fn sync(&self) {
        let file = self.at("sync");
        let written = tokio::task::spawn_blocking(move || {
            std::fs::write(&file, "written")?;
            std::fs::File::open(&file)?.sync_all()
        });
        written.await.unwrap().unwrap();
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn assemble(&self, text: String) -> Assembled {
        let source = Source::new("servo.yaml", text);
        let options = Options { base: self.folder.path().to_owned(), ..Options::default() };
        let assembly = Assembly::build(source, &Registry::collect().unwrap(), &options).unwrap();
        assembly.into_parts().1.remove(0)
    }

    /// Puts together the servo, as a new process does.
    pub(crate) fn servo(&self) -> Assembled {
        self.assemble(format!("{SERVO}  state_file: service.json\n{SERVICE}"))
    }

    /// Measures what is deployed without noise, on a copy of the service.
    pub(crate) async fn truth(&self) -> Truth {
        let copy = self.at("copy.json");
        if self.at("service.json").exists() {
            std::fs::copy(self.at("service.json"), &copy).unwrap();
        }
        let copied = self.assemble(format!("name: truth\nemulator:\n  state_file: copy.json\n{SERVICE}"));
        let bus = copied.servo().bus();
        let control = Control { duration: Duration::from_secs(300), ..Control::default() };
        let measuring = Measuring { metrics: None, control };
        let measured = operation::measure(bus, &Scope::detached(), measuring).await.unwrap();
        let described = operation::describe(bus, &Scope::detached(), Control::default()).await.unwrap();
        let number = |name: &str| described.get_setting(name).unwrap().value().unwrap().to_string();
        let cores = to_f64(number("web.cpu").parse::<Cpu>().unwrap().cores());
        // In GiB.
        let memory: f64 = number("web.mem").parse().unwrap();
        let replicas: f64 = number("web.replicas").parse().unwrap();
        let mean = |name: &str| measured.mean_of(name).unwrap();
        let cost = replicas * (cores * 0.0316 + memory * 0.0042);
        Truth { cost, p95: mean("p95_latency"), error_rate: mean("error_rate") }
    }

    /// Gives what is deployed.
    pub(crate) async fn deployed(&self) -> Values {
        let assembled = self.servo();
        let bus = assembled.servo().bus();
        let described = operation::describe(bus, &Scope::detached(), Control::default()).await;
        let described = match described {
            Ok(described) => described,
            // The saboteur had it in for this one.
            Err(_) => operation::describe(bus, &Scope::detached(), Control::default()).await.unwrap(),
        };
        let settings = described.components.iter().flat_map(|component| {
            let name = &component.name;
            let named = |it: &servo_core::model::Setting| {
                Some((format!("{name}.{}", it.name()), it.value()?.clone()))
            };
            component.settings.iter().filter_map(named).collect::<Vec<_>>()
        });
        settings.collect()
    }

    /// Says whether nobody holds a lock of the servo's state or of the service.
    pub(crate) async fn is_unlocked(&self) -> bool {
        let state_dir = self.servo().state_dir().to_owned();
        let files = [state_dir.join("journal.lock"), state_dir.join("lock"), self.at("service.json.lock")];
        let is_free = |file: &PathBuf| {
            std::fs::File::options().write(true).open(file).map_or(true, |file| file.try_lock().is_ok())
        };
        let looking = tokio::task::spawn_blocking(move || files.iter().all(is_free));
        looking.await.unwrap()
    }

    /// Fails where the service has what the journal does not call its baseline. Whether it is confirmed does not matter:
    /// a rollout may take longer than the servo waits when it is stopped.
    pub(crate) async fn is_at_its_baseline(&self) {
        let state_dir = self.servo().state_dir().to_owned();
        let (_, ledger) = servo_runtime::journal::read(&state_dir, "shop").await.unwrap();
        let deployed = self.deployed().await;
        for (name, value) in &ledger.baseline {
            assert_eq!(deployed.get(name), Some(value), "{name}; {ledger:?}");
        }
    }

    /// The size of the journal.
    pub(crate) fn journal_kib(&self) -> u64 {
        let file = self.servo().state_dir().join(servo_runtime::journal::FILE);
        std::fs::metadata(file).map_or(0, |file| file.len() / 1024)
    }
}
