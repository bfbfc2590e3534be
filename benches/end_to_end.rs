//! Measures events a second of the whole process, checkpoints included, against a yardstick: one thread of the generator
//! nexmark with serde_json. Cases: null and files sink, 10,000 to 1,000,000 people, 1 and 2 threads. Every turn measures
//! the yardstick, the disk and all cases once; the table shows medians of the turns. These machines are shared, so compare
//! figures of one run: the ratio is what counts. `cargo bench --bench end_to_end [-- quick] [people=10000] [turns=5]`

#[path = "end_to_end/backfill.rs"]
mod backfill;
#[path = "end_to_end/table.rs"]
mod table;
#[path = "end_to_end/yardstick.rs"]
mod yardstick;

use backfill::{Case, SIZES, lifecycle};
use table::Table;

const TURNS: usize = 5;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let quick = arguments.iter().any(|argument| argument == "quick" || argument == "--test");
    let number = |name: &str| arguments.iter().find_map(|argument| argument.strip_prefix(name)?.parse::<u32>().ok());
    let sizes = match (number("people="), quick) {
        (Some(people), _) => vec![people],
        (None, true) => vec![10_000],
        (None, false) => SIZES.map(|size| size.people).to_vec(),
    };
    let turns = number("turns=").map_or(if quick { 1 } else { TURNS }, |turns| turns as usize);
    let mut table = Table::new(Case::all(&sizes));
    for turn in 1..=turns {
        eprintln!("turn {turn} of {turns}");
        table.measure();
    }
    table.print();
    for people in if quick { vec![10_000] } else { vec![100_000, 1_000_000] } {
        lifecycle(people);
    }
}
