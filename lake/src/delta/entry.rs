//! What an entry of a Delta table's log says: whose it is, and which files it adds and removes. Must not depend on: how
//! entries are written.

use serde_json::{Map, Value};

/// The actions of other writers that change no file and no column.
const HARMLESS: [&str; 2] = ["commitInfo", "txn"];

/// A file of a table, by the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveFile {
    /// The size in bytes.
    pub bytes: u64,
    /// The values of the columns that files are divided by.
    pub partition: Map<String, Value>,
}

/// What an entry says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeltaEntry {
    /// The writers and their versions.
    applications: Vec<(String, i64)>,
    /// The files that are added, by their path in the folder of the table.
    pub added: Vec<(String, LiveFile)>,
    /// The paths of the files that are removed.
    pub removed: Vec<String>,
    /// The operation, and the program that committed it, where the entry names them.
    operation: Option<String>,
    engine: Option<String>,
    changes_table: bool,
}

impl DeltaEntry {
    /// Reads an entry; None if it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let mut entry = DeltaEntry::default();
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let Value::Object(action) = serde_json::from_str(line).ok()? else { return None };
            action.iter().try_for_each(|(name, content)| entry.take(name, content))?;
        }
        Some(entry)
    }

    fn take(&mut self, name: &str, content: &Value) -> Option<()> {
        self.changes_table |= !HARMLESS.contains(&name);
        let text = |key: &str| content.get(key)?.as_str().map(str::to_owned);
        match name {
            "commitInfo" => (self.operation, self.engine) = (text("operation"), text("engineInfo")),
            "txn" => self.applications.push((text("appId")?, content.get("version")?.as_i64()?)),
            "add" => self.added.push((text("path")?, live_file(content)?)),
            "remove" => self.removed.push(text("path")?),
            _ => {}
        }
        Some(())
    }

    /// Returns the version of a writer in its entry; None if the entry is another writer's.
    pub fn version_of(&self, application: &str) -> Option<i64> {
        self.applications.iter().find(|(name, _)| name == application).map(|(_, version)| *version)
    }

    /// Returns whether the entry changes files or columns.
    pub fn changes_table(&self) -> bool {
        self.changes_table
    }

    /// Returns the operation and the program that committed it, as far as the entry names them.
    pub fn writer(&self) -> String {
        let operation = self.operation.as_deref().unwrap_or("a commit");
        format!("{operation} by {}", self.engine.as_deref().unwrap_or("another program"))
    }
}

fn live_file(add: &Value) -> Option<LiveFile> {
    let partition = add.get("partitionValues")?.as_object()?.clone();
    Some(LiveFile { bytes: add.get("size")?.as_u64()?, partition })
}
