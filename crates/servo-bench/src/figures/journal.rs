//! What one change costs in the journal, on the disk that programs are built on.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use servo_core::journal::{Change, Entry, Journal, Purpose, Values};
use servo_core::model::Value;
use servo_runtime::journal::FileJournal;
use tokio::time::Instant;

use crate::Result;
use crate::figure::{Figure, Limit, shown};
use crate::place::Place;
use crate::process;

/// How many changes are written.
const CHANGES: u32 = 1000;

/// How many at a time, in turn with bare writes, so that a disk that grows slower does so for both.
const BATCH: u32 = 10;

/// The settings of one change.
const SETTINGS: [&str; 3] = ["web.cpu", "web.mem", "web.replicas"];

pub(super) async fn measure(place: &Place) -> Result<Vec<Figure>> {
    let folder = place.folder("journal")?;
    let journal = FileJournal::new(&folder, "shop");
    journal.open().await.map_err(|error| error.chain())?;
    let bare = folder.join("bare");
    let mut file = File::create(&bare).map_err(|error| failed(&bare, &error))?;
    let (mut wall, mut bare_wall, mut cpu) = (Duration::ZERO, Duration::ZERO, Duration::ZERO);
    for batch in 0..CHANGES / BATCH {
        let (before, begin) = (process::cpu("self")?.own, Instant::now());
        for number in 1..=BATCH {
            write(&journal, batch * BATCH + number).await?;
        }
        wall += begin.elapsed();
        cpu += process::cpu("self")?.own.saturating_sub(before);
        let begin = Instant::now();
        for number in 1..=BATCH {
            for entry in entries(batch * BATCH + number) {
                sync(&mut file, &entry).map_err(|error| failed(&bare, &error))?;
            }
        }
        bare_wall += begin.elapsed();
    }
    journal.close().await;
    let size = length(journal.path())?;
    // What was written is read and compacted when it is opened again.
    let again = FileJournal::new(&folder, "shop");
    let begin = Instant::now();
    again.open().await.map_err(|error| error.chain())?;
    let opening = begin.elapsed();
    let seen = again.ledger().last_id;
    again.close().await;
    if seen != u64::from(CHANGES) {
        return Err(format!("expected {CHANGES} changes in the journal, found {seen}"));
    }
    let each = |time: Duration| time.as_secs_f64() * 1000.0 / f64::from(CHANGES);
    let ratio = wall.as_secs_f64() / bare_wall.as_secs_f64();
    let took = format!("{} against {}", shown(each(wall), "ms"), shown(each(bare_wall), "ms"));
    let opened = format!("opened again in {}", shown(opening.as_secs_f64() * 1000.0, "ms"));
    let kept = length(again.path())? as f64 / f64::from(CHANGES);
    let written = format!("{} before it is opened again", shown(size as f64 / f64::from(CHANGES), "B"));
    Ok(vec![
        Figure::new("CPU time of a change in the journal", each(cpu), "ms")
            .within(Limit::Under(1.0))
            .noting(format!("mean of {CHANGES}; {opened}")),
        Figure::new("time of a change, in that of two bare syncs", ratio, "").noting(took),
        Figure::new("bytes of a change that stay on disk", kept, "B").noting(written),
    ])
}

/// Writes one change down as the loop does: before it is made, and when it is confirmed.
async fn write(journal: &FileJournal, number: u32) -> Result<()> {
    for entry in entries(number) {
        journal.write(entry).await.map_err(|error| error.chain())?;
    }
    Ok(())
}

fn entries(number: u32) -> [Entry; 2] {
    let (before, after) = (values(number.wrapping_sub(1)), values(number));
    let state = after.clone();
    let change = Change { id: u64::from(number), purpose: Purpose::Trial, before, after };
    [Entry::Change(change), Entry::Confirmed { change: u64::from(number), state }]
}

fn values(number: u32) -> Values {
    SETTINGS.iter().map(|name| ((*name).to_owned(), Value::from(i64::from(number % 16)))).collect()
}

/// Writes as many bytes as a record has at least, and waits for the disk.
fn sync(file: &mut File, entry: &Entry) -> std::io::Result<()> {
    let text = serde_json::to_vec(entry)?;
    file.write_all(&text)?;
    file.sync_data()
}

fn length(path: &Path) -> Result<u64> {
    std::fs::metadata(path).map(|metadata| metadata.len()).map_err(|error| failed(path, &error))
}

fn failed(path: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", path.display())
}
