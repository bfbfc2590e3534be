//! The settings of topics that populace creates: all that decide which records a topic accepts and keeps, so that no
//! default of the broker decides. Pure. Must not depend on: a connection.

use super::retention::largest_batch;
use crate::config::KafkaPlan;

/// A setting of a topic: its name and its value.
pub(super) type Setting = (&'static str, String);

/// The maximum age of a segment in milliseconds. Segments roll by record time, and virtual time may pass years in an
/// hour: only the size of segments should count.
const SEGMENT_MS: i64 = 10 * 365 * 86_400_000;

/// The number of segments of a partition with limited bytes, and the smallest (that of brokers from version 4 on) and
/// largest (the brokers' own default) size of a segment in bytes.
const SEGMENTS: u64 = 8;
const SMALLEST_SEGMENT: u64 = 1 << 20;
const LARGEST_SEGMENT: u64 = 1 << 30;

/// The size of a batch that topics accept by Kafka's default, and the growth of a client's batch on its way, in bytes.
const BATCH_BYTES: i64 = 1_048_588;
const FRAME_BYTES: i64 = 48_588;

/// The settings of a topic to be created: those that every broker knows, then the limits on record times, by their
/// names in current and older releases of Kafka, which are tried in turn.
pub(super) struct TopicConfig {
    always: Vec<Setting>,
}

impl TopicConfig {
    /// Returns the settings of a topic of events.
    pub(super) fn of_events(plan: &KafkaPlan) -> Self {
        let limit = |limit: Option<u64>| limit.map_or("-1".to_owned(), |limit| limit.to_string());
        let batch = BATCH_BYTES.max(largest_batch(plan).saturating_add(FRAME_BYTES)).min(i64::from(i32::MAX));
        let segment = plan.retention_bytes.map(|bytes| ("segment.bytes", segment_bytes(bytes).to_string()));
        let fixed = [
            ("retention.ms", limit(plan.retention_ms)),
            ("retention.bytes", limit(plan.retention_bytes)),
            ("segment.ms", SEGMENT_MS.to_string()),
            ("message.timestamp.type", "CreateTime".to_owned()),
            ("cleanup.policy", "delete".to_owned()),
            ("max.message.bytes", batch.to_string()),
        ];
        TopicConfig { always: segment.into_iter().chain(fixed).collect() }
    }

    /// Returns the settings of a topic with the rows of a table: the last row of each key is kept for ever, and a tombstone for
    /// a day after the records before it are gone.
    pub(super) fn of_table(plan: &KafkaPlan) -> Self {
        let mut config = Self::of_events(plan);
        let others = ["cleanup.policy", "retention.ms", "retention.bytes", "segment.bytes"];
        config.always.retain(|(name, _)| !others.contains(name));
        let fixed = [
            ("cleanup.policy", "compact"),
            // Without effect while the topic is compacted; with them, adding `delete` to the policy deletes nothing.
            ("retention.ms", "-1"),
            ("retention.bytes", "-1"),
            // Only whole segments are compacted.
            ("segment.bytes", "67108864"),
            ("delete.retention.ms", "86400000"),
        ];
        config.always.extend(fixed.map(|(name, value)| (name, value.to_owned())));
        config
    }

    /// Returns the settings of the progress topic, which keeps the last record of each world.
    pub(super) fn of_progress() -> Self {
        let fixed = [
            ("cleanup.policy", "compact"),
            // Without effect while the topic is compacted; with them, adding `delete` to the policy deletes nothing.
            ("retention.ms", "-1"),
            ("retention.bytes", "-1"),
            // The topic is read from its beginning at each start.
            ("segment.bytes", "16777216"),
            ("segment.ms", "3600000"),
            ("min.cleanable.dirty.ratio", "0.1"),
            ("max.message.bytes", "1048588"),
        ];
        TopicConfig { always: fixed.map(|(name, value)| (name, value.to_owned())).to_vec() }
    }

    /// Returns the settings to try, in order of preference. A broker refuses all of them if it does not know one.
    pub(super) fn variants(&self) -> impl Iterator<Item = Vec<Setting>> {
        let newer: &[&str] = &["message.timestamp.before.max.ms", "message.timestamp.after.max.ms"];
        // The setting of brokers before Kafka 3.6.
        let older: &[&str] = &["message.timestamp.difference.max.ms"];
        [newer, older, &[]].into_iter().map(|limits| {
            let limits = limits.iter().map(|name| (*name, i64::MAX.to_string()));
            self.always.iter().cloned().chain(limits).collect()
        })
    }
}

/// Returns the segment size in bytes for a partition limit in bytes: the broker deletes whole segments, and never the
/// active one, so that a segment is a part of the limit.
fn segment_bytes(retention: u64) -> u64 {
    (retention / SEGMENTS).clamp(SMALLEST_SEGMENT, LARGEST_SEGMENT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Secret;

    fn value(settings: &[Setting], name: &str) -> Option<String> {
        settings.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone())
    }

    #[test]
    fn segments_are_a_part_of_what_is_kept() {
        assert_eq!([100_000_000, 1, 1 << 50].map(segment_bytes), [12_500_000, 1 << 20, 1 << 30]);
    }

    #[test]
    fn every_setting_that_decides_about_records_is_stated() {
        let best = TopicConfig::of_events(&KafkaPlan::default()).variants().next().expect("a form");
        let stated = [
            ("retention.ms", "-1"),
            ("retention.bytes", "-1"),
            ("cleanup.policy", "delete"),
            ("message.timestamp.type", "CreateTime"),
            ("message.timestamp.before.max.ms", "9223372036854775807"),
            ("message.timestamp.after.max.ms", "9223372036854775807"),
            ("max.message.bytes", "1048588"),
        ];
        for (name, wanted) in stated {
            assert_eq!(value(&best, name).as_deref(), Some(wanted), "{name}");
        }
        let plan = KafkaPlan { retention_ms: Some(1), retention_bytes: Some(1), ..KafkaPlan::default() };
        let table = TopicConfig::of_table(&plan).variants().next().expect("a form");
        for (name, wanted) in [("cleanup.policy", "compact"), ("retention.ms", "-1"), ("max.message.bytes", "1048588")]
        {
            assert_eq!(value(&table, name).as_deref(), Some(wanted), "{name}");
            assert_eq!(table.iter().filter(|(known, _)| *known == name).count(), 1, "{name}");
        }
        let progress = TopicConfig::of_progress().variants().next().expect("a form");
        assert_eq!(value(&progress, "cleanup.policy").as_deref(), Some("compact"));
        assert_eq!(value(&progress, "retention.ms").as_deref(), Some("-1"));
        assert_eq!(value(&progress, "message.timestamp.before.max.ms").as_deref(), Some("9223372036854775807"));
    }

    #[test]
    fn older_brokers_are_asked_by_the_names_that_they_know() {
        let forms: Vec<_> = TopicConfig::of_progress().variants().collect();
        let name = "message.timestamp.difference.max.ms";
        let stated: Vec<bool> = forms.iter().map(|form| value(form, name).is_some()).collect();
        assert_eq!(stated, [false, true, false]);
        assert_eq!(value(&forms[2], "cleanup.policy").as_deref(), Some("compact"));
    }

    #[test]
    fn a_topic_takes_the_batches_that_the_client_is_told_to_send() {
        let properties = [("message.max.bytes", "5000000"), ("batch.size", "4000000")];
        let properties = properties.map(|(name, value)| (name.to_owned(), Secret::new(value))).to_vec();
        let form = TopicConfig::of_events(&KafkaPlan { properties, ..KafkaPlan::default() })
            .variants()
            .next()
            .expect("a form");
        assert_eq!(value(&form, "max.message.bytes").as_deref(), Some("4048588"));
    }
}
