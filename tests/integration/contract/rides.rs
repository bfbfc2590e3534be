//! What must hold over all trips: of one by itself, of a driver's one after the other, of a rider's. Knows the trips'
//! topic alone.

use super::facts::{WorldFacts, haversine_km};
use super::faults::Faults;
use super::record::{Record, numbered};
use std::collections::{HashMap, HashSet};

const SECOND: i64 = 1_000_000;
/// A gap between trips short enough that the driver is still on the same shift, in seconds.
const SHORT_GAP: i64 = 30 * 60;

#[derive(Debug)]
struct Driver {
    region: usize,
    free_at: i64,
    place: (f64, f64),
    vehicle: (u32, String),
    vehicles: u32,
    rating: i64,
    moved: bool,
    sequence: i64,
    trips: u32,
}

/// A trip as the joins need it.
#[derive(Clone, Copy, Debug)]
pub struct Ridden {
    pub rider: u128,
    pub completed_at: i64,
    pub region: usize,
}

/// All drivers.
#[derive(Debug, Default)]
pub struct Rides {
    drivers: HashMap<u32, Driver>,
    owners: HashMap<u32, u32>,
    riders: HashMap<u128, i64>,
    ids: HashSet<u128>,
    /// How far each actual time is from what explains it, as a share.
    errors: Vec<f32>,
    pub ridden: Vec<Ridden>,
    /// Trips that followed the driver's last one within half an hour.
    pub short_gaps: u64,
    /// Ratings in tenths at the drivers' first trips.
    pub first_ratings: Vec<i64>,
}

impl Rides {
    /// Takes in the next trip.
    pub fn see(&mut self, world: &WorldFacts, record: &Record<'_>, faults: &mut Faults) {
        let example = || record.text.to_owned();
        faults.check(self.ids.insert(record.uuid("trip_id")), "trip_id is unique", example);
        let region = world.region_of_point(record.point("origin"));
        if !faults.check(region.is_some(), "origin lies inside a region", example) {
            return;
        }
        let region = region.unwrap_or(0);
        self.see_parts(world, region, record, faults);
        self.see_driver(world, region, record, faults);
        if world.extras {
            self.see_rider(region, record, faults);
        }
    }

    fn see_parts(&mut self, world: &WorldFacts, region: usize, record: &Record<'_>, faults: &mut Faults) {
        let (facts, example) = (&world.regions[region], || record.text.to_owned());
        let (from, to) = (record.point("origin"), record.point("destination"));
        faults.check(facts.contains(to, 0.0), "destination lies inside the origin's region", example);
        let off = (haversine_km(from, to) - record.number("estimated_distance_km")).abs();
        faults.check(off <= 0.01, "the distance is the great circle's", example);
        let clock = (record.whole("day_of_week"), record.whole("hour_of_day"));
        faults.check(clock == facts.local(record.micros("timestamp")), "weekday and hour are the region's", example);
        let cold = record.text_of("weather") != "Snow" || record.number("temperature_celsius") <= 5.0;
        faults.check(cold, "snow falls when it is cold", example);
        let expected = explained(record);
        let error = (record.number("simulated_actual_travel_time_seconds") - expected).abs() / expected;
        faults.check(error <= 0.10, "the parts explain the actual time within 10 %", example);
        self.errors.push(error as f32);
    }

    fn see_driver(&mut self, world: &WorldFacts, region: usize, record: &Record<'_>, faults: &mut Faults) {
        let number = numbered(record.text_of("driver_id"), "driver_").unwrap_or(0);
        let vehicle = numbered(record.text_of("vehicle_id"), "vehicle_").unwrap_or(0);
        let owner = *self.owners.entry(vehicle).or_insert(number);
        faults.check(owner == number, "a vehicle has one driver", || record.text.to_owned());
        match self.drivers.get_mut(&number) {
            Some(driver) => {
                faults.check(driver.region == region, "a driver stays in the region", || record.text.to_owned());
                self.short_gaps += u64::from(driver.see(world, record, faults));
            }
            None => {
                let driver = Driver::first(region, record);
                self.first_ratings.push(driver.rating);
                self.drivers.insert(number, driver);
            }
        }
    }

