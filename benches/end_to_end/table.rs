//! The measurements of all turns and the table of their medians. Must not depend on: how a case is run.

use crate::backfill::{Case, Figures};
use crate::yardstick::{disk_rate, nexmark_rate};

/// The measurements of a case, one for each turn.
struct Row {
    case: Case,
    figures: Vec<Figures>,
    /// The events a second as a multiple of one thread of nexmark in the same turn.
    ratios: Vec<f64>,
}

/// The measurements of all turns.
pub struct Table {
    rows: Vec<Row>,
    nexmark: Vec<f64>,
    disk: Vec<f64>,
}

impl Table {
    /// Returns a table of these cases without measurements.
    pub fn new(cases: Vec<Case>) -> Self {
        let row = |case| Row { case, figures: Vec::new(), ratios: Vec::new() };
        Table { rows: cases.into_iter().map(row).collect(), nexmark: Vec::new(), disk: Vec::new() }
    }

    /// Measures one turn: the yardsticks and each case once. nexmark is measured before and after each
    /// case, so that a change of the machine's load meets both sides.
    pub fn measure(&mut self) {
        self.disk.push(disk_rate());
        for row in &mut self.rows {
            let before = nexmark_rate();
            let figures = row.case.run();
            let nexmark = (before + nexmark_rate()) / 2.0;
            row.ratios.push(figures.rate / nexmark);
            row.figures.push(figures);
            self.nexmark.push(nexmark);
        }
    }

    /// Prints the medians.
    pub fn print(&self) {
        let (nexmark, disk) = (median(self.nexmark.iter()), median(self.disk.iter()));
        println!("yardstick: {nexmark:.0} events/s of one nexmark thread; the disk takes {:.0} MB/s", disk / 1e6);
        println!(
            "{:>9} {:>6} {:>7} {:>11} {:>9} {:>10} {:>12} {:>8} {:>8} {:>6} {:>7}",
            "people",
            "sink",
            "threads",
            "checkpoints",
            "events",
            "events/s",
            "events/CPU-s",
            "nexmark",
            "of null",
            "MB/s",
            "MiB"
        );
        self.rows.iter().for_each(|row| self.print_row(row));
    }

    fn print_row(&self, row: &Row) {
        let Case { people, sink, threads, checkpoints } = row.case;
        let of = |figure: &dyn Fn(&Figures) -> f64| median(row.figures.iter().map(figure).collect::<Vec<_>>().iter());
        let rate = of(&|f| f.rate);
        let is_null = |other: &&Row| {
            let Case { people: p, sink: s, threads: t, checkpoints: c } = other.case;
            (p, t, s, c) == (people, threads, "null", true)
        };
        let null = self.rows.iter().find(is_null).map_or(f64::NAN, |row| median(row.figures.iter().map(|f| &f.rate)));
        println!(
            "{people:>9} {sink:>6} {threads:>7} {checkpoints:>11} {:>9.0} {rate:>10.0} {:>12.0} {:>8.2} {:>8.2} {:>6.0} {:>7.0}",
            of(&|f| f.events),
            of(&|f| f.events / f.cpu_seconds),
            median(row.ratios.iter()),
            rate / null,
            of(&|f| f.bytes / f.events * f.rate / 1e6),
            of(&|f| f.mebibytes),
        );
    }
}

fn median<'a>(figures: impl Iterator<Item = &'a f64>) -> f64 {
    let mut figures: Vec<f64> = figures.copied().collect();
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}
