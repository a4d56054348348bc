//! Expressions: what compiles, what they give, what is refused.

use proptest::prelude::*;

use super::*;

fn value(text: &str) -> Result<f64, ExpressionError> {
    let metrics = BTreeMap::from([("p95".to_owned(), 200.0), ("a.b".to_owned(), 3.0)]);
    let number = |number: i64| Value::from(number);
    let settings = [
        Adjustment::new("web", "cpu", number(2)),
        Adjustment::new("web", "gc", "g1"),
        Adjustment::new("my-db", "mem", number(4)),
    ];
    let variables = Variables { cost: Some(0.5), metrics: &metrics, settings: &settings };
    Expression::compile(text)?.evaluate(&variables)
}

#[test]
fn numbers_are_floats_throughout() {
    for (text, expected) in [
        ("cost", 0.5),
        ("2 * cost", 1.0),
        ("7 / 2", 3.5),
        ("metrics.p95 / cost", 400.0),
        ("metrics[\"a.b\"] + 1", 4.0),
        ("settings.web.cpu * 10", 20.0),
        ("settings[\"my-db\"].mem * 1u", 4.0),
        ("settings.web.gc == 'g1' ? 1 : 2", 1.0),
        ("metrics.p95 > 250 ? 1000 + metrics.p95 : cost", 0.5),
        ("max(cost, metrics.p95 / 100)", 2.0),
        ("min(1, 2, 0.5)", 0.5),
        ("[5, 6][1]", 6.0),
        ("-cost", -0.5),
        ("has(metrics.p99) ? metrics.p99 : 7", 7.0),
    ] {
        assert_eq!(value(text), Ok(expected), "{text}");
    }
}

#[test]
fn what_it_names_is_known_before_it_is_evaluated() {
    let names = |text: &str| {
        let expression = Expression::compile(text).expect(text);
        let metrics = expression.metrics().map(|names| names.iter().cloned().collect::<Vec<_>>().join(","));
        (expression.is_known(), expression.uses_cost(), metrics)
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(names("cost * settings.web.cpu"), (true, true, some("")));
    assert_eq!(names("metrics.a + metrics['b.c']"), (false, false, some("a,b.c")));
    assert_eq!(names("metrics[settings.web.gc]"), (false, false, None));
    assert_eq!(names("size(metrics) * cost"), (false, true, None));
    assert_eq!(names("has(metrics.x) ? 1 : 2"), (false, false, some("x")));
    let settings = Expression::compile("settings.web.cpu + settings['db']['mem']").expect("an expression");
    let settings: Vec<_> =
        settings.settings().iter().map(|(a, b)| format!("{a}.{}", b.as_deref().unwrap_or("?"))).collect();
    assert_eq!(settings, ["db.mem", "web.cpu"]);
}

#[test]
fn what_is_no_expression_says_where() {
    let error = |text: &str| Expression::compile(text).expect_err(text).to_string();
    assert!(error("cost +").contains("(line 1, column "), "{}", error("cost +"));
    assert_eq!(
        error("costs * 2"),
        "unknown variable `costs`: expected `cost`, `metrics.NAME` or `settings.COMPONENT.SETTING`"
    );
    assert!(error("[1, 2].map(x, x * 2)[0]").starts_with("a macro over a list cannot be used"));
    assert!(error(&"1 + ".repeat(400)).contains("1600 bytes"));
}

#[test]
fn what_has_no_value_says_why() {
    let error = |text: &str| value(text).expect_err(text).to_string();
    assert_eq!(
        error("settings.web.gc"),
        "expected a number, found a string as the value of `settings.web.gc`"
    );
    assert_eq!(error("cost > 1"), "expected a number, found a bool as the value of `cost > 1`");
    assert!(error("metrics.p99").starts_with("cannot evaluate `metrics.p99`: No such key: p99"));
    assert!(error("cost + 'a'").starts_with("cannot evaluate"));
    assert_eq!(value("1 / 0"), Ok(f64::INFINITY));
}

#[test]
fn deeply_nested_text_is_refused_or_evaluated_on_a_small_stack() {
    let nested =
        |open: &str, count: usize, close: &str| format!("{}1{}", open.repeat(count), close.repeat(count));
    let mut texts: Vec<String> = ["(", "[", "-", "!", "1?", "{1:"].map(|open| open.repeat(330)).to_vec();
    for count in [20, 23, 24, 64, 300] {
        texts.extend([
            nested("(", count, ")"),
            nested("[", count, "]"),
            nested("1?1:", count, ""),
            nested("", count, "+1"),
        ]);
        texts.extend([
            nested("size([", count, "])"),
            nested("", count, "<1"),
            nested("", count, "[0]"),
            nested("", count, ".a"),
        ]);
    }
    let evaluated = texts.iter().filter(|text| value(text).is_ok()).count();
    assert!(evaluated > 0 && evaluated < texts.len());
    assert_eq!(value(&nested("", 23, "+1")), Ok(24.0));
    assert_eq!(value(&nested("", 24, "+1")), Err(ExpressionError::Deep));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn no_text_panics(text in "\\PC{0,40}") {
        drop(value(&text));
    }

    #[test]
    fn no_text_of_its_own_alphabet_panics(text in "(cost|metrics|settings|web|p95|[-+*/.()\\[\\]?:<>=!&|0-9a' ]|has|max|size){0,20}") {
        drop(value(&text));
    }
}
