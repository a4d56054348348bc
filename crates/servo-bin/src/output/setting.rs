//! Settings, as a person reads them.

mod described;

use servo_core::journal::{Change, Values};
use servo_core::model::Value;
use servo_core::quantity::{Cpu, Memory};

pub(crate) use described::lines;

/// Renders a setting's value: as a quantity where its name is one that is reserved for CPU or memory.
pub(crate) fn value(name: &str, value: &Value) -> String {
    let setting = name.rsplit_once('.').map_or(name, |(_, setting)| setting);
    let quantity = value.as_number().and_then(|number| match setting {
        "cpu" => Cpu::from_cores(number).ok().map(|cpu| cpu.to_string()),
        "mem" => Memory::from_gib(number).ok().map(|memory| memory.to_string()),
        _ => None,
    });
    quantity.unwrap_or_else(|| value.to_string())
}

/// Renders settings with their values, such as `web.cpu=750m, web.replicas=2`; a dash where there are none.
pub(crate) fn values(values: &Values) -> String {
    let one = |(name, it): (&String, &Value)| format!("{name}={}", value(name, it));
    joined(&values.iter().map(one).collect::<Vec<_>>())
}

/// Renders a change, such as `12 (trial): web.cpu 1.5 -> 750m`.
pub(crate) fn change(change: &Change) -> String {
    let one = |(name, after): (&String, &Value)| {
        let (before, after) = (change.before.get(name).map(|it| value(name, it)), value(name, after));
        match before {
            Some(before) if before == after => format!("{name} {after}"),
            before => format!("{name} {} -> {after}", before.as_deref().unwrap_or("?")),
        }
    };
    let settings = joined(&change.after.iter().map(one).collect::<Vec<_>>());
    format!("{} ({}): {settings}", change.id, change.purpose.word())
}

fn joined(parts: &[String]) -> String {
    if parts.is_empty() { "-".to_owned() } else { parts.join(", ") }
}

#[cfg(test)]
mod tests {
    use servo_core::journal::Purpose;

    use super::*;

    fn number(text: &str) -> Value {
        Value::Number(text.parse().unwrap())
    }

    #[test]
    fn what_is_named_cpu_or_mem_is_a_quantity_and_the_rest_is_plain() {
        assert_eq!(value("web.cpu", &number("0.75")), "750m");
        assert_eq!(value("web.mem", &number("0.5")), "512Mi");
        assert_eq!(value("web.replicas", &number("3")), "3");
        assert_eq!(value("web.cpu", &number("-1")), "-1", "what is no quantity is shown all the same");
        assert_eq!(value("mem", &Value::from("lots")), "lots");
    }

    #[test]
    fn a_change_says_what_it_is_for_and_what_was_not_known_before() {
        let mut after = Values::from([("web.cpu".into(), number("0.75")), ("web.gc".into(), "g1".into())]);
        let before = Values::from([("web.cpu".into(), number("1.5")), ("web.mem".into(), number("2"))]);
        after.insert("web.mem".into(), number("2"));
        let it = Change { id: 12, purpose: Purpose::Trial, before, after };
        assert_eq!(change(&it), "12 (trial): web.cpu 1.5 -> 750m, web.gc ? -> g1, web.mem 2Gi");
        assert_eq!(values(&it.after), "web.cpu=750m, web.gc=g1, web.mem=2Gi");
        assert_eq!(values(&Values::new()), "-");
    }
}
