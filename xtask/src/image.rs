//! `image`: a container image of one program that needs nothing beside itself, and the list of what it is made of.
//!
//! Two builds of the same sources with the same toolchain give the same image, wherever the repository lies.

mod bill;
mod build;
mod contents;
mod graph;
mod recipe;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::cluster::delegate;
use crate::failure::{Failure, Result};
use crate::program::output;
use crate::servers::{make, unwritable};
use contents::Contents;
use graph::Graph;
use recipe::Recipe;

/// Where images are written, below the repository, unless somebody says otherwise.
const FOLDER: &str = "target/images";

/// What the command line asks for.
struct Request<'a> {
    recipe: &'static Recipe,
    folder: Option<&'a str>,
}

/// An image that was written.
struct Written {
    digest: String,
    size: u64,
}

/// Builds an image, and writes the list of what it is made of beside it.
pub(crate) fn run(root: &Path, arguments: &[&str]) -> Result<()> {
    #[expect(clippy::disallowed_types, reason = "what takes the time is other programs")]
    let start = std::time::Instant::now();
    let Request { recipe, folder } = parse(arguments)?;
    let folder = root.join(folder.unwrap_or(FOLDER));
    make(&folder)?;
    let program = build::program(root, recipe)?;
    let graph = Graph::of(root, recipe.package)?;
    let contents = Contents::gather(root, recipe, &program)?;
    let archive = folder.join(format!("{}.tar", recipe.name));
    let written = write(root, recipe, &graph, &contents, &archive)?;
    let bill = bill::of(recipe.name, &graph, &contents, &written.digest);
    let list = folder.join(format!("{}.cdx.json", recipe.name));
    fs::write(&list, bill.text()).map_err(|error| unwritable(&list, &error))?;
    println!("image       {}", archive.display());
    println!("name        {}", recipe.image(&graph.version));
    println!("digest      {}", written.digest);
    println!("size        {} bytes, {} files, runs as {}", written.size, contents.files.len(), recipe::USER);
    println!("made of     {}: {} components", list.display(), bill.components());
    println!("took        {:.1} s", start.elapsed().as_secs_f64());
    Ok(())
}

fn parse<'a>(arguments: &[&'a str]) -> Result<Request<'a>> {
    let (name, rest) = match arguments {
        [name, rest @ ..] if !name.starts_with('-') => (*name, rest),
        rest => (recipe::DEFAULT, rest),
    };
    let recipe = recipe::named(name).ok_or_else(|| recipe::unknown(name))?;
    match rest {
        [] => Ok(Request { recipe, folder: None }),
        ["--output", folder] => Ok(Request { recipe, folder: Some(folder) }),
        _ => Err(Failure::usage("image takes the name of an image and `--output FOLDER`")),
    }
}

/// Has the archive written.
fn write(
    root: &Path,
    recipe: &Recipe,
    graph: &Graph,
    contents: &Contents,
    archive: &Path,
) -> Result<Written> {
    let mut command = delegate::command(root)?;
    command.args(["image", "--name", &recipe.image(&graph.version), "--output"]).arg(archive);
    command.args(["--entrypoint", recipe.entrypoint, "--user", recipe::USER, "--workdir", recipe.folder]);
    for variable in recipe.environment {
        command.args(["--env", variable]);
    }
    let labels = [
        ("title", recipe.title),
        ("version", graph.version.as_str()),
        ("source", graph.repository.as_str()),
        ("licenses", graph.licence.as_str()),
    ];
    for (name, value) in labels.into_iter().filter(|(_, value)| !value.is_empty()) {
        command.args(["--label", &format!("org.opencontainers.image.{name}={value}")]);
    }
    for file in &contents.files {
        command.args(["--file", &file.argument()]);
    }
    let said = output(&mut command)?;
    written(&said).ok_or_else(|| Failure::failed(format!("servo-cluster image says nothing of use: {said}")))
}

/// Reads what the writer of the archive says about it.
fn written(line: &str) -> Option<Written> {
    let document: Value = serde_json::from_str(line.trim()).ok()?;
    let digest = document["digest"].as_str().filter(|digest| digest.starts_with("sha256:"))?;
    Some(Written { digest: digest.to_owned(), size: document["size"].as_u64()? })
}

/// The folder that what an image needs is built in. It is one of its own, since another target and other flags would
/// make every other build begin anew.
fn workshop(root: &Path) -> PathBuf {
    root.join("target/image")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servo_is_the_image_that_nobody_needs_to_name() {
        let request = parse(&["--output", "/tmp/x"]).map(|request| (request.recipe.name, request.folder));
        assert_eq!(request, Ok(("servo", Some("/tmp/x"))));
        assert_eq!(parse(&["webapp"]).map(|request| request.recipe.name), Ok("webapp"));
    }

    #[test]
    fn an_image_that_there_is_not_is_refused_with_those_that_there_are() {
        let failure = parse(&["serve"]).map(|_| ()).unwrap_err();
        let Failure::Usage(message) = failure else { panic!("a matter of usage") };
        assert!(message.starts_with("no image is called `serve`; there are\n  servo "), "{message}");
        assert!(matches!(parse(&["servo", "--push"]).map(|_| ()), Err(Failure::Usage(_))));
    }

    #[test]
    fn an_answer_without_a_digest_is_none() {
        let found =
            written("{\"digest\": \"sha256:ab\", \"size\": 3}\n").map(|found| (found.digest, found.size));
        assert_eq!(found, Some(("sha256:ab".to_owned(), 3)));
        assert!(written("{\"digest\": \"md5:ab\", \"size\": 3}").is_none());
        assert!(written("").is_none());
    }
}
