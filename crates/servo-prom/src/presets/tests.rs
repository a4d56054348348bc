//! Presets stand alone, go together, and say which objective they are for.

use std::collections::BTreeSet;

use serde_json::Value;

use super::*;
use crate::scripted::settings;

fn read(preset: &Preset) -> Value {
    serde_saphyr::from_str(preset.section).unwrap()
}

#[test]
fn each_is_a_section_and_all_of_them_are_one() {
    let mut all = Vec::new();
    for preset in ALL {
        let section = read(preset);
        settings(section.clone()).checked().unwrap();
        all.extend(section["metrics"].as_array().unwrap().clone());
    }
    settings(serde_json::json!({"metrics": all})).checked().unwrap();
}

#[test]
fn each_says_an_objective_that_is_about_a_metric_of_its_own() {
    for preset in ALL {
        let section = read(preset);
        let metrics = section["metrics"].as_array().unwrap().iter();
        let names: BTreeSet<&str> = metrics.map(|metric| metric["name"].as_str().unwrap()).collect();
        let said: Vec<&str> =
            preset.section.lines().filter_map(|line| line.trim().strip_prefix("# Objective: ")).collect();
        assert!(!said.is_empty(), "{}", preset.name);
        for text in said {
            let condition: servo_core::model::Condition = serde_saphyr::from_str(text).unwrap();
            assert!(names.contains(condition.metric.as_str()), "{}: {condition}", preset.name);
        }
    }
}

#[test]
fn none_takes_missing_data_for_zero() {
    for preset in ALL {
        assert!(!preset.section.contains("absent: zero"), "{}", preset.name);
    }
}
