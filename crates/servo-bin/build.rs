//! Packs the relocations of the program: what is resident of an idle servo is mostly the program itself, and the table
//! that the loader reads at each start would be 0.7 MiB of it.

use std::env;
use std::process::Command;

/// The first glibc whose loader takes packed relocations (`DT_RELR`).
const GLIBC: (u32, u32) = (2, 36);

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if loader().is_some_and(|version| version >= GLIBC) {
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}

/// Gives the version of this system's glibc, where the program is built for this system.
fn loader() -> Option<(u32, u32)> {
    if env::var("CARGO_CFG_TARGET_ENV").ok()? != "gnu" || env::var("HOST").ok()? != env::var("TARGET").ok()? {
        return None;
    }
    let told = Command::new("getconf").arg("GNU_LIBC_VERSION").output().ok()?;
    let told = String::from_utf8(told.stdout).ok()?;
    let (major, minor) = told.trim().strip_prefix("glibc ")?.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}
