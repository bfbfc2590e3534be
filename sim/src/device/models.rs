//! The table of device models: name, share, and the form of the user agent. Must not depend on: people, dates.

use super::agent::{Part, Part::Number, Part::Text, Series, Version, series};

/// Names of operating systems in records.
pub const OS_NAMES: &[&str] = &["iOS", "Android", "Windows", "macOS", "Linux", "Other"];
/// Names of browsers in records.
pub const BROWSER_NAMES: &[&str] = &["Chrome", "Safari", "Firefox", "Edge", "Opera", "Other"];
/// Names of device types in records.
pub const DEVICE_TYPES: &[&str] = &["Mobile", "Desktop", "Tablet"];

/// A model of device with its browser.
#[derive(Debug)]
pub struct Model {
    /// Operating system.
    pub os: &'static str,
    /// Browser.
    pub browser: &'static str,
    /// Mobile, Desktop or Tablet.
    pub device_type: &'static str,
    /// Share of all devices, of any scale.
    pub(super) share: f64,
    pub(super) agent: &'static [Part],
    /// The releases that the user agent follows.
    pub(super) series: (Series, Option<Series>),
    /// The places of the three names in their lists.
    places: [u8; 3],
}

impl Model {
    /// Returns the place of the operating system in [`OS_NAMES`].
    #[inline]
    pub const fn os_index(&self) -> usize {
        self.places[0] as usize
    }

    /// Returns the place of the browser in [`BROWSER_NAMES`].
    #[inline]
    pub const fn browser_index(&self) -> usize {
        self.places[1] as usize
    }

    /// Returns the place of the device type in [`DEVICE_TYPES`].
    #[inline]
    pub const fn device_type_index(&self) -> usize {
        self.places[2] as usize
    }
}

impl Model {
    /// Returns whether it is a phone.
    #[inline]
    pub const fn is_phone(&self) -> bool {
        self.places[2] == const { place("Mobile", DEVICE_TYPES) }
    }

    /// Returns whether it is a computer.
    #[inline]
    pub(super) const fn is_computer(&self) -> bool {
        self.places[2] == const { place("Desktop", DEVICE_TYPES) }
    }

    /// Returns whether it runs iOS or macOS.
    #[inline]
    pub(super) const fn is_of_apple(&self) -> bool {
        self.places[0] == const { place("iOS", OS_NAMES) } || self.places[0] == const { place("macOS", OS_NAMES) }
    }
}

