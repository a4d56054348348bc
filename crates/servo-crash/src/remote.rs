//! Servos of a remote optimizer that are disturbed: what was confirmed stays, what was not is undone.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use rustix::process::Signal;
use serde_json::{Value, json};
use servo_testkit::backend::{Answer, Backend, Kind};
use tokio::time::timeout;

use crate::Result;
use crate::chance::Chance;
use crate::fault::Fault;
use crate::site::Site;

/// How long a servo may take from its start to its HELLO.
const HELLO: Duration = Duration::from_secs(30);

/// The settings that are changed, and what to.
const CPU: [&str; 4] = ["500m", "1", "2", "2500m"];
const REPLICAS: [i64; 4] = [2, 4, 8, 10];

/// Disturbs a servo so many times.
pub(crate) async fn run(servo: &Path, fault: Fault, times: u32, chance: &mut Chance) -> Result<()> {
    let backend = Backend::new();
    backend.always(Kind::WhatsNext, Answer::sleep(1));
    let address = backend.listen().await.map_err(|error| error.to_string())?;
    let site = Site::new(servo, &configuration(&address.to_string()), false).await?;
    let mut course =
        Course { backend, site, expected: None, commands: BTreeMap::new(), hellos: 0, unreported: 0 };
    for done in 1..=times {
        if let Err(error) = course.disturb(fault, chance).await {
            return Err(format!("remote, {} {done}: {error}; {}", fault.word(), course.site.keep().await));
        }
        if done % 20 == 0 {
            eprintln!("remote, {}: {done} of {times}", fault.word());
        }
    }
    let confirmed = course.commands.values().filter(|command| command.is_reported).count();
    println!(
        "remote, {}: {times} times, {confirmed} confirmed adjustments; each was in force after the restart that \
         followed it, and none that was not confirmed ({} were confirmed in the journal, and the end came before their \
         report)",
        fault.word(),
        course.unreported
    );
    course.site.remove().await
}

fn configuration(address: &str) -> String {
    format!(
        "
name: shop
optimizer: {{id: example.com/shop, base_url: 'http://{address}', token: not-a-secret}}
emulator:
  speed: 300
  load: {{rate: 200}}
  components:
    web:
      demand: 20ms
      memory: {{base: 300Mi, per_request: 2Mi}}
      settings:
        cpu: {{min: 250m, max: 3, step: 250m, value: 1500m}}
        mem: {{min: 256Mi, max: 4Gi, step: 256Mi, value: 2Gi}}
        replicas: {{min: 1, max: 12, value: 6}}
"
    )
}

/// One adjustment that was given.
#[derive(Clone, Debug)]
struct Given {
    settings: Value,
    is_reported: bool,
}

struct Course {
    backend: Backend,
    site: Site,
    /// What the service has to have deployed.
    expected: Option<Value>,
    commands: BTreeMap<String, Given>,
    hellos: usize,
    unreported: u32,
}

impl Course {
    /// Starts a servo, gives it work, lets the fault befall it, starts it again and looks.
    async fn disturb(&mut self, fault: Fault, chance: &mut Chance) -> Result<()> {
        let process = self.start().await?;
        let first = self.commands.len() + 1;
        for n in first..first + 40 {
            let uid = format!("adjust-{n:05}");
            let cpu = CPU[usize::try_from(chance.below(4)).unwrap_or(0)];
            let replicas = REPLICAS[usize::try_from(chance.below(4)).unwrap_or(0)];
            let settings = json!({"cpu": {"value": cpu}, "replicas": {"value": replicas}});
            let state = json!({"application": {"components": {"web": {"settings": settings}}}});
            let param = json!({"state": state, "control": {"settlement": 60}});
            self.backend.answer(Kind::WhatsNext, Answer::command("ADJUST", &uid, param));
            self.commands.insert(uid, Given { settings, is_reported: false });
        }
        let mut process = process;
        if process.ended_within(chance.moment()).await?.is_some() {
            return Err("it ended by itself".to_owned());
        }
        process.end(if fault == Fault::Kill { Signal::KILL } else { Signal::TERM }).await?;
        // What is still queued is for nobody.
        self.backend.recover();
        self.backend.always(Kind::WhatsNext, Answer::sleep(1));
        if fault == Fault::Kill {
            // By its HELLO it has put things right.
            let process = self.start().await?;
            process.end(Signal::KILL).await?;
        }
        self.check().await
    }

    /// Starts a servo, and waits until it has said hello.
    async fn start(&mut self) -> Result<crate::process::Process> {
        let process = self.site.start()?;
        self.hellos += 1;
        let hello = timeout(HELLO, self.backend.wait_for(Kind::Hello, self.hellos)).await;
        hello.map_err(|_| "it does not say hello")?;
        Ok(process)
    }

    async fn check(&mut self) -> Result<()> {
        let mut newest = None;
        for report in self.backend.requests_of(Kind::Adjustment) {
            let uid = report.param("cmd_uid").as_str().unwrap_or_default().to_owned();
            let is_ok = report.param("status") == "ok";
            if let Some(given) = self.commands.get_mut(&uid)
                && is_ok
                && !given.is_reported
            {
                given.is_reported = true;
                newest = Some(given.settings.clone());
            }
        }
        let deployed = self.site.deployed()?;
        let Some(deployed) = deployed else { return Ok(()) };
        let deployed = deployed["web"]["settings"].clone();
        let same = |wanted: &Value| {
            ["cpu", "replicas"]
                .iter()
                .all(|name| shown(&deployed[name]["value"]) == shown(&wanted[name]["value"]))
        };
        let baseline = json!({"cpu": {"value": "1500m"}, "replicas": {"value": 6}});
        if let Some(newest) = newest {
            self.expected = Some(newest);
        }
        let expected = self.expected.clone().unwrap_or(baseline);
        if same(&expected) {
            return Ok(());
        }
        // Confirmed, and the end came before the report: then the journal says so.
        let journal = self.site.json(&["journal", "--format", "json"]).await?;
        let ledger = &journal["servos"][0]["ledger"];
        let in_force = json!({
            "cpu": {"value": ledger["in_force"]["web.cpu"]},
            "replicas": {"value": ledger["in_force"]["web.replicas"]}
        });
        if ledger["pending"].is_null() && ledger["is_kept"] == true && same(&in_force) {
            self.unreported += 1;
            self.expected = Some(in_force);
            return Ok(());
        }
        Err(format!("the service has {deployed}, confirmed was {expected}; the journal says {ledger}"))
    }
}

/// A value as it reads, whatever its type.
fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
