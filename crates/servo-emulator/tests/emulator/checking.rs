//! What the checks of the emulator find, and that they leave everything as it is.

use servo_core::check::{Check, Checking, Filter, HaltOnFailed};
use servo_core::event::standard::{self, Shutdown, Startup};

use crate::fixture::{Home, Life, SHOP, TABLE};

async fn checked(life: &Life) -> Vec<Check> {
    let checking = Checking { halt_on: HaltOnFailed::Never, ..Checking::default() };
    life.dispatch::<standard::Check>(checking).await.unwrap()
}

fn of<'a>(checks: &'a [Check], id: &str) -> &'a Check {
    checks.iter().find(|check| check.id == id).unwrap_or_else(|| panic!("no {id} in {checks:#?}"))
}

/// Asserts that a check does not hold, why, and what there is to do about it.
fn fails(checks: &[Check], id: &str, message: &str, hint: &str) {
    let check = of(checks, id);
    assert_eq!(check.success(), Some(false), "{check:#?}");
    assert!(check.message.as_deref().unwrap_or_default().contains(message), "no {message:?} in {check:#?}");
    assert!(check.hint.as_deref().unwrap_or_default().contains(hint), "no {hint:?} in {check:#?}");
}

#[tokio::test(start_paused = true)]
async fn a_service_at_its_baseline_passes_and_nothing_is_written() {
    for yaml in [SHOP, TABLE] {
        let home = Home::new();
        let checks = checked(&home.life(yaml)).await;
        let ids: Vec<&str> = checks.iter().map(|check| check.id.as_str()).collect();
        assert_eq!(ids, ["service", "state_file", "state_file_writable", "state_file_free", "deployed"]);
        assert!(checks.iter().all(|check| check.success() == Some(true)), "{checks:#?}");
        let said = of(&checks, "state_file").message.as_deref().unwrap();
        assert!(said.ends_with("(not there yet: the service is at its baseline)"), "{said}");
        assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_deployed_is_left_as_it_is() {
    let home = Home::new();
    let life = home.life(SHOP);
    life.adjust(&["web.cpu=1"]).await.unwrap();
    let before = std::fs::read(home.state_file()).unwrap();
    assert!(checked(&life).await.iter().all(|check| check.success() == Some(true)));
    assert_eq!(std::fs::read(home.state_file()).unwrap(), before);
}

#[tokio::test(start_paused = true)]
async fn a_table_that_is_not_there_or_has_no_row_of_the_baseline_is_told() {
    let missing = "surface: {file: nowhere.csv, settings: {cpus: {value: 2}}}";
    let checks = checked(&Home::new().life(missing)).await;
    fails(&checks, "service", "cannot read the table", "`csv:` takes the table itself");
    let elsewhere = TABLE.replace("cpus: {value: 2}", "cpus: {value: 9}");
    let checks = checked(&Home::new().life(&elsewhere)).await;
    fails(&checks, "service", "no row of the baseline", "set the `value` of each column");
}

#[tokio::test(start_paused = true)]
async fn the_state_of_another_service_and_what_is_no_state_are_told() {
    let home = Home::new();
    home.life(SHOP).adjust(&["web.cpu=1"]).await.unwrap();
    let checks = checked(&home.life(&SHOP.replace("  web:", "  api:"))).await;
    fails(
        &checks,
        "state_file",
        "is the state of another application",
        "or name another file with `state_file:`",
    );
    std::fs::write(home.state_file(), "{").unwrap();
    let checks = checked(&home.life(SHOP)).await;
    fails(&checks, "state_file", "is not the state of an emulator", "to begin with the baseline");
}

#[tokio::test(start_paused = true)]
async fn a_state_file_that_cannot_be_written_is_told() {
    let home = Home::new();
    std::fs::create_dir(home.path().join("folder")).unwrap();
    std::fs::write(home.path().join("file"), "").unwrap();
    for (file, message) in [("folder", "is a folder"), ("file/shop.json", "is not a folder")] {
        let yaml = format!("state_file: {}\n{SHOP}", home.path().join(file).display());
        let checks = checked(&home.life(&yaml)).await;
        fails(&checks, "state_file_writable", message, "name another file with `state_file:`");
        assert!(
            of(&checks, "state_file").failed() && of(&checks, "state_file").hint.is_some(),
            "{checks:#?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_else_runs_on_the_service_is_named_and_oneself_is_not() {
    let home = Home::new();
    let (shop, other) = (home.life(SHOP), home.life_of("bar", SHOP));
    shop.dispatch::<Startup>(()).await.unwrap();
    let checks = checked(&other).await;
    fails(&checks, "state_file_free", "it is in use by servo `shop` (process ", "a `state_file` of its own");
    assert!(of(&checks, "state_file_free").passed(), "it is advice");
    assert_eq!(of(&checked(&shop).await, "state_file_free").success(), Some(true));
    shop.dispatch::<Shutdown>(servo_core::event::standard::Ending::default()).await.unwrap();
    assert_eq!(of(&checked(&other).await, "state_file_free").success(), Some(true));
}

#[tokio::test(start_paused = true)]
async fn what_is_deployed_and_cannot_run_is_told_with_a_way_out() {
    let small = SHOP.replace("{count: 2, cpu: 8", "{count: 1, cpu: 4");
    let checks = checked(&Home::new().life(&small)).await;
    fails(&checks, "deployed", "could not be scheduled", "give `nodes` more or larger machines");
    let starved = SHOP.replace("value: 2Gi}", "value: 256Mi}");
    let checks = checked(&Home::new().life(&starved)).await;
    fails(&checks, "deployed", "OOMKilled", "give the service more memory");
}

#[tokio::test(start_paused = true)]
async fn a_check_that_fails_ends_those_that_rely_on_it() {
    let life = Home::new().life("surface: {file: nowhere.csv, settings: {cpus: {value: 2}}}");
    let matching = Filter::default().with_id("deployed");
    let checks =
        life.dispatch::<standard::Check>(Checking { matching, ..Checking::default() }).await.unwrap();
    let ids: Vec<&str> = checks.iter().map(|check| check.id.as_str()).collect();
    assert_eq!(ids, ["service", "state_file", "deployed"]);
    assert!(
        checks[0].failed() && checks[1].not_run().is_some() && checks[2].not_run().is_some(),
        "{checks:#?}"
    );
}
