//! Links that an installed system has, and packages that are only unpacked lack.

use std::os::unix::fs::symlink;
use std::path::Path;
use std::{fs, io};

/// Folders that an installed Debian merges with those below `/usr`; its packages use either.
const MERGED: [(&str, &str); 3] =
    [("bin", "usr/bin"), ("sbin", "usr/sbin"), ("lib/x86_64-linux-gnu", "usr/lib/x86_64-linux-gnu")];

/// Names that `update-alternatives` would make at installation, and what it would make them of.
const ALTERNATIVES: [(&str, &str); 6] = [
    ("usr/sbin/iptables", "iptables-nft"),
    ("usr/sbin/iptables-restore", "iptables-nft-restore"),
    ("usr/sbin/iptables-save", "iptables-nft-save"),
    ("usr/sbin/ip6tables", "ip6tables-nft"),
    ("usr/sbin/ip6tables-restore", "ip6tables-nft-restore"),
    ("usr/sbin/ip6tables-save", "ip6tables-nft-save"),
];

/// Makes those that are missing.
pub(super) fn make(folder: &Path) -> io::Result<()> {
    for (from, to) in MERGED {
        if !folder.join(from).is_dir() {
            continue;
        }
        fs::create_dir_all(folder.join(to))?;
        let back = "../".repeat(to.split('/').count());
        for entry in fs::read_dir(folder.join(from))? {
            let name = entry?.file_name();
            let link = folder.join(to).join(&name);
            if is_free(&link) {
                symlink(format!("{back}{from}/{}", name.to_string_lossy()), link)?;
            }
        }
    }
    for (name, target) in ALTERNATIVES {
        let link = folder.join(name);
        if is_free(&link) && link.with_file_name(target).exists() {
            symlink(target, link)?;
        }
    }
    Ok(())
}

/// Whether nothing has that name, not even a link that leads nowhere.
fn is_free(link: &Path) -> bool {
    link.symlink_metadata().is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_either_folder_is_found_in_one() {
        let folder = std::env::temp_dir().join(format!("links-{}", std::process::id()));
        for (path, text) in [("sbin/ethtool", "e"), ("usr/sbin/nft", "n"), ("usr/sbin/iptables-nft", "i")] {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        make(&folder).unwrap();
        // What is there already stays.
        make(&folder).unwrap();
        let found = ["ethtool", "nft", "iptables"]
            .map(|name| fs::read_to_string(folder.join("usr/sbin").join(name)).unwrap());
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(found, ["e", "n", "i"]);
    }
}
