//! Container images made of files: OCI archives of one layer, the same bytes for the same content.
//!
//! By the image specification of the Open Container Initiative 1.1: an archive of `oci-layout`, `index.json` and blobs
//! that are called by their SHA-256.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tar::{Builder, EntryType, Header};

use crate::error::{Error, Result};

/// What an image is made of.
#[derive(Clone, Debug, Default)]
pub struct Image {
    /// Its name with a tag, such as `localhost/servo:0.1.0`.
    pub name: String,
    /// What is run, with arguments.
    pub entrypoint: Vec<String>,
    /// As whom it runs, in numbers, since a runtime can tell by those alone that it is not root.
    pub user: String,
    /// The folder that it runs in; made in the image, and the user's.
    pub folder: String,
    /// `NAME=VALUE`.
    pub environment: Vec<String>,
    /// Labels by their names.
    pub labels: BTreeMap<String, String>,
    /// The files.
    pub files: Vec<ImageFile>,
}

/// A file of an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageFile {
    /// Where it is in the image, from its root.
    pub path: String,
    /// Where it is taken from.
    pub source: PathBuf,
    /// Its permissions.
    pub mode: u32,
}

/// An image that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The digest of its manifest, `sha256:…`.
    pub digest: String,
    /// The size of the archive, in bytes.
    pub size: u64,
}

impl Image {
    /// One that runs one program.
    pub fn running(entry: &str, program: &Path) -> Self {
        let file = ImageFile { path: entry.to_owned(), source: program.to_owned(), mode: 0o755 };
        Self { entrypoint: vec![entry.to_owned()], files: vec![file], ..Self::default() }
    }
}

/// Writes the archive of an image.
///
/// # Errors
///
/// A file cannot be read, or the archive cannot be written.
pub fn write(image: &Image, archive: &Path) -> Result<Written> {
    let layer = layer(image)?;
    let config = config(image, &digest(&layer)).to_string().into_bytes();
    let blob = |kind: &str, content: &[u8]| {
        json!({
            "mediaType": format!("application/vnd.oci.image.{kind}"),
            "digest": digest(content), "size": content.len(),
        })
    };
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": blob("config.v1+json", &config),
        "layers": [blob("layer.v1.tar", &layer)],
    })
    .to_string()
    .into_bytes();
    let mut entry = blob("manifest.v1+json", &manifest);
    entry["platform"] = json!({"architecture": architecture(), "os": "linux"});
    let tag = image.name.rsplit_once(':').map_or("latest", |(_, tag)| tag);
    entry["annotations"] =
        json!({"io.containerd.image.name": image.name, "org.opencontainers.image.ref.name": tag});
    let index = json!({
        "schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [entry],
    });
    let mut all = Builder::new(Vec::new());
    let put = |all: &mut Builder<Vec<u8>>, name: &str, content: &[u8]| {
        append(all, name, content, 0o644, (0, 0)).map_err(Error::io("cannot make an archive"))
    };
    put(&mut all, "oci-layout", br#"{"imageLayoutVersion":"1.0.0"}"#)?;
    put(&mut all, "index.json", index.to_string().as_bytes())?;
    for content in [&config, &manifest, &layer] {
        let name = format!("blobs/{}", digest(content).replace(':', "/"));
        put(&mut all, &name, content)?;
    }
    let bytes = all.into_inner().map_err(Error::io("cannot make an archive"))?;
    if let Some(folder) = archive.parent() {
        fs::create_dir_all(folder).map_err(Error::at("make", folder))?;
    }
    fs::write(archive, &bytes).map_err(Error::at("write", archive))?;
    Ok(Written { digest: digest(&manifest), size: bytes.len() as u64 })
}

fn architecture() -> &'static str {
    if cfg!(target_arch = "aarch64") { "arm64" } else { "amd64" }
}

fn digest(content: &[u8]) -> String {
    format!("sha256:{}", crate::digest::hex(content))
}

fn config(image: &Image, layer: &str) -> Value {
    // The standard asks for no time; one that differs would make another image of the same content.
    json!({
        "architecture": architecture(),
        "os": "linux",
        "config": {
            "User": image.user, "Entrypoint": image.entrypoint, "Env": image.environment,
            "WorkingDir": if image.folder.is_empty() { "/" } else { &image.folder },
            "Labels": image.labels,
        },
        "rootfs": {"type": "layers", "diff_ids": [layer]},
        "history": [{"created": "1970-01-01T00:00:00Z", "created_by": "cargo xtask image"}],
    })
}

