//! The faults of entries of `topics.<x>.fields`, and what to do about each. Must not depend on: formats, single topics.

/// The most fields of a topic: values are under 300 bytes, so that records stay under 64 KiB.
pub const FIELDS_MAX: usize = 100;

/// A fault of an entry, or of all together. The message says what is wrong; [`ChoiceFault::help`], what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum ChoiceFault {
    #[error("unknown field {field:?}")]
    Unknown { field: String, help: String },
    #[error("{name:?} is no valid name for a field")]
    InvalidName { name: String },
    #[error("two fields are named {name:?}")]
    TwoNamed { name: String, by_all: bool },
    #[error("\"*\" is there twice")]
    AllTwice,
    #[error("\"-{name}\" takes away a field that is not chosen")]
    NotChosen { name: String, help: String },
    #[error("\"{name} = {literal}\": {why}")]
    Constant { name: String, literal: String, why: &'static str },
    #[error("no field is left")]
    NoField,
    #[error("{count} fields are chosen")]
    TooMany { count: usize },
}

impl ChoiceFault {
    /// Returns what to do about the fault.
    pub fn help(&self) -> String {
        match self {
            ChoiceFault::Unknown { help, .. } | ChoiceFault::NotChosen { help, .. } => help.clone(),
            ChoiceFault::InvalidName { .. } => "1 to 64 letters of a-z A-Z 0-9 _ -".to_owned(),
            ChoiceFault::TwoNamed { name, by_all: true } => {
                format!("\"*\" chose {name} already: leave one out, or take it away before with \"-{name}\"")
            }
            ChoiceFault::TwoNamed { .. } => "rename one with \"field as name\"".to_owned(),
            ChoiceFault::AllTwice => "write it once".to_owned(),
            ChoiceFault::Constant { .. } => "write it as in \"source = 'populace-eu'\" or \"version = 3\"".to_owned(),
            ChoiceFault::NoField => "choose a field, or write [] for all fields of the contract".to_owned(),
            ChoiceFault::TooMany { .. } => format!("name at most {FIELDS_MAX}"),
        }
    }
}
