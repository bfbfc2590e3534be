//! The same command again, with other threads and in pieces: the same bytes.

use crate::crash::daemon::{World, number};
use crate::crash::oracle::Oracle;
use crate::crash::topics::TOPICS;

const SAME: &str = "--start 2026-01-01 --sink files --seed 42";

fn born(people: &str, threads: &str) -> World {
    let line = format!("{SAME} --threads {threads} {people}");
    World::new(&line.split_whitespace().collect::<Vec<_>>())
}

fn threads_and_pieces_change_no_byte(people: &str) {
    let end = "2026-03-01";
    let (one, two, pieces) = (born(people, "1"), born(people, "2"), born(people, "2"));
    let whole = number(&one.backfill(end), "events");
    two.backfill(end);
    // Of one and the same birth, so what holds for one holds for the others.
    let oracle = Oracle::of(&one.data());
    oracle.assert_wrote(&one.topics(), end);
    oracle.assert_wrote(&two.topics(), end);
    let files: usize = TOPICS.iter().map(|topic| std::fs::read_dir(one.topics().join(topic)).unwrap().count()).sum();
    assert_eq!(files, 3 * 59, "a file for each topic and day");
    let ends = [
        "2026-01-01T00:00:00.000001Z",
        "2026-01-02",
        "2026-01-02",
        "2026-01-20T13:37:11.5Z",
        "2026-02-28T23:59:59.999999Z",
        end,
    ];
    let mut sum = 0;
    for (n, end) in ends.iter().enumerate() {
        let start = if n % 2 == 0 { pieces.start("backfill") } else { pieces.start("run").line("--speed max") };
        let summary = start.args(&["--end", end]).finish().summary();
        assert_eq!((number(&summary, "repeated"), summary["ended"].as_str()), (0, Some("end")), "{summary}");
        sum += number(&summary, "events");
    }
    assert_eq!(sum, whole);
    assert_eq!(number(&pieces.backfill("2026-01-15"), "events"), 0, "an end that has passed asks for nothing");
    oracle.assert_wrote(&pieces.topics(), end);
}

#[test]
fn a_small_town_is_the_same_with_any_threads_and_pieces() {
    threads_and_pieces_change_no_byte("--people 500 --region houston,mumbai");
}

#[test]
#[ignore = "long: run by CI"]
fn two_months_of_the_default_town_are_the_same_with_any_threads_and_pieces() {
    threads_and_pieces_change_no_byte("");
}
