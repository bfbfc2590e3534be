//! Converts records into rows, line by line, in one pass. Must not depend on: sources of lines, checks.

use super::clock::Places;
use super::data::{Action, Channel, Click, Data, Facts, Kind, Label, Means, Payment, Sky, Trip, Visitor};
use super::lines::{ClickLine, PaymentLine, TripLine};
use populace_sim::{Currency, FraudKind, RegionError, Scenario, Stream, VirtualTime, resolve_time};
use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::net::Ipv4Addr;

/// The numbers of texts, from 0 in the order of their first occurrence. A text is stored as its hash: the probability
/// that two of a million texts share one is 1 : 37 million.
#[derive(Default)]
struct Numbers(HashMap<u64, u32, BuildHasherDefault<DefaultHasher>>);

impl Numbers {
    fn of(&mut self, text: &str) -> u32 {
        let hash = self.0.hasher().hash_one(text);
        let next = self.0.len() as u32;
        *self.0.entry(hash).or_insert(next)
    }

    fn len(&self) -> usize {
        self.0.len()
    }
}

/// A collector of records.
pub struct Collector {
    data: Data,
    users: Numbers,
    merchants: Numbers,
    devices: Numbers,
    methods: Numbers,
    drivers: Numbers,
    vehicles: Numbers,
    customers: Numbers,
    sessions: Numbers,
    products: Numbers,
}

impl Collector {
    /// Returns a collector for the records of a world of `scenario`, whose regions give currencies and clocks.
    ///
    /// # Errors
    /// As [`populace_sim::Region::build`].
    pub fn new(scenario: &Scenario) -> Result<Self, RegionError> {
        Places::of(scenario).map(Collector::at)
    }

    /// Returns a collector for records of these places.
    pub(super) fn at(places: Places) -> Self {
        let mut products = Numbers::default();
        products.of(""); // 0: no product
        Collector {
            data: Data::empty(places),
            users: Numbers::default(),
            merchants: Numbers::default(),
            devices: Numbers::default(),
            methods: Numbers::default(),
            drivers: Numbers::default(),
            vehicles: Numbers::default(),
            customers: Numbers::default(),
            sessions: Numbers::default(),
            products,
        }
    }

    /// Adds a record of `stream`; `time` is its instant if the record has none.
    ///
    /// # Errors
    /// The fault of the record.
    pub fn line(&mut self, stream: Stream, time: Option<VirtualTime>, line: &[u8]) -> Result<(), String> {
        match stream {
            Stream::Transactions => self.payment(time, parsed(stream, line)?),
            Stream::Trips => self.trip(time, parsed(stream, line)?),
            Stream::Interactions => self.click(time, parsed(stream, line)?),
            Stream::Labels | Stream::Completions | Stream::Drifts => Ok(()),
            Stream::Users | Stream::Drivers | Stream::Customers | Stream::Merchants | Stream::Products => Ok(()),
        }
    }

    /// Returns all rows, in the order of time.
    pub fn finish(self) -> Data {
        let Collector { mut data, users, drivers, customers, sessions, products, .. } = self;
        data.users = users.len();
        data.drivers = drivers.len();
        data.customers = customers.len();
        data.sessions = sessions.len();
        data.products = products.len();
        data.payments.sort_by_key(|row| row.wall);
        data.trips.sort_by_key(|row| row.wall);
        data.clicks.sort_by_key(|row| row.wall);
        data
    }

    fn payment(&mut self, time: Option<VirtualTime>, line: PaymentLine<'_>) -> Result<(), String> {
        let region = self.data.places.nearest(line.location.map(|at| at.degrees()));
        let facts = self.facts(&line);
        let row = Payment {
            wall: self.data.places.wall(region, instant(time, line.timestamp)?),
            user: self.users.of(line.user_id),
            merchant: self.merchants.of(line.merchant_id),
            amount: (line.amount / Currency::from_code(line.currency).map_or(1.0, Currency::units_per_dollar)) as f32,
            category: self.category(line.product_category),
            region,
            kind: if line.transaction_type == "purchase" { Kind::Purchase } else { Kind::Other },
            means: if line.payment_method.ends_with("_card") { Means::Card } else { Means::Other },
            channel: channel(line.channel),
            label: if line.is_fraud == 0 { Label::Genuine } else { Label::Fraud },
            pattern: line.fraud_pattern.and_then(FraudKind::parse),
            facts,
        };
        self.data.payments.push(row);
        Ok(())
    }

