//! `servo init` where nobody is asked: from nothing to a servo that runs.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::environment::{Environment, Ran};

fn read(environment: &Environment, name: &str) -> String {
    fs::read_to_string(environment.path().join(name)).unwrap()
}

fn done(ran: &Ran) {
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""), "{}", ran.stderr);
}

fn files(environment: &Environment) -> Vec<String> {
    let entries = fs::read_dir(environment.path()).unwrap();
    let mut names: Vec<String> = entries.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

const REMOTE: &[&str] =
    &["init", "--yes", "--kind", "opsani", "--optimizer-id", "dev.opsani.com/shop", "--token-file", "token"];

#[test]
fn an_empty_folder_becomes_a_servo_that_optimizes_the_emulator() {
    let environment = Environment::new();
    let ran = environment.servo(&["init", "--yes"]);
    done(&ran);
    assert_eq!(files(&environment), ["servo.yaml"], "there is no secret");
    assert!(ran.stderr.ends_with("Next: servo run\n"), "{}", ran.stderr);
    let text = read(&environment, "servo.yaml");
    assert!(text.contains("mode: auto\n") && text.contains("harms nobody"), "{text}");
    environment
        .write("servo.yaml", &text.replace("speed: 600", "speed: 100000").replace("trials: 40", "trials: 5"));
    let ran = environment.servo(&["run"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.starts_with("servo: "), "{}", ran.stdout);
}

#[test]
fn a_token_is_written_where_only_its_owner_reads_it_and_nowhere_else() {
    let environment = Environment::new();
    environment.write("token", "canary-5f2c\n");
    let ran = environment.servo(REMOTE);
    done(&ran);
    assert!(!ran.stderr.contains("canary"), "{}", ran.stderr);
    assert_eq!(files(&environment), [".env", "servo.yaml", "token"]);
    let mode = fs::metadata(environment.path().join(".env")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let variables = read(&environment, ".env");
    assert!(
        variables.contains("\nOPSANI_OPTIMIZER=dev.opsani.com/shop\nOPSANI_TOKEN=canary-5f2c\n"),
        "{variables}"
    );
    let text = read(&environment, "servo.yaml");
    assert!(!text.contains("canary") && text.contains("optimizer: {}\n"), "{text}");
    assert!(!text.contains("mode:"), "a remote optimizer is in charge");
}

#[test]
fn a_file_that_is_there_stays_unless_something_else_is_said() {
    let environment = Environment::with("name: mine\n");
    environment.write("token", "canary");
    let ran = environment.servo(&["init", "--yes"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("file 'servo.yaml' already exists") && ran.stderr.contains("--force"));
    fs::remove_file(environment.path().join("servo.yaml")).unwrap();
    environment.write(".env", "OLD=1\n");
    let ran = environment.servo(REMOTE);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("file '.env' already exists") && ran.stderr.contains("--no-dotenv"));
    assert_eq!(
        (files(&environment), read(&environment, ".env")),
        (vec![".env".into(), "token".into()], "OLD=1\n".into())
    );
    done(&environment.servo(&[REMOTE, &["--force"]].concat()));
    assert!(read(&environment, ".env").contains("OPSANI_TOKEN=canary"));
}

#[test]
fn what_nobody_answers_names_its_option_and_writes_nothing() {
    let environment = Environment::new();
    for (arguments, option) in [
        (&["init"][..], "--kind"),
        (&["init", "--kind", "embedded"], "--connector"),
        (&["init", "--yes", "--kind", "opsani"], "--optimizer-id"),
        (&["init", "--yes", "--kind", "opsani", "--optimizer-id", "dev.opsani.com/shop"], "--token-file"),
    ] {
        let ran = environment.servo(arguments);
        assert_eq!(ran.code, 2, "{arguments:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(&format!("add {option}")), "{}", ran.stderr);
    }
    assert!(files(&environment).is_empty());
}

#[test]
fn the_name_the_folder_and_the_connectors_are_as_asked_for() {
    let environment = Environment::new();
    environment.write("conf/here", "");
    let arguments =
        ["-c", "conf/shop.yaml", "--name", "shop", "init", "-y", "--connector", "web-shop:emulator"];
    let ran = environment.servo(&[&arguments[..], &["--dotenv"]].concat());
    done(&ran);
    assert!(ran.stderr.ends_with("Next: servo -c conf/shop.yaml run\n"), "{}", ran.stderr);
    let text = read(&environment, "conf/shop.yaml");
    assert!(text.contains("\nname: shop\n") && text.contains("\n  web-shop: emulator\n"), "{text}");
    let dotenv = read(&environment, "conf/.env");
    assert!(dotenv.lines().all(|line| line.starts_with('#')), "{dotenv}");
    assert_eq!(environment.servo(&["-c", "conf/shop.yaml", "describe"]).code, 0);
}

#[test]
fn without_a_dotenv_the_id_is_in_the_file_and_the_token_nowhere() {
    let environment = Environment::new();
    let arguments =
        ["init", "-y", "--kind", "opsani", "--optimizer-id", "dev.opsani.com/shop", "--no-dotenv"];
    let ran = environment.servo(&arguments);
    done(&ran);
    assert!(ran.stderr.contains("Set OPSANI_TOKEN"), "{}", ran.stderr);
    assert_eq!(files(&environment), ["servo.yaml"]);
    assert!(read(&environment, "servo.yaml").contains("optimizer: {id: dev.opsani.com/shop}\n"));
    let mut command = environment.command(&["describe"]);
    assert!(command.env("OPSANI_TOKEN", "canary").output().unwrap().status.success());
}

#[test]
fn others_can_be_added_to_a_file_that_was_set_up() {
    let environment = Environment::new();
    assert_eq!(environment.servo(&["init", "--yes"]).code, 0);
    let ran = environment.servo(&["generate", "emulator", "--append"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let ran = environment.servo(&["validate"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

#[test]
fn a_token_with_quotes_is_read_as_it_was_written() {
    let environment = Environment::new();
    let token = "it's-`x`-$5-\"\\";
    environment.write("secret", token);
    let remote = ["--kind", "opsani", "--optimizer-id", "example.com/shop", "--token-file", "secret"];
    let ran = environment.servo(&[&["init", "--yes"], &remote[..]].concat());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let ran = environment.servo(&["config", "--format", "json", "--show-secrets"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let shown: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(shown["optimizer"]["token"], token);
}
