//! The columns of a Delta table, with types equal to those in its Parquet files, and the features that readers need for
//! them. Must not depend on: entries.

use super::DeltaPartition;
use crate::error::LakeError;
use crate::leaf::{Leaf, LeafKind, Leaves};
use populace_wire::Column;
use serde_json::{Value, json};

/// The columns of a table.
#[derive(Debug)]
pub struct Schema {
    /// The columns as Delta's JSON.
    pub text: String,
    /// True if a column holds instants without a time zone, a feature of its own.
    pub has_naive: bool,
}

impl Schema {
    /// Returns the schema of files of these columns, with the columns of the partition behind them.
    ///
    /// # Errors
    /// If two columns have the same name without regard to the case of letters, as Delta compares names.
    pub fn new(topic: &str, columns: &[Column], partition: DeltaPartition) -> Result<Self, LakeError> {
        let leaves = Leaves::new(columns);
        let parts = leaves.all().chunk_by(|one, other| one.column == other.column);
        let own = parts.map(|parts| field(&parts[0].column, column_type(parts)));
        let fields: Vec<Value> = own.chain(partition_fields(partition)).collect();
        check_names(topic, columns, partition)?;
        let text = json!({ "type": "struct", "fields": fields }).to_string();
        let has_naive = leaves.all().iter().any(|leaf| leaf.kind == LeafKind::NaiveTimestamp);
        Ok(Schema { text, has_naive })
    }
}

fn check_names(topic: &str, columns: &[Column], partition: DeltaPartition) -> Result<(), LakeError> {
    let mut taken: Vec<String> = partition.names().iter().map(|name| (*name).to_owned()).collect();
    for Column { name, .. } in columns {
        let lower = name.to_ascii_lowercase();
        if taken.contains(&lower) {
            return Err(LakeError::DeltaColumn { topic: topic.to_owned(), name: name.clone() });
        }
        taken.push(lower);
    }
    Ok(())
}

/// Returns a column. Each may be null, because a column that may not is a constraint, which writers need a feature for.
fn field(name: &str, kind: Value) -> Value {
    json!({ "name": name, "type": kind, "nullable": true, "metadata": {} })
}

fn partition_fields(partition: DeltaPartition) -> impl Iterator<Item = Value> {
    let kinds = ["date", "integer"];
    partition.names().iter().zip(kinds).map(|(name, kind)| field(name, kind.into()))
}

fn column_type(parts: &[Leaf]) -> Value {
    if parts[0].part.is_none() {
        return leaf_type(parts[0].kind);
    }
    let fields = parts.iter().map(|leaf| field(leaf.part.expect("all have one"), leaf_type(leaf.kind)));
    json!({ "type": "struct", "fields": fields.collect::<Vec<_>>() })
}

fn leaf_type(kind: LeafKind) -> Value {
    match kind {
        LeafKind::Text | LeafKind::Word(_) => "string".into(),
        LeafKind::Timestamp => "timestamp".into(),
        LeafKind::NaiveTimestamp => "timestamp_ntz".into(),
        LeafKind::Integer => "long".into(),
        LeafKind::Number => "double".into(),
        LeafKind::Boolean => "boolean".into(),
        LeafKind::List => json!({ "type": "array", "elementType": "string", "containsNull": true }),
    }
}
