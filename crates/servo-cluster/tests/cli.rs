//! The command line, as far as it needs no cluster: the programs are those of `cargo xtask cluster build`, and the tests
//! that start one are the testkit's.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn cluster(root: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_servo-cluster"));
    command.arg("--root").arg(root).args(arguments);
    command.output().expect("the program is built with its tests")
}

fn said(output: &Output) -> (Option<i32>, String) {
    let text = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    (output.status.code(), String::from_utf8_lossy(&text).into_owned())
}

#[test]
fn where_there_is_none_nothing_happens_and_nothing_is_made() {
    let root = tempfile::tempdir().unwrap();
    let (code, text) = said(&cluster(root.path(), &["down"]));
    assert_eq!((code, text.as_str()), (Some(0), "there is none\n"));
    let (code, text) = said(&cluster(root.path(), &["status"]));
    assert!(code == Some(1) && text.starts_with("no cluster runs in "), "{text}");
    let (code, text) = said(&cluster(root.path(), &["exec", "kubectl", "get", "pods", "--all-namespaces"]));
    assert!(code == Some(1) && text.contains("`cargo xtask cluster up` starts one"), "{text}");
    assert_eq!(fs::read_dir(root.path()).unwrap().count(), 0);
}

#[test]
fn without_the_programs_up_says_what_gets_them() {
    let root = tempfile::tempdir().unwrap();
    let (code, text) = said(&cluster(root.path(), &["up"]));
    assert!(code == Some(1) && text.contains("`cargo xtask cluster build` gets it"), "{text}");
    assert_eq!(fs::read_dir(root.path()).unwrap().count(), 0);
}

#[test]
fn usage_is_told_with_the_code_of_usage() {
    let root = tempfile::tempdir().unwrap();
    let (code, text) = said(&cluster(root.path(), &["pause", "kubelt"]));
    assert!(code == Some(2) && text.contains("kubelet"), "{text}");
    let (code, text) = said(&cluster(root.path(), &["--help"]));
    assert!(code == Some(0) && text.contains("end-containers") && !text.contains("join"), "{text}");
}

#[test]
fn an_image_is_the_same_whoever_makes_it() {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("web"), "a program").unwrap();
    let digests: Vec<String> = ["one.tar", "two.tar"]
        .iter()
        .map(|name| {
            let output = root.path().join(name).display().to_string();
            let file = format!("/web={}", root.path().join("web").display());
            let made = cluster(
                root.path(),
                &[
                    "image",
                    "--name",
                    "localhost/web:1",
                    "--output",
                    &output,
                    "--entrypoint",
                    "/web",
                    "--file",
                    &file,
                ],
            );
            let (code, text) = said(&made);
            assert_eq!(code, Some(0), "{text}");
            text
        })
        .collect();
    assert!(digests[0].contains("\"digest\":\"sha256:") && digests[0] == digests[1], "{digests:?}");
}
