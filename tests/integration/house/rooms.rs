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
            "format",
            "block",
            "error",
            "space",
            "keys",
            "swap",
            "threads",
            "keyspace",
            "record",
            "versions",
            "head",
            "identity",
            "presence",
            "load",
            "home",
            "store",
            "read_only",
            "checkpoint",
        ],
    },
    Layers {
        folder: "src",
        rooms: &[
            "error", "paths", "output", "crash", "pace", "config", "progress", "status", "sink", "run", "verify",
            "ops", "realism", "control", "http", "cli", "daemon",
        ],
    },
];

/// A file of each crate and an import that goes up from there: the check of the check.
pub const PLANTED: &[(&str, &str, &str)] = &[
    ("sim/src", "engine/time.rs", "crate::world::World"),
    ("sim/src", "scenario/rules.rs", "crate::region::Region"),
    ("src", "pace.rs", "crate::http::listen"),
];
