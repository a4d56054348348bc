//! What a cluster leaves that ended by force, and the lock that says that one is kept.

use std::fs::{self, File, TryLockError};
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt as _;
use std::time::Duration;

use tokio::time::Instant;

use crate::cgroups;
use crate::error::{Error, Result};
use crate::site::Site;

/// How long one waits for another process to let go of a folder, and for the kernel to let go of a group.
const PATIENCE: Duration = Duration::from_secs(30);
const LOOK: Duration = Duration::from_millis(50);

/// Held by the process that keeps the cluster of a folder, as long as it runs.
pub(super) struct Lock {
    file: File,
    site: Site,
}

impl Lock {
    /// Waits until nobody else has it.
    pub(super) async fn take(site: &Site) -> Result<Self> {
        let path = site.lock();
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(Error::at("make", folder))?;
        }
        let end = Instant::now() + PATIENCE;
        loop {
            let file = File::create(&path).map_err(Error::at("open", &path))?;
            match file.try_lock() {
                // Who had it before has removed the file, perhaps after it was opened here.
                Ok(()) if is_still(&file, site) => return Ok(Self { file, site: site.clone() }),
                Ok(()) => {}
                Err(TryLockError::WouldBlock) if Instant::now() < end => tokio::time::sleep(LOOK).await,
                Err(TryLockError::WouldBlock) => {
                    return Err(Error::failed(format!(
                        "another process keeps the cluster of {}",
                        site.folder().display()
                    )));
                }
                Err(TryLockError::Error(error)) => return Err(Error::at("lock", &path)(error)),
            }
        }
    }

    /// Gives it back and removes its file.
    pub(super) fn release(self) {
        let _ = fs::remove_file(self.site.lock());
        drop(self.file);
    }
}

fn is_still(file: &File, site: &Site) -> bool {
    let (Ok(own), Ok(there)) = (file.metadata(), fs::metadata(site.lock())) else { return false };
    own.ino() == there.ino()
}

/// Ends what still runs of a cluster, and removes its groups and its folder.
pub(super) async fn remove(site: &Site) -> Result<()> {
    cgroups::remove(&site.group(), PATIENCE).await?;
    match fs::remove_dir_all(site.folder()) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(Error::at("remove", site.folder())(error)),
        _ => Ok(()),
    }
}

/// Removes what a cluster has left that nobody keeps any more; tells whether there was anything.
pub(crate) async fn clean(site: &Site) -> Result<bool> {
    if !site.folder().exists() && !cgroups::exist(&site.group()) && !site.lock().exists() {
        return Ok(false);
    }
    let lock = Lock::take(site).await?;
    remove(site).await?;
    lock.release();
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nothing_is_left_where_nothing_was() {
        let folder = tempfile::tempdir().unwrap();
        let site = Site::new(&folder.path().join("c")).unwrap();
        assert!(!clean(&site).await.unwrap());
        Site::write(&site.kubeconfig(), b"{}").unwrap();
        assert!(clean(&site).await.unwrap());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn one_process_keeps_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        let site = Site::new(&folder.path().join("c")).unwrap();
        let lock = Lock::take(&site).await.unwrap();
        let Err(error) = Lock::take(&site).await else { panic!("it is taken twice") };
        assert!(error.to_string().contains("another process keeps the cluster"), "{error}");
        lock.release();
        Lock::take(&site).await.unwrap().release();
    }
}
