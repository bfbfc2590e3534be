//! What must hold in every world: over random small scenarios, and once over a larger one. More cases with
//! PROPTEST_CASES.

mod commands;
mod drifting;
mod fields;
mod labels;
mod lives;
mod order;
mod resume;
mod tables;
mod twins;
mod world;
mod worlds;

use proptest::test_runner::Config;

/// Few cases unless the environment asks for more: each of them lives some days of two towns.
fn cases() -> Config {
    let default = Config::default();
    let asked = default.cases != 256;
    Config { cases: if asked { default.cases } else { 12 }, failure_persistence: None, ..default }
}