    fn facts(&mut self, line: &PaymentLine<'_>) -> Facts {
        let at = line.location.map_or((0.0, 0.0), |at| at.degrees());
        let device =
            line.device_info.as_ref().map_or(0, |one| self.devices.of(&format!("{}\n{}", one.os, one.browser)));
        Facts {
            at: [at.0 as f32, at.1 as f32],
            ip: line.ip_address.and_then(|text| text.parse::<Ipv4Addr>().ok()).map_or(0, u32::from),
            device: device as u16,
            method: self.methods.of(line.payment_method) as u8,
            cvv: u8::from(line.cvv_provided == Some(true)),
            billing_match: u8::from(line.billing_address_match == Some(true)),
            account_days: line.account_age_days.unwrap_or(0),
        }
    }

    fn trip(&mut self, time: Option<VirtualTime>, line: TripLine<'_>) -> Result<(), String> {
        let region = self.data.places.nearest(Some(line.origin.degrees()));
        let (from, to) = (line.origin, line.destination);
        let row = Trip {
            wall: self.data.places.wall(region, instant(time, line.timestamp)?),
            driver: self.drivers.of(line.driver_id),
            region,
            sky: sky(line.weather),
            ends: [from.lat as f32, from.lon as f32, to.lat as f32, to.lon as f32],
            kilometres: line.estimated_distance_km,
            celsius: line.temperature_celsius,
            rating: line.driver_rating,
            vehicle: self.vehicles.of(line.vehicle_type) as u8,
            highway_share: line.highway_share.unwrap_or(f32::NAN),
            naive_seconds: line.initial_estimated_travel_time_seconds,
            seconds: line.simulated_actual_travel_time_seconds,
        };
        self.data.trips.push(row);
        Ok(())
    }

    fn click(&mut self, time: Option<VirtualTime>, line: ClickLine<'_>) -> Result<(), String> {
        let region = self.data.places.nearest(line.location.map(|at| at.degrees()));
        let action = action(line.event_type);
        let worth = line.price.unwrap_or(0.0) * line.quantity.unwrap_or(1.0);
        let scale = self.data.places.0[region as usize].currency.units_per_dollar();
        let row = Click {
            wall: self.data.places.wall(region, instant(time, line.timestamp)?),
            customer: self.customers.of(line.customer_id),
            session: self.sessions.of(line.session_id),
            product: self.products.of(line.product_id.unwrap_or("")),
            spent: if action == Action::Purchase { (worth / scale) as f32 } else { 0.0 },
            dwell_seconds: line.time_on_page_seconds.min(u32::from(u16::MAX)) as u16,
            region,
            action,
            visitor: match line.is_bot {
                Some(true) => Visitor::Bot,
                Some(false) => Visitor::Human,
                None => Visitor::Unknown,
            },
        };
        self.data.clicks.push(row);
        Ok(())
    }

    fn category(&mut self, name: &str) -> u8 {
        self.data.category(name).unwrap_or_else(|| {
            self.data.categories.push(name.to_owned());
            (self.data.categories.len() - 1) as u8
        })
    }
}

fn parsed<'a, T: serde::Deserialize<'a>>(stream: Stream, line: &'a [u8]) -> Result<T, String> {
    serde_json::from_slice(line).map_err(|error| described(stream, &error.to_string()))
}

/// Returns the fault of a record, and the remedy if a field is missing.
fn described(stream: Stream, error: &str) -> String {
    let field = error.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
    let section = stream.section();
    match field {
        Some(field) => format!(
            "the field {field} is missing, which the checks need under its own name: the world that writes it must have \
             it in topics.{section}.fields (left empty, these are all fields but the extras)"
        ),
        None => format!("{error}; records of {section} are needed as the wire contract has them"),
    }
}

fn instant(time: Option<VirtualTime>, text: Option<&str>) -> Result<VirtualTime, String> {
    let Some(text) = text else { return time.ok_or_else(|| "it has no timestamp".into()) };
    resolve_time(text, VirtualTime::from_micros(0)).map_err(|error| format!("its timestamp: {error}"))
}

fn channel(text: Option<&str>) -> Channel {
    match text {
        Some("pos") => Channel::Pos,
        Some("online") => Channel::Online,
        Some(_) => Channel::Other,
        None => Channel::Unknown,
    }
}

fn sky(text: &str) -> Sky {
    match text {
        "Clear" | "Clouds" => Sky::Dry,
        "Rain" => Sky::LightRain,
        "Heavy Rain" | "Thunderstorm" => Sky::HeavyRain,
        _ => Sky::Other,
    }
}

