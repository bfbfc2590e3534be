//! `populace export`: writes the tables of a stopped world as files or to standard output.

use super::refusals::failure;
use super::requests::ExportRequest;
use super::running::Running;
use crate::ops::tables::{TableFile, tables};
use crate::output::print_bytes;
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
        None => Ok(tables.iter().try_for_each(|table| print_bytes(&table.file))?),
    }
}

/// Writes a table beside its file, and puts it in the file's place when it is whole.
fn write(out: &Path, table: &TableFile) -> Result<(), RunError> {
    let (path, beside) = (out.join(&table.name), out.join(format!(".{}.part", table.name)));
    fs::create_dir_all(out).map_err(|e| RunError::io(out, "created", e))?;
    fs::write(&beside, &table.file).map_err(|e| RunError::io(&beside, "written", e))?;
    fs::rename(&beside, &path).map_err(|e| RunError::io(&path, "written", e))
}
