//! What is said of files that are broken, in full: one snapshot each of `servo validate`.
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::path::Path;
use std::process::Command;

/// Runs `servo validate` on a file. Its first line may say what to run it with, as `# run:`: variables of the
/// environment and options, white space between them.
fn validated(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap();
    let head = text.lines().next().and_then(|line| line.strip_prefix("# run: ")).unwrap_or_default();
    let words: Vec<&str> = head.split_whitespace().collect();
    let is_variable = |word: &&&str| word.starts_with(|c: char| c.is_ascii_uppercase());
    let variables = words.iter().take_while(is_variable).filter_map(|word| word.split_once('='));
    let options = words.iter().skip_while(is_variable);
    // In a folder of its own, so that the name of the file is shown as it is typed.
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(path, folder.path().join("servo.yaml")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_servo"));
    command.current_dir(folder.path()).env_clear().envs(variables).args(options).arg("validate");
    let output = command.output().unwrap();
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(left.len(), 1, "validating left something behind");
    let (stdout, stderr) =
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    format!("exit code {}\n{stdout}{stderr}", output.status.code().unwrap_or(-1))
}

#[test]
fn every_broken_file_is_answered_as_its_snapshot_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gallery/files");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 30, "a gallery of {} files", files.len());
    for file in files {
        let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
        let said = validated(&file);
        // What works and is odd is told, too.
        let (code, mark) =
            if name.starts_with("warned_") { (0, "warning: ") } else { (78, "servo::config::") };
        assert!(said.starts_with(&format!("exit code {code}\n")), "{name}: {said}");
        assert!(said.contains(mark), "{name} has no {mark:?}: {said}");
        assert!(!said.contains("canary"), "{name} shows a secret: {said}");
        insta::with_settings!({prepend_module_to_snapshot => false, omit_expression => true}, {
            insta::assert_snapshot!(name, said);
        });
    }
}
