//! Counts the instructions that an event of a small world takes, by module, with valgrind's callgrind. The count does not
//! depend on the load of the machine, so a test can hold it. `cargo bench -p populace-wire --bench instructions` prints
//! the table; with `-- check` it fails where a figure differs from `instructions.txt` by more than the tolerance, with
//! `-- renew` it writes that file, and with `-- functions` it prints the functions that take most.
#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a program for the terminal that starts valgrind"
)]

#[path = "instructions/callgrind.rs"]
mod callgrind;
#[path = "instructions/table.rs"]
mod table;

use callgrind::Profile;
use populace_sim::{Shard, Span, Town, VirtualTime};
use populace_wire::{Batch, Digests, Encoders, Merged, scenario_from_toml};
use std::process::ExitCode;
use table::Table;

/// The argument by which the program runs the world alone, under valgrind.
const MEASURED: &str = "measured";
const PEOPLE: u32 = 5_000;
/// The virtual time before the count, in which tables that are made on demand come to be.
const WARM_UP: Span = Span::from_days(2);
const COUNTED: Span = Span::from_days(14);
/// The virtual time between two merges.
const WINDOW: Span = Span::from_seconds(3_600);

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let asked = |name: &str| arguments.iter().any(|argument| argument == name);
    if asked(MEASURED) {
        let mut world = World::new();
        world.run(WARM_UP);
        println!("{}", world.count());
        return ExitCode::SUCCESS;
    }
    if asked("--test") {
        return ExitCode::SUCCESS;
    }
    let profile = Profile::of_this_program(MEASURED);
    if asked("functions") {
        profile.print_functions();
        return ExitCode::SUCCESS;
    }
    let table = Table::new(&profile);
    table.print();
    match () {
        () if asked("renew") => table.renew(),
        () if asked("check") => return table.check(),
        () => {}
    }
    ExitCode::SUCCESS
}

/// A world, and the buffers of its records.
struct World {
    town: Town,
    encoders: Encoders,
    shards: Vec<Shard>,
    batches: Vec<Batch>,
    now: VirtualTime,
}

impl World {
    fn new() -> Self {
        let text = format!("[world]\npeople = {PEOPLE}\nstart = \"2026-01-01T00:00:00+00:00\"");
        let scenario = scenario_from_toml("instructions", &text).expect("a scenario");
        let town = Town::build(&scenario).expect("a town");
        let encoders = Encoders::new(&scenario.topics).expect("known fields");
        let shards: Vec<Shard> = (0..town.shard_count()).map(|shard| Shard::newborn(&town, shard)).collect();
        let batches = shards.iter().map(|_| Batch::default()).collect();
        World { now: town.start(), town, encoders, shards, batches }
    }

    /// Runs the world for [`COUNTED`] and returns the number of events. callgrind counts while this runs.
    #[inline(never)]
    fn count(&mut self) -> u64 {
        self.run(COUNTED)
    }

    /// Runs the world for `span` as the daemon does: windows, encoded records, one order, digests. Returns the number of
    /// events.
    fn run(&mut self, span: Span) -> u64 {
        let mut digests = Digests::default();
        let end = self.now + span;
        while self.now < end {
            self.now = self.now + WINDOW;
            for (shard, batch) in self.shards.iter_mut().zip(&mut self.batches) {
                shard.run_until(&self.town, self.now, &mut self.encoders.outlet(batch));
            }
            let merged = Merged::new(std::mem::take(&mut self.batches));
            merged.iter().for_each(|record| digests.add(&record));
            self.batches = merged.recycle();
        }
        digests.total()
    }
}