fn action(text: &str) -> Action {
    match text {
        "page_view" => Action::View,
        "add_to_cart" => Action::Cart,
        "purchase" => Action::Purchase,
        _ => Action::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAYMENT: &str = r#"{"transaction_id":"t","user_id":"u1","timestamp":"2026-01-01T18:30:00.000001+00:00","amount":150.00,"currency":"JPY","merchant_id":"merchant_3","product_category":"groceries","transaction_type":"purchase","payment_method":"debit_card","location":{"lat":1.5,"lon":2.5},"is_fraud":1,"channel":"pos","ip_address":"10.0.0.7","device_info":{"os":"iOS","browser":"Safari"},"account_age_days":41,"cvv_provided":true,"billing_address_match":false}"#;
    const TRIP: &str = r#"{"driver_id":"driver_1","timestamp":"2026-01-01T18:30:00.000001+00:00","origin":{"lat":29.7,"lon":-95.3},"destination":{"lat":29.8,"lon":-95.4},"estimated_distance_km":12.5,"weather":"Heavy Rain","temperature_celsius":-1.5,"driver_rating":4.7,"vehicle_type":"SUV","initial_estimated_travel_time_seconds":600,"simulated_actual_travel_time_seconds":900}"#;
    const CLICK: &str = r#"{"customer_id":"u1","session_id":"s1","timestamp":"2026-01-01T18:30:00.000001+00:00","event_type":"purchase","product_id":"prod_7","price":2.50,"quantity":4,"page_url":"x","time_on_page_seconds":9,"search_query":null,"is_bot":false}"#;

    fn read(lines: &[(Stream, &str)]) -> Data {
        let mut reading = Collector::at(Places::made_up());
        lines.iter().for_each(|(stream, line)| reading.line(*stream, None, line.as_bytes()).unwrap());
        reading.finish()
    }

    #[test]
    fn records_become_rows() {
        let data = read(&[(Stream::Transactions, PAYMENT), (Stream::Trips, TRIP), (Stream::Interactions, CLICK)]);
        let payment = data.payments[0];
        assert_eq!((payment.wall.hour(), payment.amount, payment.label), (18, 1.0, Label::Fraud));
        assert_eq!((payment.kind, payment.means, payment.channel), (Kind::Purchase, Means::Card, Channel::Pos));
        assert_eq!(data.category("groceries"), Some(payment.category));
        let facts = payment.facts;
        assert_eq!((facts.ip, facts.account_days, facts.cvv, facts.billing_match), (0x0a00_0007, 41, 1, 0));
        let trip = data.trips[0];
        assert_eq!((trip.sky, trip.kilometres, trip.seconds), (Sky::HeavyRain, 12.5, 900.0));
        assert!(trip.highway_share.is_nan());
        let click = data.clicks[0];
        assert_eq!((click.action, click.spent, click.dwell_seconds, click.product), (Action::Purchase, 10.0, 9, 1));
    }

    #[test]
    fn entities_are_told_apart_and_rows_stand_in_the_order_of_time() {
        let later = PAYMENT.replace("18:30", "19:30").replace("u1", "u2");
        let data = read(&[(Stream::Transactions, &later), (Stream::Transactions, PAYMENT)]);
        assert_eq!((data.users, data.payments[0].user, data.payments[1].user), (2, 1, 0));
        assert_eq!(data.day_count(), 1);
    }

    #[test]
    fn a_time_beside_the_record_counts_where_it_has_none() {
        let mut reading = Collector::at(Places::made_up());
        let beside = Some(VirtualTime::from_seconds(3_600));
        let without = PAYMENT.replace("\"timestamp\":\"2026-01-01T18:30:00.000001+00:00\",", "");
        for line in [PAYMENT, &without] {
            reading.line(Stream::Transactions, beside, line.as_bytes()).unwrap();
        }
        let hours: Vec<usize> = reading.finish().payments.iter().map(|row| row.wall.hour()).collect();
        assert_eq!(hours, [1, 18]);
    }

    #[test]
    fn what_is_missing_is_named() {
        let mut reading = Collector::at(Places::made_up());
        let mut fault = |line: &str| reading.line(Stream::Transactions, None, line.as_bytes()).unwrap_err();
        let amount = fault(&PAYMENT.replace("\"amount\":150.00,", ""));
        assert!(amount.contains("the field amount is missing") && amount.contains("topics.transactions.fields"));
        assert!(fault("{]").contains("wire contract"));
        assert!(fault(&PAYMENT.replace("timestamp", "moment")).contains("timestamp"));
        assert!(fault(&PAYMENT.replace("2026-01-01T", "")).contains("timestamp"));
    }
}
