//! User agents: their fixed parts, and the versions of browsers by release date. Must not depend on: devices.

use crate::engine::TextBuffer;

/// A piece of a user agent.
#[derive(Clone, Copy, Debug)]
pub enum Part {
    /// A fixed text.
    Text(&'static str),
    /// A version of the day.
    Number(Version),
}

/// The versions that increase over the years.
#[derive(Clone, Copy, Debug)]
pub enum Version {
    /// Chrome and Edge: since December 2023 a release each 31.65 days in the mean (120 on 2023-12-05, 143 on 2025-12-02).
    Chrome,
    /// The build that belongs to Chrome's release.
    Build,
    /// Firefox: each four weeks.
    Firefox,
    /// Safari's version, as in 18.4: a major one each September, minor ones through the year, 26 after 18.
    Safari,
    /// The system's version that Safari reports on a phone, as in 18_4; it stays at 18_6.
    Ios,
    /// Opera on a desk: each 38 days since 106 of December 2023.
    Opera,
    /// Opera on a phone: each 56 days since 79 of November 2023.
    OperaMobile,
    /// The engine of Opera on a desk, and on a phone: it changes with Opera only.
    OperaChrome,
    /// See [`Version::OperaChrome`].
    OperaMobileChrome,
    /// Samsung's browser: each 115 days since 23 of November 2023.
    Samsung,
    /// The engine of Samsung's browser, which skips most releases.
    SamsungChrome,
    /// A browser without a window on ChromeOS.
    Headless,
}

/// The releases that versions follow.
#[derive(Clone, Copy, Debug)]
pub(super) enum Series {
    Chrome,
    Firefox,
    Safari,
    Opera,
    OperaMobile,
    Samsung,
    Headless,
}

impl Version {
    /// Returns the releases that the version follows: it stays the same until the next one.
    const fn series(self) -> Series {
        match self {
            Version::Chrome | Version::Build => Series::Chrome,
            Version::Firefox => Series::Firefox,
            Version::Safari | Version::Ios => Series::Safari,
            Version::Opera | Version::OperaChrome => Series::Opera,
            Version::OperaMobile | Version::OperaMobileChrome => Series::OperaMobile,
            Version::Samsung | Version::SamsungChrome => Series::Samsung,
            Version::Headless => Series::Headless,
        }
    }
}

/// Returns the releases that the first and the last version of a user agent follow, the last only if they are others.
/// Nothing else changes the user agent of a model.
pub(super) const fn series(agent: &[Part]) -> (Series, Option<Series>) {
    let (mut first, mut last, mut i) = (None, None, 0);
    while i < agent.len() {
        if let Part::Number(version) = agent[i] {
            last = Some(version.series());
            if first.is_none() {
                first = last;
            }
        }
        i += 1;
    }
    match (first, last) {
        (Some(first), Some(last)) if first as u8 == last as u8 => (first, None),
        (Some(first), last) => (first, last),
        (None, _) => panic!("every user agent has a version"),
    }
}

/// The state of a device's browser: the day whose releases it has, and the number of releases by which it is behind.
#[derive(Clone, Copy, Debug)]
pub(super) struct Installed {
    /// Days since 1970-01-01.
    pub day: i64,
    /// Releases.
    pub behind: i64,
}

/// 5 December 2023: Chrome 120.
const CHROME_120: i64 = 19_696;
/// 18 September 2023: Safari 17.
const SAFARI_17: i64 = 19_618;

impl Installed {
    /// Returns `first` on the day of Chrome 120, and one more for each `hundredths` / 100 days.
    fn releases(self, first: i64, hundredths: i64) -> i64 {
        (first + ((self.day - CHROME_120) * 100).div_euclid(hundredths) - self.behind).max(4)
    }

    /// Returns the number of the release in a series.
    #[inline]
    pub fn release(self, series: Series) -> i64 {
        match series {
            Series::Chrome => self.chrome(),
            Series::Firefox => self.firefox(),
            Series::Safari => {
                let (major, minor) = self.safari();
                major * 8 + minor
            }
            Series::Opera => self.opera(),
            Series::OperaMobile => self.opera_mobile(),
            Series::Samsung => self.samsung(),
            Series::Headless => self.headless(),
        }
    }

    fn chrome(self) -> i64 {
        self.releases(120, 3_165)
    }

