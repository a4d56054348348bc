//! Shows what happens to more than one who watches.

use std::sync::Arc;

use crate::runner::{Moment, Watch};

/// Passes every moment on to several, in order.
pub struct Several(Vec<Arc<dyn Watch>>);

impl Several {
    /// Passes on to these.
    pub fn new(watches: impl IntoIterator<Item = Arc<dyn Watch>>) -> Self {
        Self(watches.into_iter().collect())
    }
}

impl Watch for Several {
    fn moment(&self, servo: &str, moment: Moment<'_>) {
        for watch in &self.0 {
            watch.moment(servo, again(&moment));
        }
    }
}

/// The same moment once more: all of it is borrowed or small.
fn again<'a>(moment: &Moment<'a>) -> Moment<'a> {
    match *moment {
        Moment::Starts { servo, optimizer } => Moment::Starts { servo, optimizer },
        Moment::Greeted => Moment::Greeted,
        Moment::Held { reason, wait } => Moment::Held { reason, wait },
        Moment::Restores => Moment::Restores,
        Moment::Begins { operation } => Moment::Begins { operation },
        Moment::Progress { operation, progress } => Moment::Progress { operation, progress },
        Moment::Ended { operation, result, took } => Moment::Ended { operation, result, took },
        Moment::Finished { result } => Moment::Finished { result },
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::time::Duration;

    use servo_core::Error;
    use servo_core::optimizer::Outcome;

    use super::*;

    /// Writes down what it is shown.
    #[derive(Default)]
    struct Diary(Mutex<Vec<String>>);

    impl Watch for Diary {
        fn moment(&self, servo: &str, moment: Moment<'_>) {
            let line = match moment {
                Moment::Greeted => "greeted".to_owned(),
                Moment::Held { reason, wait } => format!("{reason} {wait:?}"),
                Moment::Finished { result: Ok(outcome) } => format!("{outcome:?}"),
                Moment::Finished { result: Err(error) } => error.message().to_owned(),
                _ => "another".to_owned(),
            };
            self.0.lock().unwrap().push(format!("{servo}: {line}"));
        }
    }

    #[test]
    fn each_is_shown_everything_in_order() {
        let diaries = [Arc::new(Diary::default()), Arc::new(Diary::default())];
        let several = Several::new(diaries.iter().map(|diary| Arc::clone(diary) as _));
        let error = Error::failed("no");
        several.moment("a", Moment::Greeted);
        several.moment("b", Moment::Held { reason: "night", wait: Duration::from_secs(1) });
        several.moment("a", Moment::Finished { result: Ok(Outcome::NoBetter) });
        several.moment("b", Moment::Finished { result: Err(&error) });
        for diary in diaries {
            assert_eq!(
                *diary.0.lock().unwrap(),
                ["a: greeted", "b: night 1s", "a: NoBetter", "b: no"].map(str::to_owned)
            );
        }
    }
}
