//! The statistics of a file as a Delta table's log holds them, by which readers skip files. Must not depend on: entries.

use crate::summary::{FileSummary, LeafStatistics, LeafValue};
use populace_sim::{VirtualTime, format_time};
use serde_json::{Map, Value, json};

/// The longest text of a statistic, in bytes. A range with a longer one is left out.
const TEXT_LEN: usize = 64;

/// Returns the statistics of a file.
pub fn delta_statistics(summary: &FileSummary) -> String {
    let (mut least, mut most, mut nulls) = (Map::new(), Map::new(), Map::new());
    for leaf in &summary.statistics {
        insert(&mut nulls, &leaf.path, leaf.null_count.into());
        if let Some([low, high]) = range(leaf) {
            insert(&mut least, &leaf.path, low);
            insert(&mut most, &leaf.path, high);
        }
    }
    json!({ "numRecords": summary.rows, "minValues": least, "maxValues": most, "nullCount": nulls }).to_string()
}

/// Sets the value of a leaf: a part of a nested value is in an object of its column.
fn insert(to: &mut Map<String, Value>, path: &[String], value: Value) {
    match path {
        [column] => drop(to.insert(column.clone(), value)),
        [column, part] => {
            let parts = to.entry(column.clone()).or_insert_with(|| Value::Object(Map::new()));
            let parts = parts.as_object_mut().expect("a column has parts or a value");
            parts.insert(part.clone(), value);
        }
        _ => unreachable!("a leaf is a column or a part of one"),
    }
}

fn range(leaf: &LeafStatistics) -> Option<[Value; 2]> {
    let [least, most] = leaf.range.as_ref()?;
    Some([value(least)?, value(most)?])
}

/// Returns a value as the log writes it; None if the log has no statistics of its type, or it is too long.
fn value(value: &LeafValue) -> Option<Value> {
    match value {
        LeafValue::Text(text) => (text.len() <= TEXT_LEN).then(|| text.as_str().into()),
        LeafValue::Timestamp(at) => Some(format!("{}Z", date_and_time(*at)).into()),
        LeafValue::NaiveTimestamp(at) => Some(date_and_time(*at).into()),
        LeafValue::Integer(value) => Some((*value).into()),
        LeafValue::Number(value) => Some((*value).into()),
        LeafValue::Boolean(_) => None,
    }
}

/// Returns an instant in UTC, to the microsecond and without an offset.
fn date_and_time(at: VirtualTime) -> String {
    let text = format_time(at);
    text.split('+').next().unwrap_or_default().to_owned()
}
