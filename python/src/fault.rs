//! What can be wrong with what a user asks, and the Python exception of each. Must not depend on: the other modules.

use populace_lake::LakeError;
use populace_sim::world::{RestoreError, SaveError};
use populace_sim::{InjectError, SimError};
use populace_wire::TopicError;
use pyo3::exceptions::{PyOSError, PyValueError};
use pyo3::{PyErr, create_exception, exceptions::PyException};
use std::io;
use std::path::PathBuf;

create_exception!(populace, PopulaceError, PyException, "The base of the errors of populace.");
create_exception!(populace, ScenarioError, PopulaceError, "A scenario or a setting is not valid.");
create_exception!(populace, BusyError, PopulaceError, "A world is being read or run already.");
create_exception!(populace, SavedWorldError, PopulaceError, "Bytes are no saved world, or one of another version.");

/// A fault of a request.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The problems of a scenario, each with its help.
    #[error("{0}")]
    Scenario(String),
    /// The world cannot be built.
    #[error(transparent)]
    World(#[from] SimError),
    /// A topic's fields or format are wrong.
    #[error(transparent)]
    Topic(#[from] TopicError),
    /// A value is wrong; the text says what to write.
    #[error("{0}")]
    Value(String),
    /// Another iterator reads the world.
    #[error(
        "another iterator reads this world: finish it or call its close(), or read from a copy, which fork() returns"
    )]
    Read,
    /// Another thread runs the world.
    #[error("another thread runs this world: wait for it, or give each thread a world of its own by fork()")]
    Run,
    /// An iterator of events was left before the end of its step.
    #[error("{0} events before `now` have not been read: read them with `for event in world.events(until=world.now)`")]
    Unread(usize),
    /// A panic left the world half-way.
    #[error("this world stopped in the middle of a step, by an error inside populace; make a new one")]
    Broken,
    /// Bytes are no saved world.
    #[error(transparent)]
    Restore(#[from] RestoreError),
    /// The world cannot be saved.
    #[error(transparent)]
    Save(#[from] SaveError),
    /// A command cannot take effect.
    #[error(transparent)]
    Inject(#[from] InjectError),
    /// A file cannot be written.
    #[error("cannot write {}: {error}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's words.
        error: io::Error,
    },
    /// Rows cannot be written.
    #[error(transparent)]
    Lake(#[from] LakeError),
}

impl From<Fault> for PyErr {
    fn from(fault: Fault) -> PyErr {
        let text = fault.to_string();
        match fault {
            Fault::Scenario(_) | Fault::World(_) | Fault::Topic(_) => ScenarioError::new_err(text),
            Fault::Value(_) | Fault::Inject(_) => PyValueError::new_err(text),
            Fault::Read | Fault::Run | Fault::Unread(_) | Fault::Save(_) => BusyError::new_err(text),
            Fault::Restore(_) => SavedWorldError::new_err(text),
            Fault::Io { .. } => PyOSError::new_err(text),
            Fault::Broken | Fault::Lake(_) => PopulaceError::new_err(text),
        }
    }
}
