//! The retention of a topic, and its conflicts with the records to be sent: Kafka deletes and refuses by record time,
//! which is virtual. Pure. Must not depend on: a connection.

use crate::config::{Compression, KafkaPlan};
use populace_sim::VirtualTime;
use rdkafka::admin::ConfigResource;

/// The number of microseconds in a millisecond.
const MILLI: i64 = 1_000;

/// The size of the client library's largest batch in bytes, unless a property sets another.
const BATCH_BYTES: i64 = 1_000_000;

/// The retention of a topic, with the record times that it accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Retention {
    /// The retention time, by record time, in milliseconds; None is unlimited.
    pub(crate) retention_ms: Option<i64>,
    /// The retained bytes of a partition; None is unlimited.
    pub(crate) retention_bytes: Option<i64>,
    /// The limit by which a record may be ahead of the broker's clock.
    pub(crate) ahead: Bound,
    /// The limit by which a record may be behind the broker's clock.
    pub(crate) behind: Bound,
    /// The size of the largest batch that the topic accepts, in bytes.
    pub(crate) batch_bytes: i64,
    /// True if the broker replaces the times of records with its own.
    pub(crate) replaces_time: bool,
    /// True if records with the same key replace each other.
    pub(crate) compacts: bool,
    /// True if the broker deletes records beyond the retention.
    pub(crate) deletes: bool,
}

/// A bound on record times, by the setting that states it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bound {
    /// The setting.
    pub(crate) setting: &'static str,
    /// The limit in milliseconds.
    pub(crate) ms: i64,
}

const AHEAD: Bound = Bound { setting: "message.timestamp.after.max.ms", ms: i64::MAX };
const BEHIND: Bound = Bound { setting: "message.timestamp.before.max.ms", ms: i64::MAX };
/// The limit in both directions, which brokers before 4.0 have.
const EITHER_WAY: Bound = Bound { setting: "message.timestamp.difference.max.ms", ms: i64::MAX };

impl Bound {
    /// Returns the assignment that lifts the bound.
    fn lifted(self) -> String {
        format!("{}={}", self.setting, i64::MAX)
    }
}

impl Retention {
    /// Returns the retention of topics that are created for `plan`.
    pub(crate) fn planned(plan: &KafkaPlan) -> Self {
        let limit = |limit: Option<u64>| limit.map(|limit| i64::try_from(limit).unwrap_or(i64::MAX));
        Retention {
            retention_ms: limit(plan.retention_ms),
            retention_bytes: limit(plan.retention_bytes),
            ahead: AHEAD,
            behind: BEHIND,
            batch_bytes: i64::MAX,
            replaces_time: false,
            compacts: false,
            deletes: true,
        }
    }

    pub(super) fn of(config: &ConfigResource) -> Self {
        Retention::parse(|name| config.get(name).and_then(|entry| entry.value.as_deref()))
    }

    /// Parses the settings of a topic, which `text` returns by name.
    fn parse<'a>(text: impl Fn(&str) -> Option<&'a str>) -> Self {
        let number = |name: &str| text(name).and_then(|text| text.parse::<i64>().ok());
        // A setting that the broker does not have refuses nothing.
        let bound = |bound: Bound| Bound { ms: number(bound.setting).unwrap_or(i64::MAX), ..bound };
        let least = |one: Bound| if bound(EITHER_WAY).ms < bound(one).ms { bound(EITHER_WAY) } else { bound(one) };
        let policy = |word: &str| text("cleanup.policy").is_some_and(|policy| policy.contains(word));
        Retention {
            retention_ms: number("retention.ms").filter(|ms| *ms >= 0),
            retention_bytes: number("retention.bytes").filter(|bytes| *bytes >= 0),
            ahead: least(AHEAD),
            behind: least(BEHIND),
            batch_bytes: number("max.message.bytes").unwrap_or(i64::MAX),
            replaces_time: text("message.timestamp.type") == Some("LogAppendTime"),
            compacts: policy("compact"),
            deletes: policy("delete"),
        }
    }

    /// Returns the retention as it counts for the rows of a table: compaction keeps the last row of each key, which is all that
    /// readers need, and a compacted topic deletes nothing by age.
    pub(crate) fn of_table(&self) -> Retention {
        Retention { compacts: false, retention_ms: self.retention_ms.filter(|_| self.deletes), ..self.clone() }
    }

    /// Returns whether the broker may delete records by itself.
    pub(crate) fn may_delete(&self) -> bool {
        self.deletes && (self.retention_ms.is_some() || self.retention_bytes.is_some())
    }
}

