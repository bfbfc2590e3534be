//! Cards and the protection of accounts.

use crate::engine::Span;

/// Years between the expiries of a person's card: drawn uniformly between the two. Cards are valid for two to five
/// years.
pub(crate) const CARD_VALIDITY_YEARS: (f64, f64) = (2.0, 5.0);

/// Days in a mean year.
pub(crate) const DAYS_PER_YEAR: f64 = 365.25;

/// Time from the block of a credit card until its replacement arrives by post.
pub(crate) const CARD_DELIVERY_TIME: Span = Span::from_days(4);
