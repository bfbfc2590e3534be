//! The law of the numbers of victims and acts. Acts that the bank stops are not counted: the
//! laws are those of the transactions that go through.
//! Must not depend on: anything that a kind states.

use crate::engine::{RngStream, sample};

/// The law of a number: `least`, and further ones each with probability `again`, up to `most` of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Count {
    least: u32,
    again: f64,
    most: u32,
}

/// Returns the law of `least`, and further ones each with probability `again`, up to `most` of them.
pub(crate) const fn count(least: u32, again: f64, most: u32) -> Count {
    Count { least, again, most }
}

impl Count {
    /// Returns the law of a fixed number.
    pub(crate) const fn exactly(number: u32) -> Count {
        count(number, 0.0, 0)
    }

    /// Draws a number.
    pub(crate) fn draw(self, rng: &mut RngStream) -> u32 {
        self.least + sample::geometric(rng, self.again, self.most)
    }

    /// Returns the exact mean.
    pub(crate) fn mean(self) -> f64 {
        let mut power = 1.0;
        f64::from(self.least)
            + (0..self.most).fold(0.0, |sum, _| {
                power *= self.again;
                sum + power
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_of_a_count_is_exact() {
        assert!((count(2, 0.70, 10).mean() - 4.267).abs() < 0.001);
        assert_eq!(Count::exactly(3).mean(), 3.0);
    }
}
