//! The devices people use: models with their share, what they report of themselves, and how they age.
//! Knows no people; a device is a model and the week of its life-cycle in which it updates.

use crate::engine::{Draws, VirtualTime};
use crate::record::text;
use serde::{Deserialize, Serialize};

/// Operating systems as the wire contract names them.
pub const OS_NAMES: &[&str] = &["iOS", "Android", "Windows", "macOS", "Linux", "Other"];
/// Browsers as the wire contract names them.
pub const BROWSER_NAMES: &[&str] = &["Chrome", "Safari", "Firefox", "Edge", "Opera", "Other"];
/// Kinds of device as the wire contract names them.
pub const DEVICE_TYPES: &[&str] = &["Mobile", "Desktop", "Tablet"];

/// How a model's browser counts its versions.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Cadence {
    /// A major version each four weeks; the number is that of December 2023.
    FourWeeks(i64),
    /// A major version each year; the number is that of 2023.
    Yearly(i64),
}

/// A model of device with its browser.
#[derive(Debug)]
pub struct Model {
    /// Operating system.
    pub os: &'static str,
    /// Browser.
    pub browser: &'static str,
    /// Mobile, Desktop or Tablet.
    pub device_type: &'static str,
    share: f64,
    cadence: Cadence,
    agent: [&'static str; 2],
}

const fn model(
    os: &'static str,
    browser: &'static str,
    device_type: &'static str,
    share: f64,
    cadence: Cadence,
    agent: [&'static str; 2],
) -> Model {
    Model { os, browser, device_type, share, cadence, agent }
}

const CHROME: Cadence = Cadence::FourWeeks(120);
const SAFARI: Cadence = Cadence::Yearly(17);
const WINDOWS_CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/";

/// The models, most common first; shares are near those of public traffic counters for 2023.
pub static MODELS: [Model; 17] = [
    model(
        "iOS",
        "Safari",
        "Mobile",
        22.0,
        SAFARI,
        [
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/",
            ".4 Mobile/15E148 Safari/604.1",
        ],
    ),
    model(
        "Android",
        "Chrome",
        "Mobile",
        27.0,
        CHROME,
        [
            "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/",
            ".0.0.0 Mobile Safari/537.36",
        ],
    ),
    model("Windows", "Chrome", "Desktop", 16.0, CHROME, [WINDOWS_CHROME, ".0.0.0 Safari/537.36"]),
    model(
        "Windows",
        "Edge",
        "Desktop",
        6.0,
        CHROME,
        [
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36 Edg/",
            ".0.0.0",
        ],
    ),
    model(
        "macOS",
        "Safari",
        "Desktop",
        5.0,
        SAFARI,
        [
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/",
            ".4 Safari/605.1.15",
        ],
    ),
    model(
        "macOS",
        "Chrome",
        "Desktop",
        4.5,
        CHROME,
        [
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/",
            ".0.0.0 Safari/537.36",
        ],
    ),
    model(
        "iOS",
        "Chrome",
        "Mobile",
        3.5,
        CHROME,
        [
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/",
            ".0.6099.119 Mobile/15E148 Safari/604.1",
        ],
    ),
    model(
        "Windows",
        "Firefox",
        "Desktop",
        3.0,
        CHROME,
        ["Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:109.0) Gecko/20100101 Firefox/", ".0"],
    ),
    model(
        "Android",
        "Other",
        "Mobile",
        3.0,
        Cadence::FourWeeks(23),
        [
            "Mozilla/5.0 (Linux; Android 13; SAMSUNG SM-A546B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/",
            ".0 Chrome/115.0.0.0 Mobile Safari/537.36",
        ],
    ),
    model(
        "iOS",
        "Safari",
        "Tablet",
        3.0,
        SAFARI,
        [
            "Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/",
            ".4 Mobile/15E148 Safari/604.1",
        ],
    ),
    model(
        "Android",
        "Firefox",
        "Mobile",
        1.5,
        CHROME,
        ["Mozilla/5.0 (Android 13; Mobile; rv:109.0) Gecko/115.0 Firefox/", ".0"],
    ),
    model(
        "Linux",
        "Firefox",
        "Desktop",
        1.2,
        CHROME,
        ["Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/", ".0"],
    ),
    model(
        "Linux",
        "Chrome",
        "Desktop",
        1.0,
        CHROME,
        ["Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/", ".0.0.0 Safari/537.36"],
    ),
    model(
        "Windows",
        "Opera",
        "Desktop",
        1.2,
        Cadence::FourWeeks(106),
        [
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36 OPR/",
            ".0.0.0",
        ],
    ),
    model(
        "Android",
        "Opera",
        "Mobile",
        0.8,
        Cadence::FourWeeks(79),
        [
            "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/115.0.0.0 Mobile Safari/537.36 OPR/",
            ".0.0.0",
        ],
    ),
    model(
        "Android",
        "Chrome",
        "Tablet",
        0.8,
        CHROME,
        [
            "Mozilla/5.0 (Linux; Android 12; SM-X200) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/",
            ".0.0.0 Safari/537.36",
        ],
    ),
    model(
        "Other",
        "Other",
        "Desktop",
        0.5,
        Cadence::FourWeeks(15),
        [
            "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessBrowser/",
            ".0 Safari/537.36",
        ],
    ),
];

/// One device of somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// Index into the table of models, the most common first.
    pub model: u8,
    /// Days after a release until this device updates, 0 to 27.
    pub update_lag_days: u8,
    /// Releases by which this device stays behind.
    pub releases_behind: u8,
}

const DAY_OF_CHROME_120: i64 = 19_696;
const DAY_OF_SAFARI_17: i64 = 19_616;

impl Device {
    /// A device of a model drawn by share.
    pub fn drawn(draws: &mut Draws) -> Self {
        Device::among(draws, |_| true)
    }