/// The times of the records to be sent, relative to the wall clock, and the size of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TimestampRange {
    /// The time of the first record.
    pub(crate) oldest: VirtualTime,
    /// The time of the last record, as far as it is known; None if virtual time may run ahead without limit.
    pub(crate) newest: Option<VirtualTime>,
    /// The wall time.
    pub(crate) now: VirtualTime,
    /// The size of the largest batch in bytes.
    pub(crate) batch_bytes: i64,
}

/// Returns the size in bytes of the largest batch that a client with these settings sends.
pub(crate) fn largest_batch(plan: &KafkaPlan) -> i64 {
    let stated = |name: &str| {
        let value = plan.properties.iter().rev().find(|(known, _)| known == name);
        value.and_then(|(_, value)| value.reveal().parse().ok()).unwrap_or(BATCH_BYTES)
    };
    let whole = stated("batch.size").min(stated("message.max.bytes"));
    // The records are text with few different words; every compression removes more than half.
    if plan.compression == Compression::None { whole } else { whole / 2 }
}

/// Returns the reasons why a topic would not keep the records to be sent, with the figures, and the settings that
/// resolve them, separated by commas; None if it would keep them.
pub(crate) fn retention_conflict(retention: &Retention, timestamps: &TimestampRange) -> Option<(String, String)> {
    let all = [replacing(retention), compacting(retention), expiring(retention, timestamps)];
    let refusing = [past(retention, timestamps), future(retention, timestamps), narrow(retention, timestamps)];
    let (whys, settings): (Vec<_>, Vec<_>) = all.into_iter().chain(refusing).flatten().unzip();
    if whys.is_empty() { None } else { Some((whys.join(", and it "), settings.join(","))) }
}

type Hurdle = Option<(String, String)>;

fn replacing(retention: &Retention) -> Hurdle {
    let why = "replaces the time of each record by the broker's own";
    retention.replaces_time.then(|| (why.to_owned(), "message.timestamp.type=CreateTime".to_owned()))
}

fn compacting(retention: &Retention) -> Hurdle {
    retention
        .compacts
        .then(|| ("keeps only the last record of each key".to_owned(), "cleanup.policy=delete".to_owned()))
}

fn expiring(retention: &Retention, timestamps: &TimestampRange) -> Hurdle {
    let age = age(timestamps);
    let kept = retention.retention_ms.filter(|kept| *kept < age)?;
    let why = format!("deletes records older than {}, and the first one to be sent is {} old", days(kept), days(age));
    Some((why, "retention.ms=-1".to_owned()))
}

fn past(retention: &Retention, timestamps: &TimestampRange) -> Hurdle {
    let (age, bound) = (age(timestamps), retention.behind);
    let why = || format!("refuses records older than {}, and the first is {} old", days(bound.ms), days(age));
    (bound.ms < age).then(|| (why(), bound.lifted()))
}

fn future(retention: &Retention, timestamps: &TimestampRange) -> Hurdle {
    let ahead = timestamps.newest.map_or(i64::MAX, |newest| newest.since(timestamps.now).micros() / MILLI);
    let bound = retention.ahead;
    let far = || if ahead == i64::MAX { "without limit".to_owned() } else { format!("by {}", days(ahead)) };
    let limit = days(bound.ms);
    let why = || {
        let far = far();
        format!("refuses records more than {limit} ahead of its clock, and virtual time may run ahead {far}")
    };
    (bound.ms < ahead).then(|| (why(), bound.lifted()))
}

