//! `populace export`: writes the tables of a stopped world as files or to standard output.

use super::refusals::failure;
use super::requests::ExportRequest;
use super::running::Running;
use crate::ops::tables::{Table, tables};
use crate::output::print;
use crate::run::{RunError, StoredWorld};
use std::fs;
use std::path::Path;

/// Carries out `populace export tables`.
pub(super) fn export(request: &ExportRequest) -> anyhow::Result<()> {
    if Running::connect(&request.data_dir)?.is_some() {
        let why = "the world is running; stop it first, or fork it and export the tables of the fork";
        return Err(RunError::Answer(why.into()).into());
    }
    let tables = tables(&StoredWorld::look(&request.data_dir)?, &request.tables).map_err(failure)?;
    match &request.out {
        Some(out) => Ok(tables.iter().try_for_each(|table| write(out, table))?),
        None => Ok(print(&tables.iter().map(|table| table.lines.as_str()).collect::<String>())?),
    }
}

/// Writes a table beside its file, and puts it in the file's place when it is whole.
fn write(out: &Path, table: &Table) -> Result<(), RunError> {
    let section = table.stream.section();
    let (path, beside) = (out.join(format!("{section}.jsonl")), out.join(format!(".{section}.jsonl.part")));
    fs::create_dir_all(out).map_err(|e| RunError::io(out, "created", e))?;
    fs::write(&beside, &table.lines).map_err(|e| RunError::io(&beside, "written", e))?;
    fs::rename(&beside, &path).map_err(|e| RunError::io(&path, "written", e))
}