const fn model([os, browser, device_type]: [&'static str; 3], share: f64, agent: &'static [Part]) -> Model {
    let places = [place(os, OS_NAMES), place(browser, BROWSER_NAMES), place(device_type, DEVICE_TYPES)];
    Model { os, browser, device_type, share, agent, series: series(agent), places }
}

/// Returns the place of a name in a list, which must hold it.
const fn place(name: &str, names: &[&str]) -> u8 {
    let mut at = 0;
    while !is_same(name.as_bytes(), names[at].as_bytes()) {
        at += 1;
    }
    at as u8
}

const fn is_same(one: &[u8], other: &[u8]) -> bool {
    let (mut at, mut same) = (0, one.len() == other.len());
    while same && at < one.len() {
        same = one[at] == other[at];
        at += 1;
    }
    same
}

/// The models, most common first; shares are near those of public traffic counters for 2023.
pub static MODELS: [Model; 17] = [
    model(
        ["iOS", "Safari", "Mobile"],
        22.0,
        &[
            Text("Mozilla/5.0 (iPhone; CPU iPhone OS "),
            Number(Version::Ios),
            Text(" like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/"),
            Number(Version::Safari),
            Text(" Mobile/15E148 Safari/604.1"),
        ],
    ),
    model(
        ["Android", "Chrome", "Mobile"],
        27.0,
        &[
            Text("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/"),
            Number(Version::Chrome),
            Text(".0.0.0 Mobile Safari/537.36"),
        ],
    ),
    model(
        ["Windows", "Chrome", "Desktop"],
        16.0,
        &[
            Text("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/"),
            Number(Version::Chrome),
            Text(".0.0.0 Safari/537.36"),
        ],
    ),
    model(
        ["Windows", "Edge", "Desktop"],
        6.0,
        &[
            Text("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/"),
            Number(Version::Chrome),
            Text(".0.0.0 Safari/537.36 Edg/"),
            Number(Version::Chrome),
            Text(".0.0.0"),
        ],
    ),
    model(
        ["macOS", "Safari", "Desktop"],
        5.0,
        &[
            Text("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/"),
            Number(Version::Safari),
            Text(" Safari/605.1.15"),
        ],
    ),
    model(
        ["macOS", "Chrome", "Desktop"],
        4.5,
        &[
            Text("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/"),
            Number(Version::Chrome),
            Text(".0.0.0 Safari/537.36"),
        ],
    ),
    model(
        ["iOS", "Chrome", "Mobile"],
        3.5,
        &[
            Text("Mozilla/5.0 (iPhone; CPU iPhone OS "),
            Number(Version::Ios),
            Text(" like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/"),
            Number(Version::Chrome),
            Text(".0."),
            Number(Version::Build),
            Text(".73 Mobile/15E148 Safari/604.1"),
        ],
    ),
    model(
        ["Windows", "Firefox", "Desktop"],
        3.0,
        &[
            Text("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:"),
            Number(Version::Firefox),
            Text(".0) Gecko/20100101 Firefox/"),
            Number(Version::Firefox),
            Text(".0"),
        ],
    ),
    model(
        ["Android", "Other", "Mobile"],
        3.0,
        &[
            Text("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/"),
            Number(Version::Samsung),
            Text(".0 Chrome/"),
            Number(Version::SamsungChrome),
            Text(".0.0.0 Mobile Safari/537.36"),
        ],
    ),
    model(
        ["iOS", "Safari", "Tablet"],
        3.0,
        &[
            Text("Mozilla/5.0 (iPad; CPU OS "),
            Number(Version::Ios),
            Text(" like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/"),
            Number(Version::Safari),
            Text(" Mobile/15E148 Safari/604.1"),
        ],
    ),
    model(
        ["Android", "Firefox", "Mobile"],
        1.5,
        &[
            Text("Mozilla/5.0 (Android 14; Mobile; rv:"),
            Number(Version::Firefox),
            Text(".0) Gecko/"),
            Number(Version::Firefox),
            Text(".0 Firefox/"),
            Number(Version::Firefox),
            Text(".0"),
        ],
    ),
    model(
        ["Linux", "Firefox", "Desktop"],
        1.2,
        &[
            Text("Mozilla/5.0 (X11; Linux x86_64; rv:"),
            Number(Version::Firefox),
            Text(".0) Gecko/20100101 Firefox/"),
            Number(Version::Firefox),
            Text(".0"),
        ],
    ),
    model(
        ["Linux", "Chrome", "Desktop"],
        1.0,
        &[
            Text("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/"),
            Number(Version::Chrome),
            Text(".0.0.0 Safari/537.36"),
        ],
    ),
    model(
        ["Windows", "Opera", "Desktop"],
        1.2,
        &[
            Text("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/"),
            Number(Version::OperaChrome),
            Text(".0.0.0 Safari/537.36 OPR/"),
            Number(Version::Opera),
            Text(".0.0.0"),
        ],
    ),
    model(
        ["Android", "Opera", "Mobile"],
        0.8,
        &[
            Text("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/"),
            Number(Version::OperaMobileChrome),
            Text(".0.0.0 Mobile Safari/537.36 OPR/"),
            Number(Version::OperaMobile),
            Text(".0.0.0"),
        ],
    ),
    model(
        ["Android", "Chrome", "Tablet"],
        0.8,
        &[
            Text("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/"),
            Number(Version::Chrome),
            Text(".0.0.0 Safari/537.36"),
        ],
    ),
    model(
        ["Other", "Other", "Desktop"],
        0.5,
        &[
            Text("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessBrowser/"),
            Number(Version::Headless),
            Text(".0 Safari/537.36"),
        ],
    ),
];
