//! What is said of answers: of values that are no numbers, of absent metrics, and what the server says itself.

use serde_json::json;

use super::*;
use crate::scripted::{Script, series, settings};
use crate::source::Series;

fn range() -> Range {
    Range { start: Timestamp::UNIX_EPOCH, end: "1970-01-01T00:10:00Z".parse().unwrap() }
}

async fn asked(absent: &str, script: &Script) -> Asked {
    let section = json!({"metrics": [
        {"name": "one", "query": "q1", "absent": absent}, {"name": "two", "query": "q2", "absent": absent},
    ]});
    let settings = settings(section);
    over(script, &settings.metrics.iter().collect::<Vec<_>>(), range()).await
}

#[tokio::test(start_paused = true)]
async fn a_metric_without_any_number_is_warned_of_with_how_many_values_were_dropped() {
    let dropped = |count| {
        Script::of(move |_| {
            let series = vec![Series { dropped: count, ..Series::default() }, Series::default()];
            Ok(Answer { series, ..Answer::default() })
        })
    };
    let all = asked("ignore", &dropped(11)).await;
    let first = all.warnings.first().unwrap();
    assert_eq!(first, "all 11 values of metric `one` are NaN or infinite, so that it has none: q1");
    let one = asked("ignore", &dropped(1)).await;
    assert!(one.warnings.first().unwrap().starts_with("the only value of metric `one` is NaN"), "{one:?}");
    assert!(all.readings.is_empty() && all.failures.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_few_values_that_are_no_numbers_are_worth_knowing() {
    let script = Script::of(|asked| {
        let series = Series { dropped: 1, ..series(&[], asked, 1.0) };
        Ok(Answer { series: vec![series], ..Answer::default() })
    });
    let found = asked("ignore", &script).await;
    assert!(found.warnings.is_empty());
    assert_eq!(found.infos.first().unwrap(), "dropped 1 value of metric `one`: NaN or infinite");
}

#[tokio::test(start_paused = true)]
async fn what_the_server_says_is_told_once_however_many_queries_it_says_it_of() {
    let script = Script::of(|_| {
        let (warnings, infos) = (vec!["ignored a store".to_owned()], vec!["not a counter".to_owned()]);
        Ok(Answer { warnings, infos, ..Answer::default() })
    });
    let found = asked("ignore", &script).await;
    assert_eq!(found.warnings.into_iter().collect::<Vec<_>>(), ["Prometheus says: ignored a store"]);
    assert_eq!(found.infos.into_iter().collect::<Vec<_>>(), ["Prometheus says: not a counter"]);
}

#[tokio::test(start_paused = true)]
async fn an_absent_metric_is_warned_of_where_that_is_wanted() {
    let script = Script::of(|asked| match asked {
        crate::scripted::Asked::At(..) => {
            Ok(Answer { series: vec![series(&[], asked, 1.0)], ..Answer::default() })
        }
        _ => Ok(Answer::default()),
    });
    assert!(asked("ignore", &script).await.warnings.is_empty());
    let warned = asked("warn", &script).await;
    assert_eq!(warned.warnings.first().unwrap(), "found absent metric `one` for query (q1)");
    assert!(warned.failures.is_empty());
    assert_eq!(asked("fail", &script).await.failures.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_text_is_no_measurement() {
    let script = Script::of(|_| Ok(Answer { text: Some("é".repeat(100)), ..Answer::default() }));
    let error = asked("ignore", &script).await.complete().unwrap_err();
    assert!(error.message().contains("a text, not numbers") && error.message().ends_with("é…"), "{error}");
}
