//! `servo emulator truth`: the metrics without noise, of what is deployed and of what could be.

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde_json::Value;
use servo_core::connector::{Arguments, Run, Table};
use servo_core::model::{Adjustment, Description};
use servo_core::{Context, Error, Result};

use crate::assignment::Assignment;
use crate::connector::{Emulator, blocking};
use crate::subject::Subject;

/// Shows what is true of the application. Nothing is deployed, and no emulated time passes.
pub(super) struct Truth;

#[async_trait]
impl Run for Truth {
    type Connector = Emulator;

    async fn run(emulator: &Emulator, cx: &Context, arguments: &Arguments) -> Result<Table> {
        let world = emulator.open(cx).await?;
        let deployed = world.state.deployed.values.clone();
        let changed = changed(&deployed, arguments.all("SETTING"), &world.described().0)?;
        let subject = world.subject;
        blocking(move || {
            let now = truth(&*subject, &deployed)?;
            let then = changed.map(|values| truth(&*subject, &values)).transpose()?;
            Ok(table(&*subject, &now, then.as_ref()))
        })
        .await
    }
}

fn truth(subject: &dyn Subject, values: &Assignment) -> Result<BTreeMap<String, f64>> {
    subject.schedule(values)?;
    subject.truth(values)
}

fn table(subject: &dyn Subject, now: &BTreeMap<String, f64>, then: Option<&BTreeMap<String, f64>>) -> Table {
    let headings = ["METRIC", "UNIT", "TRUE"].into_iter().chain(then.map(|_| "CHANGED"));
    let mut table = Table::new(headings);
    for metric in subject.metrics() {
        let value =
            |truth: &BTreeMap<String, f64>| truth.get(&metric.name).map_or(Value::Null, |it| rounded(*it));
        let cells = [metric.name.as_str().into(), metric.unit.to_string().into(), value(now)];
        table.push(cells.into_iter().chain(then.map(value)));
    }
    table
}

/// Rounds to what a person compares; what is not finite is not known.
fn rounded(value: f64) -> Value {
    let rounded = (value * 1e4).round() / 1e4;
    if rounded.is_finite() { rounded.into() } else { Value::Null }
}

/// Gives what would be deployed with these settings; nothing where none are given.
fn changed(deployed: &Assignment, written: &[String], described: &Description) -> Result<Option<Assignment>> {
    let mut values = deployed.clone();
    for text in written {
        let adjustment: Adjustment = text.parse().map_err(|error| Error::failed(format!("{error}")))?;
        let Adjustment { component, setting: name, value } = &adjustment;
        let setting = described
            .get_setting(&format!("{component}.{name}"))
            .map_err(|error| Error::failed(error.to_string()))?;
        let read = setting.parse(&value.to_string()).and_then(|value| setting.propose(&value, None));
        let value =
            read.map_err(|error| Error::failed(format!("cannot read `{text}`")).with_source(error))?;
        values.set(component, name, value);
    }
    Ok((!written.is_empty()).then_some(values))
}

#[cfg(test)]
mod tests {
    use servo_core::model::{Component, Setting};

    use super::*;

    fn described() -> Description {
        let cpu =
            Setting::cpu("250m".parse().unwrap(), "4".parse().unwrap(), "250m".parse().unwrap()).unwrap();
        let web = Component::new("web", vec![cpu.observe(servo_core::model::Value::from(2)).0]);
        Description::new(vec![web], Vec::new())
    }

    #[test]
    fn settings_are_read_as_their_own_type_and_refused_where_they_are_none() {
        let description = described();
        let deployed = Assignment::of(&description.components);
        let with = |texts: &[&str]| {
            changed(&deployed, &texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>(), &description)
        };
        assert_eq!(with(&[]).unwrap(), None);
        let half = with(&["web.cpu=500m"]).unwrap().unwrap();
        assert_eq!(half.get("web", "cpu").map(ToString::to_string).as_deref(), Some("0.5"));
        for (text, part) in [
            ("web", "component.setting=value"),
            ("web.gc=g1", "no setting 'web.gc': expected one of web.cpu"),
            ("web.cpu=9", "outside of the range"),
            ("web.cpu=fast", "cannot read `web.cpu=fast`"),
        ] {
            let error = with(&[text]).unwrap_err();
            assert!(error.chain().contains(part), "{}", error.chain());
        }
    }
}
