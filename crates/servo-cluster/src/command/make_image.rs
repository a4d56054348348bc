//! `image`: an archive of files that are there.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use crate::error::{Error, Result};
use crate::image::{self, Image, ImageFile};

/// What an image is made of.
#[derive(Debug, Args)]
pub(super) struct MakeImage {
    /// Its name and tag, such as `localhost/web:1`
    #[arg(long)]
    name: String,
    /// Where the archive is written
    #[arg(long)]
    output: PathBuf,
    /// A file of it: where it is in the image, where it is taken from, and its permissions unless they are 755
    #[arg(long = "file", value_name = "PATH=SOURCE[:MODE]", required = true, value_parser = file)]
    files: Vec<ImageFile>,
    /// What is run; once for the program and once for each argument
    #[arg(long)]
    entrypoint: Vec<String>,
    /// As whom it runs, in numbers
    #[arg(long, value_name = "USER:GROUP", default_value = "65532:65532")]
    user: String,
    /// The folder that it runs in, which is the user's
    #[arg(long, value_name = "PATH", default_value = "")]
    workdir: String,
    /// Part of its environment
    #[arg(long = "env", value_name = "NAME=VALUE")]
    environment: Vec<String>,
    /// A label of it
    #[arg(long = "label", value_name = "NAME=VALUE", value_parser = pair)]
    labels: Vec<(String, String)>,
}

impl MakeImage {
    pub(super) fn make(self) -> Result<()> {
        let image = Image {
            name: self.name,
            entrypoint: self.entrypoint,
            user: self.user,
            folder: self.workdir,
            environment: self.environment,
            labels: BTreeMap::from_iter(self.labels),
            files: self.files,
        };
        if image.entrypoint.is_empty() {
            return Err(Error::failed("an image needs an --entrypoint"));
        }
        let written = image::write(&image, &self.output)?;
        println!("{}", json!({"digest": written.digest, "size": written.size}));
        Ok(())
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').filter(|(name, _)| !name.is_empty());
    pair.map(|(name, value)| (name.to_owned(), value.to_owned()))
        .ok_or_else(|| "expected NAME=VALUE".to_owned())
}

fn file(text: &str) -> Result<ImageFile, String> {
    let (path, source) = pair(text)?;
    if !path.starts_with('/') || path.contains("..") {
        return Err(format!("`{path}` is no path from the root of an image"));
    }
    let with_mode = source.rsplit_once(':').and_then(|(source, mode)| {
        Some((source.to_owned(), u32::from_str_radix(mode, 8).ok().filter(|mode| *mode <= 0o7777)?))
    });
    let (source, mode) = with_mode.unwrap_or((source, 0o755));
    Ok(ImageFile { path, source: source.into(), mode })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_with_its_permissions() {
        let of = |path: &str, source: &str, mode| {
            Ok(ImageFile { path: path.to_owned(), source: source.into(), mode })
        };
        assert_eq!(file("/servo=target/servo"), of("/servo", "target/servo", 0o755));
        assert_eq!(file("/etc/passwd=/tmp/p:644"), of("/etc/passwd", "/tmp/p", 0o644));
        for text in ["servo=target/servo", "/servo", "=x", "/a/../b=c"] {
            assert!(file(text).is_err(), "{text}");
        }
    }
}
