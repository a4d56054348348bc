//! The commands of connectors' own: which instance is meant, and its answer as a table.

use std::process::ExitCode;

use serde_json::Value;
use servo_core::Error;
use servo_core::connector::Table;

use super::{assemble, operation};
use crate::cli::{Format, Globals, Own};
use crate::failure::Failure;
use crate::output::progress::Display;
use crate::output::{self, Look, json, table};

/// Carries out a connector's own command with the instance that is meant.
pub(super) async fn run(globals: &Globals, own: &Own, look: &Look) -> Result<ExitCode, Failure> {
    let (source, servo) = operation::single(assemble(globals)?)?;
    let members = servo.servo().bus().members();
    let kind = own.descriptor.key;
    let instances: Vec<&str> =
        members.iter().filter(|member| member.kind() == kind).map(|member| &**member.name()).collect();
    let name = instance(kind, servo.name(), &instances, own.connector.as_deref())?;
    let display = Display::new(look.screen.clone());
    let answer = operation::on(&source, &servo, Some(&display), |bus, scope| async move {
        let member = bus.members().into_iter().find(|member| &**member.name() == name);
        let member = member.ok_or_else(|| Error::internal(format!("connector `{name}` is gone")))?;
        own.subcommand.run(&bus, &scope, &member, &own.arguments).await
    })
    .await?;
    let text = match (own.form.format, answer.as_document()) {
        (Format::Json, None) => json::render(&answer.objects())?,
        (Format::Json, Some((_, value))) => json::render(value)?,
        (Format::Table, None) => rendered(&answer),
        (Format::Table, Some((text, _))) => text.trim_end().to_owned(),
    };
    output::result(&text, &own.form)?;
    Ok(if answer.has_failed() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Finds the instance of a connector that is meant.
fn instance<'a>(
    kind: &str,
    servo: &str,
    instances: &[&'a str],
    wanted: Option<&str>,
) -> Result<&'a str, Failure> {
    let select = || {
        let names: Vec<String> = instances.iter().map(|name| format!("'{name}'")).collect();
        format!("select one of [{}]", names.join(", "))
    };
    match (instances, wanted) {
        ([], _) => {
            let message = format!("no instances of \"{kind}\" are active in the servo \"{servo}\"");
            Err(Failure::usage(message).with_help(format!("add a section `{kind}:` to its document")))
        }
        ([only], None) => Ok(only),
        (_, None) => {
            let message =
                format!("multiple instances of \"{kind}\" found in servo \"{servo}\": {}", select());
            Err(Failure::usage(message).with_help("name it with --connector NAME"))
        }
        (_, Some(wanted)) => instances.iter().find(|name| **name == wanted).copied().ok_or_else(|| {
            Failure::usage(format!(
                "no connector named \"{wanted}\" of type \"{kind}\" found in servo \"{servo}\": {}",
                select()
            ))
        }),
    }
}

fn rendered(answer: &Table) -> String {
    let cell = |value: &Value| match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let rows: Vec<Vec<String>> = answer.rows().iter().map(|row| row.iter().map(cell).collect()).collect();
    let headings: Vec<&str> = answer.headings().iter().map(String::as_str).collect();
    table::render_rows(&headings, rows.iter().map(Vec::as_slice))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(instances: &[&str], wanted: Option<&str>) -> String {
        match instance("emulator", "shop", instances, wanted) {
            Ok(name) => format!("{name}!"),
            Err(Failure::Usage { message, .. }) => message,
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_only_instance_is_meant_and_one_of_several_is_to_be_named() {
        assert_eq!(said(&["emulator"], None), "emulator!");
        assert_eq!(said(&["a", "b"], Some("b")), "b!");
        assert_eq!(said(&[], None), "no instances of \"emulator\" are active in the servo \"shop\"");
        assert_eq!(
            said(&["a", "b"], None),
            "multiple instances of \"emulator\" found in servo \"shop\": select one of ['a', 'b']"
        );
        for instances in [&["a", "b"][..], &["a"]] {
            let said = said(instances, Some("x"));
            assert!(said.starts_with(
                "no connector named \"x\" of type \"emulator\" found in servo \"shop\": select"
            ));
        }
    }

    #[test]
    fn what_is_not_known_is_a_dash() {
        let mut answer = Table::new(["METRIC", "TRUE"]);
        answer.push(["p95".into(), 1.5.into()]);
        answer.push(["p99".into()]);
        assert_eq!(rendered(&answer), "METRIC    TRUE\np95       1.5\np99       -");
    }
}
