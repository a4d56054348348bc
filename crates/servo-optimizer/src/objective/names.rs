//! Whether the metrics and settings that an expression names exist.

use servo_core::model::Description;
use servo_core::{Error, Result};

use super::Expression;
use crate::nearest::instead;

/// Checks the names of metrics, components and settings.
///
/// # Errors
///
/// Class configuration, with the nearest name as help.
pub(super) fn check(expression: &Expression, description: &Description) -> Result<()> {
    let provided: Vec<&str> = description.metrics.iter().map(|metric| metric.name.as_str()).collect();
    for metric in expression.metrics().into_iter().flatten() {
        if !provided.contains(&metric.as_str()) {
            let message = format!("no connector provides the metric `{metric}`");
            return Err(Error::configuration(message).with_help(instead(metric, &provided)));
        }
    }
    for (component, setting) in expression.settings() {
        let Some(known) = description.component(component) else {
            let names: Vec<&str> = description.components.iter().map(|known| known.name.as_str()).collect();
            let message = format!("the application has no component `{component}`");
            return Err(Error::configuration(message).with_help(instead(component, &names)));
        };
        if let Some(setting) = setting
            && known.setting(setting).is_none()
        {
            let names: Vec<&str> = known.settings.iter().map(servo_core::model::Setting::name).collect();
            let message = format!("component `{component}` has no setting `{setting}`");
            return Err(Error::configuration(message).with_help(instead(setting, &names)));
        }
    }
    Ok(())
}
