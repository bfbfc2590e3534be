//! How events become records: the choice of fields, the plan made from it, the text of values, and the schema.
//! Knows no domain; each domain's `event` says what its fields are.

mod avro;
mod plan;
mod schema;
pub(crate) mod text;

pub use avro::{AvroError, avro_schema};
pub use plan::{Emit, FieldSpec, Plan, PlanError, Standing};
pub(crate) use plan::{MOST_FIELDS, is_fit_name};
pub use schema::{Shape, json_schema};
