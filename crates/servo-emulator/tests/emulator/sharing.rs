//! One world has one servo at a time; looking at it is free.

use servo_core::context::Host;
use servo_core::event::standard::{Attach, Detach, Ending, Shutdown, Startup};
use servo_core::event::{Bus, Member, Scope};
use servo_core::{Class, Error};

use crate::fixture::{Home, SHOP, emulator, values};

fn check_in_use(error: &Error, home: &Home) {
    let expected = format!(
        "the emulated service in {} is in use by servo `shop` (process {})",
        home.state_file().display(),
        std::process::id()
    );
    assert_eq!((error.class(), error.message()), (Class::Failed, expected.as_str()));
    assert_eq!(error.help(), Some("give each servo a `state_file` of its own, or stop the other one"));
}

#[tokio::test(start_paused = true)]
async fn a_servo_that_runs_keeps_others_from_changing_its_world() {
    let home = Home::new();
    let (shop, other) = (home.life(SHOP), home.life_of("bar", SHOP));
    shop.dispatch::<Startup>(()).await.unwrap();
    check_in_use(&other.dispatch::<Startup>(()).await.unwrap_err(), &home);
    check_in_use(&other.adjust(&["web.cpu=1"]).await.unwrap_err(), &home);
    check_in_use(&other.measure(60).await.unwrap_err(), &home);
    shop.adjust(&["web.cpu=3"]).await.unwrap();
    shop.measure(60).await.unwrap();
    other.dispatch::<Attach>(()).await.unwrap();
    assert_eq!(values(&other.describe().await.unwrap())["web.cpu"], "3");
    // What is not the emulator's own concerns no lock.
    other.adjust(&["db.cpu=7"]).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn it_lets_go_when_it_ends_in_whatever_way() {
    let home = Home::new();
    let other = home.life_of("bar", SHOP);
    let shop = home.life(SHOP);
    shop.dispatch::<Startup>(()).await.unwrap();
    shop.dispatch::<Shutdown>(Ending::default()).await.unwrap();
    other.adjust(&["web.cpu=1"]).await.unwrap();
    shop.dispatch::<Startup>(()).await.unwrap();
    shop.dispatch::<Detach>(()).await.unwrap();
    other.adjust(&["web.cpu=2"]).await.unwrap();
    shop.dispatch::<Startup>(()).await.unwrap();
    drop(shop);
    other.adjust(&["web.cpu=3"]).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_operation_by_hand_keeps_others_out_for_its_time() {
    let home = Home::new();
    let (shop, other) = (home.life(SHOP), home.life_of("bar", SHOP));
    let beside = async {
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        other.measure(60).await.unwrap_err()
    };
    let (measured, error) = tokio::join!(shop.measure(60), beside);
    measured.unwrap();
    check_in_use(&error, &home);
    other.measure(60).await.unwrap();
    assert_eq!(home.state()["measurement"], 2);
}

#[tokio::test(start_paused = true)]
async fn two_emulators_of_one_servo_do_not_share_a_file() {
    let home = Home::new();
    let bus = Bus::new(Host::new("shop", home.path().to_owned()));
    let yaml = format!("state_file: {}\n{SHOP}", home.state_file().display());
    for name in ["one", "two"] {
        bus.add(Member::new(name, "emulator", emulator(&yaml).unwrap())).unwrap();
    }
    let started = bus.dispatch::<Startup>(&Scope::detached(), ()).await;
    check_in_use(&started.unwrap_err(), &home);
}

#[tokio::test(start_paused = true)]
async fn where_no_lock_can_be_taken_it_can_be_looked_at_and_not_changed() {
    let home = Home::new();
    home.life(SHOP).adjust(&["web.cpu=1"]).await.unwrap();
    let before = home.state();
    let lock = home.path().join("emulator-emulator.json.lock");
    std::fs::remove_file(&lock).unwrap();
    std::fs::create_dir(&lock).unwrap();
    let life = home.life(SHOP);
    life.dispatch::<Attach>(()).await.unwrap();
    assert_eq!(values(&life.describe().await.unwrap())["web.cpu"], "1");
    for error in [life.adjust(&["web.cpu=2"]).await.unwrap_err(), life.measure(60).await.unwrap_err()] {
        assert_eq!(error.class(), Class::Failed);
        assert_eq!(error.message(), format!("cannot open the lock {}", lock.display()));
        assert!(error.help().unwrap().contains("`state_file:`"));
    }
    assert_eq!(home.state(), before);
}
