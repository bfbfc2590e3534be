//! The mix of purchases and its course over the year. The rates per day are keys of the scenario.

use crate::base::{CATEGORIES, Persona};

/// Relative spending by month, January first, without the effects of holidays and sales: low after the holidays.
pub(crate) const MONTH_FACTORS: [f64; 12] = [0.93, 0.94, 0.98, 0.98, 1.01, 1.0, 1.0, 1.0, 0.98, 1.0, 1.03, 1.09];

/// Shares of the categories among purchases at the till, in the order of the categories' numbers.
pub(crate) const POS_MIX: [f64; CATEGORIES] = [0.03, 0.09, 0.44, 0.02, 0.27, 0.0, 0.01, 0.01, 0.13];
/// Shares of the categories among purchases online, in the order of the categories' numbers.
pub(crate) const ONLINE_MIX: [f64; CATEGORIES] = [0.15, 0.20, 0.08, 0.08, 0.12, 0.22, 0.02, 0.04, 0.09];

/// Factors on the mix by persona and category: students buy more games and films, parents more groceries, retired
/// people fewer new things. Weighted by the personas' shares each category averages about 1.
pub(crate) const PERSONA_MIX_FACTORS: [[f64; CATEGORIES]; Persona::ALL.len()] = [
    [1.05, 1.0, 0.95, 1.15, 1.1, 1.0, 1.1, 1.0, 1.0],
    [1.3, 1.15, 0.7, 0.9, 1.15, 1.5, 0.6, 1.1, 1.0],
    [0.9, 1.1, 1.3, 0.8, 0.8, 0.8, 0.7, 0.6, 1.05],
    [0.6, 0.75, 1.15, 1.1, 0.95, 0.5, 1.1, 1.3, 1.1],
    [1.2, 0.95, 0.8, 1.0, 1.1, 1.4, 1.1, 1.8, 0.9],
];
