//! Which targets are the expected ones.

use super::*;

fn labels(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn found() -> Target {
    Target {
        scrape_pool: "shop".to_owned(),
        scrape_url: "http://10.0.0.1/metrics".to_owned(),
        health: "up".to_owned(),
        labels: labels(&[("instance", "10.0.0.1:80"), ("job", "shop")]),
        ..Target::default()
    }
}

#[test]
fn everything_that_is_written_must_be_equal_and_labels_may_be_more() {
    let expected = |edit: fn(&mut TargetSettings)| {
        let mut expected = TargetSettings::default();
        edit(&mut expected);
        expected.is(&found())
    };
    assert!(expected(|_| {}));
    assert!(expected(|it| it.scrape_pool = Some("shop".to_owned())));
    assert!(expected(|it| it.labels = labels(&[("job", "shop")])));
    assert!(!expected(|it| it.scrape_pool = Some("cart".to_owned())));
    assert!(!expected(|it| it.labels = labels(&[("job", "shop"), ("pod", "a")])));
    assert!(!expected(|it| it.discovered_labels = labels(&[("job", "shop")])));
    assert!(expected(|it| it.last_scrape = Some("2020-01-01T00:00:00Z".to_owned())));
}

#[test]
fn a_target_that_is_down_is_wrong_unless_that_is_expected() {
    let down = Target { health: "down".to_owned(), last_error: "refused".to_owned(), ..found() };
    let plain = TargetSettings::default();
    assert_eq!(plain.wrong(&found()), None);
    assert_eq!(plain.wrong(&down).unwrap(), "is down: refused");
    assert_eq!(TargetSettings { health: Some(Health::Down), ..plain.clone() }.wrong(&down), None);
    assert_eq!(
        TargetSettings { health: Some(Health::Down), ..plain.clone() }.wrong(&found()).unwrap(),
        "is up"
    );
    // What was just discovered was not scraped yet.
    assert_eq!(plain.wrong(&Target { health: "unknown".to_owned(), ..found() }), None);
    let error = TargetSettings { last_error: Some("teapot".to_owned()), ..plain };
    assert_eq!(error.wrong(&found()).unwrap(), "has the error ``, expected `teapot`");
}

#[test]
fn it_is_called_by_what_it_must_have() {
    let expected = TargetSettings {
        scrape_pool: Some("shop".to_owned()),
        labels: labels(&[("job", "shop"), ("env", "live")]),
        ..TargetSettings::default()
    };
    assert_eq!(expected.to_string(), "scrapePool shop, labels env=live job=shop");
    assert_eq!(TargetSettings::default().to_string(), "any target");
}
