//! The settings of an application, a line each: the value, then what it can be, one below the other.

use servo_core::model::{Description, Domain, Kind, Setting, Value};

/// Renders a line for each setting, such as `web.cpu=1.5  250m..4 step 250m cores`.
pub(crate) fn lines(description: &Description) -> Vec<String> {
    let settings = description.components.iter().flat_map(|component| {
        component.settings.iter().map(|setting| {
            let value = setting.human().unwrap_or_else(|| "-".to_owned());
            (format!("{}.{}={value}", component.name, setting.name()), domain(setting))
        })
    });
    let settings: Vec<(String, String)> = settings.collect();
    let width = settings.iter().map(|(value, _)| value.chars().count()).max().unwrap_or_default();
    settings.into_iter().map(|(value, domain)| format!("{value:width$}  {domain}")).collect()
}

/// Says which values a setting can take, and whether it keeps the one that it has.
fn domain(setting: &Setting) -> String {
    let show = |number| setting.show(&Value::Number(number));
    let mut text = match setting.domain() {
        Domain::Range(range) if range.min() == range.max() => format!("only {}", show(range.min())),
        Domain::Range(range) => {
            format!("{}..{} step {}", show(range.min()), show(range.max()), show(range.step()))
        }
        Domain::Enum(choices) => {
            let values: Vec<String> = choices.values().iter().map(ToString::to_string).collect();
            format!("one of {}", values.join(", "))
        }
    };
    // Memory is written with its unit.
    if let Some(unit) = setting.unit()
        && !unit.value().is_empty()
        && *setting.kind() != Kind::Memory
    {
        text.push(' ');
        text.push_str(unit.value());
    }
    if setting.is_pinned() {
        text.push_str(" (pinned)");
    }
    text
}

#[cfg(test)]
mod tests {
    use servo_core::model::{Choices, Component};

    use super::*;

    #[test]
    fn values_come_first_and_what_they_can_be_is_aligned() {
        let number = |text: &str| Value::Number(text.parse().unwrap());
        let cpu = Setting::cpu("250m".parse().unwrap(), "4".parse().unwrap(), "250m".parse().unwrap());
        let cpu = cpu.unwrap().with_value(number("1.5")).unwrap();
        let memory =
            Setting::memory("256Mi".parse().unwrap(), "4Gi".parse().unwrap(), "256Mi".parse().unwrap());
        let memory = memory.unwrap().with_value(number("2")).unwrap().pinned(true);
        let choices = Choices::new(vec!["serial".into(), "g1".into()]).unwrap();
        let components = vec![
            Component::new("web", vec![cpu, memory]),
            Component::new("database", vec![Setting::choice("gc", choices)]),
        ];
        assert_eq!(
            lines(&Description::new(components, Vec::new())),
            [
                "web.cpu=1.5    250m..4 step 250m cores",
                "web.mem=2Gi    256Mi..4Gi step 256Mi (pinned)",
                "database.gc=-  one of serial, g1",
            ]
        );
        assert!(lines(&Description::default()).is_empty());
    }
}
