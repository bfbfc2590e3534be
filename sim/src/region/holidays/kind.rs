//! The kinds of day that a country's calendar holds.
//! Must not depend on: dates.

/// The kind of a day. A day of several kinds has the last of them in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum DayKind {
    /// A day like others of its weekday.
    Usual,
    /// Schools are closed.
    SchoolBreak,
    /// The weeks before the main holiday of the year, when presents are bought.
    SaleSeason,
    /// The day after a holiday.
    DayAfter,
    /// The day before the eve, when shopping for the holiday begins.
    EarlyEve,
    /// A day of sales on the Web: Cyber Monday, Singles' Day.
    OnlineSale,
    /// A day of presents and of eating out: Mother's Day, Valentine's Day.
    Gift,
    /// Offices and schools are closed, shops are open.
    Holiday,
    /// The last whole day on which food for a holiday is bought.
    Eve,
    /// An eve on which shops close at noon: 24 December.
    HalfDay,
    /// A day of sales in shops and on the Web: Black Friday.
    Sale,
    /// Carnival, day and night.
    Carnival,
    /// New Year's Eve, with its night.
    NewYearsEve,
    /// A holiday spent at home; many shops are closed.
    FamilyHoliday,
    /// New Year's Day: its first hours belong to the night before.
    NewYear,
    /// Nearly everything is closed: Christmas Day.
    Closed,
}

impl DayKind {
    /// The number of kinds.
    pub const COUNT: usize = 16;

    /// All kinds, in their order.
    pub const ALL: [DayKind; DayKind::COUNT] = [
        DayKind::Usual,
        DayKind::SchoolBreak,
        DayKind::SaleSeason,
        DayKind::DayAfter,
        DayKind::EarlyEve,
        DayKind::OnlineSale,
        DayKind::Gift,
        DayKind::Holiday,
        DayKind::Eve,
        DayKind::HalfDay,
        DayKind::Sale,
        DayKind::Carnival,
        DayKind::NewYearsEve,
        DayKind::FamilyHoliday,
        DayKind::NewYear,
        DayKind::Closed,
    ];

    /// Returns whether offices are closed: such a day has the hours of a Sunday.
    #[inline]
    pub const fn rests(self) -> bool {
        use DayKind::*;
        matches!(self, Holiday | Carnival | FamilyHoliday | NewYear | Closed)
    }
}
