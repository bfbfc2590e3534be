//! Tests that every command with an instant accepts all instants that a world can reach.

use super::*;
use populace_sim::{CALENDAR_END, format_time};
use proptest::prelude::*;

const FIRST: i64 = 31_536_000_000_000;

/// Returns instants near the limits of tables, years and the calendar, and arbitrary ones.
fn instants() -> impl Strategy<Value = VirtualTime> {
    let about = |text: &str| {
        let micros = resolve_time(text, CALENDAR_END).unwrap().micros();
        let whole_or_not = prop_oneof![Just(0), -1..=1_i64, -200_000_000_000..200_000_000_000_i64];
        whole_or_not.prop_map(move |by| (micros + by).clamp(FIRST, CALENDAR_END.micros()))
    };
    let any = FIRST..=CALENDAR_END.micros();
    let some = prop_oneof![about("1971-01-01"), about("2100-01-01"), about("2199-01-01"), about("2200-01-01"), any];
    some.prop_map(VirtualTime::from_micros)
}

fn understood(line: &str) -> anyhow::Result<()> {
    match command(line) {
        Command::Run(args) => RunPlan::new(&run_options(args, RunMode::Run), &around()).map(drop),
        Command::Backfill(args) => RunPlan::new(&run_options(args, RunMode::Backfill), &around()).map(drop),
        Command::Cases(args) => campaigns_request(&args, &around()).map(drop),
        Command::Inject(args) => return injection::request(&args, &around()).map(drop),
        Command::Drift(command) => drifts::request(command, &around()).map(drop),
        _ => unreachable!("no other command takes an instant"),
    }
    .map_err(anyhow::Error::from)
}

proptest! {
    #[test]
    fn every_instant_of_a_world_is_taken(at in instants()) {
        let text = format_time(at);
        prop_assert_eq!(resolve_time(&text, CALENDAR_END), Ok(at));
        let user = "39f78321-3b06-4620-a4f6-2011e23ccacf";
        let mut lines = vec![
            format!("backfill --end {text}"),
            format!("run --end {text}"),
            format!("inject velocity --user {user} --at {text}"),
            format!("drift start lockdown --at {text}"),
        ];
        lines.extend((at.micros() > FIRST).then(|| format!("cases --from 1971-01-01 --to {text}")));
        lines.extend((at < CALENDAR_END).then(|| format!("cases --from {text} --to 2200-01-01")));
        for line in lines {
            prop_assert_eq!(understood(&line).map_err(|error| error.to_string()), Ok(()), "{}", line);
        }
    }
}
