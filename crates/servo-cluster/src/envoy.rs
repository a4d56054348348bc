//! The image of the Envoy sidecar, made of what `cargo xtask cluster build` puts in place. It is greater than all others, and
//! few need it: it is imported where somebody asks for it.

use crate::error::{Error, Result};
use crate::image::{self, Image, ImageFile};
use crate::programs::Programs;
use crate::reach::Reach;

/// The name of the image.
pub const IMAGE: &str = "localhost/servo-envoy:1";

/// Its files, and where they are in the image. Debian's linker looks for libraries in that folder.
const FILES: [(&str, &str); 8] = [
    ("sidecar", "/sidecar"),
    ("envoy", "/envoy"),
    ("ld-linux-x86-64.so.2", "/lib64/ld-linux-x86-64.so.2"),
    ("libc.so.6", "/lib/x86_64-linux-gnu/libc.so.6"),
    ("libdl.so.2", "/lib/x86_64-linux-gnu/libdl.so.2"),
    ("libm.so.6", "/lib/x86_64-linux-gnu/libm.so.6"),
    ("libpthread.so.0", "/lib/x86_64-linux-gnu/libpthread.so.0"),
    ("librt.so.1", "/lib/x86_64-linux-gnu/librt.so.1"),
];

/// Describes the image.
///
/// # Errors
///
/// A file of it is missing; the error says how to get it.
fn recipe(programs: &Programs) -> Result<Image> {
    let file = |(source, path): (&str, &str)| {
        let source = programs.optional(&format!("envoy/{source}"))?;
        Ok(ImageFile { path: path.to_owned(), source, mode: 0o755 })
    };
    Ok(Image {
        name: IMAGE.to_owned(),
        entrypoint: vec!["/sidecar".to_owned()],
        user: "65532:65532".to_owned(),
        files: FILES.into_iter().map(file).collect::<Result<_>>()?,
        ..Image::default()
    })
}

impl Reach {
    /// Imports the image of the Envoy sidecar into the node, and returns its name.
    ///
    /// # Errors
    ///
    /// It is not built, or the node does not take it.
    pub async fn load_envoy(&self) -> Result<&'static str> {
        self.import(recipe(self.programs())?, "envoy.tar").await.map(|()| IMAGE)
    }

    /// Makes an image and imports it into the node. The archive is in the folder of the cluster meanwhile.
    pub(crate) async fn import(&self, image: Image, archive: &str) -> Result<()> {
        let archive = self.site().path(archive);
        let to = archive.clone();
        let written = tokio::task::spawn_blocking(move || image::write(&image, &to)).await;
        written.map_err(|error| Error::failed(format!("cannot make the image: {error}")))??;
        let loaded = self.load(&archive).await;
        let _ = std::fs::remove_file(&archive);
        loaded.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn what_is_missing_is_told_with_what_gets_it() {
        let root = tempfile::tempdir().unwrap();
        let error = recipe(&Programs::at(root.path(), Path::new("/bin/true"))).unwrap_err().to_string();
        assert!(
            error.ends_with("envoy/sidecar is not there: `cargo xtask cluster build` gets it"),
            "{error}"
        );
    }
}
