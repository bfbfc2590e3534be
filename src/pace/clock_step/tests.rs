use super::*;

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// Returns the readings after `steady` seconds, with the wall clock set by `step` seconds since the beginning.
fn wall(steady: i64, step: i64) -> Wall {
    let steady_time = Duration::from_secs(steady.unsigned_abs());
    Wall { elapsed: steady_time, steady: steady_time, now: at(steady + step) }
}

fn at(seconds: i64) -> VirtualTime {
    VirtualTime::from_seconds(1_000 * DAY + seconds)
}

/// Returns the watch of a world that is live at second 100.
fn live(policy: OnClockStep) -> ClockWatch {
    let mut watch = ClockWatch::new(policy, None);
    assert_eq!(watch.observe(wall(0, 0), at(0)), None);
    assert_eq!(watch.observe(wall(100, 0), at(100)), None);
    watch
}

fn stepped(by: i64, response: StepResponse) -> Option<ClockStep> {
    Some(ClockStep { by: Span::from_seconds(by), response })
}

#[test]
fn a_clock_that_runs_or_is_slewed_is_not_stepped() {
    let mut watch = live(OnClockStep::Refuse);
    // An hour without a reading, in which chrony slewed by a twelfth; then a leap second; then NTP's five seconds.
    for wall in [wall(100 + HOUR, HOUR / 12), wall(101 + HOUR, HOUR / 12 - 1), wall(102 + HOUR, HOUR / 12 + 5)] {
        assert_eq!(watch.observe(wall, at(0)), None);
        assert_eq!(watch.followed(wall), wall.now);
    }
}

#[test]
fn a_suspended_machine_is_no_step() {
    let mut watch = live(OnClockStep::Refuse);
    // The steady clock advances while the machine sleeps.
    assert_eq!(watch.observe(wall(3 * DAY, 0), at(100)), None);
}

#[test]
fn a_clock_set_back_is_waited_for() {
    let mut watch = live(OnClockStep::Wait);
    let back = wall(101, -2 * DAY);
    assert_eq!(watch.observe(back, at(101)), stepped(-2 * DAY, StepResponse::Follow));
    assert_eq!(watch.followed(back), back.now);
    assert_eq!(watch.withheld(), Span::from_seconds(0));
    // The step is reported once.
    assert_eq!(watch.observe(wall(102, -2 * DAY), at(101)), None);
    // When the clock is set right, the world has that time already, in spite of the long leap.
    let right = wall(103, 0);
    assert_eq!(watch.observe(right, at(101)), stepped(2 * DAY, StepResponse::Follow));
    assert_eq!(watch.followed(right), right.now);
}

#[test]
fn a_clock_that_is_set_right_too_far_is_not_followed_from_where_the_world_is() {
    let mut watch = live(OnClockStep::Wait);
    watch.observe(wall(101, -2 * DAY), at(101));
    assert_eq!(watch.observe(wall(102, 30 * DAY), at(101)), stepped(32 * DAY, StepResponse::IgnoreLeap));
    assert_eq!(watch.followed(wall(102, 30 * DAY)), at(101));
    assert_eq!(watch.followed(wall(103, 30 * DAY)), at(102));
}

#[test]
fn up_to_a_day_ahead_is_caught_up_with_and_more_is_not() {
    let mut watch = live(OnClockStep::Wait);
    let near = wall(101, DAY);
    assert_eq!(watch.observe(near, at(101)), stepped(DAY, StepResponse::Follow));
    assert_eq!(watch.followed(near), near.now);
    let far = wall(102, 401 * DAY);
    assert_eq!(watch.observe(far, at(DAY + 101)), stepped(400 * DAY, StepResponse::IgnoreLeap));
    assert_eq!(watch.followed(far), at(DAY + 102));
    assert_eq!(watch.withheld(), Span::from_days(400));
    // The world runs one second per second, and has the right time when the clock is set right.
    assert_eq!(watch.observe(wall(105, 401 * DAY), at(DAY + 104)), None);
    assert_eq!(watch.followed(wall(105, 401 * DAY)), at(DAY + 105));
    let right = wall(106, DAY);
    assert_eq!(watch.observe(right, at(DAY + 105)), stepped(-400 * DAY, StepResponse::Follow));
    assert_eq!(watch.followed(right), at(DAY + 106));
}

#[test]
fn a_leap_in_pieces_is_no_way_around_the_bound_once_one_is_withheld() {
    let mut watch = live(OnClockStep::Wait);
    watch.observe(wall(101, 2 * DAY), at(101));
    assert_eq!(watch.observe(wall(102, 2 * DAY + HOUR), at(102)), stepped(HOUR, StepResponse::IgnoreLeap));
    assert_eq!(watch.withheld(), Span::from_seconds(2 * DAY + HOUR));
    // The clock is set back to within a day: the world catches up.
    assert_eq!(watch.observe(wall(103, HOUR), at(103)), stepped(-2 * DAY, StepResponse::Follow));
    assert_eq!(watch.withheld(), Span::from_seconds(0));
}

#[test]
fn to_follow_is_never_to_stand_still() {
    let mut watch = live(OnClockStep::Follow);
    let far = wall(101, 400 * DAY);
    assert_eq!(watch.observe(far, at(101)), stepped(400 * DAY, StepResponse::Follow));
    assert_eq!(watch.followed(far), far.now);
    // The clock is set back after the world ran for 69 days.
    let world = at(69 * DAY);
    assert_eq!(watch.observe(wall(105, 0), world), stepped(-400 * DAY, StepResponse::KeepGoing));
    assert_eq!(watch.followed(wall(105, 0)), world);
    assert_eq!(watch.followed(wall(106, 0)), world + Span::from_seconds(1));
    // The clock is set right again.
    assert_eq!(watch.observe(wall(107, 70 * DAY), world), stepped(70 * DAY, StepResponse::Follow));
}

#[test]
fn a_refused_step_is_told_at_the_next_start_of_the_same_boot() {
    let mut watch = live(OnClockStep::Refuse);
    let before = watch.last();
    assert_eq!(watch.observe(wall(101, HOUR), at(101)), stepped(HOUR, StepResponse::Refuse));
    let mut again = ClockWatch::new(OnClockStep::Refuse, before);
    assert_eq!(again.observe(wall(200, HOUR), at(101)), stepped(HOUR, StepResponse::Refuse));
    let mut right = ClockWatch::new(OnClockStep::Refuse, before);
    assert_eq!(right.observe(wall(200, 0), at(101)), None);
}

#[test]
fn who_is_told_to_catch_up_follows_any_leap() {
    let mut watch = live(OnClockStep::Wait);
    watch.observe(wall(101, 400 * DAY), at(101));
    watch.reset();
    assert_eq!(watch.followed(wall(102, 400 * DAY)), at(102 + 400 * DAY));
    assert_eq!(watch.observe(wall(103, 400 * DAY), at(102)), None);
}

#[test]
fn names_and_lengths_are_for_people() {
    for name in OnClockStep::NAMES {
        assert!(name.parse::<OnClockStep>().is_ok(), "{name}");
    }
    assert_eq!("stop".parse::<OnClockStep>(), Err(UnknownClockStepPolicy("stop".to_owned())));
    let shown = |seconds| DisplaySpan(Span::from_seconds(seconds)).to_string();
    assert_eq!(
        [shown(-90), shown(150), shown(3 * HOUR), shown(400 * DAY)],
        ["90.0 seconds", "2.5 minutes", "3.0 hours", "400.0 days"]
    );
}
