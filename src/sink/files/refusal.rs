//! The reasons why a run must not start with topic files: each as one sentence with the problem, the place and the remedy.

use super::extent::OccupiedFolder;
use crate::sink::{Instance, SinkRefusal};
use std::path::PathBuf;

/// The reason why a run must not start.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum FilesRefusal {
    /// The topics of a world that is not in this data directory.
    #[error(
        "{} holds the topics of world {id:032x}, which is not in this data directory: name its --data-dir, or choose \
         another --out",
        out.display()
    )]
    NoWorldForTopics {
        /// The output folder.
        out: PathBuf,
        /// The world that its marker names.
        id: u128,
    },
    /// The topics of another world.
    #[error("{} holds the topics of another world ({id:032x}): choose another --out", out.display())]
    OtherWorld {
        /// The output folder.
        out: PathBuf,
        /// The world that its marker names.
        id: u128,
    },
    /// Files of another shape than the run states.
    #[error(
        "{} holds files with files.{key} = {there:?}, and this run states {here:?}: leave it out to keep what is there, or \
         choose an empty --out, which starts at the last checkpoint",
        out.display()
    )]
    OtherShape {
        /// The output folder.
        out: PathBuf,
        /// The key of the settings, without its section.
        key: &'static str,
        /// The value in force in the folder.
        there: String,
        /// The stated value.
        here: String,
    },
    /// A marker that cannot be read.
    #[error("{}/.populace does not say whose topics these are: put it back as it was, or choose another --out", out.display())]
    UnknownOwner {
        /// The output folder.
        out: PathBuf,
    },
    /// A topic folder with files that this world did not write.
    #[error("{} holds {:?}, which this world did not write: choose another --out, or move it away", folder.path.display(), folder.holds)]
    InUse {
        /// The topic folder.
        folder: OccupiedFolder,
    },
    /// An output folder that is a file.
    #[error("--out {} is a file and no folder: choose another --out", out.display())]
    NotAFolder {
        /// The given path.
        out: PathBuf,
    },
    /// A day file that this world cannot have written.
    #[error("{} was not written by this world ({why}): move it away, and run the same command again", file.display())]
    Stranger {
        /// The day file.
        file: PathBuf,
        /// The reason.
        why: &'static str,
    },
    /// The topics of this world are missing.
    #[error("this world writes its topics into {}, and they are not there: put the folder back, or choose another --out, which \
             starts at the last checkpoint", out.display())]
    TopicsGone {
        /// The output folder.
        out: PathBuf,
    },
    /// The topics exist, but the marker that names their owner is missing.
    #[error(
        "{} holds topics, and not the file .populace, which says that they are this world's: put that file back, or choose \
         an empty --out, which starts at the last checkpoint",
        out.display()
    )]
    MarkerGone {
        /// The output folder.
        out: PathBuf,
    },
    /// A folder from which the world has moved to another sink.
    #[error("{} holds topics that this world wrote before it went on elsewhere, so records would be missing in them: choose \
             the sink that it was attached to last, or an empty --out", out.display())]
    LeftBehind {
        /// The output folder.
        out: PathBuf,
    },
    /// Topics that another copy of this world has written since.
    #[error(
        "{} was written last by another copy of this world ({by}): go on with that one. To let this copy live on, too, make \
         a world of its own of it with `populace fork`, or give another --out, which starts at its last checkpoint. If that \
         one is gone, put this data directory in its place",
        out.display()
    )]
    OtherCopy {
        /// The output folder.
        out: PathBuf,
        /// The process that wrote last.
        by: Box<Instance>,
    },
    /// A finished day whose file has another size.
    #[error(
        "{} holds {found} bytes, and this world finished that day with {expected}: put the file back as it was, or move it \
         away, as any finished day may be, and run the same command again",
        file.display()
    )]
    DayAltered {
        /// The day file.
        file: PathBuf,
        /// The size of the file in bytes.
        found: u64,
        /// The size in bytes when the day was finished.
        expected: u64,
    },
    /// The checkpoint is ahead of the sink (C > K).
    #[error("{} holds {found} bytes, and this world wrote {expected} before its last checkpoint: put the file back, or choose an \
             empty --out, which starts at the last checkpoint", file.display())]
    SinkBehind {
        /// The day file.
        file: PathBuf,
        /// The size of the file in bytes.
        found: u64,
        /// The size in bytes at the checkpoint.
        expected: u64,
    },
}

impl From<FilesRefusal> for SinkRefusal {
    fn from(refusal: FilesRefusal) -> Self {
        SinkRefusal::new(refusal)
    }
}
