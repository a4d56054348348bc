//! What containers of the test cluster run: two small programs, each of one file in `xtask/servers`, that need no file of
//! the image beside them.

use std::path::Path;
use std::process::Command;

use crate::failure::Result;
use crate::program;
use crate::servers::built_from::BuiltFrom;
use crate::servers::{folder, make, read, sources};

/// A program of one file.
struct Source {
    /// Its name below `target/servers`.
    name: &'static str,
    /// Its file below `xtask/servers`.
    file: &'static str,
    /// The compiler, and what it takes to link no library at run time.
    compiler: &'static [&'static str],
}

const SOURCES: &[Source] = &[
    Source { name: "pause", file: "pause.c", compiler: &["cc", "-Wall", "-Wextra", "-Os", "-static", "-s"] },
    Source {
        name: "workload",
        file: "workload.rs",
        compiler: &[
            "rustc",
            "--edition=2024",
            "--deny=warnings",
            "--target=x86_64-unknown-linux-gnu",
            "-Ctarget-feature=+crt-static",
            "-Copt-level=2",
            "-Cpanic=abort",
            "-Cstrip=symbols",
        ],
    },
];

/// Compiles those that are not there yet.
pub(super) fn build(root: &Path) -> Result<()> {
    make(&folder(root))?;
    SOURCES.iter().try_for_each(|source| compile(root, source))
}

fn compile(root: &Path, source: &Source) -> Result<()> {
    let program = folder(root).join(source.name);
    let file = sources(root).join(source.file);
    let built_from = BuiltFrom::new(&program, made_of(source, &read(&file)?));
    if !program.is_file() || !built_from.is_current() {
        // From the repository, so that rustup takes the toolchain that is pinned there.
        let mut compiler = Command::new(source.compiler[0]);
        compiler.args(&source.compiler[1..]).arg("-o").arg(&program).arg(&file).current_dir(root);
        program::run(&mut compiler)?;
        built_from.write()?;
    }
    println!("{} of {}: {}", source.name, source.file, program.display());
    Ok(())
}

/// What decides what is compiled.
fn made_of(source: &Source, text: &str) -> String {
    format!("{}\n{text}", source.compiler.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_flag_is_another_program() {
        let [pause, workload] = SOURCES else { panic!("there are two") };
        assert_ne!(made_of(pause, "same"), made_of(workload, "same"));
        assert_ne!(made_of(pause, "same"), made_of(pause, "other"));
    }
}
