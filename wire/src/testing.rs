//! The events of a world that has all streams, shared by the unit tests.

use populace_sim::{Event, Scenario, Span, Stream, World};

/// Rules with all streams, fraud, bots and drifts.
pub const RULES: &str = "[world]\npeople = 300\nseed = 5\nstart = \"2026-01-01\"\n[[region]]\npreset = \"houston\"\n\
    [[region]]\npreset = \"tokyo\"\n[bank.fraud]\nrate = 0.05\n[labels]\nwrong = 0.05\ncomplaint_days = 0.5\n\
    [shop]\nbot_share = 0.2\n[topics.labels]\nenabled = true\n[topics.completions]\nenabled = true\n\
    [topics.drifts]\nenabled = true\n[[drift]]\nkey = \"bank.amount_scale\"\nkind = \"gradual\"\nat = \"+2d\"\n\
    width = \"1d\"\nfactor = 2.0\npersona = \"student\"\nregion = \"tokyo\"\n[[drift]]\nkey = \"shop.conversion\"\n\
    kind = \"sudden\"\nat = \"+1d\"\nfactor = 1.3\n";

/// Returns the events of some days of that world.
pub fn events() -> Vec<Event> {
    let mut world = World::new(&Scenario::from_toml("test", RULES).expect("valid")).expect("a world");
    let (until, mut events) = (world.now() + Span::from_days(6), Vec::new());
    world.run_until(until, |event| events.push(event));
    assert!(Stream::ALL.iter().all(|stream| events.iter().any(|event| event.stream() == *stream)), "all streams");
    events
}
