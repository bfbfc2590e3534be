//! The names of all metrics, their help texts, and the text format of Prometheus. Must not depend on: values.

use crate::status::{BOUNDS, HistogramSnapshot};
use std::fmt::Write;

/// The type of a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A value that only increases.
    Counter,
    /// A value that increases and decreases.
    Gauge,
    /// Durations counted by class.
    Histogram,
}

macro_rules! metrics {
    ($($variant:ident, $name:literal, $kind:ident, $help:literal;)*) => {
        /// A metric.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Metric { $(#[doc = $help] $variant),* }

        impl Metric {
            /// All metrics.
            #[cfg(test)]
            pub(super) const ALL: &[Metric] = &[$(Metric::$variant),*];

            /// Returns the name, the type and the help text.
            pub(super) fn about(self) -> (&'static str, Kind, &'static str) {
                match self { $(Metric::$variant => ($name, Kind::$kind, $help)),* }
            }
        }
    };
}

metrics! {
    Build, "populace_build_info", Gauge, "Always 1; labelled with the release and the version of the rules.";
    Ready, "populace_ready", Gauge, "Whether the world's records reach its sink, or would if the clock were not paused.";
    Phase, "populace_phase", Gauge, "1 for the current phase: starting, repeating, running or stopping.";
    Paused, "populace_paused", Gauge, "Whether the virtual clock is paused.";
    Live, "populace_live", Gauge, "Whether virtual time has caught up with wall time.";
    VirtualTime, "populace_virtual_time_seconds", Gauge, "Current virtual time, as a Unix timestamp in seconds.";
    Lag, "populace_lag_seconds", Gauge, "Wall time minus virtual time, in seconds.";
    Ahead, "populace_ahead_seconds", Gauge, "Seconds by which virtual time is ahead of a wall clock that it waits for; 0 if it does not wait.";
    Leap, "populace_clock_leap_seconds", Gauge, "Seconds by which the wall clock leapt ahead without being followed; 0 if it did not.";
    Speed, "populace_speed_ratio", Gauge, "Virtual seconds per second of wall time, over the last five seconds.";
    Events, "populace_events_total", Counter, "Events written to the sink since the world was created.";
    Rate, "populace_events_per_second", Gauge, "Events per second of wall time, over the last five seconds.";
    Repeated, "populace_events_repeated_total", Counter, "Events replayed after a restart and not written again.";
    Windows, "populace_windows_waiting", Gauge, "Windows of events waiting to be published; at two the clock waits.";
    Mail, "populace_requests_waiting", Gauge, "Requests waiting for the run loop.";
    People, "populace_people", Gauge, "People of the world.";
    Drivers, "populace_drivers", Gauge, "Drivers of the world.";
    Campaigns, "populace_campaigns_active", Gauge, "Active fraud campaigns, planned and injected.";
    Drifts, "populace_drifts_in_force", Gauge, "Drifts in force, wholly or in part.";
    Visits, "populace_sessions_in_progress", Gauge, "Visits to the shop in progress; counted at most 30 seconds ago.";
    Trips, "populace_trips_in_progress", Gauge, "Rides requested and not ended; counted at most 30 seconds ago.";
    Commit, "populace_commit_seconds", Histogram, "Commit duration of Kafka transactions.";
    Epoch, "populace_epoch_seconds", Histogram, "Time from the first record of a Kafka transaction until readers can see it.";
    Faults, "populace_broker_errors_total", Counter, "Broker errors that were retried.";
    Away, "populace_sink_away_seconds", Gauge, "Seconds since the sink became unreachable; 0 while it is reachable.";
    Checkpoint, "populace_checkpoint_seconds", Histogram, "Duration of writing checkpoints.";
    CheckpointBytes, "populace_checkpoint_bytes_total", Counter, "Bytes written by checkpoints of this run.";
    CheckpointSize, "populace_checkpoint_last_bytes", Gauge, "Bytes of the last checkpoint.";
    CheckpointAge, "populace_checkpoint_age_seconds", Gauge, "Wall time since the last checkpoint of this run.";
    CheckpointTime, "populace_checkpoint_virtual_time_seconds", Gauge, "Virtual time of the last checkpoint, as a Unix timestamp in seconds.";
    DiskFree, "populace_disk_free_bytes", Gauge, "Free bytes on the data directory's filesystem.";
    DiskSize, "populace_disk_size_bytes", Gauge, "Size of the data directory's filesystem.";
    Answers, "populace_http_answers_total", Counter, "HTTP responses by status class.";
    Readers, "populace_http_event_readers", Gauge, "Readers of the live tail.";
    Missed, "populace_http_events_missed_total", Counter, "Records of the live tail missed by slow readers.";
    Memory, "process_resident_memory_bytes", Gauge, "Resident memory.";
    Processor, "process_cpu_seconds_total", Counter, "CPU time of all threads.";
    Uptime, "populace_run_seconds", Gauge, "Wall time since the run began.";
}

