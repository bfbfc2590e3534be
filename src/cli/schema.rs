//! `populace schema`: prints a schema.

use crate::UsageError;
use crate::ops::schema::{SchemaError, SchemaRequest, schema};
use crate::output::print;

/// Carries out `populace schema`.
pub(super) fn print_schema(request: &SchemaRequest) -> anyhow::Result<()> {
    let schema = schema(request).map_err(|error| match error {
        SchemaError::Names(error) => UsageError::new(error.to_string())
            .help(
                "a name in Avro and Protobuf has letters, digits and `_`, and begins with no digit: rename the field with \
                 \"field as name\", or give --format json-schema, since JSON takes the name as it is",
            )
            .into(),
        other => anyhow::Error::new(other),
    })?;
    Ok(print(&schema)?)
}
