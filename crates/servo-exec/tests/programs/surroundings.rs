//! What programs find around themselves: arguments as they were written, folder, environment, input, user.

use servo_exec::{Account, Inherited, Program, run};
use tokio_util::sync::CancellationToken;

use crate::limits;

async fn printed(program: Program) -> String {
    let ended = run(&program, &limits(), &CancellationToken::new()).await.unwrap();
    ended.success().unwrap();
    ended.stdout.text()
}

#[tokio::test]
async fn arguments_are_not_interpreted() {
    let program = Program::new(["printf", "%s|", "$HOME; rm -rf /", "a b", "*"]).unwrap();
    assert_eq!(printed(program).await, "$HOME; rm -rf /|a b|*|");
}

#[tokio::test]
async fn the_environment_is_what_was_given_and_nothing_else() {
    let inherited: Inherited =
        [("LANG", "C"), ("OPSANI_TOKEN", "canary-1"), ("MY_API_KEY", "canary-2"), ("PATH", "/usr/bin:/bin")]
            .into_iter()
            .collect();
    let program = Program::new(["env"]).unwrap().inheriting(&inherited).variable("SERVO_EVENT", "measure");
    let text = printed(program).await;
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    assert_eq!(lines, ["LANG=C", "PATH=/usr/bin:/bin", "SERVO_EVENT=measure"]);
}

#[tokio::test]
async fn it_runs_in_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("hello.sh");
    std::fs::write(&file, "echo hello").unwrap();
    let program = Program::new(["sh", "./hello.sh"]).unwrap().folder(folder.path());
    assert_eq!(printed(program).await, "hello\n");
    let program = Program::new(["true"]).unwrap().folder(folder.path().join("none"));
    let error = run(&program, &limits(), &CancellationToken::new()).await.unwrap_err();
    assert!(error.message().starts_with("there is no folder "), "{error}");
}

#[tokio::test]
async fn input_arrives_whole_however_much_it_is() {
    let input = vec![b'x'; 1_000_000];
    let program = Program::new(["wc", "-c"]).unwrap().stdin(input.clone());
    assert_eq!(printed(program).await.trim(), "1000000");
    // Nobody has to read it.
    assert_eq!(printed(Program::new(["true"]).unwrap().stdin(input)).await, "");
    assert_eq!(printed(Program::new(["cat"]).unwrap()).await, "");
}

#[tokio::test]
async fn it_runs_as_another_user_or_says_why_it_cannot() {
    let nobody = Account::of_machine("nobody").await.unwrap();
    let line = "id -u; id -G; echo $HOME $USER $LOGNAME";
    let program = Program::shell(line).unwrap().user("nobody").folder("/");
    if nobody.check().is_ok() {
        let expected = format!("{}\n{}\n{} nobody nobody\n", nobody.uid, nobody.gid, nobody.home.display());
        assert_eq!(printed(program).await, expected);
    } else {
        let error = run(&program, &limits(), &CancellationToken::new()).await.unwrap_err();
        assert_eq!(error.message(), "cannot run programs as `nobody`: only root may become another user");
    }
    let program = Program::new(["true"]).unwrap().user("nobody-of-that-name");
    let error = run(&program, &limits(), &CancellationToken::new()).await.unwrap_err();
    assert_eq!(error.message(), "this machine has no user `nobody-of-that-name`");
}

#[tokio::test]
async fn a_script_without_an_interpreter_is_told_how_to_begin() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tool");
    std::fs::write(&file, "echo hello").unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
    let program = Program::new(["./tool"]).unwrap().folder(folder.path());
    let error = run(&program, &limits(), &CancellationToken::new()).await.unwrap_err();
    assert_eq!(error.message(), "cannot start `./tool`");
    assert!(error.help().unwrap().contains("#!/bin/sh"), "{error:?}");
}
