//! The kinds of day that a country's calendar holds.
//! Must not depend on: dates.

/// What sets a day apart. A day that is several things at once is the last of them in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum DayKind {
    /// A day like others of its weekday.
    Usual,
    /// Schools are closed, everything else goes on.
    SchoolBreak,
    /// The weeks before the great feast, when presents are bought.
    SaleSeason,
    /// The day after a feast.
    DayAfter,
    /// The day before the eve, when shopping for the feast begins.
    EarlyEve,
    /// A day of sales on the Web: Cyber Monday, Singles' Day.
    OnlineSale,
    /// A day of presents and of eating out: Mother's Day, Valentine's Day.
    Gift,
    /// Offices and schools are closed, shops are open.
    Holiday,
    /// The last whole day on which food for a feast is bought.
    Eve,
    /// An eve of which only the morning is left for shopping: 24 December.
    HalfDay,
    /// A day of sales in shops and on the Web: Black Friday.
    Sale,
    /// Days and nights in the streets: Carnival.
    Carnival,
    /// New Year's Eve, with its night.
    NewYearsEve,
    /// A feast spent at home; many shops are closed.
    FamilyHoliday,
    /// New Year's Day: its first hours belong to the night before.
    NewYear,
    /// Nearly everything is closed: Christmas Day.
    Closed,
}

impl DayKind {
    /// How many kinds there are.
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

    /// Whether offices are closed: such a day has the hours of a Sunday, whatever its weekday.
    #[inline]
    pub const fn rests(self) -> bool {
        use DayKind::*;
        matches!(self, Holiday | Carnival | FamilyHoliday | NewYear | Closed)
    }
}
