//! `servo show events`: which connectors take part in which events.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use servo_core::event::{Handled, Phase};
use servo_core::registry::Registry;
use servo_runtime::assembly::Assembled;

use super::Part;
use crate::cli::{Globals, ShowEvents};
use crate::commands::assemble;
use crate::failure::Failure;
use crate::output::table;

/// Shows the connectors of each servo, by the names of their instances.
pub(super) fn parts(globals: &Globals, arguments: &ShowEvents) -> Result<Vec<Part>, Failure> {
    let assembly = assemble(globals)?;
    let part = |servo: &Assembled| {
        let members = servo.servo().bus().members();
        let handlers: Vec<_> =
            members.iter().map(|member| (member.name().to_string(), member.handled())).collect();
        part(servo.name(), &handlers, arguments)
    };
    Ok(assembly.servos().iter().map(part).collect())
}

/// Shows all connectors of the program, by their types.
pub(super) fn of_all(arguments: &ShowEvents) -> Result<Part, Failure> {
    let registry = Registry::collect()?;
    let handlers: Vec<_> = registry
        .connectors()
        .iter()
        .map(|descriptor| (descriptor.key.to_owned(), descriptor.handled()))
        .collect();
    Ok(part("", &handlers, arguments))
}

fn part(name: &str, handlers: &[(String, Vec<Handled>)], arguments: &ShowEvents) -> Part {
    let phases = phases(arguments);
    let shown = |handled: &&Handled| phases.contains(&handled.phase);
    let (table, value) = if arguments.by_connector {
        by_connector(handlers.iter().map(|(name, handled)| {
            let handled: BTreeSet<_> = handled.iter().filter(shown).map(key).collect();
            (name.as_str(), handled)
        }))
    } else {
        let mut events: BTreeMap<_, Vec<&str>> = BTreeMap::new();
        for (name, handled) in handlers {
            let handled: BTreeSet<_> = handled.iter().filter(shown).map(key).collect();
            for event in handled {
                events.entry(event).or_default().push(name);
            }
        }
        by_event(events)
    };
    Part { name: name.to_owned(), table, value }
}

fn by_connector<'a>(
    connectors: impl Iterator<Item = (&'a str, BTreeSet<(&'static str, Phase)>)>,
) -> (String, Value) {
    let (mut rows, mut values) = (Vec::new(), Vec::new());
    for (name, handled) in connectors {
        let labels: Vec<String> = handled.into_iter().map(label).collect();
        rows.push([name.to_owned(), labels.join("\n")]);
        values.push(json!({ "connector": name, "events": labels }));
    }
    (table::render(["CONNECTOR", "EVENTS"], &rows), values.into())
}

fn by_event(events: BTreeMap<(&'static str, Phase), Vec<&str>>) -> (String, Value) {
    let (mut rows, mut values) = (Vec::new(), Vec::new());
    for (event, connectors) in events {
        rows.push([label(event), connectors.join("\n")]);
        values.push(json!({ "event": event.0, "phase": event.1, "connectors": connectors }));
    }
    (table::render(["EVENT", "CONNECTORS"], &rows), values.into())
}

/// By the event's name first, then before, on, after.
fn key(handled: &Handled) -> (&'static str, Phase) {
    (handled.event, handled.phase)
}

fn label((event, phase): (&str, Phase)) -> String {
    match phase {
        Phase::On => event.to_owned(),
        phase => format!("{} {event}", phase.as_str()),
    }
}

/// The phases that are asked for. Where any is left out, those that are asked for count for nothing.
fn phases(arguments: &ShowEvents) -> Vec<Phase> {
    let wanted = [arguments.before, arguments.on, arguments.after];
    let refused = [arguments.no_before, arguments.no_on, arguments.no_after];
    let is_some = |flags: [bool; 3]| flags.contains(&true);
    let is_shown = |at: usize| match (is_some(refused), is_some(wanted)) {
        (true, _) => !refused[at],
        (false, true) => wanted[at],
        (false, false) => true,
    };
    Phase::ALL.into_iter().enumerate().filter(|(at, _)| is_shown(*at)).map(|(_, phase)| phase).collect()
}

#[cfg(test)]
mod tests {

    use super::*;
    use crate::cli::{Cli, Command, Shown};

    fn arguments(flags: &[&str]) -> ShowEvents {
        let typed = ["servo", "show", "events"].iter().chain(flags);
        match Cli::typed(typed).unwrap().command {
            Command::Show(show) => match show.what {
                Shown::Events(arguments) => arguments,
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        }
    }

    fn handlers() -> Vec<(String, Vec<Handled>)> {
        let handled = |event, phase| Handled { event, phase };
        let two = vec![handled("measure", Phase::On), handled("adjust", Phase::After)];
        let one = vec![
            handled("measure", Phase::After),
            handled("measure", Phase::On),
            handled("measure", Phase::Before),
        ];
        vec![("two".to_owned(), two), ("one".to_owned(), one)]
    }

    #[test]
    fn events_are_sorted_by_name_then_by_phase() {
        let expected = "\
EVENT           CONNECTORS
after adjust    two
before measure  one
measure         two
                one
after measure   one";
        assert_eq!(part("", &handlers(), &arguments(&[])).table, expected);
        let by_connector = part("", &handlers(), &arguments(&["--by-connector", "--no-on"]));
        let expected = "\
CONNECTOR    EVENTS
two          after adjust
one          before measure
             after measure";
        assert_eq!(by_connector.table, expected);
        assert_eq!(by_connector.value[1]["events"], json!(["before measure", "after measure"]));
    }

    #[test]
    fn what_is_left_out_counts_before_what_is_asked_for() {
        let shown = |flags: &[&str]| phases(&arguments(flags));
        assert_eq!(shown(&[]), Phase::ALL);
        assert_eq!(shown(&["--on"]), [Phase::On]);
        assert_eq!(shown(&["--before", "--after"]), [Phase::Before, Phase::After]);
        assert_eq!(shown(&["--no-on"]), [Phase::Before, Phase::After]);
        assert_eq!(shown(&["--before", "--no-after"]), [Phase::Before, Phase::On]);
    }
}
