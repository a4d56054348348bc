//! `servo load attack`.

use serde_json::json;
use servo_core::connector::Arguments;
use servo_core::event::Scope;
use servo_core::registry::Registry;

use crate::fixture::{bus, section};
use crate::server::{Answers, Server};

#[tokio::test]
async fn load_is_sent_by_hand_under_either_name() {
    for key in ["load", "vegeta"] {
        let server = Server::start(Answers::With(200), None);
        let bus = bus(key, section("1/1s", "GET http://127.0.0.1:1/", &json!({})));
        let target = format!("GET {}", server.url("/"));
        let registry = Registry::collect().unwrap();
        let attack =
            registry.connector(key).unwrap().subcommands.iter().find(|it| it.name == "attack").unwrap();
        let arguments = Arguments::default()
            .with("RATE", ["100/1s".to_owned()])
            .with("DURATION", ["300ms".to_owned()])
            .with("TARGET", [target]);
        let members = bus.members();
        let table = attack.run(&bus, &Scope::detached(), &members[0], &arguments).await.unwrap();
        let value = |name: &str| table.rows().iter().find(|row| row[0] == name).map(|row| row[2].clone());
        assert_eq!((value("requests"), value("status 200")), (Some(30.into()), Some(30.into())));
        assert_eq!(value("rate_asked"), Some(100.0.into()));
        assert!(value("latency_99th").is_some() && value("service_99th").is_some());
        let wrong = Arguments::default().with("TARGET", ["https://host/".to_owned()]);
        let error = attack.run(&bus, &Scope::detached(), &members[0], &wrong).await.unwrap_err();
        let expected = "invalid value of --target: line 1 of the targets: expected `METHOD URL`";
        assert!(error.message().starts_with(expected) && error.key().is_none(), "{error}");
        let wrong = Arguments::default().with("RATE", ["fast".to_owned()]);
        let error = attack.run(&bus, &Scope::detached(), &members[0], &wrong).await.unwrap_err();
        assert!(error.message().starts_with("invalid value of --rate: rate must have an integer"), "{error}");
    }
}
