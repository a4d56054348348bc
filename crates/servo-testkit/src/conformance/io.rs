//! Building a connector reads and writes nothing.

use serde_json::Value;
use servo_core::Descriptor;

/// By how many bytes reading the counters may differ from one time to the next: their digits grow.
const SLACK: u64 = 64;

/// Builds the connector where no runtime could carry its network traffic, and counts what the thread
/// reads, writes and opens.
pub(super) fn none_when_built(descriptor: &Descriptor, settings: &Value) -> Option<String> {
    let (descriptor, settings) = (*descriptor, settings.clone());
    let built = std::thread::spawn(move || {
        // The first pass pays for what is set up once, and the second shows what counting costs.
        let cost = counted(|| ());
        let built = counted(|| drop(descriptor.build(descriptor.key, settings.clone())));
        (cost, built)
    });
    match built.join() {
        Err(_) => Some("it panics when it is built outside a runtime".to_owned()),
        Ok((Some(cost), Some(built))) if built.0 > cost.0 + SLACK || built.1 > cost.1 || built.2 > cost.2 => {
            Some(format!("it reads, writes or opens files when it is built: {built:?}, expected {cost:?}"))
        }
        Ok(_) => None,
    }
}

/// Returns what this thread read and wrote in bytes, and the files that it left open; `None` where
/// the system does not count them.
fn counted(body: impl FnOnce()) -> Option<(u64, u64, usize)> {
    let before = (counter("rchar")?, counter("wchar")?, open_files()?);
    body();
    let after = (counter("rchar")?, counter("wchar")?, open_files()?);
    Some((
        after.0.saturating_sub(before.0),
        after.1.saturating_sub(before.1),
        after.2.saturating_sub(before.2),
    ))
}

fn counter(name: &str) -> Option<u64> {
    let text = std::fs::read_to_string("/proc/thread-self/io").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))?;
    line.trim().parse().ok()
}

fn open_files() -> Option<usize> {
    Some(std::fs::read_dir("/proc/thread-self/fd").ok()?.count())
}