/// The files as an archive, in the order of their paths, their folders before them, of no time and of root.
fn layer(image: &Image) -> Result<Vec<u8>> {
    let mut files = image.files.clone();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let mut folders = BTreeMap::new();
    for path in files.iter().map(|file| file.path.as_str()).chain([image.folder.as_str()]) {
        for (n, _) in path.match_indices('/').skip(1) {
            folders.insert(path[1..n].to_owned(), (0, 0));
        }
    }
    if image.folder.len() > 1 {
        folders.insert(image.folder.trim_matches('/').to_owned(), ids(&image.user));
    }
    let mut all = Builder::new(Vec::new());
    for (folder, (user, group)) in folders {
        let mut header = header(EntryType::Directory, 0, 0o755, (user, group));
        all.append_data(&mut header, format!("{folder}/"), std::io::empty())
            .map_err(Error::io("cannot make a layer"))?;
    }
    for file in files {
        let content = fs::read(&file.source).map_err(Error::at("read", &file.source))?;
        append(&mut all, file.path.trim_start_matches('/'), &content, file.mode, (0, 0))
            .map_err(Error::io("cannot make a layer"))?;
    }
    all.into_inner().map_err(Error::io("cannot make a layer"))
}

/// Reads `USER:GROUP` in numbers; what is none is root's.
fn ids(user: &str) -> (u64, u64) {
    let (user, group) = user.split_once(':').unwrap_or((user, user));
    (user.parse().unwrap_or_default(), group.parse().unwrap_or_default())
}

fn append(
    all: &mut Builder<Vec<u8>>,
    name: &str,
    content: &[u8],
    mode: u32,
    owner: (u64, u64),
) -> std::io::Result<()> {
    let mut header = header(EntryType::Regular, content.len() as u64, mode, owner);
    all.append_data(&mut header, name, content)
}

fn header(kind: EntryType, size: u64, mode: u32, (user, group): (u64, u64)) -> Header {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_size(size);
    header.set_mode(mode);
    header.set_uid(user);
    header.set_gid(group);
    header.set_mtime(0);
    header
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(folder: &Path) -> Image {
        let source = folder.join("servo");
        fs::write(&source, "a program").unwrap();
        Image {
            name: "localhost/servo:1".to_owned(),
            user: "65532:65532".to_owned(),
            folder: "/var/lib/servo".to_owned(),
            ..Image::running("/servo", &source)
        }
    }

    #[test]
    fn the_same_content_is_the_same_image() {
        let folder = tempfile::tempdir().unwrap();
        let image = made(folder.path());
        let [one, two] = ["1.tar", "2.tar"].map(|name| folder.path().join(name));
        assert_eq!(write(&image, &one).unwrap(), write(&image, &two).unwrap());
        assert_eq!(fs::read(one).unwrap(), fs::read(&two).unwrap());
        let other = Image { user: "0".to_owned(), ..image.clone() };
        assert_ne!(write(&other, &two).unwrap().digest, write(&image, &two).unwrap().digest);
    }

    #[test]
    fn the_layer_has_the_folders_of_its_files_and_that_of_the_user() {
        let folder = tempfile::tempdir().unwrap();
        let layer = layer(&made(folder.path())).unwrap();
        let mut archive = tar::Archive::new(layer.as_slice());
        let entries: Vec<(String, u64, u32)> = archive
            .entries()
            .unwrap()
            .map(|entry| {
                let entry = entry.unwrap();
                let path = entry.path().unwrap().display().to_string();
                (path, entry.header().uid().unwrap(), entry.header().mode().unwrap())
            })
            .collect();
        let expected = [
            ("var/", 0, 0o755),
            ("var/lib/", 0, 0o755),
            ("var/lib/servo/", 65532, 0o755),
            ("servo", 0, 0o755),
        ];
        assert_eq!(entries, expected.map(|(path, user, mode)| (path.to_owned(), user, mode)));
    }

    #[test]
    fn a_file_that_is_missing_is_named() {
        let image = Image::running("/a", Path::new("/nowhere/a"));
        let error = write(&image, Path::new("/tmp/never.tar")).unwrap_err().to_string();
        assert!(error.contains("/nowhere/a"), "{error}");
    }
}
