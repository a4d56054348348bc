//! A cluster, in the hands of who uses it.

use std::io::Read as _;
use std::ops::Deref;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tokio::net::UnixStream;
use tokio::time::Instant;

use crate::conversation::{Progress, Request, Told, hear, say};
use crate::error::{Error, Result};
use crate::keeper;
use crate::options::Options;
use crate::programs::Programs;
use crate::reach::{Reach, connect, gone};
use crate::site::Site;

/// How long a process that was started may take until it listens. One that waits for the end of another takes longest.
const PATIENCE: Duration = Duration::from_secs(40);
const LOOK: Duration = Duration::from_millis(20);

/// Where a cluster is, and what it is made of.
#[derive(Clone, Debug)]
pub struct Place {
    /// The root of the checkout whose programs it is made of.
    pub root: PathBuf,
    /// The binary `servo-cluster`.
    pub own: PathBuf,
    /// Its folder.
    pub site: Site,
}

/// A cluster that is held: it goes on at least as long as this lives. What can be done with it is [`Reach`]'s.
#[derive(Debug)]
pub struct Cluster {
    reach: Reach,
    keeper: UnixStream,
}

impl Cluster {
    /// Takes the cluster of a place, or starts one; `told` is told how far it is.
    ///
    /// # Errors
    ///
    /// A program is missing, a component does not come up, or a cluster with other options runs there.
    pub async fn up(place: &Place, options: &Options, told: &mut dyn FnMut(&Progress)) -> Result<Self> {
        let programs = Programs::of(&place.root, &place.own)?;
        let end = Instant::now() + PATIENCE;
        let mut starter = None;
        loop {
            if let Some(keeper) = connect(&place.site).await {
                let reach = Reach::new(place.site.clone(), programs.clone());
                let mut cluster = Self { reach, keeper };
                if cluster.hold(options, told).await? {
                    return Ok(cluster);
                }
            }
            match &mut starter {
                None => starter = Some(start(place, options)?),
                Some(child) => has_not_ended(child)?,
            }
            if Instant::now() >= end {
                return Err(Error::failed(format!(
                    "nobody keeps a cluster in {} after {} s",
                    place.site.folder().display(),
                    PATIENCE.as_secs()
                )));
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Takes the cluster of a place if one runs there.
    ///
    /// # Errors
    ///
    /// A program is missing, or the cluster does not say what it is.
    pub async fn running(place: &Place) -> Result<Option<Self>> {
        let Some(keeper) = connect(&place.site).await else { return Ok(None) };
        let programs = Programs::of(&place.root, &place.own)?;
        Ok(Some(Self { reach: Reach::new(place.site.clone(), programs), keeper }))
    }

    /// Takes down the cluster of a place, and what one has left there; tells whether there was anything.
    ///
    /// # Errors
    ///
    /// Something of it cannot be removed.
    pub async fn down(site: &Site) -> Result<bool> {
        let Some(mut keeper) = connect(site).await else { return keeper::clean(site).await };
        // One that was killed just now, or is about to end, says nothing.
        let asked = say(&mut keeper, &Request::Down).await;
        let told = if asked.is_ok() { hear::<Told>(&mut keeper).await.ok().flatten() } else { None };
        match told {
            Some(Told::Failed(why)) => Err(Error::failed(why)),
            Some(_) => {
                // It ends with the connection, and is the last of the cluster.
                while let Ok(Some(_)) = hear::<Told>(&mut keeper).await {}
                Ok(true)
            }
            None => keeper::clean(site).await.map(|_| true),
        }
    }

    /// Waits until the cluster is ready; false where it ended meanwhile because nobody held it.
    async fn hold(&mut self, options: &Options, told: &mut dyn FnMut(&Progress)) -> Result<bool> {
        // One that was killed just now takes connections and breaks them.
        if say(&mut self.keeper, &Request::Hold(options.clone())).await.is_err() {
            return Ok(false);
        }
        loop {
            let heard = match hear::<Told>(&mut self.keeper).await {
                Err(Error::Io { .. }) => None,
                heard => heard?,
            };
            match heard {
                Some(Told::Progress(progress)) => told(&progress),
                Some(Told::Ready) => return Ok(true),
                Some(Told::Failed(why)) => return Err(Error::failed(why)),
                Some(Told::Other(other)) => {
                    let other = serde_json::to_string(&other).unwrap_or_default();
                    return Err(Error::failed(format!(
                        "a cluster with other options runs in {}: {other}; take it down first (`cargo xtask \
                         cluster down`)",
                        self.reach.site().folder().display()
                    )));
                }
                Some(Told::Status(_) | Told::Done) => {}
                None => return Ok(false),
            }
        }
    }

    /// What is needed to do something with it, without holding it.
    pub fn reach(&self) -> &Reach {
        &self.reach
    }

    /// Waits until the cluster ends.
    pub async fn ended(mut self) {
        while let Ok(Some(_)) = hear::<Told>(&mut self.keeper).await {}
    }

    /// Lets the cluster go on without this process.
    ///
    /// # Errors
    ///
    /// The cluster does not answer.
    pub async fn stay(mut self) -> Result<()> {
        say(&mut self.keeper, &Request::Stay).await?;
        hear::<Told>(&mut self.keeper).await?.map(|_| ()).ok_or_else(gone)
    }
}

impl Deref for Cluster {
    type Target = Reach;

    fn deref(&self) -> &Reach {
        &self.reach
    }
}

/// Starts the process that keeps a cluster. It outlives this one.
fn start(place: &Place, options: &Options) -> Result<Child> {
    let options = serde_json::to_string(options).map_err(|error| Error::failed(error.to_string()))?;
    let site = place.site.folder();
    let child = Command::new(&place.own)
        .arg("keep")
        .args([place.root.as_os_str(), site.as_os_str()])
        .arg(options)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn();
    child.map_err(Error::at("start", &place.own))
}

/// Fails where the process that was started has ended, with what it said.
fn has_not_ended(child: &mut Child) -> Result<()> {
    let Ok(Some(status)) = child.try_wait() else { return Ok(()) };
    let mut said = String::new();
    if let Some(mut errors) = child.stderr.take() {
        let _ = errors.read_to_string(&mut said);
    }
    if status.success() {
        // It has waited in vain for another's cluster to end, which is there then.
        return Ok(());
    }
    Err(Error::failed(format!("the process that keeps the cluster ended with {status}: {}", said.trim())))
}
