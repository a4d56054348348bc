//! Subcommands: declared without an instance, carried out with one.

use serde_json::json;

use super::*;
use crate::context::Host;
use crate::event::Handlers;
use crate::{Class, Descriptor};

struct Pump(String);

impl Connector for Pump {
    type Settings = String;
    fn new(_: &str, settings: String) -> Result<Self> {
        Ok(Self(settings))
    }
    fn handlers(_: &mut Handlers<Self>) {}
}

struct Well;

impl Connector for Well {
    type Settings = ();
    fn new(_: &str, (): ()) -> Result<Self> {
        Ok(Self)
    }
    fn handlers(_: &mut Handlers<Self>) {}
}

struct Strokes;

#[async_trait]
impl Run for Strokes {
    type Connector = Pump;

    async fn run(pump: &Pump, cx: &Context, arguments: &Arguments) -> Result<Table> {
        assert_ne!(arguments.get("COUNT"), Some("panic"), "the pump broke");
        let mut table = Table::new(["PUMP", "STROKE RATE"]);
        for count in arguments.all("COUNT") {
            table.push([cx.connector().into(), count.as_str().into(), "too much".into()]);
        }
        table.push([pump.0.as_str().into()]);
        Ok(table)
    }
}

const STROKES: Subcommand = Subcommand::of::<Strokes>("strokes")
    .about("Count strokes")
    .example("3")
    .arguments(&[Argument::optional("COUNT", "How many").repeated()]);
static PUMP: Descriptor = Descriptor::of::<Pump>("pump").subcommands(&[STROKES]);

async fn run(member: Member, arguments: Arguments) -> Result<Table> {
    let bus = Bus::new(Host::named("farm"));
    let member = bus.add(member).unwrap();
    PUMP.subcommands[0].run(&bus, &Scope::detached(), &member, &arguments).await
}

fn counts(counts: &[&str]) -> Arguments {
    Arguments::default().with("COUNT", counts.iter().map(|&count| count.to_owned()))
}

#[tokio::test]
async fn it_is_given_the_instance_its_context_and_the_arguments() {
    let member = PUMP.build("north", json!("old")).unwrap();
    let table = run(member, counts(&["3", "4"])).await.unwrap();
    assert_eq!(table.headings(), ["PUMP", "STROKE RATE"]);
    assert_eq!(
        table.objects().into_iter().map(serde_json::Value::Object).collect::<Vec<_>>(),
        [
            json!({"pump": "north", "stroke_rate": "3"}),
            json!({"pump": "north", "stroke_rate": "4"}),
            json!({"pump": "old", "stroke_rate": null}),
        ]
    );
}

#[tokio::test]
async fn a_panic_is_an_error_of_the_instance() {
    let error = run(PUMP.build("north", json!("")).unwrap(), counts(&["panic"])).await.unwrap_err();
    assert_eq!((error.class(), error.connector()), (Class::Internal, Some("north")));
    assert!(error.message().contains("the pump broke"), "{error}");
}

#[tokio::test]
async fn one_of_another_type_is_refused() {
    assert!(PUMP.owns(&STROKES) && !Descriptor::of::<Well>("well").owns(&STROKES));
    let error = run(Member::new("deep", "well", Well), Arguments::default()).await.unwrap_err();
    assert_eq!(error.class(), Class::Internal);
}
