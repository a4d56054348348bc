//! A script in place of a server: what it answers, and what it was asked.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use jiff::Timestamp;
use servo_core::context::Host;
use servo_core::duration::Duration;
use servo_core::event::{Bus, Member};
use servo_core::{Error, Result};

use crate::connector::Prometheus;
use crate::settings::Settings;
use crate::source::{Answer, Range, Series, Source, Target};

/// One thing that a server was asked.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Asked {
    Range(String, Range, Duration),
    At(String, Timestamp),
    Targets,
    Ready,
}

pub(crate) type Answering = Box<dyn Fn(&Asked) -> Result<Answer> + Send + Sync>;

/// Answers as it was told to.
pub(crate) struct Script {
    pub(crate) answering: Answering,
    pub(crate) targets: Option<Vec<Target>>,
    /// How long each answer takes.
    pub(crate) takes: std::time::Duration,
    pub(crate) asked: Mutex<Vec<(tokio::time::Instant, Asked)>>,
}

impl Script {
    /// Makes a server of a function.
    pub(crate) fn of(answering: impl Fn(&Asked) -> Result<Answer> + Send + Sync + 'static) -> Self {
        let (targets, takes) = (Some(Vec::new()), std::time::Duration::ZERO);
        Self { answering: Box::new(answering), targets, takes, asked: Mutex::default() }
    }

    /// Makes a server whose every query gives one series of this value at each step.
    pub(crate) fn constant(value: f64) -> Self {
        Self::of(move |asked| {
            Ok(Answer { series: vec![series(&[("job", "shop")], asked, value)], ..Answer::default() })
        })
    }

    /// Gives what was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .map(|(_, asked)| asked.clone())
            .collect()
    }

    /// Gives when the questions were asked that match, since a time.
    pub(crate) fn times(
        &self,
        since: tokio::time::Instant,
        matching: impl Fn(&Asked) -> bool,
    ) -> Vec<std::time::Duration> {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.iter().filter(|(_, asked)| matching(asked)).map(|(at, _)| at.duration_since(since)).collect()
    }

    async fn note(&self, asked: Asked) -> Asked {
        self.asked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push((tokio::time::Instant::now(), asked.clone()));
        tokio::time::sleep(self.takes).await;
        asked
    }
}

/// Makes a series with a value at each step that was asked for.
pub(crate) fn series(labels: &[(&str, &str)], asked: &Asked, value: f64) -> Series {
    let points = match asked {
        Asked::Range(_, range, step) => {
            let times = std::iter::successors(Some(range.start), |time| time.checked_add(step.as_std()).ok());
            times.take_while(|time| *time <= range.end).map(|time| (time, value)).collect()
        }
        Asked::At(_, time) => vec![(*time, value)],
        Asked::Targets | Asked::Ready => Vec::new(),
    };
    let labels: BTreeMap<_, _> = labels.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    Series { labels, points, dropped: 0 }
}

#[async_trait]
impl Source for Script {
    async fn query_range(&self, query: &str, range: Range, step: Duration) -> Result<Answer> {
        (self.answering)(&self.note(Asked::Range(query.to_owned(), range, step)).await)
    }

    async fn query(&self, query: &str, at: Timestamp) -> Result<Answer> {
        (self.answering)(&self.note(Asked::At(query.to_owned(), at)).await)
    }

    async fn targets(&self) -> Result<Option<Vec<Target>>> {
        self.note(Asked::Targets).await;
        Ok(self.targets.clone())
    }

    async fn ready(&self) -> Result<String> {
        let asked = self.note(Asked::Ready).await;
        (self.answering)(&asked).map(|_| "http://script:9090".to_owned())
    }
}

/// Reads settings as an operator writes them.
pub(crate) fn settings(section: serde_json::Value) -> Settings {
    servo_core::connector::typed(section).expect("settings of a test")
}

/// Puts a connector that asks a script on a bus of its own.
pub(crate) fn bus(section: serde_json::Value, script: &Arc<Script>) -> Arc<Bus> {
    let bus = Bus::new(Host::named("test"));
    let source: Arc<dyn Source> = Arc::clone(script) as _;
    let connector = Prometheus::scripted(settings(section), source);
    bus.add(Member::new("prometheus", "prometheus", connector)).expect("the only member");
    bus
}

/// An error as a server answers it.
pub(crate) fn refused() -> Error {
    Error::failed("bad_data: invalid parameter \"query\": 1:3: parse error: unexpected character")
}
