//! A measured table in place of a model.

use servo_core::Class;
use servo_core::event::standard::Attach;
use servo_core::model::{Metric, Unit};

use crate::fixture::{Home, TABLE, told, values};

#[tokio::test(start_paused = true)]
async fn columns_are_settings_and_metrics() {
    let home = Home::new();
    let description = home.life(TABLE).describe().await.unwrap();
    let cpus = description.setting("db", "cpus").unwrap();
    assert_eq!(cpus.summary(), "RangeSetting(range=[1..3], step=1, unit=None)");
    let engine = description.setting("db", "engine").unwrap();
    assert_eq!(engine.summary(), "EnumSetting(values=['a', 'b'], unit=None)");
    let metrics =
        [Metric::new("latency", Unit::Milliseconds), Metric::new("throughput", Unit::RequestsPerSecond)];
    assert_eq!(description.metrics, metrics);
}

#[tokio::test(start_paused = true)]
async fn rows_are_replayed_in_turn_and_the_deployed_one_is_kept() {
    let home = Home::new();
    let life = home.life(TABLE);
    let mut latencies = Vec::new();
    for _ in 0..3 {
        latencies.push(life.measure(60).await.unwrap().mean_of("latency").unwrap());
    }
    assert_eq!(latencies, [20.0, 24.0, 20.0]);
    life.adjust(&["db.cpus=3"]).await.unwrap();
    assert_eq!(home.life(TABLE).measure(60).await.unwrap().mean_of("latency"), Some(15.0));
}

#[tokio::test(start_paused = true)]
async fn an_unmeasured_configuration_is_rejected_and_not_interpolated() {
    let home = Home::new();
    let life = home.life(TABLE);
    let error = life.adjust(&["db.engine=b"]).await.unwrap_err();
    assert_eq!((error.class(), error.reason()), (Class::Rejected, Some("unmeasured")));
    assert!(error.message().contains("no row has cpus = 2, engine = b"), "{error}");
    assert_eq!(values(&life.describe().await.unwrap())["db.engine"], "a");
}

#[tokio::test(start_paused = true)]
async fn a_measurement_that_had_failed_fails() {
    let home = Home::new();
    let life = home.life(TABLE);
    life.adjust(&["db.cpus=3", "db.engine=b"]).await.unwrap();
    let error = life.measure(60).await.unwrap_err();
    assert_eq!(error.class(), Class::Failed);
    assert!(error.message().contains("the measurement at line 7 of the table failed"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_table_without_the_baseline_names_the_nearest_rows() {
    let home = Home::new();
    let life = home.life(&TABLE.replace("engine: {value: a}", "engine: {value: b}"));
    let (key, message) = told(&life.dispatch::<Attach>(()).await.unwrap_err());
    assert_eq!(key, "surface.settings");
    assert_eq!(
        message,
        "the table has no row of the baseline: no row has cpus = 2, engine = b; the nearest rows are: \
         cpus = 1, engine = b; cpus = 2, engine = a; cpus = 1, engine = a"
    );
}

#[tokio::test(start_paused = true)]
async fn tables_that_cannot_be_read_are_put_at_their_key() {
    let home = Home::new();
    let inline = |csv: &str| format!("surface: {{settings: {{cpus: {{value: 2}}}}, csv: \"{csv}\"}}");
    for (yaml, key, message) in [
        (inline(""), "surface.csv", "the table has no header, expected a header and at least one row"),
        (
            inline("a,b\\n1,2"),
            "surface.settings.cpus",
            "the table has no column \"cpus\"; its columns are a, b",
        ),
        (
            inline("cpus\\n2"),
            "surface.csv",
            "the table has no metrics, expected at least one column of each kind",
        ),
        (
            inline("cpus,b\\n1"),
            "surface.csv",
            "the table is not well-formed CSV: CSV error: record 1 (line: 2, byte: 7): found record with 1 fields, but \
             the previous record has 2 fields",
        ),
        (
            "surface: {settings: {cpus: {value: 2}}, file: /nowhere/table.csv}".to_owned(),
            "surface.file",
            "cannot read the table /nowhere/table.csv: No such file or directory (os error 2)",
        ),
    ] {
        let error = home.life(&yaml).dispatch::<Attach>(()).await.unwrap_err();
        assert_eq!(told(&error), (key.to_owned(), message.to_owned()));
        assert_eq!(error.class(), Class::Configuration);
    }
}

#[tokio::test(start_paused = true)]
async fn a_file_is_read_at_the_first_event() {
    let home = Home::new();
    let file = home.path().join("table.csv");
    let life = home.life(&format!("surface: {{settings: {{n: {{value: 1}}}}, file: {}}}", file.display()));
    std::fs::write(&file, "n,latency\n1,5\n2,4\n").unwrap();
    assert_eq!(life.measure(10).await.unwrap().mean_of("latency"), Some(5.0));
}

#[tokio::test(start_paused = true)]
async fn without_trials_rows_are_chosen_by_counts_as_they_always_were() {
    let home = Home::new();
    let life = home.life(&TABLE.replace("component: db", "component: db\n  repetitions: random"));
    let mut latencies = Vec::new();
    for _ in 0..8 {
        latencies.push(life.measure(10).await.unwrap().mean_of("latency").unwrap());
    }
    assert_eq!(latencies, [24.0, 24.0, 20.0, 20.0, 20.0, 24.0, 24.0, 24.0]);
}
