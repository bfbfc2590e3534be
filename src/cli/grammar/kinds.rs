//! The kinds of injections as values of an argument.

use crate::ops::inject::InjectKind;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

/// What `--help` says of kinds.
const HELP: [(&str, &str); 10] = [
    ("velocity", "Many transactions of one account in a short time"),
    ("card-testing", "Small sums on stolen cards at one merchant, then a cash-out"),
    ("account-takeover", "An intruder gets into an account and empties it"),
    ("stolen-card", "A stolen card is used until it is blocked"),
    ("skimmed-merchant", "A card that was copied at a merchant is used elsewhere"),
    ("mule-ring", "Money comes in and goes on in parts, from devices that a ring shares"),
    ("bust-out", "An account spends all its credit at once"),
    ("friendly-fraud", "The customer buys and disputes it later"),
    ("push-payment", "The customer is talked into transfers to a stranger"),
    ("transaction", "One genuine purchase by this person, now, of the amount given"),
];

/// Returns the parser of kinds.
pub(super) fn inject_kinds() -> impl TypedValueParser<Value = InjectKind> {
    let value = |kind: InjectKind| {
        let help = HELP.iter().find(|(name, _)| *name == kind.name()).map(|(_, help)| *help);
        help.map_or_else(|| PossibleValue::new(kind.name()), |help| PossibleValue::new(kind.name()).help(help))
    };
    let parser = PossibleValuesParser::new(InjectKind::all().map(value));
    parser.map(|name| InjectKind::parse(&name).expect("the parser takes only names of kinds"))
}