    /// Returns Safari's major version as counted until 18, and the minor version.
    fn safari(self) -> (i64, i64) {
        let since = self.day - SAFARI_17;
        let major = 17 + since.div_euclid(365) - self.behind / 12;
        if major < 3 { (3, 0) } else { (major, (since.rem_euclid(365) / 52).min(6)) }
    }

    /// Appends a version.
    pub fn append(self, version: Version, out: &mut impl TextBuffer) {
        match version {
            Version::Chrome => out.append_integer(self.chrome()),
            Version::Build => out.append_integer((6_099 + (self.chrome() - 120) * 61).max(1_000)),
            Version::Firefox => out.append_integer(self.firefox()),
            Version::Safari => {
                let (major, minor) = self.safari();
                append_pair(out, (if major > 18 { major + 7 } else { major }, minor), b".");
            }
            Version::Ios => {
                let (major, minor) = self.safari();
                append_pair(out, if major > 18 { (18, 6) } else { (major, minor) }, b"_");
            }
            Version::Opera => out.append_integer(self.opera()),
            Version::OperaMobile => out.append_integer(self.opera_mobile()),
            Version::OperaChrome => out.append_integer((120 + (self.opera() - 106) * 11 / 10).max(4)),
            Version::OperaMobileChrome => out.append_integer((117 + (self.opera_mobile() - 79) * 7 / 4).max(4)),
            Version::Samsung => out.append_integer(self.samsung()),
            Version::SamsungChrome => out.append_integer((115 + (self.samsung() - 23) * 4).max(4)),
            Version::Headless => out.append_integer(self.headless()),
        }
    }

    fn firefox(self) -> i64 {
        self.releases(120, 2_800)
    }

    fn headless(self) -> i64 {
        self.releases(15, 11_500)
    }

    fn opera(self) -> i64 {
        self.releases(106, 3_800)
    }

    fn opera_mobile(self) -> i64 {
        self.releases(79, 5_600)
    }

    fn samsung(self) -> i64 {
        let age = Installed { behind: self.behind / 4, ..self };
        age.releases(23, 11_500)
    }
}

fn append_pair(out: &mut impl TextBuffer, (major, minor): (i64, i64), between: &[u8]) {
    out.append_integer(major);
    out.append(between);
    out.append_integer(minor);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::region::LocalDay;
    use proptest::prelude::*;

    fn told(version: Version, day: i64, behind: i64) -> String {
        let mut out = Vec::new();
        Installed { day, behind }.append(version, &mut out);
        String::from_utf8(out).expect("digits")
    }

    fn on(version: Version, (year, month, day): (i32, u32, u32)) -> String {
        told(version, i64::from(LocalDay::of(year, month, day).expect("a date").0), 0)
    }

    #[test]
    fn versions_are_near_those_released() {
        let chrome = |date: (i32, u32, u32)| on(Version::Chrome, date).parse::<i64>().expect("a number");
        for (date, released) in
            [((2024, 6, 15), 126), ((2025, 1, 20), 132), ((2025, 7, 10), 138), ((2025, 12, 10), 143)]
        {
            assert!((chrome(date) - released).abs() <= 1, "{date:?}: {}", chrome(date));
        }
        assert_eq!(on(Version::Firefox, (2025, 11, 20)), "145");
        let safari = |date| (on(Version::Safari, date), on(Version::Ios, date));
        assert_eq!(safari((2024, 5, 25)), ("17.4".into(), "17_4".into()));
        assert_eq!(safari((2025, 5, 25)).0, "18.4");
        assert_eq!(safari((2025, 10, 1)), ("26.0".into(), "18_6".into()));
        assert_eq!(on(Version::Samsung, (2025, 5, 10)), "27");
    }

    proptest! {
        #[test]
        fn no_version_falls(day in 0i64..40_000, behind in 0i64..20, step in 1i64..400) {
            use Version::*;
            for version in [Chrome, Build, Firefox, Safari, Ios, Opera, OperaMobile, OperaChrome, OperaMobileChrome, Samsung, SamsungChrome, Headless] {
                let numbers = |day| -> Vec<i64> {
                    told(version, day, behind).split(['.', '_']).map(|n| n.parse().expect("a number")).collect()
                };
                prop_assert!(numbers(day) <= numbers(day + step), "{:?}", version);
            }
        }
    }
}
