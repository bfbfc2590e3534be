//! The abilities of standard error, by the environment: bytes only, lines, or a screen with a cursor and colours. Must not
//! depend on: commands.

use std::ffi::OsStr;
use std::io::IsTerminal;

/// The kind of device behind standard error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Screen {
    /// No terminal.
    None,
    /// A terminal that shows lines only: `TERM` is `dumb` or not set.
    Lines,
    /// A terminal with a movable cursor, without colours because `NO_COLOR` is set.
    Plain,
    /// A terminal with a movable cursor and colours.
    Coloured,
}

impl Screen {
    /// Returns the kind for this process.
    pub(crate) fn of_process() -> Self {
        let variable = |name| std::env::var_os(name);
        let terminal = std::io::stderr().is_terminal();
        if terminal { Self::of(variable("TERM").as_deref(), variable("NO_COLOR").as_deref()) } else { Screen::None }
    }

    fn of(term: Option<&OsStr>, no_color: Option<&OsStr>) -> Self {
        let is_set = |value: Option<&OsStr>| value.is_some_and(|value| !value.is_empty());
        match term {
            Some(term) if term == "dumb" || term.is_empty() => Screen::Lines,
            Some(_) if is_set(no_color) => Screen::Plain,
            Some(_) => Screen::Coloured,
            None => Screen::Lines,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dumb_terminals_get_lines_and_no_color_is_obeyed() {
        let table = [
            (Some("xterm"), None, Screen::Coloured),
            (Some("xterm"), Some(""), Screen::Coloured),
            (Some("xterm"), Some("1"), Screen::Plain),
            (Some("dumb"), None, Screen::Lines),
            (Some("dumb"), Some("1"), Screen::Lines),
            (Some(""), None, Screen::Lines),
            (None, None, Screen::Lines),
        ];
        for (term, no_color, expected) in table {
            assert_eq!(Screen::of(term.map(OsStr::new), no_color.map(OsStr::new)), expected, "{term:?} {no_color:?}");
        }
    }
}
