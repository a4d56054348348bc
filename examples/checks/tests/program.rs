//! The program checks as the readme says.

use std::path::Path;
use std::process::{Command, Output};

fn run(arguments: &[&str]) -> Output {
    let program = env!("CARGO_BIN_EXE_spool-servo");
    Command::new(program).args(arguments).env_clear().output().expect("the program was just built")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn the_readme_shows_what_the_program_prints() {
    let readme = include_str!("../README.md");
    for (arguments, code) in [
        (&["check", "spool"][..], 1),
        (&["check", "spool", "--id", "/queue/", "--verbose"], 1),
        (&["check", "spool", "--tag", "load", "--exclusive", "--quiet"], 0),
    ] {
        let output = run(arguments);
        let printed = text(&output.stdout);
        assert_eq!(output.status.code(), Some(code), "{printed}{}", text(&output.stderr));
        let typed = format!("$ cargo run -- {}\n{printed}", arguments.join(" "));
        assert!(readme.contains(&typed), "the readme does not show:\n{typed}");
    }
    assert!(!Path::new("tests/spool/thumbnails").exists(), "checking changes nothing");
}

#[test]
fn a_remedy_runs_where_it_is_asked_for_and_says_what_it_does() {
    let folder = format!("{}/remedied", env!("CARGO_TARGET_TMPDIR"));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(format!("{folder}/spool/frames")).expect("cargo made the folder");
    std::fs::write(format!("{folder}/spool/VERSION"), "2\n").expect("as above");
    let file = format!("{folder}/servo.yaml");
    std::fs::write(&file, "name: x\nspool: {folder: spool, queues: [{name: frames}, {name: stills}]}\n")
        .expect("as above");
    // Relative paths of this connector start where the program is run.
    let check = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_spool-servo"));
        command.current_dir(&folder).args(["check", "spool"]).args(arguments).env_clear();
        command.output().expect("the program was just built")
    };
    assert_eq!(check(&[]).status.code(), Some(1));
    assert!(!Path::new(&format!("{folder}/spool/stills")).exists());
    let output = check(&["--remedy", "--wait", "30s", "--delay", "100ms"]);
    let log = text(&output.stderr);
    assert!(output.status.success(), "{log}");
    assert!(log.contains("about to apply its remedy: make the folder spool/stills"), "{log}");
    assert!(Path::new(&format!("{folder}/spool/stills")).exists());
}
