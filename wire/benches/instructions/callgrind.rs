//! Runs this program under callgrind and reads the profile that it leaves.
//! Must not depend on: the table and its tolerance.

use std::collections::HashMap;
use std::process::{Command, Stdio};

/// The function while which instructions are counted.
const COUNTED: &str = "*instructions::World::count*";

/// The instructions of one run.
pub struct Profile {
    /// The number of events of the run.
    pub events: u64,
    /// The instructions by (file of the line, file of the function, function).
    lines: HashMap<(String, String, String), u64>,
}

/// The place that a line of a profile belongs to, in callgrind's names.
#[derive(Default)]
struct Place {
    function_file: String,
    function: String,
    line_file: String,
}

impl Profile {
    /// Runs this program with `argument` under callgrind.
    ///
    /// # Panics
    /// If valgrind is missing or fails.
    pub fn of_this_program(argument: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("callgrind.out");
        let output = Command::new("valgrind")
            .args(["--tool=callgrind", "--compress-strings=no", "--compress-pos=no", "--quiet"])
            .arg(format!("--toggle-collect={COUNTED}"))
            .arg(format!("--callgrind-out-file={}", file.display()))
            .arg(std::env::current_exe().expect("the path of this program"))
            .arg(argument)
            .stderr(Stdio::inherit())
            .output()
            .expect("valgrind starts: install the package valgrind");
        assert!(output.status.success(), "valgrind failed: {}", output.status);
        let events = String::from_utf8_lossy(&output.stdout).trim().parse().expect("the number of events");
        let text = std::fs::read_to_string(&file).expect("the profile");
        Profile { events, lines: lines(&text) }
    }

    /// Returns the instructions by a name that `name` gives to (file of the line, file of the function).
    pub fn by(&self, name: impl Fn(&str, &str) -> String) -> HashMap<String, u64> {
        let mut sums = HashMap::new();
        for ((line_file, function_file, _), cost) in &self.lines {
            *sums.entry(name(line_file, function_file)).or_default() += cost;
        }
        sums
    }

    /// Prints the functions that take most, without the functions that they call.
    pub fn print_functions(&self) {
        let mut sums: HashMap<&str, u64> = HashMap::new();
        for ((_, _, function), cost) in &self.lines {
            *sums.entry(function).or_default() += cost;
        }
        let mut sums: Vec<_> = sums.into_iter().collect();
        sums.sort_by_key(|(_, cost)| std::cmp::Reverse(*cost));
        for (function, cost) in sums.iter().take(70) {
            println!("{:>9.1} {function}", *cost as f64 / self.events as f64);
        }
    }
}

/// Returns the costs of a profile by place, each without the costs of called functions.
fn lines(text: &str) -> HashMap<(String, String, String), u64> {
    let mut sums = HashMap::new();
    let mut place = Place::default();
    let mut is_call = false;
    for line in text.lines() {
        match line.split_once('=') {
            Some(("fl", file)) => {
                file.clone_into(&mut place.function_file);
                file.clone_into(&mut place.line_file);
            }
            Some(("fi" | "fe", file)) => file.clone_into(&mut place.line_file),
            Some(("fn", function)) => {
                function.clone_into(&mut place.function);
                place.line_file = place.function_file.clone();
            }
            Some(("calls", _)) => is_call = true,
            _ if line.starts_with(|first: char| first.is_ascii_digit()) => {
                let cost = line.split(' ').nth(1).and_then(|cost| cost.parse::<u64>().ok());
                if let (Some(cost), false) = (cost, is_call) {
                    let key = (place.line_file.clone(), place.function_file.clone(), place.function.clone());
                    *sums.entry(key).or_default() += cost;
                }
                is_call = false;
            }
            _ => {}
        }
    }
    sums
}
