//! What it costs to run many checks: `servo check` of a servo with 100 connectors that have 100 each.

use std::process::{Command, Stdio};

use serde_json::Value;

use crate::Result;
use crate::document;
use crate::figure::{Figure, Limit, shown};
use crate::place::{self, Place};
use crate::process;

/// How many connectors, and how many checks of each.
const SIZE: (u16, u16) = (100, 100);

/// How many runs share the error of the kernel's clock.
const TIMES: u32 = 10;

pub(super) fn measure(place: &Place) -> Result<Vec<Figure>> {
    let (connectors, checks) = SIZE;
    let folder = place.folder("checks")?;
    let configuration = folder.join("servo.yaml");
    place::write(&configuration, &document::checks(connectors, checks))?;
    let run = |arguments: &[&str]| {
        let program = place.points();
        let mut command = Command::new(&program);
        command.arg("-c").arg(&configuration).arg("check").args(arguments);
        command.current_dir(&folder).env_clear().stdin(Stdio::null()).stderr(Stdio::null());
        let output =
            command.output().map_err(|error| format!("cannot start {}: {error}", program.display()))?;
        if output.status.success() {
            Ok(output.stdout)
        } else {
            Err(format!("`servo check` has ended with {}", output.status))
        }
    };
    let wanted = usize::from(connectors) * usize::from(checks);
    in_order(&run(&["--format", "json"])?, wanted)?;
    let before = process::cpu("self")?.children;
    for _ in 0..TIMES {
        run(&["--quiet"])?;
    }
    let spent = process::cpu("self")?.children.saturating_sub(before);
    let cpu = spent.as_secs_f64() * 1000.0 / f64::from(TIMES);
    let each = shown(cpu * 1000.0 / (f64::from(connectors) * f64::from(checks)), "µs");
    let what = format!("CPU time of {wanted} checks over {connectors} connectors");
    let note = format!(
        "mean of {TIMES} `servo check --quiet`, start and end of the program included; {each} a check"
    );
    Ok(vec![Figure::new(what, cpu, "ms").within(Limit::Under(1000.0)).noting(note)])
}

/// Verifies that so many checks of the connectors passed, each connector's in their order.
fn in_order(result: &[u8], wanted: usize) -> Result<()> {
    let cannot = || "`servo check --format json` is not in its form".to_owned();
    let found: Value = serde_json::from_slice(result).map_err(|_| cannot())?;
    let connectors = found.pointer("/0/connectors").and_then(Value::as_array).ok_or_else(cannot)?;
    let mut passed = 0;
    for connector in connectors {
        let checks = connector.get("checks").and_then(Value::as_array).ok_or_else(cannot)?;
        let of_points =
            checks.iter().filter_map(|check| check.get("id")?.as_str()?.strip_prefix("point_item_"));
        let numbers: Vec<usize> = of_points.filter_map(|number| number.parse().ok()).collect();
        if !numbers.iter().copied().eq(0..numbers.len()) {
            return Err(format!("the checks of {} are not in order", connector["connector"]));
        }
        passed += checks.iter().take(numbers.len()).filter(|check| check["status"] == "passed").count();
    }
    if passed == wanted { Ok(()) } else { Err(format!("{passed} of {wanted} checks passed")) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn result(ids: &[&str]) -> Vec<u8> {
        let checks: Vec<_> = ids.iter().map(|id| json!({"id": id, "status": "passed"})).collect();
        json!([{"servo": "x", "connectors": [{"connector": "a", "checks": checks}]}]).to_string().into_bytes()
    }

    #[test]
    fn what_is_missing_or_out_of_order_is_no_figure() {
        assert_eq!(in_order(&result(&["point_item_0", "point_item_1"]), 2), Ok(()));
        assert!(in_order(&result(&["point_item_1", "point_item_0"]), 2).is_err());
        assert!(in_order(&result(&["point_item_0"]), 2).is_err());
        assert!(in_order(b"nothing", 0).is_err());
    }
}
