//! Trains a linear regression that predicts the duration of a trip from the fields known at its start, and measures its
//! error on later trips.
//! `cargo run --release -p populace-sim --example train_on_trips`

use populace_sim::prelude::*;
use std::error::Error;

const FEATURES: usize = 4;

/// A trip as input of the model: features at the start, and the duration in seconds.
#[derive(Clone, Copy, Debug)]
struct Sample {
    features: [f64; FEATURES],
    seconds: f64,
}

fn sample(event: Event) -> Option<Sample> {
    let Event::Trip(trip) = event else { return None };
    let rush = matches!(trip.local.hour(), 7..=9 | 16..=18);
    let km = trip.distance_metres / 1_000.0;
    Some(Sample { features: [1.0, km, km * km, f64::from(rush) * km], seconds: trip.actual_seconds as f64 })
}

/// The weights of the features.
#[derive(Clone, Copy, Debug)]
struct Model([f64; FEATURES]);

impl Model {
    /// Fits by least squares: solves the normal equations by Gaussian elimination.
    fn fit(samples: &[Sample]) -> Self {
        let mut rows = [[0.0; FEATURES + 1]; FEATURES];
        for sample in samples {
            for (row, x) in rows.iter_mut().zip(sample.features) {
                row[..FEATURES].iter_mut().zip(sample.features).for_each(|(sum, y)| *sum += x * y);
                row[FEATURES] += x * sample.seconds;
            }
        }
        for pivot in 0..FEATURES {
            let from = rows[pivot];
            for row in rows.iter_mut().enumerate().filter(|(index, _)| *index != pivot).map(|(_, row)| row) {
                let factor = row[pivot] / from[pivot];
                row.iter_mut().zip(from).for_each(|(value, other)| *value -= factor * other);
            }
        }
        let mut weights = [0.0; FEATURES];
        for (index, weight) in weights.iter_mut().enumerate() {
            *weight = rows[index][FEATURES] / rows[index][index];
        }
        Model(weights)
    }

    fn predict(&self, sample: &Sample) -> f64 {
        self.0.iter().zip(sample.features).map(|(weight, x)| weight * x).sum()
    }

    /// Returns the mean absolute error in seconds.
    fn error(&self, samples: &[Sample]) -> f64 {
        samples.iter().map(|s| (self.predict(s) - s.seconds).abs()).sum::<f64>() / samples.len() as f64
    }
}

/// The errors in seconds on the trips after training: of the model, and of always predicting the mean.
#[derive(Clone, Copy, Debug)]
struct Errors {
    model: f64,
    mean: f64,
}

fn train_and_measure(people: u32) -> Result<Errors, Box<dyn Error>> {
    let mut world = World::builder().people(people).seed(9).build()?;
    let (split, end) = (world.now() + Span::from_days(28), world.now() + Span::from_days(42));
    let training: Vec<Sample> = world.events_until(split).filter_map(sample).collect();
    let later: Vec<Sample> = world.events_until(end).filter_map(sample).collect();
    let mean = training.iter().map(|s| s.seconds).sum::<f64>() / training.len() as f64;
    let baseline = Model([mean, 0.0, 0.0, 0.0]);
    Ok(Errors { model: Model::fit(&training).error(&later), mean: baseline.error(&later) })
}

fn main() -> Result<(), Box<dyn Error>> {
    let Errors { model, mean } = train_and_measure(3_000)?;
    println!("mean absolute error: {model:.0} s; of predicting the mean: {mean:.0} s");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_model_predicts_much_better_than_the_mean() {
        let Errors { model, mean } = train_and_measure(1_000).expect("a world");
        assert!(model > 10.0 && model < 0.6 * mean, "{model} and {mean} seconds");
    }
}
