//! The instructions per event by module, and the committed figures that they are held against.
//! Must not depend on: callgrind's format.

use super::callgrind::Profile;
use std::collections::BTreeMap;
use std::process::ExitCode;

/// The committed figures: a line for each module, name and instructions per event.
const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/instructions.txt");
/// The greatest accepted difference from a committed figure, as a share of it.
const TOLERANCE: f64 = 0.05;
/// Modules with fewer instructions per event than this are shown together, as `other`.
const LEAST_SHOWN: f64 = 40.0;
const OTHER: &str = "other";
const TOTAL: &str = "total";

/// The instructions per event by module.
pub struct Table(BTreeMap<String, f64>);

impl Table {
    /// Returns the table of a profile.
    pub fn new(profile: &Profile) -> Self {
        let mut table = BTreeMap::new();
        for (module, cost) in profile.by(module_of) {
            let cost = cost as f64 / profile.events as f64;
            let module = if cost < LEAST_SHOWN { OTHER.to_owned() } else { module };
            *table.entry(module).or_default() += cost;
            *table.entry(TOTAL.to_owned()).or_default() += cost;
        }
        Table(table)
    }

    /// Prints the table, greatest first.
    pub fn print(&self) {
        let mut rows: Vec<_> = self.0.iter().collect();
        rows.sort_by(|a, b| b.1.total_cmp(a.1));
        println!("instructions per event");
        rows.iter().for_each(|(module, cost)| println!("{cost:>9.1} {module}"));
    }

    /// Writes the committed figures.
    pub fn renew(&self) {
        let text: String = self.0.iter().map(|(module, cost)| format!("{module} {cost:.0}\n")).collect();
        std::fs::write(COMMITTED, text).expect("the committed figures can be written");
        println!("written: {COMMITTED}");
    }

    /// Compares with the committed figures and prints each difference beyond the tolerance.
    pub fn check(&self) -> ExitCode {
        let committed = std::fs::read_to_string(COMMITTED).expect("the committed figures");
        let differences: Vec<String> = committed.lines().filter_map(|line| self.difference(line)).collect();
        differences.iter().for_each(|difference| eprintln!("{difference}"));
        if differences.is_empty() {
            return ExitCode::SUCCESS;
        }
        eprintln!("if the change is intended: cargo bench -p populace-wire --bench instructions -- renew");
        ExitCode::FAILURE
    }

    fn difference(&self, line: &str) -> Option<String> {
        let (module, figure) = line.rsplit_once(' ').expect("a module and a figure");
        let figure: f64 = figure.parse().expect("a number of instructions");
        let found = self.0.get(module).copied().unwrap_or(0.0);
        let beyond = (found - figure).abs() > (figure * TOLERANCE).max(1.0);
        beyond.then(|| format!("{module}: {found:.0} instructions per event, committed {figure:.0}"))
    }
}

/// Returns the module that a line belongs to: that of its file, or, if that is of another crate, that of the function
/// into which it was compiled.
fn module_of(line_file: &str, function_file: &str) -> String {
    own_module(line_file).or_else(|| own_module(function_file)).unwrap_or_else(|| foreign(function_file))
}

/// Returns `sim::shop` for a file of the module `shop` of the crate `sim`.
fn own_module(file: &str) -> Option<String> {
    let crate_of = |name: &'static str| Some((name, file.rsplit_once(&format!("{name}/src/"))?.1));
    if file.contains("/registry/") || file.contains("/rustc/") {
        return None;
    }
    let (name, path) = crate_of("sim").or_else(|| crate_of("wire"))?;
    let module = path.split(['/', '.']).next()?;
    Some(format!("{name}::{module}"))
}

fn foreign(file: &str) -> String {
    match () {
        () if file.contains("/libm-") => "libm".to_owned(),
        () if file.contains("/twox-hash-") => "xxhash".to_owned(),
        () if file.contains("/rustc/") => "std".to_owned(),
        () => "libc".to_owned(),
    }
}
