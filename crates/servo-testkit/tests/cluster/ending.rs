//! What is left of a cluster: nothing, however it ends.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use servo_cluster::Site;
use servo_testkit::cluster::{Options, Own, Room, binary, root, until};

const NEED: &str = "processes of the cluster that may be killed";
/// How long a cluster may take to come up.
const PATIENCE: Duration = Duration::from_mins(3);

/// A command that holds a cluster of its own, as somebody in a terminal would.
struct Holder(Child);

impl Holder {
    async fn up(folder: &Path) -> Self {
        let output = folder.with_extension("output");
        let written = fs::File::create(&output).expect("a file in a folder of the test's own");
        let child = command(folder).args(["up", "--hold"]).stdout(written).stderr(Stdio::null()).spawn();
        let mut holder = Self(child.expect("the program is built"));
        until("the command says that the cluster is up", PATIENCE, async || {
            let said = fs::read_to_string(&output).unwrap_or_default();
            if said.contains("KUBECONFIG=") {
                return Ok(());
            }
            match holder.0.try_wait() {
                Ok(Some(status)) => panic!("it ended with {status}: {said}"),
                _ => Err(said),
            }
        })
        .await;
        holder
    }

    fn kill(&mut self) {
        // Where it has ended already, there is nothing to do.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        self.kill();
    }
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new(binary());
    command.arg("--root").arg(root()).arg("--folder").arg(folder).stdin(Stdio::null());
    command
}

/// The folders of a group in every hierarchy of control groups.
fn groups(name: &str) -> Vec<PathBuf> {
    let below =
        fs::read_dir("/sys/fs/cgroup").into_iter().flatten().flatten().map(|entry| entry.path().join(name));
    below.chain([Path::new("/sys/fs/cgroup").join(name)]).filter(|folder| folder.is_dir()).collect()
}

/// The processes of a group and of all below it.
fn members(group: &Path) -> Vec<String> {
    let own = fs::read_to_string(group.join("cgroup.procs")).unwrap_or_default();
    let below = fs::read_dir(group).into_iter().flatten().flatten().map(|entry| entry.path());
    let below = below.filter(|path| path.is_dir()).flat_map(|path| members(&path));
    own.lines().map(str::to_owned).chain(below).collect()
}

/// The processes that have a folder among their arguments, in whatever group they are.
fn processes_of(folder: &Path) -> Vec<PathBuf> {
    let folder = folder.display().to_string();
    let of_it = |process: &PathBuf| {
        let line = fs::read(process.join("cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&line).contains(&folder)
    };
    let all = fs::read_dir("/proc").expect("/proc").flatten().map(|entry| entry.path());
    all.filter(of_it).collect()
}

#[tokio::test]
async fn nothing_is_left_of_a_cluster_whose_holder_was_killed() {
    let Some(room) = Room::wait(NEED).await else { return };
    let folder = room.folder();
    let group = Site::new(&folder).expect("a short path").group();
    let mut holder = Holder::up(&folder).await;
    let processes: Vec<String> = groups(&group).iter().flat_map(|group| members(group)).collect();
    assert!(processes.len() > 5, "{processes:?}");

    holder.kill();
    until("everything of the cluster is gone", Duration::from_secs(10), async || {
        let files = [folder.clone(), folder.with_extension("lock")].into_iter().filter(|path| path.exists());
        let left: Vec<PathBuf> =
            groups(&group).into_iter().chain(files).chain(processes_of(&folder)).collect();
        if left.is_empty() { Ok(()) } else { Err(format!("{left:?}")) }
    })
    .await;
}

#[tokio::test]
async fn a_cluster_comes_up_where_one_was_killed_and_other_options_are_refused() {
    let Some(room) = Room::wait(NEED).await else { return };
    let folder = room.folder();
    let holder = Holder::up(&folder).await;
    let refused = command(&folder).args(["up", "--restricted"]).output().expect("the program is built");
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success(), "{said}");
    assert!(
        said.contains("a cluster with other options runs") && said.contains("take it down first"),
        "{said}"
    );

    let status = command(&folder).args(["status", "--json"]).output().expect("the program is built");
    let status: serde_json::Value = serde_json::from_slice(&status.stdout).expect("JSON");
    let keeper = status["status"]["keeper"].as_u64().expect("the number of a process");
    let killed = Command::new("kill").args(["-KILL", &keeper.to_string()]).status().expect("kill(1)");
    assert!(killed.success());
    drop(holder);

    let own = Own::start_in(room, &Options::default()).await;
    own.client().await.apiserver_version().await.expect("the new cluster answers");
    assert!(own.folder().is_dir());
    let room = own.down().await;
    assert!(!room.folder().exists());
}
