//! Where and as whom a program runs, found out before anything is begun.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use servo_core::{Context, Error, Result};
use servo_exec::{Account, DEFAULT_PATH, Inherited, find};

use crate::cgroup::{Groups, Mounts, Parents, Wanted, prepare, verify};
use crate::plan::{Launch, Plan};

/// Where and as whom a program runs.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) file: PathBuf,
    pub(crate) folder: PathBuf,
    pub(crate) environment: BTreeMap<String, String>,
    /// The numbers of the user and the group, where they are not Servo's own.
    pub(crate) identity: Option<(u32, u32)>,
}

impl Site {
    /// Finds it. Nothing is changed.
    ///
    /// # Errors
    ///
    /// Class configuration, with the key at fault: there is no such folder, user or program.
    pub(crate) async fn find(cx: &Context, plan: &Plan, launch: &Launch) -> Result<Self> {
        let folder = folder(cx, plan).await?;
        let (mut environment, identity) = surroundings(cx, plan).await?;
        environment.extend(launch.env.clone());
        let path = environment.get("PATH").map_or(DEFAULT_PATH, String::as_str).to_owned();
        environment.entry("PATH".to_owned()).or_insert_with(|| path.clone());
        let name = launch.command.first().map_or("", String::as_str);
        let file = find(name, &path, &folder).await.map_err(|error| error.at("command[0]"))?;
        Ok(Self { file, folder, environment, identity })
    }
}

/// Chooses the groups that a run is put into, and sees to it that they can be made; `None` where it needs none and
/// there are none to be had.
///
/// # Errors
///
/// Limits are wanted, and what is missing for them.
pub(crate) fn groups_for(plan: &Plan, name: &str) -> Result<Option<Groups>> {
    let wanted = wanted(plan);
    let parents = parents(plan, wanted);
    if wanted.any() {
        verify(parents.as_ref(), wanted)?;
    }
    let Some(parents) = parents else { return Ok(None) };
    match prepare(&parents, wanted) {
        Ok(()) => Ok(Some(parents.groups(name))),
        Err(error) if wanted.any() => Err(error),
        Err(_) => Ok(None),
    }
}

/// Says which limits the settings want.
pub(crate) fn wanted(plan: &Plan) -> Wanted {
    Wanted { cpu: plan.limits_cpu(), memory: plan.limits_memory() }
}

/// Finds where groups are made.
pub(crate) fn parents(plan: &Plan, wanted: Wanted) -> Option<Parents> {
    let mounts = Mounts::read(plan.cgroup.as_deref()).unwrap_or_default();
    Parents::choose(&mounts, wanted)
}

/// Finds the working folder.
///
/// # Errors
///
/// Class configuration: there is none.
pub(crate) async fn folder(cx: &Context, plan: &Plan) -> Result<PathBuf> {
    let written = plan.dir.as_deref().unwrap_or_else(|| Path::new("."));
    let folder = std::path::absolute(cx.resolve(written));
    let folder = folder.map_err(|error| Error::failed("there is no working folder").with_source(error))?;
    if tokio::fs::metadata(&folder).await.is_ok_and(|found| found.is_dir()) {
        return Ok(folder);
    }
    Err(Error::configuration(format!("there is no folder {}", folder.display()))
        .at("dir")
        .with_help("make it, or correct `dir`: a relative path starts at the folder of the configuration"))
}

/// Gives the environment without what the settings add, and the user where that is another.
async fn surroundings(cx: &Context, plan: &Plan) -> Result<(BTreeMap<String, String>, Option<(u32, u32)>)> {
    let inherited = cx.lent::<Inherited>().unwrap_or_default();
    let mut environment: BTreeMap<String, String> =
        inherited.harmless().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let Some(user) = &plan.user else { return Ok((environment, None)) };
    let account = Account::of_machine(user).await.map_err(|error| error.at("user"))?;
    account.check().map_err(|error| error.at("user"))?;
    let home = account.home.to_string_lossy().into_owned();
    for (name, value) in [("HOME", home), ("USER", account.name.clone()), ("LOGNAME", account.name.clone())] {
        environment.insert(name.to_owned(), value);
    }
    let is_own = rustix::process::geteuid().as_raw() == account.uid;
    Ok((environment, (!is_own).then_some((account.uid, account.gid))))
}
