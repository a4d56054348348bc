//! The images that every node has, made of programs and imported; nothing is pulled.

use std::path::Path;

use crate::error::Result;
use crate::image::{self, Image};
use crate::inside::node::ctr;
use crate::programs::Programs;
use crate::settings::PAUSE;
use crate::site::Site;

/// Makes and imports the pause image, and that of the workload where it is built.
pub(super) async fn own(site: &Site, programs: &Programs) -> Result<()> {
    for (name, program) in [(PAUSE, "pause"), ("localhost/workload:1", "workload")] {
        let path = programs.path(program);
        if !path.is_file() {
            continue;
        }
        let entry = format!("/{program}");
        let image =
            Image { name: name.to_owned(), user: "65532:65532".to_owned(), ..Image::running(&entry, &path) };
        let archive = site.path(&format!("{program}.tar"));
        image::write(&image, &archive)?;
        import(programs, &archive).await?;
        let _ = std::fs::remove_file(&archive);
    }
    Ok(())
}

/// Imports an image archive.
pub(super) async fn import(programs: &Programs, archive: &Path) -> Result<String> {
    ctr(programs, &["images", "import", &archive.display().to_string()]).await
}
