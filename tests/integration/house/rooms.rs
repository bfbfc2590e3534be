//! The rooms of each crate, from the ground up: the one list of the architecture's order.

use super::layers::Layers;

/// All crates.
pub const ALL: &[Layers] = &[
    Layers {
        folder: "sim/src",
        rooms: &[
            "engine",
            "base",
            "scenario",
            "drift",
            "region",
            "rhythm",
            "device",
            "history",
            "validation",
            "bank::model",
            "rides::model",
            "shop::model",
            "fraud::kinds",
            "fraud::model",
            "error",
            "person",
            "town",
            "outlet",
            "scene",
            "bank",
            "rides",
            "shop",
            "fraud",
            "views",
            "command",
            "shard",
            "world",
            "testing",
            "prelude",
        ],
    },
    Layers {
        folder: "realism/src",
        rooms: &[
            "statistics",
            "clock",
            "data",
            "lines",
            "collector",
            "check",
            "chart",
            "controls",
            "checks",
            "gauge",
            "heat",
            "months",
            "plots",
            "report",
            "table",
            "page",
        ],
    },
    Layers {
        folder: "state/src",
        rooms: &[
            "versions",
            "identity",
            "head",
            "block",
            "keys",
            "error",
            "space",
            "format",
            "record",
            "keyspace",
            "threads",
            "presence",
            "home",
            "checkpoint",
            "store",
            "load",
            "swap",
            "look",
        ],
    },
    Layers {
        folder: "src",
        rooms: &[
            "paths", "output", "config", "status", "pace", "sink", "run", "verify", "ops", "control", "http", "cli",
            "daemon",
        ],
    },
];

/// A file of each crate and an import that goes up from there: the check of the check.
pub const PLANTED: &[(&str, &str, &str)] = &[
    ("sim/src", "engine/time.rs", "crate::world::World"),
    ("sim/src", "scenario/rules.rs", "crate::region::Region"),
    ("src", "pace.rs", "crate::http::listen"),
];
