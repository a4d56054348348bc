//! The image of a Prometheus that finds pods, made of what `cargo xtask cluster build` and `cargo xtask setup` put in place.

use crate::error::Result;
use crate::image::{Image, ImageFile};
use crate::programs::Programs;
use crate::reach::Reach;

/// The name of the image.
pub const IMAGE: &str = "localhost/prometheus:servo";

/// Its files, and where they are in the image: the program, and the C library that it is linked with, which is that of the
/// image of Envoy.
const FILES: [(&str, &str); 3] = [
    ("prometheus", "/bin/prometheus"),
    ("envoy/ld-linux-x86-64.so.2", "/lib64/ld-linux-x86-64.so.2"),
    ("envoy/libc.so.6", "/lib/x86_64-linux-gnu/libc.so.6"),
];

/// Describes the image.
///
/// # Errors
///
/// A file of it is missing; the error says how to get it.
fn recipe(programs: &Programs) -> Result<Image> {
    let file = |(source, path): (&str, &str)| {
        Ok(ImageFile { path: path.to_owned(), source: programs.optional(source)?, mode: 0o755 })
    };
    Ok(Image {
        name: IMAGE.to_owned(),
        entrypoint: vec!["/bin/prometheus".to_owned()],
        user: "65532:65532".to_owned(),
        files: FILES.into_iter().map(file).collect::<Result<_>>()?,
        ..Image::default()
    })
}

impl Reach {
    /// Imports the image of Prometheus into the node, and returns its name.
    ///
    /// # Errors
    ///
    /// It is not built, or the node does not take it.
    pub async fn load_prometheus(&self) -> Result<&'static str> {
        self.import(recipe(self.programs())?, "prometheus.tar").await.map(|()| IMAGE)
    }
}
