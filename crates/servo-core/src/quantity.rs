//! Amounts of CPU and memory as Kubernetes writes them, exact: what was written survives a round trip.

pub mod cpu;
pub mod memory;

pub use cpu::Cpu;
pub use memory::Memory;

/// What is wrong with a quantity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QuantityError {
    /// The text is not a CPU quantity.
    #[error(
        "invalid CPU quantity '{input}': expected cores such as `0.5` or `2`, or millicores such as `250m`"
    )]
    Cpu {
        /// What was read.
        input: String,
    },
    /// The text is not a memory quantity.
    #[error("invalid memory quantity '{input}': expected an amount such as `512Mi`, `1.5Gi` or `2GB`")]
    Memory {
        /// What was read.
        input: String,
    },
    /// The letters after the number are not a unit of memory.
    #[error(
        "unknown unit '{unit}' in memory quantity '{input}': expected Ki, Mi, Gi, Ti, Pi, Ei, k, M, G, T, P, E or B"
    )]
    MemoryUnit {
        /// The letters found.
        unit: String,
        /// What was read.
        input: String,
    },
    /// A quantity below zero.
    #[error("quantity '{input}' is negative: expected zero or more")]
    Negative {
        /// What was read.
        input: String,
    },
    /// More than the type holds.
    #[error("quantity '{input}' is too large")]
    TooLarge {
        /// What was read.
        input: String,
    },
    /// More digits than exact arithmetic holds.
    #[error("quantity '{input}' has more than 28 digits: write a shorter one")]
    Digits {
        /// What was read.
        input: String,
    },
}

#[cfg(test)]
mod tests;
