//! Compares the records of a world of populace with published figures of real banks, roads and shops.
//!
//! A [`Collector`] takes the records of a world, as JSON, and gives [`Data`]: compact rows in the order of time. A
//! [`Report`] carries out all checks on it, each with the band that published figures give; [`text`] and [`html`] show it.
//! `docs` of the check modules name the figure and its source.
//!
//! Must not depend on: the origin of records, files, the network, the daemon.
//!
//! ```
//! use populace_realism::{Collector, Report, text};
//! use populace_sim::{Scenario, Stream};
//!
//! let scenario = Scenario::from_toml("example", "[world]\npeople = 50\nstart = \"2026-01-01\"")?;
//! let mut collector = Collector::new(&scenario)?;
//! let line = br#"{"user_id":"u","timestamp":"2026-01-01T18:30:00+00:00","amount":1.5,"currency":"USD",
//!     "merchant_id":"m","product_category":"other","transaction_type":"purchase","payment_method":"crypto","is_fraud":0}"#;
//! collector.line(Stream::Transactions, None, line)?;
//! let report = Report::new(&collector.finish(), "an example".to_owned());
//! assert_eq!(report.data.transactions, 1);
//! assert!(report.summary.too_few > 0 && text(&report).contains("an example"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod chart;
mod check;
mod checks;
mod clock;
mod collector;
#[cfg(test)]
mod controls;
mod data;
mod gauge;
mod heat;
mod lines;
mod months;
mod page;
mod plots;
mod report;
mod statistics;
mod table;

pub use check::{Band, Check, Unit, Verdict};
pub use checks::Unmeasured;
pub use collector::Collector;
pub use data::Data;
pub use lines::with_required_fields;
pub use page::html;
pub use report::{Facts, Report, Summary};
pub use table::text;