    fn see_rider(&mut self, region: usize, record: &Record<'_>, faults: &mut Faults) {
        let (rider, at, end) = (record.uuid("rider_id"), record.micros("timestamp"), record.micros("completed_at"));
        let before = self.riders.insert(rider, end).unwrap_or(i64::MIN);
        faults.check(at >= before, "a rider is never on two trips", || record.text.to_owned());
        let drive = record.whole("simulated_actual_travel_time_seconds") * SECOND;
        faults.check(end >= at + drive, "a trip ends after its request and its drive", || record.text.to_owned());
        self.ridden.push(Ridden { rider, completed_at: end, region });
    }

    /// What can be told only at the end.
    pub fn finish(&mut self, faults: &mut Faults) {
        self.errors.sort_by(f32::total_cmp);
        let median = self.errors.get(self.errors.len() / 2).copied().unwrap_or(0.0);
        faults
            .check(median <= 0.03, "the parts explain the actual time within 3 % in the median", || median.to_string());
        let busy = self.drivers.values().filter(|d| d.trips >= 300);
        let (count, moved) = busy.fold((0, 0), |(n, m), d| (n + 1, m + u32::from(d.moved)));
        faults.check(count < 5 || moved > 0, "ratings are moved by trips", || format!("of {count} drivers none moved"));
        for (number, driver) in &self.drivers {
            let few = driver.vehicles <= 2 + driver.trips / 100;
            faults.check(few, "a driver keeps the vehicle mostly", || format!("driver_{number}: {driver:?}"));
        }
    }

    /// How many trips there were.
    pub fn trips(&self) -> usize {
        self.errors.len()
    }
}

/// What the parts of a trip come to, in seconds.
fn explained(record: &Record<'_>) -> f64 {
    let factors = ["debug_traffic_factor", "debug_weather_factor", "debug_driver_factor"].map(|f| record.number(f));
    let drive = record.number("initial_estimated_travel_time_seconds") * factors.iter().product::<f64>();
    (drive + record.number("debug_incident_delay_seconds")).max(60.0)
}

fn tenths(record: &Record<'_>) -> i64 {
    (record.number("driver_rating") * 10.0).round() as i64
}

impl Driver {
    fn first(region: usize, record: &Record<'_>) -> Self {
        let mut driver = Driver {
            region,
            free_at: 0,
            place: (0.0, 0.0),
            vehicle: (0, String::new()),
            vehicles: 1,
            rating: tenths(record),
            moved: false,
            sequence: 1,
            trips: 0,
        };
        driver.vehicle = vehicle(record);
        driver.take(record);
        driver
    }

    fn take(&mut self, record: &Record<'_>) {
        let drive = record.whole("simulated_actual_travel_time_seconds") * SECOND;
        self.free_at = record.micros("timestamp") + drive;
        self.place = record.point("destination");
        self.trips += 1;
        self.moved |= self.rating != tenths(record);
        self.rating = tenths(record);
    }

    /// Checks the driver's next trip against the last one; true when it came shortly after.
    fn see(&mut self, world: &WorldFacts, record: &Record<'_>, faults: &mut Faults) -> bool {
        let example = || record.text.to_owned();
        let gap = record.micros("timestamp") - self.free_at;
        faults.check(gap >= 0, "a driver is never on two trips", example);
        let short = gap < SHORT_GAP * SECOND;
        let away = haversine_km(self.place, record.point("origin"));
        let near = !short || away <= world.pickup_limit_km + 0.001;
        faults.check(near, "a trip starts near where the last one ended", || format!("{away} km: {}", record.text));
        let step = (tenths(record) - self.rating).abs();
        faults.check(step <= 1, "a rating moves by small steps", example);
        if self.vehicle != vehicle(record) {
            let other = self.vehicle.0 != vehicle(record).0;
            faults.check(other && !short, "a vehicle changes as a whole and between shifts", example);
            self.vehicle = vehicle(record);
            self.vehicles += 1;
        }
        if world.extras {
            self.sequence += 1;
            faults.check(
                record.whole("entity_sequence") == self.sequence,
                "entity_sequence of a driver has no gap",
                example,
            );
            self.sequence = record.whole("entity_sequence");
            self.take(record);
            faults.check(record.micros("completed_at") >= self.free_at, "a driver is free after the drive", example);
            self.free_at = record.micros("completed_at");
        } else {
            self.take(record);
        }
        short
    }
}

fn vehicle(record: &Record<'_>) -> (u32, String) {
    let number = numbered(record.text_of("vehicle_id"), "vehicle_").unwrap_or(0);
    (number, record.text_of("vehicle_type").to_owned())
}
