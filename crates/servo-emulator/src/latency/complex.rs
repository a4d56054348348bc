//! The few operations on complex numbers that characteristic functions need.

use std::ops::{Add, Div, Mul, Sub};

/// A complex number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Complex {
    pub(crate) re: f64,
    pub(crate) im: f64,
}

impl Complex {
    pub(crate) const ONE: Self = Self::real(1.0);

    pub(crate) const fn new(re: f64, im: f64) -> Self {
        Self { re, im }
    }

    pub(crate) const fn real(re: f64) -> Self {
        Self { re, im: 0.0 }
    }

    /// `magnitude · exp(i·angle)`.
    pub(crate) fn polar(magnitude: f64, angle: f64) -> Self {
        let (sin, cos) = angle.sin_cos();
        Self { re: magnitude * cos, im: magnitude * sin }
    }
}

impl Add for Complex {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self::new(self.re + other.re, self.im + other.im)
    }
}

impl Sub for Complex {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self::new(self.re - other.re, self.im - other.im)
    }
}

impl Mul for Complex {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        Self::new(self.re * other.re - self.im * other.im, self.re * other.im + self.im * other.re)
    }
}

impl Div for Complex {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        // Scaled by the larger part, since a square may overflow (Smith 1962).
        if other.re.abs() >= other.im.abs() {
            let ratio = other.im / other.re;
            let divisor = other.re + other.im * ratio;
            Self::new((self.re + self.im * ratio) / divisor, (self.im - self.re * ratio) / divisor)
        } else {
            let ratio = other.re / other.im;
            let divisor = other.re * ratio + other.im;
            Self::new((self.re * ratio + self.im) / divisor, (self.im * ratio - self.re) / divisor)
        }
    }
}