fn narrow(retention: &Retention, timestamps: &TimestampRange) -> Hurdle {
    let (limit, needed) = (retention.batch_bytes, timestamps.batch_bytes);
    let why = || format!("refuses batches of more than {limit} bytes, and those that are sent have up to {needed}");
    // With room for the frame of a batch.
    (limit < needed).then(|| (why(), format!("max.message.bytes={}", needed.saturating_add(48_588))))
}

/// Returns the age of the first record in milliseconds.
fn age(timestamps: &TimestampRange) -> i64 {
    timestamps.now.since(timestamps.oldest).micros() / MILLI
}

/// Returns the reason why a progress topic would lose progress, as [`retention_conflict`] does: the position of a
/// world's topics is unknown without its last record.
pub(crate) fn progress_retention_conflict(retention: &Retention) -> Option<(String, String)> {
    let why = match (retention.may_delete(), retention.retention_ms, retention.retention_bytes) {
        (true, Some(ms), _) => format!("deletes progress that is older than {}", days(ms)),
        (true, None, bytes) => format!("deletes progress beyond its last {} bytes", bytes.unwrap_or_default()),
        (false, ..) if !retention.compacts => {
            "keeps every progress record for ever, and each start reads them all".to_owned()
        }
        (false, ..) => return None,
    };
    Some((why, "cleanup.policy=compact".to_owned()))
}

