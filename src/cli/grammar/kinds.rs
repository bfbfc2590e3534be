//! The kinds of injections as values of an argument.

use crate::ops::inject::InjectKind;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

/// Returns the parser of kinds, whose help is the summary of each.
pub(super) fn inject_kinds() -> impl TypedValueParser<Value = InjectKind> {
    let value = |kind: InjectKind| PossibleValue::new(kind.name()).help(kind.summary().trim_end_matches('.'));
    let parser = PossibleValuesParser::new(InjectKind::all().map(value));
    parser.map(|name| InjectKind::parse(&name).expect("the parser takes only names of kinds"))
}
