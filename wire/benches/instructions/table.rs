//! The instructions per event by module, and the committed figures that they are held against.
//! Must not depend on: callgrind's format.

use super::callgrind::Profile;
use std::collections::BTreeMap;
use std::process::{Command, ExitCode};

/// The committed figures: the compiler, then a line for each module, name and instructions per event.
const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/instructions.txt");
/// The greatest accepted difference from a committed figure, as a share of it.
const TOLERANCE: f64 = 0.05;
/// The same where another compiler was used than for the committed figures: it lays out and inlines otherwise.
const TOLERANCE_OF_ANOTHER_COMPILER: f64 = 0.30;
/// A module with fewer instructions per event than this is part of [`OTHER`] when the figures are written.
const LEAST_LISTED: f64 = 60.0;
const OTHER: &str = "other";
const TOTAL: &str = "total";

/// The instructions per event by module.
pub struct Table(BTreeMap<String, f64>);

impl Table {
    /// Returns the table of a profile.
    pub fn new(profile: &Profile) -> Self {
        let per_event = |cost: u64| cost as f64 / profile.events as f64;
        Table(profile.by(module_of).into_iter().map(|(module, cost)| (module, per_event(cost))).collect())
    }

    /// Prints the table, greatest first.
    pub fn print(&self) {
        let mut rows: Vec<_> = self.0.iter().collect();
        rows.sort_by(|a, b| b.1.total_cmp(a.1));
        println!("instructions per event");
        println!("{:>9.1} {TOTAL}", self.total());
        rows.iter().for_each(|(module, cost)| println!("{cost:>9.1} {module}"));
    }

    /// Writes the committed figures.
    pub fn renew(&self) {
        let listed: Vec<&str> =
            self.0.iter().filter(|(_, cost)| **cost >= LEAST_LISTED).map(|(module, _)| module.as_str()).collect();
        let figure = |module: &str| format!("{module} {:.0}\n", self.figure(module, &listed));
        let figures: String = listed.iter().copied().chain([OTHER, TOTAL]).map(figure).collect();
        std::fs::write(COMMITTED, compiler() + "\n" + &figures).expect("the committed figures can be written");
        println!("written: {COMMITTED}");
    }

    /// Compares with the committed figures and prints each difference beyond the tolerance.
    pub fn check(&self) -> ExitCode {
        let text = std::fs::read_to_string(COMMITTED).expect("the committed figures");
        let (first, figures) = text.split_once('\n').expect("the compiler, then the figures");
        let tolerance = if first == compiler() { TOLERANCE } else { TOLERANCE_OF_ANOTHER_COMPILER };
        println!("held within {:.0} %: committed with {first}, compiled with {}", tolerance * 100.0, compiler());
        let committed: Vec<(&str, f64)> = figures.lines().map(committed_figure).collect();
        let listed: Vec<&str> = committed.iter().map(|(module, _)| *module).collect();
        let differences: Vec<String> = committed
            .iter()
            .filter_map(|(module, figure)| self.difference(module, *figure, &listed, tolerance))
            .collect();
        differences.iter().for_each(|difference| eprintln!("{difference}"));
        if differences.is_empty() {
            return ExitCode::SUCCESS;
        }
        eprintln!("if the change is intended: cargo bench -p populace-wire --bench instructions -- renew");
        ExitCode::FAILURE
    }

    fn difference(&self, module: &str, committed: f64, listed: &[&str], tolerance: f64) -> Option<String> {
        let found = self.figure(module, listed);
        let beyond = (found - committed).abs() > committed * tolerance;
        beyond.then(|| format!("{module}: {found:.0} instructions per event, committed {committed:.0}"))
    }

    /// Returns the figure of a module, of all modules, or of those that are not `listed`.
    fn figure(&self, module: &str, listed: &[&str]) -> f64 {
        match module {
            TOTAL => self.total(),
            OTHER => self.0.iter().filter(|(name, _)| !listed.contains(&name.as_str())).map(|(_, cost)| cost).sum(),
            _ => self.0.get(module).copied().unwrap_or(0.0),
        }
    }

    fn total(&self) -> f64 {
        self.0.values().sum()
    }
}

/// Returns the name and version of the compiler.
fn compiler() -> String {
    let output = Command::new("rustc").arg("--version").output().expect("rustc runs");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Returns the module and the figure of a line of the committed figures.
fn committed_figure(line: &str) -> (&str, f64) {
    let (module, figure) = line.rsplit_once(' ').expect("a module and a figure");
    (module, figure.parse().expect("a number of instructions"))
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
