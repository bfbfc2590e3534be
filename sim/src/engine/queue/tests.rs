use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;

const END: VirtualTime = VirtualTime::from_micros(i64::MAX - 1);

fn at(micros: i64) -> VirtualTime {
    VirtualTime::from_micros(micros)
}

proptest! {
    #[test]
    fn pops_in_the_order_of_an_ordered_set(
        first in prop::collection::vec(0i64..5_000_000_000, 1..200),
        changes in prop::collection::vec((0i64..2_000_000_000_000, 0u32..4, 0usize..200), 1..400),
    ) {
        let mut times: Vec<VirtualTime> = first.iter().map(|t| at(*t)).collect();
        let mut model: BTreeSet<(VirtualTime, u32)> = times.iter().copied().zip(0..).collect();
        let mut queue = EventQueue::new(at(0), times.clone());
        for (gap, small, other) in changes {
            let popped = queue.pop_before(END);
            prop_assert_eq!(popped, model.pop_first());
            let Some((now, id)) = popped else { break };
            let mut soon = Vec::new();
            queue.look_ahead(|id| soon.push(id));
            prop_assert!(soon.iter().all(|id| queue.time_of(*id) > now && queue.time_of(*id) < VirtualTime::NEVER));
            prop_assert!(queue.next_of_bucket().is_none_or(|id| Some(&(queue.time_of(id), id)) == model.first()));
            times[id as usize] = VirtualTime::NEVER;
            // Another entity changes, or this one again.
            let (other, next) = (other % times.len(), if gap % 10 == 0 { VirtualTime::NEVER } else { at(now.micros() + (gap >> (small * 10))) });
            model.remove(&(times[other], other as u32));
            for id in [id as usize, other] {
                if id == other || gap % 3 > 0 {
                    model.remove(&(times[id], id as u32));
                    times[id] = next;
                    queue.set(id as u32, next);
                    prop_assert_eq!(queue.time_of(id as u32), next);
                }
                if times[id] < VirtualTime::NEVER {
                    model.insert((times[id], id as u32));
                }
            }
        }
        while let Some(entry) = model.pop_first() {
            prop_assert_eq!(queue.pop_before(END), Some(entry));
        }
        prop_assert_eq!(queue.pop_before(END), None);
    }
}

#[test]
fn an_entity_is_announced_once_before_it_is_popped() {
    let mut queue = EventQueue::new(at(0), (0..3_000).map(|i| at((i * 7_919) % 3_000 * 1_000)).collect());
    let mut soon = BTreeSet::new();
    queue.take_up(END, |id| assert!(soon.insert(id)));
    let mut missed = 0;
    while let Some((_, id)) = queue.pop_before(END) {
        missed += u32::from(!soon.remove(&id));
        queue.look_ahead(|id| assert!(soon.insert(id), "{id} twice"));
        assert!(soon.len() < 100, "{} at once", soon.len());
    }
    assert!(missed < 50 && soon.is_empty(), "{missed} of 3,000 were not announced");
}

#[test]
fn a_long_steady_run_keeps_its_order_through_retuning() {
    let mut queue = EventQueue::new(at(0), (0..5_000).map(|i| at(i * 7)).collect());
    let mut last = (at(-1), 0);
    for round in 0..200_000i64 {
        let entry = queue.pop_before(END).expect("it never runs empty");
        assert!(entry > last, "{entry:?} after {last:?}");
        last = entry;
        let stretch = if round < 100_000 { 1_000_000 } else { 50 };
        queue.set(entry.1, at(entry.0.micros() + 1 + (round * 7_919) % stretch * 1_000));
    }
    assert_eq!(queue.len, 5_000);
}

#[test]
fn the_limit_is_exclusive_and_nothing_is_lost_at_it() {
    let mut queue = EventQueue::new(at(0), vec![at(100), at(1 << 45)]);
    assert_eq!(queue.pop_before(at(100)), None);
    assert_eq!(queue.pop_before(at(101)), Some((at(100), 0)));
    assert_eq!(queue.pop_before(at(1 << 45)), None);
    queue.set(0, at(1 << 45));
    assert_eq!(queue.least(), at(1 << 45));
    assert_eq!(queue.pop_before(END), Some((at(1 << 45), 0)));
    assert_eq!(queue.pop_before(END), Some((at(1 << 45), 1)));
    assert_eq!(queue.pop_before(END), None);
}

#[test]
fn a_queue_in_which_nobody_acts_is_empty_until_somebody_does() {
    let mut queue = EventQueue::new(at(5), vec![VirtualTime::NEVER; 3]);
    assert_eq!((queue.pop_before(END), queue.least()), (None, VirtualTime::NEVER));
    queue.set(2, at(1 << 40));
    assert_eq!(queue.pop_before(END), Some((at(1 << 40), 2)));
}

#[test]
#[should_panic(expected = "in the past")]
fn the_past_is_over() {
    let mut queue = EventQueue::new(at(0), vec![at(100), at(200)]);
    queue.pop_before(END);
    queue.set(1, at(99));
}