    /// A device of a model drawn by share among those that `fits`.
    ///
    /// # Panics
    /// When no model fits.
    pub fn among(draws: &mut Draws, fits: impl Fn(&Model) -> bool) -> Self {
        let weight = |m: &Model| if fits(m) { m.share } else { 0.0 };
        let cumulative = crate::engine::sample::cumulate(&MODELS.each_ref().map(weight));
        let model = crate::engine::sample::pick(&cumulative, draws.unit()) as u8;
        assert!(fits(&MODELS[model as usize]), "some model must fit");
        let old = draws.chance(0.15);
        Device {
            model,
            update_lag_days: draws.below(28) as u8,
            releases_behind: if old { draws.below(20) as u8 } else { 0 },
        }
    }

    /// Its model.
    #[inline]
    pub fn model(self) -> &'static Model {
        &MODELS[self.model as usize]
    }

    /// The major version of its browser at `time`.
    #[inline]
    fn version(self, time: VirtualTime) -> i64 {
        let day = time.utc_day() as i64 - self.update_lag_days as i64;
        let behind = self.releases_behind as i64;
        match self.model().cadence {
            Cadence::FourWeeks(first) => (first + (day - DAY_OF_CHROME_120).div_euclid(28) - behind).max(4),
            Cadence::Yearly(first) => (first + (day - DAY_OF_SAFARI_17).div_euclid(365) - behind / 12).max(3),
        }
    }

    /// Appends its user agent at `time` as JSON.
    #[inline]
    pub fn write_user_agent(self, time: VirtualTime, out: &mut Vec<u8>) {
        let [before, behind] = self.model().agent;
        out.push(b'"');
        out.extend_from_slice(before.as_bytes());
        text::integer(out, self.version(time));
        out.extend_from_slice(behind.as_bytes());
        out.push(b'"');
    }

    /// Its user agent at `time`.
    pub fn user_agent(self, time: VirtualTime) -> String {
        let mut out = Vec::new();
        self.write_user_agent(time, &mut out);
        String::from_utf8(out).expect("models are described in ASCII").trim_matches('"').to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Purpose, Span, WorldKey};

    #[test]
    fn a_device_keeps_its_agent_between_updates_and_moves_forward() {
        let device = Device { model: 1, update_lag_days: 3, releases_behind: 0 };
        let start = VirtualTime::from_seconds(1_767_225_600);
        let agents: Vec<String> = (0..56).map(|d| device.user_agent(start + Span::from_days(d))).collect();
        let changes = agents.windows(2).filter(|w| w[0] != w[1]).count();
        assert_eq!(changes, 2, "two releases in eight weeks");
    }

    #[test]
    fn agents_agree_with_system_and_browser() {
        for (i, model) in MODELS.iter().enumerate() {
            let agent = Device { model: i as u8, update_lag_days: 0, releases_behind: 0 }
                .user_agent(VirtualTime::from_seconds(1_767_225_600));
            let sign = match model.browser {
                "Chrome" => ["Chrome/", "CriOS/"],
                "Safari" => ["Version/", "Version/"],
                "Firefox" => ["Firefox/", "Firefox/"],
                "Edge" => ["Edg/", "Edg/"],
                "Opera" => ["OPR/", "OPR/"],
                _ => ["Samsung", "Headless"],
            };
            assert!(sign.iter().any(|s| agent.contains(s)), "{agent}");
        }
    }

    #[test]
    fn most_devices_are_phones() {
        let mut draws = WorldKey::new(1).draws(0, Purpose::BirthDevices, 0);
        let phones = (0..2_000).filter(|_| Device::drawn(&mut draws).model().device_type == "Mobile").count();
        assert!((1_050..1_300).contains(&phones), "{phones}");
    }
}