/// A text of metrics under construction.
#[derive(Debug, Default)]
pub(super) struct Writer(String);

impl Writer {
    /// Returns the text.
    pub(super) fn finish(self) -> String {
        self.0
    }

    /// Appends a metric with one value.
    pub(super) fn one(&mut self, metric: Metric, value: impl Into<f64>) {
        self.many(metric, [(&[][..], value.into())]);
    }

    /// Appends a metric with a value for each set of labels; nothing if there are none.
    pub(super) fn many<'a>(
        &mut self,
        metric: Metric,
        values: impl IntoIterator<Item = (&'a [(&'a str, &'a str)], f64)>,
    ) {
        let mut values = values.into_iter().peekable();
        if values.peek().is_none() {
            return;
        }
        self.head(metric);
        for (labels, value) in values {
            self.line(metric.about().0, labels, value);
        }
    }

    /// Appends a histogram.
    pub(super) fn histogram(&mut self, metric: Metric, lengths: &HistogramSnapshot) {
        self.head(metric);
        let name = metric.about().0;
        let bounds = BOUNDS.iter().map(f64::to_string).chain(["+Inf".to_owned()]);
        for (bound, count) in bounds.zip(lengths.up_to) {
            self.line(&format!("{name}_bucket"), &[("le", &bound)], count as f64);
        }
        self.line(&format!("{name}_sum"), &[], lengths.seconds);
        self.line(&format!("{name}_count"), &[], lengths.count() as f64);
    }

    fn head(&mut self, metric: Metric) {
        let (name, kind, help) = metric.about();
        let kind = format!("{kind:?}").to_lowercase();
        self.0.push_str(&format!("# HELP {name} {help}\n# TYPE {name} {kind}\n"));
    }

    fn line(&mut self, name: &str, labels: &[(&str, &str)], value: f64) {
        self.0.push_str(name);
        for (n, (label, text)) in labels.iter().enumerate() {
            let text = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
            let open = if n == 0 { '{' } else { ',' };
            // Writing to a String cannot fail.
            let _ = write!(self.0, "{open}{label}=\"{text}\"");
        }
        let close = if labels.is_empty() { "" } else { "}" };
        let _ = writeln!(self.0, "{close} {value}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::status::Histogram;
    use std::collections::BTreeSet;
    use std::time::Duration;

    #[test]
    fn names_follow_the_customs() {
        let mut seen = BTreeSet::new();
        for metric in Metric::ALL {
            let (name, kind, help) = metric.about();
            assert!(seen.insert(name), "{name} is there once");
            assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{name}");
            assert_eq!(name.ends_with("_total"), kind == Kind::Counter, "{name}");
            assert!(help.ends_with('.') && !help.contains(['\n', '\\']), "{name}");
        }
    }

    #[test]
    fn dashboard_and_alerts_ask_for_what_there_is() {
        let known: BTreeSet<&str> = Metric::ALL.iter().map(|metric| metric.about().0).collect();
        let files = [
            include_str!("../../deploy/grafana/dashboards/populace.json"),
            include_str!("../../deploy/prometheus/alerts.yml"),
        ];
        for file in files {
            let words = file.split(|c: char| !c.is_ascii_lowercase() && c != '_');
            let asked: BTreeSet<&str> =
                words.filter(|word| word.starts_with("populace_") || word.starts_with("process_")).collect();
            assert!(asked.len() > 8, "{asked:?}");
            for name in asked {
                let plain = ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
                assert!(known.contains(plain), "{name}");
            }
        }
    }

    #[test]
    fn the_text_is_what_prometheus_reads() {
        let mut writer = Writer::default();
        writer.one(Metric::Lag, -1.5);
        writer.many(Metric::Events, [(&[("topic", "a\"b\\c")][..], 1e15), (&[("topic", "x"), ("y", "z")][..], 0.0)]);
        writer.many(Metric::Rate, []);
        let histogram = Histogram::default();
        histogram.add(Duration::from_millis(300));
        writer.histogram(Metric::Commit, &histogram.snapshot());
        let text = writer.finish();
        for line in [
            "# TYPE populace_lag_seconds gauge\npopulace_lag_seconds -1.5\n",
            "populace_events_total{topic=\"a\\\"b\\\\c\"} 1000000000000000\n",
            "populace_events_total{topic=\"x\",y=\"z\"} 0\n",
            "populace_commit_seconds_bucket{le=\"0.25\"} 0\npopulace_commit_seconds_bucket{le=\"0.5\"} 1\n",
            "populace_commit_seconds_bucket{le=\"+Inf\"} 1\n",
            "populace_commit_seconds_sum 0.3\npopulace_commit_seconds_count 1\n",
        ] {
            assert!(text.contains(line), "{line} in {text}");
        }
        assert!(!text.contains("events_per_second"));
    }
}
