//! Answers of every type, in every order, cut anywhere.

use std::collections::BTreeMap;

use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::source::Series;

fn labels(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn at(milliseconds: i64) -> Timestamp {
    Timestamp::from_millisecond(milliseconds).unwrap()
}

fn read(body: &str) -> Answer {
    query(body.as_bytes()).unwrap_or_else(|fault| panic!("{fault:?} for {body}"))
}

fn fault(body: &str) -> Fault {
    query(body.as_bytes()).expect_err(body)
}

fn foreign(body: &str) -> String {
    match fault(body) {
        Fault::Foreign(reason) => reason,
        refused @ Fault::Refused { .. } => panic!("{refused:?} for {body}"),
    }
}

/// An answer that went well.
fn success(kind: &str, result: &str) -> String {
    format!(r#"{{"status":"success","data":{{"resultType":"{kind}","result":{result}}}}}"#)
}

const MATRIX: &str = r#"[
    {"metric":{"__name__":"up","job":"node","instance":"a:1"},
     "values":[[1435781430.781,"1"],[1435781445.781,"NaN"],[1435781460.781,"0.25"]]},
    {"metric":{"__name__":"up","job":"node","instance":"b:1"},
     "values":[[1435781430.781,"+Inf"],[1435781445.781,"-Inf"],[1435781460.781,"-2e-3"]]}]"#;

#[test]
fn a_matrix_keeps_its_series_apart_and_drops_what_is_no_finite_number() {
    let answer = read(&success("matrix", MATRIX));
    let of = |instance| labels(&[("__name__", "up"), ("job", "node"), ("instance", instance)]);
    let points = vec![(at(1_435_781_430_781), 1.0), (at(1_435_781_460_781), 0.25)];
    let second = vec![(at(1_435_781_460_781), -2e-3)];
    let series = vec![
        Series { labels: of("a:1"), points, dropped: 1 },
        Series { labels: of("b:1"), points: second, dropped: 2 },
    ];
    assert_eq!(answer, Answer { series, ..Answer::default() });
}

#[test]
fn a_vector_a_scalar_and_a_string_are_told_apart() {
    let series = |labels, points, dropped| Series { labels, points, dropped };
    let vector = read(&success("vector", r#"[{"metric":{},"value":[1435781451,"7"]}]"#));
    assert_eq!(vector.series, [series(BTreeMap::new(), vec![(at(1_435_781_451_000), 7.0)], 0)]);
    let scalar = read(&success("scalar", r#"[1435781451.781,"1.5"]"#));
    assert_eq!(scalar.series, [series(BTreeMap::new(), vec![(at(1_435_781_451_781), 1.5)], 0)]);
    assert_eq!(scalar.text, None);
    let nothing = read(&success("scalar", r#"[1435781451.781,"NaN"]"#));
    assert_eq!(nothing.series, [series(BTreeMap::new(), Vec::new(), 1)]);
    let string = read(&success("string", r#"[1435781451.781,"a \"text\" é"]"#));
    assert_eq!((string.series, string.text.as_deref()), (Vec::new(), Some("a \"text\" é")));
    for kind in ["matrix", "vector"] {
        assert_eq!(read(&success(kind, "[]")), Answer::default());
        assert_eq!(read(&success(kind, "null")), Answer::default());
    }
}

#[test]
fn a_native_histogram_is_the_mean_of_what_it_counts() {
    let one = r#"{"count":"4","sum":"10","buckets":[[0,"1.414","2","3"],[0,"2","2.828","1"]]}"#;
    let vector = read(&success("vector", &format!(r#"[{{"metric":{{"a":"b"}},"histogram":[10,{one}]}}]"#)));
    assert_eq!(vector.series[0].points, [(at(10_000), 2.5)]);
    // Counts nothing, then nothing at all; and numbers among histograms, as where a metric changed its kind.
    let matrix = read(&success(
        "matrix",
        &format!(
            r#"[{{"histograms":[[20,{one}],[30,{{"count":"0","sum":"0"}}],[40,{{"sum":"NaN","count":"2"}}]],
                 "metric":{{}},"values":[[0,"5"],[10,"6"]]}}]"#
        ),
    ));
    assert_eq!(matrix.series[0].points, [(at(0), 5.0), (at(10_000), 6.0), (at(20_000), 2.5)]);
    assert_eq!(matrix.series[0].dropped, 2);
}

#[test]
fn the_order_of_keys_means_nothing() {
    let ordered = read(&success("matrix", MATRIX));
    for body in [
        format!(r#"{{"data":{{"result":{MATRIX},"resultType":"matrix"}},"status":"success"}}"#),
        format!(
            r#"{{"stats":{{"a":[1]}},"data":{{"x":{{}},"result":{MATRIX},"y":1,"resultType":"matrix"}},"z":[],"status":"success"}}"#
        ),
        success("matrix", MATRIX).replace([' ', '\n'], ""),
    ] {
        assert_eq!(read(&body), ordered);
    }
    let scalar = r#"{"data":{"result":[1,"2"],"resultType":"scalar"},"status":"success"}"#;
    assert_eq!(read(scalar), read(&success("scalar", r#"[1,"2"]"#)));
}

#[test]
fn numbers_that_are_not_written_as_text_are_read_too() {
    let answer =
        read(&success("vector", r#"[{"metric":{},"value":[1,2]},{"metric":{},"value":[1.5,-0.5]}]"#));
    assert_eq!(answer.series[0].points, [(at(1000), 2.0)]);
    assert_eq!(answer.series[1].points, [(at(1500), -0.5)]);
}

#[test]
fn warnings_and_infos_are_kept_and_a_partial_answer_is_one() {
    let body = r#"{"status":"success","warnings":["w"],"infos":["i","j"],"isPartial":true,
                   "data":{"resultType":"vector","result":[]}}"#;
    let answer = read(body);
    assert_eq!(answer.infos, ["i", "j"]);
    assert_eq!(answer.warnings[0], "w");
    assert!(answer.warnings[1].contains("partial"), "{:?}", answer.warnings);
    let body = r#"{"status":"success","warnings":null,"isPartial":false,"data":{"resultType":"vector","result":[]}}"#;
    assert_eq!(read(body), Answer::default());
}

#[test]
fn an_error_is_the_servers_own_whatever_stands_beside_it() {
    let expected = Fault::Refused { kind: "bad_data".into(), message: r#"invalid parameter "query""#.into() };
    for body in [
        r#"{"status":"error","errorType":"bad_data","error":"invalid parameter \"query\""}"#,
        r#"{"error":"invalid parameter \"query\"","data":null,"errorType":"bad_data","status":"error"}"#,
        r#"{"data":{"resultType":"matrix","result":[]},"status":"error","errorType":"bad_data","error":"invalid parameter \"query\""}"#,
        r#"{"data":"nothing like it","status":"error","errorType":"bad_data","error":"invalid parameter \"query\""}"#,
        r#"{"data":{"result":[1]},"status":"error","errorType":"bad_data","error":"invalid parameter \"query\"","warnings":["w"]}"#,
    ] {
        assert_eq!(fault(body), expected, "{body}");
        assert_eq!(refusal(body.as_bytes()), Some(expected.clone()));
        assert_eq!(targets(body.as_bytes()), Err(expected.clone()));
    }
    let bare = Fault::Refused { kind: "unknown".into(), message: "no reason given".into() };
    assert_eq!(fault(r#"{"status":"error"}"#), bare);
    assert_eq!(refusal(success("matrix", "[]").as_bytes()), None);
    assert_eq!(refusal(b"<html>"), None);
}

#[test]
fn what_is_no_answer_of_such_a_server_says_why() {
    for (body, reason) in [
        ("", "it is empty"),
        (" \n", "it is empty"),
        ("<!DOCTYPE html><html></html>", "it is a page for people, not JSON"),
        ("  <html>", "it is a page for people, not JSON"),
        ("Service Unavailable", "it is not JSON: expected value at line 1 column 1"),
        ("{}", "it has no `status`"),
        (r#"{"status":"success"}"#, "it has no `data`"),
        (r#"{"status":"success","data":null}"#, "it has no `data`"),
        (r#"{"status":"fine"}"#, "its status is `fine`"),
    ] {
        assert_eq!(foreign(body), reason);
    }
    assert!(foreign("[]").starts_with("it is JSON of another form: "));
    assert!(foreign(r#"{"status":"success","data":{"result":[]}}"#).contains("missing field `resultType`"));
    assert_eq!(foreign(&success("series", "[]")), "its result is of a type that is not known, `series`");
    assert_eq!(foreign(&success("scalar", "[]")), "its result is no scalar, which it says it is");
    assert_eq!(foreign(&success("matrix", r#"[1,"2"]"#)), "its result is no matrix, which it says it is");
    for result in [
        "[1]",
        "[1,\"2\",3]",
        "[1e300,\"2\"]",
        "[{}, 1]",
        "1",
        "[{\"value\":[1]}]",
        "[{\"value\":[1,\"x\"]}]",
    ] {
        for kind in ["matrix", "scalar"] {
            assert!(!foreign(&success(kind, result)).is_empty());
        }
    }
    assert_eq!(foreign(&success("scalar", r#"[1,"one"]"#)), "expected a number, found `one`");
}

#[test]
fn no_beginning_of_an_answer_is_an_answer() {
    let scalar = success("scalar", r#"[1435781451.781,"1.5"]"#);
    let histogram = r#"[{"metric":{"a":"é"},"histograms":[[1,{"count":"1","sum":"2","buckets":[]}]]}]"#;
    for body in [success("matrix", MATRIX), scalar, success("matrix", histogram)] {
        assert!(query(body.as_bytes()).is_ok());
        for end in 0..body.len() {
            let cut = &body.as_bytes()[..end];
            let Err(Fault::Foreign(reason)) = query(cut) else { panic!("{end} of {body}") };
            assert!(end == 0 || reason.contains("ends in the middle"), "{reason} at {end}");
        }
    }
}

#[test]
fn a_series_takes_no_more_memory_than_its_points() {
    // One more than a power of two: grown by doubling, a half of it would be empty.
    let values: Vec<_> = (0..4097).map(|time| format!("[{time},\"{time}\"]")).collect();
    let answer = read(&success("matrix", &format!(r#"[{{"values":[{}]}}]"#, values.join(","))));
    let points = &answer.series[0].points;
    assert!(points.len() == 4097 && points.capacity() < 4200, "{}", points.capacity());
}

#[test]
fn targets_are_read_with_what_they_say_of_themselves() {
    let body = r#"{"status":"success","data":{"activeTargets":[{
        "discoveredLabels":{"__address__":"127.0.0.1:9090","job":"prometheus"},
        "labels":{"instance":"127.0.0.1:9090","job":"prometheus"},
        "scrapePool":"prometheus","scrapeUrl":"http://127.0.0.1:9090/metrics","globalUrl":"http://host:9090/metrics",
        "lastError":"","lastScrape":"2017-01-17T15:07:44.723715405+01:00","lastScrapeDuration":0.050688943,
        "health":"up","scrapeInterval":"1m","scrapeTimeout":"10s"},
        {"lastScrape":"0001-01-01T00:00:00Z","labels":null}],"droppedTargets":[],"droppedTargetCounts":{}}}"#;
    let found = targets(body.as_bytes()).unwrap();
    let first = &found[0];
    assert_eq!((first.health.as_str(), first.scrape_pool.as_str()), ("up", "prometheus"));
    assert_eq!(first.labels, labels(&[("instance", "127.0.0.1:9090"), ("job", "prometheus")]));
    assert_eq!(first.last_scrape.unwrap().as_millisecond(), 1_484_662_064_723);
    assert_eq!(found[1], Target { health: "unknown".to_owned(), ..Target::default() });
    assert_eq!(targets(br#"{"status":"success","data":{"activeTargets":null}}"#), Ok(Vec::new()));
    assert!(matches!(targets(br#"{"status":"success","data":{}}"#), Err(Fault::Foreign(_))));
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => any::<f64>().prop_map(|number| format!("{number:?}")),
        1 => prop_oneof!["NaN", "\\+Inf", "-Inf"],
    ]
}

proptest! {
    #[test]
    fn every_point_is_kept_or_counted(
        series in prop::collection::vec(
            (prop::collection::btree_map("[a-z_]{1,5}", any::<String>(), 0..3),
             prop::collection::vec((0..4_000_000_000_000_i64, value()), 0..20)),
            0..5,
        ),
        is_first in any::<bool>(),
    ) {
        let written: Vec<_> = series.iter().map(|(labels, points)| {
            let values: Vec<_> = points.iter().map(|(time, value)| {
                format!("[{}.{:03},\"{value}\"]", time / 1000, time % 1000)
            }).collect();
            format!(r#"{{"metric":{},"values":[{}]}}"#, serde_json::to_string(labels).unwrap(), values.join(","))
        }).collect();
        let (kind, result) = (r#""resultType":"matrix""#, format!(r#""result":[{}]"#, written.join(",")));
        let data = if is_first { format!("{kind},{result}") } else { format!("{result},{kind}") };
        let answer = read(&format!(r#"{{"data":{{{data}}},"status":"success"}}"#));
        prop_assert_eq!(answer.series.len(), series.len());
        for (found, (labels, points)) in answer.series.iter().zip(&series) {
            let mut expected: Vec<_> = points.iter().map(|(time, value)| (at(*time), value.parse::<f64>().unwrap())).collect();
            expected.retain(|(_, value)| value.is_finite());
            expected.sort_by_key(|(time, _)| *time);
            prop_assert_eq!(found.dropped, points.len() - expected.len());
            prop_assert_eq!(&found.points, &expected);
            prop_assert_eq!(&found.labels, labels);
        }
    }

    #[test]
    fn no_body_is_too_strange(body in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = query(&body);
        let _ = targets(&body);
    }

    #[test]
    fn no_change_of_a_byte_is_too_strange(at in 0..300_usize, byte in any::<u8>()) {
        let mut body = success("matrix", MATRIX).into_bytes();
        let at = at % body.len();
        body[at] = byte;
        let _ = query(&body);
    }
}
