//! Values of local days that the shards of a region compute once for all of them: who needs a day first computes it, and
//! each day leads to the next. A day is kept while a shard holds it.
//! Must not depend on: the meaning of the values.

use super::local_time::LocalDay;
use std::sync::{Arc, OnceLock, Weak};

/// A link to a day that others may have computed. It is a cache that changes no result.
#[derive(Debug)]
pub(super) struct DayLink<T>(OnceLock<Weak<SharedDay<T>>>);

/// The value of a local day, and the link to the next one.
#[derive(Debug)]
pub(super) struct SharedDay<T> {
    pub day: LocalDay,
    pub value: T,
    pub next: DayLink<T>,
}

impl<T> Default for DayLink<T> {
    fn default() -> Self {
        DayLink(OnceLock::new())
    }
}

impl<T> SharedDay<T> {
    /// Returns a day that no other leads to.
    pub fn alone(day: LocalDay, value: T) -> Arc<Self> {
        Arc::new(SharedDay { day, value, next: DayLink::default() })
    }
}

impl<T> DayLink<T> {
    /// Returns the day that the link leads to: if it leads nowhere yet, to `day` with the value that `compute` returns.
    /// `None` if no shard holds that day any more.
    pub fn follow(&self, day: LocalDay, compute: impl FnOnce() -> T) -> Option<Arc<SharedDay<T>>> {
        let mut made = None;
        let known = self.0.get_or_init(|| Arc::downgrade(made.insert(SharedDay::alone(day, compute()))));
        made.or_else(|| known.upgrade())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_computed_once_while_it_is_held() {
        let first = DayLink::default();
        let mut computed = 0;
        let mut follow = |link: &DayLink<i32>, day: i32| {
            link.follow(LocalDay(day), || {
                computed += 1;
                day
            })
        };
        let one = follow(&first, 7).expect("made");
        let other = follow(&first, 8).expect("held");
        assert!(Arc::ptr_eq(&one, &other) && other.value == 7);
        let next = [&one, &other].map(|day| follow(&day.next, 8).expect("made or held"));
        assert!(Arc::ptr_eq(&next[0], &next[1]) && next[0].day == LocalDay(8));
        drop((one, other));
        assert!(follow(&first, 9).is_none(), "nobody holds it");
        assert_eq!(computed, 2);
    }
}
