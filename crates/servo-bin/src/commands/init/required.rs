//! What connectors require of an operator: the keys without a default, asked for with the example's value.

use serde_json::Value;

use super::asking::{Asking, Question};
use crate::commands::generate::{Chosen, entries, flow, joined, parsed};
use crate::failure::Failure;

/// A key that a connector requires.
#[derive(Clone, Debug, PartialEq)]
struct Required {
    key: String,
    about: String,
    /// What the example says.
    example: Value,
}

/// Asks for what each connector requires, and writes it into its section.
pub(super) fn ask(chosen: &mut [Chosen], with: &[String], asking: &mut Asking<'_>) -> Result<(), Failure> {
    let mut given = Vec::with_capacity(with.len());
    for text in with {
        let parts = text.split_once('=').and_then(|(key, value)| Some((key.rsplit_once('.')?, value)));
        let Some(((name, key), value)) = parts else {
            return Err(Failure::usage(format!("--with {text}: expected `connector.key=value`")));
        };
        given.push((name, key, value));
    }
    let mut asked = Vec::new();
    for one in &mut *chosen {
        for required in required(&one.descriptor.schema().to_value(), &parsed(&one.section)?) {
            let full = format!("{}.{}", one.name, required.key);
            let option = format!("--with {full}=VALUE");
            let text = format!("{full}? {}", required.about).trim_end().to_owned();
            let is_it = |(name, key, _): &&(&str, &str, &str)| *name == one.name && *key == required.key;
            let value = given.iter().find(is_it).map(|(_, _, value)| *value);
            let example =
                required.example.as_str().map_or_else(|| required.example.to_string(), str::to_owned);
            let question = Question::new(&option, value, &text).or(Some(&example));
            let section = asking.text(question, |answer| with_value(one, &required, answer))?;
            one.section = section;
            asked.push((one.name.clone(), required.key));
        }
    }
    let is_asked = |name: &str, key: &str| asked.iter().any(|(one, it)| one == name && it == key);
    match given.iter().find(|(name, key, _)| !is_asked(name, key)) {
        None => Ok(()),
        Some((name, key, _)) => {
            let failure = Failure::usage(format!("--with {name}.{key}: nothing of that name is required"));
            Err(failure.with_help("change what is not required in the file, once it is written"))
        }
    }
}

/// Finds the keys that a schema requires and that hold a text or a number.
fn required(schema: &Value, example: &Value) -> Vec<Required> {
    let keys = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let required = keys.filter_map(|key| {
        let value = example.get(key).filter(|value| value.is_string() || value.is_number())?;
        let about = schema["properties"][key]["description"].as_str().unwrap_or_default();
        let about = about.lines().next().unwrap_or_default().to_owned();
        Some(Required { key: key.to_owned(), about, example: value.clone() })
    });
    required.collect()
}

/// Writes a value into the section of a connector, which must take it.
fn with_value(chosen: &Chosen, required: &Required, answer: &str) -> Result<String, String> {
    let value = if required.example.is_number() {
        answer
            .parse::<serde_json::Number>()
            .map_err(|_| format!("expected a number, found `{answer}`"))?
            .into()
    } else {
        Value::from(answer)
    };
    let mut settings = parsed(&chosen.section).map_err(|_| "the example cannot be read".to_owned())?;
    settings[&required.key] = value.clone();
    chosen.descriptor.build(&chosen.name, settings.clone()).map_err(|error| error.chain())?;
    let mut entries = entries(&chosen.section);
    match entries.iter_mut().find(|entry| entry.key.as_deref() == Some(required.key.as_str())) {
        Some(entry) => {
            entry.with_inline(&flow(&value));
            Ok(joined(&entries))
        }
        // A mapping in one line has no comments that could be lost.
        None => Ok(flow(&settings)),
    }
}

#[cfg(test)]
mod tests {
    use schemars::JsonSchema;
    use serde::Deserialize;
    use servo_core::event::Handlers;
    use servo_core::{Connector, Descriptor, Error, Result};

    use super::*;
    use crate::output::prompt::script::Script;

    struct Load;

    /// What a load is made of.
    #[derive(Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    struct Settings {
        /// Where requests go.
        target: String,
        /// How many a second.
        rate: f64,
        #[serde(default)]
        #[expect(dead_code, reason = "read by no test")]
        note: String,
    }

    impl Connector for Load {
        type Settings = Settings;
        fn new(_: &str, settings: Settings) -> Result<Self> {
            let is_fine = settings.target.contains("://") && settings.rate > 0.0;
            is_fine.then_some(Self).ok_or_else(|| Error::configuration("no URL, or no load"))
        }
        fn handlers(_: &mut Handlers<Self>) {}
    }

    const EXAMPLE: &str = "# Of mine.\ntarget: https://example.com/\n# Not much.\nrate: 5\nnote: here\n";
    static BLOCK: Descriptor = Descriptor::of::<Load>("load").example(EXAMPLE);
    static FLOW: Descriptor =
        Descriptor::of::<Load>("load").example("{target: https://example.com/, rate: 5}");

    fn asked(descriptor: &'static Descriptor, with: &[&str], script: &mut Script) -> Result<String, Failure> {
        let mut chosen = [Chosen::of(descriptor)];
        let with: Vec<String> = with.iter().map(|&text| text.to_owned()).collect();
        ask(&mut chosen, &with, &mut Asking { answers: Some(script), yes: false })?;
        Ok(chosen[0].section.clone())
    }

    #[test]
    fn what_is_required_is_asked_and_written_where_the_example_has_it() {
        let mut script = Script::of(&["no address", "http://shop:80/x", ""]);
        let section = asked(&BLOCK, &[], &mut script).unwrap();
        assert_eq!(section, EXAMPLE.replace("https://example.com/", "http://shop:80/x"));
        assert!(script.is_over());
        assert_eq!(script.heard[0], "load.target? Where requests go. [https://example.com/]");
        assert_eq!(script.heard[1], "  no URL, or no load");
        let section = asked(&FLOW, &[], &mut Script::of(&["http://shop", "7"])).unwrap();
        assert_eq!(section, "{rate: 7, target: http://shop}");
    }

    #[test]
    fn an_option_answers_without_asking_and_must_be_about_something_required() {
        let with = ["load.target=http://a", "load.rate=2"];
        assert!(asked(&BLOCK, &with, &mut Script::default()).unwrap().contains("rate: 2\n"));
        for wrong in ["load.note=x", "other.rate=1", "rate", "load.rate=many"] {
            let with = ["load.target=http://a", "load.rate=2", wrong];
            let with = if wrong == "load.rate=many" { &with[..1] } else { &with[..] };
            let with: Vec<&str> = with.iter().copied().chain((with.len() == 1).then_some(wrong)).collect();
            assert_eq!(asked(&BLOCK, &with, &mut Script::default()).unwrap_err().exit_code(), 2, "{wrong}");
        }
    }

    #[test]
    fn the_example_counts_where_nobody_is_asked() {
        let mut chosen = [Chosen::of(&BLOCK)];
        ask(&mut chosen, &[], &mut Asking { answers: None, yes: true }).unwrap();
        assert_eq!(chosen[0].section, EXAMPLE);
        let failure = ask(&mut chosen, &[], &mut Asking { answers: None, yes: false }).unwrap_err();
        let Failure::Usage { help: Some(help), .. } = failure else { panic!("{failure:?}") };
        assert_eq!(help, "add --with load.target=VALUE, or --yes for what is usual");
    }
}
