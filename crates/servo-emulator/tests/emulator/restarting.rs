//! A world goes on where it was left, and says so where it cannot.

use std::fs;

use servo_core::Class;
use servo_core::event::standard::Attach;

use crate::fixture::{Home, SHOP, told, values};

#[tokio::test(start_paused = true)]
async fn a_restarted_servo_finds_the_world_as_it_left_it() {
    let home = Home::new();
    let life = home.life(SHOP);
    life.adjust(&["web.cpu=1", "web.gc=serial"]).await.unwrap();
    life.measure(60).await.unwrap();
    let left = home.state();
    drop(life);
    let again = home.life(SHOP);
    again.dispatch::<Attach>(()).await.unwrap();
    let after = values(&again.describe().await.unwrap());
    assert_eq!((&*after["web.cpu"], &*after["web.gc"]), ("1", "serial"));
    assert_eq!(home.state(), left);
    again.measure(60).await.unwrap();
    assert_eq!(home.state()["measurement"], 2);
    assert_eq!(home.state()["deployment"], 1);
}

#[tokio::test(start_paused = true)]
async fn a_run_in_two_lives_reads_what_one_life_would() {
    let (whole, parted) = (Home::new(), Home::new());
    let life = whole.life(SHOP);
    life.adjust(&["web.cpu=1500m"]).await.unwrap();
    let expected = [life.measure(60).await.unwrap(), life.measure(60).await.unwrap()];
    parted.life(SHOP).adjust(&["web.cpu=1500m"]).await.unwrap();
    let found = [parted.life(SHOP).measure(60).await.unwrap(), parted.life(SHOP).measure(60).await.unwrap()];
    assert_eq!(found, expected);
}

#[cfg(unix)]
#[tokio::test(start_paused = true)]
async fn the_file_is_for_its_owner_and_only_the_lock_is_left_beside_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = Home::new();
    home.life(SHOP).adjust(&["web.cpu=1"]).await.unwrap();
    let lock = home.path().join("emulator-emulator.json.lock");
    for file in [&home.state_file(), &lock] {
        let mode = fs::metadata(file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", file.display());
    }
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_named_file_is_used_instead() {
    let home = Home::new();
    let file = home.path().join("deep/world.json");
    home.life(&format!("state_file: {}\n{SHOP}", file.display())).adjust(&["web.cpu=1"]).await.unwrap();
    assert!(file.exists() && !home.state_file().exists());
}

#[tokio::test(start_paused = true)]
async fn a_file_of_another_application_is_refused_with_a_way_out() {
    let home = Home::new();
    home.life(SHOP).adjust(&["web.cpu=1"]).await.unwrap();
    let path = home.state_file().display().to_string();
    for (other, difference) in [
        (
            SHOP.replace("web:", "api:"),
            "it has web.cpu, web.gc, web.mem, web.replicas, web.threads where the \
          configuration has api.cpu, api.gc, api.mem, api.replicas, api.threads",
        ),
        (
            SHOP.replace("threads: {min", "workers: {min"),
            "it has web.threads where the configuration has web.workers",
        ),
        (
            SHOP.lines().filter(|line| !line.contains("threads")).collect::<Vec<_>>().join("\n"),
            "it has web.threads, which the configuration does not",
        ),
    ] {
        let error = home.life(&other).dispatch::<Attach>(()).await.unwrap_err();
        let expected = format!("{path} is the state of another application: {difference}");
        assert_eq!(told(&error), ("state_file".to_owned(), expected));
        assert_eq!(error.class(), Class::Configuration);
        assert!(error.help().unwrap().contains(&format!("remove {path}")));
    }
}

#[tokio::test(start_paused = true)]
async fn a_newer_or_damaged_file_is_refused_with_a_way_out() {
    let home = Home::new();
    let path = home.state_file();
    for (content, message) in [
        (
            r#"{"version": 7, "worlds": []}"#,
            "was written by a newer servo: it has version 7, this one knows 2",
        ),
        ("{", "is not the state of an emulator: EOF while parsing an object at line 1 column 1"),
        (r#"{"version": 1}"#, "is not the state of an emulator: missing field `clock` at line 1 column 14"),
    ] {
        fs::write(&path, content).unwrap();
        let error = home.life(SHOP).dispatch::<Attach>(()).await.unwrap_err();
        assert_eq!(told(&error), ("state_file".to_owned(), format!("{} {message}", path.display())));
        assert!(error.help().unwrap().contains("remove"), "{:?}", error.help());
    }
}
