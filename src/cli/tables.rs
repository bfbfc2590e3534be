//! The options of `populace export tables` as a request.

use super::grammar::ExportTablesArgs;
use super::requests::ExportRequest;
use crate::UsageError;
use crate::config::{Surroundings, data_dir};
use crate::ops::tables::{RowChoice, TablesRequest};
use populace_lake::{Compression, FileFormat};
use populace_sim::{Stream, did_you_mean, nearest_names};

/// Returns the request of these options.
pub(super) fn export_request(args: &ExportTablesArgs, around: &Surroundings) -> Result<ExportRequest, UsageError> {
    let tables = args.tables.as_deref().map_or(Ok(all()), named)?;
    if args.out.is_none() && tables.len() != 1 {
        let error = UsageError::new("standard output takes one table");
        return Err(error.help("name it, as in --tables users, or give --out FOLDER for a file each"));
    }
    let rows = if args.history { RowChoice::History } else { RowChoice::Valid };
    let format = FileFormat::from(args.format);
    let compression = args.compression.map_or(format.default_compression(), Compression::from);
    Ok(ExportRequest {
        data_dir: data_dir(args.data_dir.as_deref(), around),
        tables: TablesRequest { at: args.at.clone(), tables, rows, format, compression },
        out: args.out.clone(),
    })
}

fn all() -> Vec<Stream> {
    Stream::ALL.into_iter().filter(|stream| stream.is_table()).collect()
}

/// Returns the tables that a list names, each once, in the order of the streams.
fn named(list: &str) -> Result<Vec<Stream>, UsageError> {
    let names: Vec<&str> = list.split(',').map(str::trim).collect();
    let known: Vec<&str> = all().into_iter().map(Stream::section).collect();
    if let Some(wrong) = names.iter().find(|name| !known.contains(name)) {
        let near = nearest_names(wrong, known.iter().copied());
        let help = did_you_mean(&near, &format!("there are: {}", known.join(", ")));
        return Err(UsageError::new(format!("--tables: unknown table {wrong:?}")).help(help));
    }
    Ok(all().into_iter().filter(|stream| names.contains(&stream.section())).collect())
}
