//! Targets in the format `http` of vegeta: resembling requests, with bodies in files.

use std::path::PathBuf;

use super::fault::shown;
use super::{Body, Fault, METHODS, Target, TargetError};

/// Reads targets.
pub(super) fn parse(text: &str) -> Result<Vec<Target>, TargetError> {
    let mut targets: Vec<Target> = Vec::new();
    // Whether the lines below belong to the last target.
    let mut is_open = false;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        let read = match line.bytes().next() {
            None => {
                is_open = false;
                Ok(())
            }
            Some(b'#') => Ok(()),
            Some(_) => {
                let open = targets.last_mut().filter(|_| is_open && !begins_target(line));
                is_open = true;
                match open {
                    Some(target) => below(target, line),
                    None => first(line).map(|target| targets.push(target)),
                }
            }
        };
        read.map_err(|fault| TargetError { line: index.saturating_add(1), fault })?;
    }
    Ok(targets)
}

/// Returns true where a line begins with a method, and what follows is no part of a header.
fn begins_target(line: &str) -> bool {
    let word = line.split_whitespace().next().unwrap_or_default();
    METHODS.contains(&word)
}

/// Reads the line that begins a target.
fn first(line: &str) -> Result<Target, Fault> {
    let Some((method, url)) = line.split_once(char::is_whitespace) else {
        return Err(match line {
            line if METHODS.contains(&line) => Fault::NoUrl { method: line.to_owned() },
            line if line.contains("://") => Fault::NoMethod { found: shown(line) },
            // Of a header without a target only the name.
            line => {
                Fault::BeforeTarget { found: shown(line.split_inclusive(':').next().unwrap_or_default()) }
            }
        });
    };
    // What looks like a header or a body and has no target: its value may be secret.
    if method.ends_with(':') || method.starts_with('@') {
        return Err(Fault::BeforeTarget { found: shown(method) });
    }
    Target::new(method, url.trim())
}

/// Reads a line below the first of a target.
fn below(target: &mut Target, line: &str) -> Result<(), Fault> {
    if let Some(path) = line.strip_prefix('@') {
        let path = path.trim();
        return match &target.body {
            _ if path.is_empty() => Err(Fault::NoFile),
            Body::Bytes(bytes) if bytes.is_empty() => {
                target.body = Body::File(PathBuf::from(path));
                Ok(())
            }
            _ => Err(Fault::SecondBody),
        };
    }
    let word = || shown(line.split_whitespace().next().unwrap_or_default());
    match line.split_once(':') {
        // A URL has a colon, too.
        Some((_, rest)) if rest.starts_with("//") => Err(Fault::NoMethod { found: shown(line) }),
        Some((name, value)) if !name.trim().is_empty() && !value.trim().is_empty() => {
            target.add_header(name.trim(), value.trim())
        }
        _ => Err(Fault::Header { found: word() }),
    }
}
