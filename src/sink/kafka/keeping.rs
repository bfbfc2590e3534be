//! How a topic keeps records, and whether it would keep what is about to be sent: Kafka deletes and refuses by record
//! time, which is virtual. Pure; asks nobody.

use crate::config::KafkaPlan;
use populace_sim::VirtualTime;
use rdkafka::admin::ConfigResource;

/// Microseconds of a millisecond.
const MILLI: i64 = 1_000;

/// How a topic keeps records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Keeping {
    /// For how many milliseconds of record time; none is for ever.
    pub(crate) retention_ms: Option<i64>,
    /// How many milliseconds a record may be ahead of the broker's clock.
    pub(crate) ahead_ms: i64,
    /// How many milliseconds it may be behind it.
    pub(crate) behind_ms: i64,
    /// Whether the broker replaces records' times by its own.
    pub(crate) replaces_time: bool,
    /// Whether records of the same key replace each other.
    pub(crate) compacts: bool,
}

impl Keeping {
    /// Of topics that are made as `plan` says.
    pub(crate) fn planned(plan: &KafkaPlan) -> Self {
        Keeping {
            retention_ms: plan.retention_ms.map(|ms| i64::try_from(ms).unwrap_or(i64::MAX)),
            ahead_ms: i64::MAX,
            behind_ms: i64::MAX,
            replaces_time: false,
            compacts: false,
        }
    }

    pub(super) fn of(config: &ConfigResource) -> Self {
        let text = |name: &str| config.get(name).and_then(|entry| entry.value.as_deref());
        let number = |name: &str| text(name).and_then(|text| text.parse::<i64>().ok());
        Keeping {
            retention_ms: number("retention.ms").filter(|ms| *ms >= 0),
            // Brokers before 3.6 do not have these, and refuse nothing.
            ahead_ms: number("message.timestamp.after.max.ms").unwrap_or(i64::MAX),
            behind_ms: number("message.timestamp.before.max.ms").unwrap_or(i64::MAX),
            replaces_time: text("message.timestamp.type") == Some("LogAppendTime"),
            compacts: text("cleanup.policy").is_some_and(|policy| policy.contains("compact")),
        }
    }
}

/// The times of records about to be sent, against the wall clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Outlook {
    /// The first.
    pub(crate) oldest: VirtualTime,
    /// The last, as far as it is known; none when the clock may run ahead without limit.
    pub(crate) newest: Option<VirtualTime>,
    /// Wall now.
    pub(crate) now: VirtualTime,
}

/// Why a topic would not keep what is about to be sent: what is wrong with the figures, and the setting that mends it.
pub(crate) fn hurdle(keeping: &Keeping, outlook: &Outlook) -> Option<(String, String)> {
    let age = outlook.now.since(outlook.oldest).micros() / MILLI;
    let ahead = outlook.newest.map_or(i64::MAX, |newest| newest.since(outlook.now).micros() / MILLI);
    let set = |setting: &str| setting.to_owned();
    if keeping.replaces_time {
        let why = "replaces the time of each record by the broker's own";
        return Some((why.into(), set("message.timestamp.type=CreateTime")));
    }
    if keeping.compacts {
        return Some(("keeps only the last record of each key".into(), set("cleanup.policy=delete")));
    }
    if let Some(kept) = keeping.retention_ms.filter(|kept| *kept < age) {
        let why =
            format!("deletes records older than {}, and the first one to be sent is {} old", days(kept), days(age));
        return Some((why, set("retention.ms=-1")));
    }
    if keeping.behind_ms < age {
        let why = format!("refuses records older than {}, and the first is {} old", days(keeping.behind_ms), days(age));
        return Some((why, set("message.timestamp.before.max.ms=9223372036854775807")));
    }
    if keeping.ahead_ms < ahead {
        let far = if ahead == i64::MAX { "without limit".to_owned() } else { format!("by {}", days(ahead)) };
        let limit = days(keeping.ahead_ms);
        let why = format!("refuses records more than {limit} ahead of its clock, and virtual time may run ahead {far}");
        return Some((why, set("message.timestamp.after.max.ms=9223372036854775807")));
    }
    None
}

/// For people, and as the broker's settings have it.
fn days(millis: i64) -> String {
    let hours = millis as f64 / 3_600_000.0;
    let readable = if hours < 48.0 { format!("{hours:.1} hours") } else { format!("{:.1} days", hours / 24.0) };
    format!("{readable} ({millis} ms)")
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000;

    fn outlook(oldest_days: i64, newest_days: Option<i64>) -> Outlook {
        let at = |days: i64| VirtualTime::from_seconds((20_000 + days) * 86_400);
        Outlook { oldest: at(oldest_days), newest: newest_days.map(at), now: at(0) }
    }

    fn keeping() -> Keeping {
        Keeping::planned(&KafkaPlan::default())
    }

    #[test]
    fn topics_as_we_make_them_keep_everything() {
        for newest in [None, Some(0), Some(4_000)] {
            assert_eq!(hurdle(&keeping(), &outlook(-4_000, newest)), None);
        }
    }

    #[test]
    fn a_short_retention_swallows_what_is_old() {
        let week = Keeping { retention_ms: Some(7 * DAY), ..keeping() };
        assert_eq!(hurdle(&week, &outlook(-6, None)), None);
        let (why, mend) = hurdle(&week, &outlook(-30, None)).expect("a hurdle");
        assert!(why.contains("7.0 days") && why.contains("30.0 days"), "{why}");
        assert_eq!(mend, "retention.ms=-1");
    }

    #[test]
    fn a_limit_ahead_refuses_a_fast_clock() {
        let hour = Keeping { ahead_ms: 3_600_000, ..keeping() };
        assert_eq!(hurdle(&hour, &outlook(-1, Some(0))), None);
        assert!(hurdle(&hour, &outlook(-1, Some(30))).expect("a hurdle").0.contains("30.0 days"));
        assert!(hurdle(&hour, &outlook(-1, None)).expect("a hurdle").0.contains("without limit"));
    }

    #[test]
    fn other_settings_that_spoil_records() {
        let spoilt = [
            Keeping { replaces_time: true, ..keeping() },
            Keeping { compacts: true, ..keeping() },
            Keeping { behind_ms: DAY, ..keeping() },
        ];
        assert!(spoilt.iter().all(|keeping| hurdle(keeping, &outlook(-2, Some(0))).is_some()));
    }
}
