//! What the API writes is read exactly, and what is written reads back as itself.

use proptest::prelude::*;

use super::*;

fn decimal(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

#[test]
fn cpu_is_read_in_every_form_that_the_api_has() {
    for (text, cores) in [
        ("250m", "0.25"),
        ("2", "2"),
        ("2.5", "2.5"),
        (".5", "0.5"),
        ("5.", "5"),
        ("+1", "1"),
        ("1500000u", "1.5"),
        ("1n", "0.000000001"),
        ("1e3", "1000"),
        ("5e-1", "0.5"),
        ("1k", "1000"),
        ("1Ki", "1024"),
        ("0", "0"),
    ] {
        assert_eq!(cpu(text).expect(text).cores(), decimal(cores), "{text}");
    }
}

#[test]
fn memory_is_read_in_every_form_that_the_api_has() {
    for (text, bytes) in [
        ("128974848", 128_974_848),
        ("129e6", 129_000_000),
        ("12E6", 12_000_000),
        ("12E", 12_000_000_000_000_000_000),
        ("129M", 129_000_000),
        ("128974848000m", 128_974_848),
        ("123Mi", 128_974_848),
        ("1.5Gi", 1_610_612_736),
        ("1500m", 2),
        ("1m", 1),
        ("1n", 1),
        ("0.1Ki", 103),
        ("15Ei", 17_293_822_569_102_704_640),
        ("0", 0),
    ] {
        assert_eq!(memory(text).expect(text).bytes(), bytes, "{text}");
    }
}

#[test]
fn what_is_no_quantity_is_refused() {
    for text in [
        "", "m", "Mi", ".", "-", "e3", "1 Gi", "1gi", "1KI", "1kB", "1GiB", "1e", "1e1.5", "1.2.3", "1--2",
        "½", "0x1",
    ] {
        let expected = format!("expected a quantity such as `250m` or `512Mi`, found `{text}`");
        let found = [cpu(text).map(drop), memory(text).map(drop)];
        for found in found {
            let found = found.expect_err(text);
            if text == "1e" {
                continue;
            }
            assert_eq!(found.message(), expected);
        }
    }
    assert!(cpu("-1m").expect_err("negative").message().contains("is negative"));
    assert!(memory("-1").expect_err("negative").message().contains("is negative"));
    for text in ["17Ei", "1e40", "1e2147483647", "99999999999999999999999999999999999999999"] {
        assert!(memory(text).expect_err(text).message().contains("more digits"), "{text}");
    }
}

#[test]
fn cpu_is_written_as_the_api_writes_it() {
    for (text, written) in
        [("0.25", "250m"), ("1000m", "1"), ("2.5", "2500m"), ("12", "12"), ("0", "0"), ("1m", "1m")]
    {
        assert_eq!(write_cpu(text.parse().expect(text)).expect(text), written);
    }
    let refusal = write_cpu("0.1234".parse().expect("cpu")).expect_err("too precise");
    assert_eq!(
        refusal.to_string(),
        "Kubernetes does not support CPU precision lower than 1m (one millicore). Found 0.1234"
    );
}

#[test]
fn memory_is_written_by_the_shortest_suffix() {
    for (bytes, written) in [
        (0, "0"),
        (1, "1"),
        (1000, "1k"),
        (1024, "1Ki"),
        (536_870_912, "512Mi"),
        (1_610_612_736, "1536Mi"),
        (1 << 30, "1Gi"),
        (2_000_000_000, "2G"),
        (1_024_000, "1024k"),
        (123_456_789, "123456789"),
        (u64::MAX, "18446744073709551615"),
    ] {
        assert_eq!(write_memory(Memory::from_bytes(bytes)), written);
    }
    assert_eq!(write_memory("0.5B".parse().expect("memory")), "1");
}

proptest! {
    #[test]
    fn every_amount_of_memory_reads_back_as_itself(bytes: u64) {
        let memory_of = Memory::from_bytes(bytes);
        prop_assert_eq!(memory(&write_memory(memory_of)).expect("memory"), memory_of);
    }

    #[test]
    fn every_amount_of_cpu_in_millicores_reads_back_as_itself(millicores: u32) {
        let amount = Cpu::from_cores(Decimal::new(millicores.into(), 3)).expect("cpu");
        prop_assert_eq!(cpu(&write_cpu(amount).expect("written")).expect("cpu"), amount);
    }

    #[test]
    fn both_grammars_agree_on_what_both_have(amount in 0_u32..1_000_000, unit in "(Ki|Mi|Gi|k|M|G)") {
        let text = format!("{amount}{unit}");
        prop_assert_eq!(memory(&text).expect("ours"), text.parse().expect("the operator's"));
    }

    #[test]
    fn reading_never_panics(text in "[-+0-9.eEnumkKMGTPi]{0,24}") {
        let _ = (cpu(&text), memory(&text));
    }
}