/// Returns a time in hours or days for people, and in milliseconds as in the broker's settings.
fn days(millis: i64) -> String {
    let hours = millis as f64 / 3_600_000.0;
    let readable = if hours < 48.0 { format!("{hours:.1} hours") } else { format!("{:.1} days", hours / 24.0) };
    format!("{readable} ({millis} ms)")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Secret;

    const DAY: i64 = 86_400_000;

    fn timestamps(oldest_days: i64, newest_days: Option<i64>) -> TimestampRange {
        let at = |days: i64| VirtualTime::from_seconds((20_000 + days) * 86_400);
        TimestampRange { oldest: at(oldest_days), newest: newest_days.map(at), now: at(0), batch_bytes: BATCH_BYTES }
    }

    fn retention() -> Retention {
        Retention::planned(&KafkaPlan::default())
    }

    #[test]
    fn topics_as_we_make_them_keep_everything() {
        for newest in [None, Some(0), Some(4_000)] {
            assert_eq!(retention_conflict(&retention(), &timestamps(-4_000, newest)), None);
        }
    }

    #[test]
    fn a_short_retention_swallows_what_is_old() {
        let week = Retention { retention_ms: Some(7 * DAY), ..retention() };
        assert_eq!(retention_conflict(&week, &timestamps(-6, None)), None);
        let (why, mend) = retention_conflict(&week, &timestamps(-30, None)).expect("a hurdle");
        assert!(why.contains("7.0 days") && why.contains("30.0 days"), "{why}");
        assert_eq!(mend, "retention.ms=-1");
    }

    #[test]
    fn a_table_may_be_compacted_and_must_not_expire() {
        let compacted = Retention { compacts: true, deletes: false, retention_ms: Some(DAY), ..retention() };
        assert_eq!(retention_conflict(&compacted.of_table(), &timestamps(-30, None)), None);
        let both = Retention { deletes: true, ..compacted };
        assert_eq!(
            retention_conflict(&both.of_table(), &timestamps(-30, None)).expect("a hurdle").1,
            "retention.ms=-1"
        );
    }

    #[test]
    fn a_limit_ahead_refuses_a_fast_clock() {
        let hour = Retention { ahead: Bound { ms: 3_600_000, ..AHEAD }, ..retention() };
        assert_eq!(retention_conflict(&hour, &timestamps(-1, Some(0))), None);
        assert!(retention_conflict(&hour, &timestamps(-1, Some(30))).expect("a hurdle").0.contains("30.0 days"));
        assert!(retention_conflict(&hour, &timestamps(-1, None)).expect("a hurdle").0.contains("without limit"));
    }

    #[test]
    fn other_settings_that_spoil_records() {
        let spoilt = [
            Retention { replaces_time: true, ..retention() },
            Retention { compacts: true, ..retention() },
            Retention { behind: Bound { ms: DAY, ..BEHIND }, ..retention() },
            Retention { batch_bytes: 1_000, ..retention() },
        ];
        assert!(spoilt.iter().all(|retention| retention_conflict(retention, &timestamps(-2, Some(0))).is_some()));
    }

    #[test]
    fn the_bound_that_is_broken_is_named_with_every_other_fault() {
        let settings = [
            ("cleanup.policy", "delete"),
            ("retention.ms", "-1"),
            ("retention.bytes", "-1"),
            ("max.message.bytes", "1048588"),
            ("message.timestamp.type", "CreateTime"),
            ("message.timestamp.before.max.ms", "3600000"),
            ("message.timestamp.after.max.ms", "3600000"),
        ];
        let with = |changed: &[(&str, &'static str)]| {
            let all: Vec<_> = changed.iter().chain(&settings).copied().collect();
            Retention::parse(|name| all.iter().find(|(known, _)| *known == name).map(|(_, value)| *value))
        };
        let mend = |retention: &Retention, oldest, newest| {
            retention_conflict(retention, &timestamps(oldest, newest)).expect("a hurdle").1
        };
        let bounded = with(&[]);
        assert_eq!(retention_conflict(&bounded, &timestamps(0, Some(0))), None);
        let [before, after] = ["before", "after"].map(|way| format!("message.timestamp.{way}.max.ms={}", i64::MAX));
        assert_eq!(mend(&bounded, -2, Some(0)), before);
        assert_eq!(mend(&bounded, 0, None), after);
        assert_eq!(mend(&bounded, -2, None), format!("{before},{after}"));
        let short = with(&[("retention.ms", "1000")]);
        assert_eq!(mend(&short, -2, Some(0)), format!("retention.ms=-1,{before}"));
        let older = with(&[("message.timestamp.difference.max.ms", "1000")]);
        assert!(mend(&older, -2, Some(0)).starts_with("message.timestamp.difference.max.ms="));
    }

    #[test]
    fn progress_that_would_expire_is_a_conflict() {
        let compacted = Retention { compacts: true, deletes: false, retention_ms: Some(DAY), ..retention() };
        assert_eq!(progress_retention_conflict(&compacted), None);
        let both = Retention { deletes: true, ..compacted.clone() };
        assert_eq!(progress_retention_conflict(&Retention { retention_ms: None, ..both.clone() }), None);
        for (spoilt, figure) in [
            (both, "86400000"),
            (Retention { retention_ms: Some(DAY), ..retention() }, "86400000"),
            (Retention { retention_bytes: Some(77), ..retention() }, "77"),
            (retention(), "for ever"),
        ] {
            let (why, mend) = progress_retention_conflict(&spoilt).expect("a hurdle");
            assert!(why.contains(figure), "{why}");
            assert_eq!(mend, "cleanup.policy=compact");
        }
    }

    #[test]
    fn batches_are_as_large_as_the_settings_say() {
        let with = |compression, properties: &[(&str, &str)]| {
            let properties = properties.iter().map(|(name, value)| ((*name).to_owned(), Secret::new(*value)));
            largest_batch(&KafkaPlan { compression, properties: properties.collect(), ..KafkaPlan::default() })
        };
        assert_eq!(with(Compression::None, &[]), 1_000_000);
        assert_eq!(with(Compression::Lz4, &[]), 500_000);
        assert_eq!(with(Compression::None, &[("batch.size", "2000")]), 2_000);
        assert_eq!(with(Compression::None, &[("batch.size", "9000000"), ("message.max.bytes", "5000000")]), 5_000_000);
    }
}
