//! A fleet: each servo ends on its own, whatever the others do.

use std::sync::{Arc, Mutex};

use servo_core::Class;
use servo_core::optimizer::Outcome;
use servo_runtime::runner::{Ended, Fleet, Moment, Silent, Stop, Watch};

use crate::fixture::assemble_at;

async fn run(text: &str, stop: Stop, watch: Arc<dyn Watch>) -> Vec<Ended> {
    let folder = tempfile::tempdir().unwrap();
    let (_, servos) = assemble_at(folder.path(), text, &[]).unwrap().into_parts();
    Fleet { limit: Some(1), stop, watch }.run(servos).await
}

const THREE: &str = "\
name: panics
optimizer: {scripted: {then: panic}}
note: {number: 1}
---
name: fine
optimizer: {scripted: {}}
note: {number: 1}
---
name: fails
optimizer: {scripted: {then: fail}}
note: {number: 1}
";

#[tokio::test(start_paused = true)]
async fn a_panic_and_a_failure_of_one_servo_touch_no_other() {
    let ended = run(THREE, Stop::default(), Arc::new(Silent)).await;
    let names: Vec<_> = ended.iter().map(|ended| ended.servo.as_str()).collect();
    assert_eq!(names, ["panics", "fine", "fails"]);
    assert_eq!(ended[0].result.as_ref().unwrap_err().class(), Class::Internal);
    assert_eq!(ended[1].result.as_ref().unwrap(), &Outcome::NoBetter);
    assert_eq!(ended[2].result.as_ref().unwrap_err().message(), "cannot go on");
}

#[tokio::test(start_paused = true)]
async fn errors_that_come_while_running_are_told_at_their_place_in_the_file() {
    let text = "name: unattached\noptimizer: {scripted: {}}\nnote: {number: 7}\n---\n".to_owned() + THREE;
    let folder = tempfile::tempdir().unwrap();
    let (source, servos) = assemble_at(folder.path(), &text, &[]).unwrap().into_parts();
    let fleet = Fleet { limit: None, stop: Stop::default(), watch: Arc::new(Silent) };
    let ended = fleet.run(servos.clone()).await;
    let told = |at: usize| {
        let error = ended[at].result.as_ref().unwrap_err();
        servos[at].explain(&source, error).map(|told| told.render_plain())
    };
    assert!(told(0).unwrap().starts_with("servo.yaml:3:16: nothing to attach to (at note.number)"));
    assert!(told(3).unwrap().starts_with("servo.yaml:14:30: cannot go on (at optimizer.scripted.then)"));
    assert_eq!(told(1), None);
}

struct Count(Mutex<Vec<String>>);

impl Watch for Count {
    fn moment(&self, servo: &str, moment: Moment<'_>) {
        if let Moment::Finished { result } = moment {
            self.0.lock().unwrap().push(format!("{servo} {}", result.is_ok()));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_watches_is_told_of_each_end() {
    let watch = Arc::new(Count(Mutex::default()));
    run(THREE, Stop::default(), Arc::clone(&watch) as _).await;
    let mut seen = watch.0.lock().unwrap().clone();
    seen.sort();
    assert_eq!(seen, ["fails false", "fine true", "panics false"]);
}

#[tokio::test(start_paused = true)]
async fn a_servo_that_repeats_or_idles_goes_on_until_it_is_stopped() {
    for after in ["on_complete: idle", "on_complete: repeat\nrepeat_every: 1h"] {
        let text = format!("name: fine\noptimizer: {{scripted: {{}}}}\nnote: {{number: 1}}\n{after}\n");
        let stop = Stop::default();
        let begin = tokio::time::Instant::now();
        let stopped = async {
            tokio::time::sleep(std::time::Duration::from_mins(5 * 60 + 1)).await;
            stop.request("SIGTERM");
        };
        let (ended, ()) = tokio::join!(run(&text, stop.clone(), Arc::new(Silent)), stopped);
        assert!(ended[0].result.is_ok());
        assert_eq!(begin.elapsed().as_secs(), 5 * 3600 + 60);
    }
}
