//! The Cholesky factor of a small dense covariance matrix, and the systems it solves.

/// How many right-hand sides are solved together: enough to keep the arithmetic in vector registers and cache.
pub(crate) const LANES: usize = 32;

/// A lower triangular factor L with L Lᵀ = K; row `i` holds its first `i + 1` entries.
#[derive(Debug, Clone)]
pub(crate) struct Cholesky {
    rows: Vec<Vec<f64>>,
}

impl Cholesky {
    /// Factors the symmetric matrix whose lower triangle `rows` holds, row `i` with its first `i + 1` entries;
    /// none when it is not positive definite, or holds what is not a number.
    pub(crate) fn new(mut rows: Vec<Vec<f64>>) -> Option<Self> {
        for i in 0..rows.len() {
            let (above, rest) = rows.split_at_mut(i);
            let row = rest.first_mut()?;
            for (j, other) in above.iter().enumerate() {
                let (solved, unsolved) = row.split_at_mut(j);
                let pivot = unsolved.first_mut()?;
                *pivot = (*pivot - dot(solved, other)) / other[j];
            }
            let (solved, last) = row.split_at_mut(i);
            let diagonal = last.first_mut()?;
            let square = *diagonal - dot(solved, solved);
            if !(square > 0.0 && square.is_finite()) {
                return None;
            }
            *diagonal = square.sqrt();
        }
        Some(Self { rows })
    }

    /// Returns ln |K|.
    pub(crate) fn log_determinant(&self) -> f64 {
        2.0 * self.rows.iter().filter_map(|row| row.last()).map(|pivot| pivot.ln()).sum::<f64>()
    }

    /// Returns K⁻¹ b.
    pub(crate) fn solve(&self, b: &[f64]) -> Vec<f64> {
        let mut x: Vec<f64> = Vec::with_capacity(b.len());
        for (row, &value) in self.rows.iter().zip(b) {
            let solved = dot(row, &x);
            x.push((value - solved) / row[x.len()]);
        }
        for (i, row) in self.rows.iter().enumerate().rev() {
            x[i] /= row[i];
            let pivot = x[i];
            for (earlier, entry) in x[..i].iter_mut().zip(row) {
                *earlier -= entry * pivot;
            }
        }
        x
    }

    /// Returns K⁻¹ in full.
    pub(crate) fn inverse(&self) -> Vec<Vec<f64>> {
        let n = self.rows.len();
        // Column j of L⁻¹ starts at row j: kept as a row, so that the products below run along memory.
        let columns: Vec<Vec<f64>> = (0..n)
            .map(|j| {
                let mut column: Vec<f64> = vec![0.0; n];
                column[j] = 1.0 / self.rows[j][j];
                for i in j + 1..n {
                    column[i] = -dot(&self.rows[i][j..i], &column[j..i]) / self.rows[i][i];
                }
                column
            })
            .collect();
        let entry = |i: usize, j: usize| dot(&columns[i][i.max(j)..], &columns[j][i.max(j)..]);
        (0..n).map(|i| (0..n).map(|j| entry(i, j)).collect()).collect()
    }

    /// Replaces each of the columns B by L⁻¹ B and returns their squared lengths; `columns[i]` is row `i` of B.
    pub(crate) fn whiten(&self, columns: &mut [[f64; LANES]]) -> [f64; LANES] {
        let mut squares = [0.0; LANES];
        for (i, row) in self.rows.iter().enumerate().take(columns.len()) {
            let (solved, unsolved) = columns.split_at_mut(i);
            let Some(current) = unsolved.first_mut() else {
                break;
            };
            for (entry, earlier) in row.iter().zip(solved.iter()) {
                for lane in 0..LANES {
                    current[lane] -= entry * earlier[lane];
                }
            }
            let pivot = 1.0 / row[i];
            for lane in 0..LANES {
                current[lane] *= pivot;
                squares[lane] += current[lane] * current[lane];
            }
        }
        squares
    }
}

pub(crate) fn dot(left: &[f64], right: &[f64]) -> f64 {
    // Four partial sums, since the order of a single one would forbid vector instructions.
    let mut sums = [0.0; 4];
    let length = left.len().min(right.len());
    let (left, right) = (&left[..length], &right[..length]);
    let (left_chunks, right_chunks) = (left.chunks_exact(4), right.chunks_exact(4));
    let rest: f64 = left_chunks.remainder().iter().zip(right_chunks.remainder()).map(|(a, b)| a * b).sum();
    for (a, b) in left_chunks.zip(right_chunks) {
        for lane in 0..4 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    rest + sums.iter().sum::<f64>()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A covariance that is surely positive definite: A Aᵀ + I.
    fn covariance(n: usize, entries: &[f64]) -> Vec<Vec<f64>> {
        let row = |i: usize| &entries[i * n..(i + 1) * n];
        let entry = |i: usize, j: usize| dot(row(i), row(j)) + f64::from(u8::from(i == j));
        (0..n).map(|i| (0..n).map(|j| entry(i, j)).collect()).collect()
    }

    fn lower(full: &[Vec<f64>]) -> Vec<Vec<f64>> {
        full.iter().enumerate().map(|(i, row)| row[..=i].to_vec()).collect()
    }

    #[test]
    fn a_singular_matrix_has_no_factor() {
        assert!(Cholesky::new(vec![vec![1.0], vec![1.0, 1.0]]).is_none());
        assert!(Cholesky::new(vec![vec![f64::NAN]]).is_none());
        assert!(Cholesky::new(Vec::new()).is_some());
    }

    proptest! {
        #[test]
        fn solving_inverts_the_product(entries in prop::collection::vec(-2.0..2.0f64, 49)) {
            let full = covariance(7, &entries);
            let factor = Cholesky::new(lower(&full)).expect("A Aᵀ + I is positive definite");
            let b: Vec<f64> = (0..7).map(f64::from).collect();
            let x = factor.solve(&b);
            let inverse = factor.inverse();
            for (i, row) in full.iter().enumerate() {
                prop_assert!((dot(row, &x) - b[i]).abs() < 1e-8);
                prop_assert!((dot(&inverse[i], &b) - x[i]).abs() < 1e-8);
            }
        }

        #[test]
        fn whitened_columns_have_the_length_of_the_quadratic_form(entries in prop::collection::vec(-2.0..2.0f64, 25)) {
            let factor = Cholesky::new(lower(&covariance(5, &entries))).expect("A Aᵀ + I is positive definite");
            let b = [1.0, -2.0, 0.5, 3.0, 0.0];
            let mut columns: Vec<[f64; LANES]> = b.iter().map(|&value| [value; LANES]).collect();
            let squares = factor.whiten(&mut columns);
            prop_assert!((squares[LANES - 1] - dot(&b, &factor.solve(&b))).abs() < 1e-8);
        }
    }
}
