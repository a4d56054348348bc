//! Amounts as the API of Kubernetes writes them, which is not quite as operators do: `1500m` bytes, `12E6`, `1.5Gi`.

use servo_core::model::Decimal;
use servo_core::model::decimal;
use servo_core::quantity::{Cpu, Memory};
use servo_core::{Error, Result};

/// Decimal suffixes with the power of ten that they stand for.
const DECIMAL: [(&str, i32); 10] =
    [("n", -9), ("u", -6), ("m", -3), ("", 0), ("k", 3), ("M", 6), ("G", 9), ("T", 12), ("P", 15), ("E", 18)];

/// Binary suffixes with the power of two that they stand for.
const BINARY: [(&str, u32); 6] = [("Ki", 10), ("Mi", 20), ("Gi", 30), ("Ti", 40), ("Pi", 50), ("Ei", 60)];

/// More CPU digits than Kubernetes has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Kubernetes does not support CPU precision lower than 1m (one millicore). Found {cores}")]
pub struct TooPrecise {
    /// What was to be written, in cores.
    pub cores: Decimal,
}

/// Reads an amount of CPU.
///
/// # Errors
///
/// Class failed: what the API says is no quantity, or a negative one.
pub fn cpu(text: &str) -> Result<Cpu> {
    let (number, power_of_two) = read(text)?;
    let cores = number.checked_mul(Decimal::from(1_u64 << power_of_two)).ok_or_else(|| too_large(text))?;
    Cpu::from_cores(cores).map_err(|error| Error::failed(error.to_string()))
}

/// Reads an amount of memory. What is less than a byte counts as one.
///
/// # Errors
///
/// Class failed: what the API says is no quantity, or a negative one.
pub fn memory(text: &str) -> Result<Memory> {
    let (number, power_of_two) = read(text)?;
    let (mantissa, scale) = (number.mantissa(), number.scale());
    if mantissa < 0 {
        return Err(Error::failed(format!("quantity '{text}' is negative: expected zero or more")));
    }
    let bytes = mantissa.checked_mul(1 << power_of_two).zip(10_i128.checked_pow(scale));
    let bytes = bytes.map(|(over, under)| over / under + i128::from(over % under > 0));
    let bytes = bytes.and_then(|bytes| u64::try_from(bytes).ok());
    bytes.map(Memory::from_bytes).ok_or_else(|| too_large(text))
}

/// Says whether two texts of an amount of a resource mean the same: the API server rewrites some.
pub fn same(resource: &str, one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    match resource {
        "cpu" => matches!((cpu(one), cpu(other)), (Ok(one), Ok(other)) if one == other),
        _ => matches!((memory(one), memory(other)), (Ok(one), Ok(other)) if one == other),
    }
}

/// Writes an amount of CPU as the API itself writes it.
///
/// # Errors
///
/// Kubernetes counts in millicores.
pub fn write_cpu(cpu: Cpu) -> Result<String, TooPrecise> {
    let refusal = || TooPrecise { cores: cpu.cores() };
    let thousandths = cpu.cores().checked_mul(Decimal::ONE_THOUSAND).ok_or_else(refusal)?.normalize();
    if !thousandths.is_integer() {
        return Err(refusal());
    }
    let cores = cpu.cores().normalize();
    Ok(if cores.is_integer() { cores.to_string() } else { format!("{thousandths}m") })
}

/// Writes an amount of memory in whole bytes, rounded up, by the suffix that makes the shortest text.
pub fn write_memory(memory: Memory) -> String {
    let bytes = memory.bytes();
    if bytes == 0 {
        return "0".to_owned();
    }
    let binary = BINARY.iter().rev().map(|(suffix, power)| (1_u64 << power, *suffix));
    let decimal = DECIMAL
        .iter()
        .rev()
        .filter_map(|(suffix, power)| Some((10_u64.pow(u32::try_from(*power).ok()?), *suffix)));
    let written = binary.chain(decimal).filter(|(unit, _)| bytes.is_multiple_of(*unit));
    let texts = written.map(|(unit, suffix)| format!("{}{suffix}", bytes / unit));
    texts.min_by_key(String::len).unwrap_or_else(|| bytes.to_string())
}

/// Reads the number before the suffix, and the power of two that the suffix stands for.
fn read(text: &str) -> Result<(Decimal, u32)> {
    let refusal = || Error::failed(format!("expected a quantity such as `250m` or `512Mi`, found `{text}`"));
    let end = text.find(|c: char| !(c.is_ascii_digit() || "+-.".contains(c))).unwrap_or(text.len());
    let (digits, suffix) = text.split_at(end);
    // `5.` is a number here, and nowhere else.
    let digits =
        digits.strip_suffix('.').filter(|it| it.ends_with(|c: char| c.is_ascii_digit())).unwrap_or(digits);
    let (power_of_ten, power_of_two) = powers(suffix).ok_or_else(refusal)?;
    let number = decimal::parse(&format!("{digits}e{power_of_ten}")).map_err(|error| match error {
        decimal::NumberError::Digits { .. } => too_large(text),
        _ => refusal(),
    })?;
    Ok((number, power_of_two))
}

/// Gives the powers of ten and of two that a suffix stands for.
fn powers(suffix: &str) -> Option<(i32, u32)> {
    if let Some((_, power)) = DECIMAL.iter().find(|(known, _)| *known == suffix) {
        return Some((*power, 0));
    }
    if let Some((_, power)) = BINARY.iter().find(|(known, _)| *known == suffix) {
        return Some((0, *power));
    }
    suffix.strip_prefix(['e', 'E'])?.parse().ok().map(|exponent| (exponent, 0))
}

fn too_large(text: &str) -> Error {
    Error::failed(format!("quantity '{text}' has more digits than can be computed with"))
}

#[cfg(test)]
mod tests;
