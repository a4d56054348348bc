//! `fuzz`: feeds the loader of the configuration what nobody would write, guided by what of it has run.

use std::path::Path;
use std::process::Command;
use std::{fs, io};

use crate::cargo;
use crate::failure::{Failure, Result};

/// The fuzz target, outside the workspace since it is built with instrumentation of its own.
pub(crate) const MANIFEST: &str = "crates/servo-runtime/fuzz/Cargo.toml";

/// What the compiler adds so that the fuzzer sees which code has run. Without a sanitizer of memory, which only matters
/// to unsafe code and only a nightly compiler has.
const INSTRUMENTATION: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1 --cfg fuzzing";

/// With a target that is named, build scripts and macros are left without the instrumentation.
const TARGET: &str = "x86_64-unknown-linux-gnu";

/// Where everything goes that is built and found.
const FOLDER: &str = "target/fuzz";

/// What the fuzzing begins with.
const CORPUS: &[&str] = &["crates/servo-bin/tests/gallery/files", "examples/emulator", "examples/remote"];

/// How long it takes, in seconds, where nobody says.
const SECONDS: &str = "600";

/// The limits: a file that takes longer than this, in seconds, hangs; more memory than this, in MiB, is too much.
const LIMITS: [&str; 3] = ["-timeout=10", "-rss_limit_mb=200", "-max_len=16384"];

/// Builds the target and runs it for as long as the arguments say.
pub(crate) fn run(root: &Path, arguments: &[&str]) -> Result<()> {
    let seconds = match arguments {
        [] => SECONDS,
        ["--seconds", seconds] if seconds.parse::<u32>().is_ok() => seconds,
        _ => return Err(Failure::usage("fuzz takes `--seconds N` and nothing else")),
    };
    let build = [
        "build",
        "--release",
        "--locked",
        "--manifest-path",
        MANIFEST,
        "--target-dir",
        FOLDER,
        "--target",
        TARGET,
    ];
    match cargo::run(root, &build.map(str::to_owned), &[("RUSTFLAGS", INSTRUMENTATION)])? {
        0 => {}
        code => return Err(Failure::Delegated(code)),
    }
    let folder = root.join(FOLDER);
    let corpus = folder.join("corpus");
    seed(root, &corpus).map_err(|error| Failure::failed(format!("cannot lay out the corpus: {error}")))?;
    let program = folder.join(TARGET).join("release/loader");
    let status = Command::new(&program)
        .args(LIMITS)
        .args([format!("-max_total_time={seconds}"), format!("-artifact_prefix={}/", folder.display())])
        .args(["-print_final_stats=1", "-verbosity=0"])
        .arg(&corpus)
        .current_dir(&folder)
        .status();
    let status =
        status.map_err(|error| Failure::failed(format!("cannot start {}: {error}", program.display())))?;
    match status.code() {
        Some(0) => Ok(()),
        _ => Err(Failure::failed(format!("the loader fails on what is in {FOLDER}: {status}"))),
    }
}

/// Copies the files that it begins with beside those that it has found before.
fn seed(root: &Path, corpus: &Path) -> io::Result<()> {
    fs::create_dir_all(corpus)?;
    for folder in CORPUS {
        for file in fs::read_dir(root.join(folder))? {
            let path = file?.path();
            if path.extension().is_some_and(|extension| extension == "yaml") {
                let name = format!(
                    "{}-{}",
                    folder.replace('/', "-"),
                    path.file_name().unwrap_or_default().display()
                );
                fs::copy(&path, corpus.join(name))?;
            }
        }
    }
    Ok(())
}
