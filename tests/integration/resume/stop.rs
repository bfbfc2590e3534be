//! Stops by signal: the first one is clean and leaves nothing to repeat, the second is at once and safe.

use crate::crash::daemon::{World, number};
use crate::crash::oracle::Oracle;
use crate::crash::points::TOWN;
use crate::crash::topics::{Files, length};
use std::time::Instant;

const PACE: &str = "--rate 4000 --set run.checkpoint_seconds=3600";

#[test]
fn a_clean_stop_leaves_nothing_to_repeat() {
    let world = World::new(&TOWN);
    for signal in ["TERM", "INT"] {
        let before = length(&world.topics());
        let mut daemon = world.start("run").line(PACE).spawn();
        assert!(daemon.until(|_| length(&world.topics()) > before + 100_000), "{}", daemon.said());
        let asked = Instant::now();
        daemon.signal(signal);
        let ended = daemon.wait();
        println!("a clean stop by SIG{signal} took {:?}", asked.elapsed());
        let summary = ended.summary();
        assert_eq!(summary["ended"], "stopped", "{summary}");
        let files = Files::read(&world.topics());
        let now = summary["virtual_now"].as_str().unwrap();
        files.assert_same(&Oracle::of(&world.data()).files(now));
        assert_eq!(files.lines() as u64, number(&summary, "world_events"));

        let again = world.start("backfill").args(&["--end", &files.after(60)]).finish();
        assert_eq!(number(&again.summary(), "repeated"), 0, "{}", again.out);
        assert!(!again.err.contains("repeating"), "{}", again.err);
    }
}

#[test]
fn a_second_signal_stops_at_once_and_is_safe() {
    let world = World::new(&TOWN);
    let mut at_once = 0;
    for _ in 0..8 {
        let before = length(&world.topics());
        let mut daemon = world.start("run").line(PACE).spawn();
        assert!(daemon.until(|_| length(&world.topics()) > before), "{}", daemon.said());
        // Two of one kind may reach a process as one.
        daemon.signal("INT");
        daemon.signal("TERM");
        let ended = daemon.wait();
        match ended.status.code() {
            Some(130) => at_once += 1,
            other => assert_eq!(other, Some(0), "{}", ended.err),
        }
    }
    assert!(at_once > 0, "it stopped cleanly each time before the second signal came");
    let end = &Files::read(&world.topics()).after(60);
    world.backfill(end);
    Files::read(&world.topics()).assert_same(&Oracle::of(&world.data()).files(end));
}
