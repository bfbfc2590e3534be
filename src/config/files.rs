//! The settings of topic files: their shape, which is fixed for a folder, and how long they are kept. Must not depend on:
//! the files, the encoding of a format.

use populace_sim::{Origin, Resolved};

use super::error_collector::ErrorCollector;
use super::settings::{FileSettings, Settings, advice};
use crate::UsageError;

/// The plan of the files sink.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FilesPlan {
    /// The shape of the files.
    pub shape: FileShape,
    /// The retention of finished files.
    pub keep: FileRetention,
}

/// The shape of topic files, fixed when a world is attached to a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileShape {
    /// The format.
    pub format: FileFormat,
    /// The compression.
    pub compression: FileCompression,
    /// The time that one file covers.
    pub partition: FilePartition,
    /// The folders and names of files.
    pub layout: FileLayout,
    /// The size in megabytes from which a file is continued in another one; 0 for no limit.
    pub max_megabytes: u64,
}

/// The retention of finished files, oldest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FileRetention {
    /// The number of virtual days that files are kept; None for ever.
    pub days: Option<u32>,
    /// The number of bytes of finished files of all topics together; None for no limit.
    pub bytes: Option<u64>,
}

/// Defines an enum whose variants have names in settings.
macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$of])* $variant),+ }

        impl $name {
            /// All values.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// Returns the name in settings.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// Returns the value of this name; None if there is none.
            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.name() == name)
            }
        }
    };
}

named! {
    /// The format of topic files.
    FileFormat {
        /// One JSON object a line.
        Jsonl = "jsonl",
        /// Comma-separated values with a header.
        Csv = "csv",
        /// Apache Parquet.
        Parquet = "parquet",
        /// Avro object container files.
        Avro = "avro",
        /// A Delta table of Parquet files for each topic.
        Delta = "delta",
    }
}

named! {
    /// The compression of topic files.
    FileCompression {
        /// None.
        None = "none",
        /// gzip.
        Gzip = "gzip",
        /// Zstandard.
        Zstd = "zstd",
    }
}

named! {
    /// The time that one file covers.
    FilePartition {
        /// A UTC day.
        Day = "day",
        /// A UTC hour.
        Hour = "hour",
    }
}

named! {
    /// The folders and names of files.
    FileLayout {
        /// `<topic>/2026-01-31.csv`.
        Flat = "flat",
        /// `<topic>/dt=2026-01-31/part-0001.csv`, as Hive names partitions.
        Hive = "hive",
    }
}

impl Default for FileShape {
    /// Returns the shape of files that grow: JSON lines by day.
    fn default() -> Self {
        FileShape {
            format: FileFormat::Jsonl,
            compression: FileCompression::None,
            partition: FilePartition::Day,
            layout: FileLayout::Flat,
            max_megabytes: 0,
        }
    }
}

impl FileShape {
    /// The keys of the settings, without their section.
    pub const KEYS: [&str; 5] = ["format", "compression", "partition", "layout", "max_file_megabytes"];

    /// Returns whether files grow record by record, instead of appearing whole.
    pub fn grows(&self) -> bool {
        *self == FileShape::default()
    }

    /// Returns the value of a key as text.
    ///
    /// # Panics
    /// If the key is not one of [`FileShape::KEYS`].
    pub fn value(&self, key: &str) -> String {
        match key {
            "format" => self.format.name().to_owned(),
            "compression" => self.compression.name().to_owned(),
            "partition" => self.partition.name().to_owned(),
            "layout" => self.layout.name().to_owned(),
            "max_file_megabytes" => self.max_megabytes.to_string(),
            _ => panic!("{key} is no key of a shape"),
        }
    }

    /// Sets the value of a key; None if this program does not know the value.
    pub fn with(self, key: &str, value: &str) -> Option<Self> {
        Some(match key {
            "format" => FileShape { format: FileFormat::named(value)?, ..self },
            "compression" => FileShape { compression: FileCompression::named(value)?, ..self },
            "partition" => FileShape { partition: FilePartition::named(value)?, ..self },
            "layout" => FileShape { layout: FileLayout::named(value)?, ..self },
            "max_file_megabytes" => FileShape { max_megabytes: value.parse().ok()?, ..self },
            _ => return None,
        })
    }

    /// Returns the layout of a format if none is stated.
    pub fn usual_layout(format: FileFormat) -> FileLayout {
        if format == FileFormat::Delta { FileLayout::Hive } else { FileLayout::Flat }
    }

    /// Returns the compression of a format if none is stated.
    pub fn usual_compression(format: FileFormat) -> FileCompression {
        match format {
            FileFormat::Parquet | FileFormat::Avro | FileFormat::Delta => FileCompression::Zstd,
            FileFormat::Jsonl | FileFormat::Csv => FileCompression::None,
        }
    }
}

/// Returns the plan of the files sink that the settings state.
///
/// # Errors
/// All values that are unknown.
pub(super) fn plan(resolved: &Resolved, settings: &Settings) -> Result<FilesPlan, UsageError> {
    let FileSettings { keep_days, keep_gigabytes, .. } = settings.files;
    let days = u32::try_from(keep_days).ok().filter(|days| *days > 0);
    let bytes = (keep_gigabytes > 0.0).then_some((keep_gigabytes * 1e9) as u64);
    Ok(FilesPlan { shape: shape(resolved, &settings.files)?, keep: FileRetention { days, bytes } })
}

fn shape(resolved: &Resolved, files: &FileSettings) -> Result<FileShape, UsageError> {
    let mut errors = ErrorCollector::default();
    let place = |key: &str| {
        let origin = resolved.stated.origin(key).unwrap_or(&Origin::Default);
        format!("{origin}: `{key}`")
    };
    let format = errors.take(one_of(FileFormat::ALL, FileFormat::name, &files.format, &place("files.format")));
    let compression = match (files.compression.as_str(), format) {
        ("", format) => Some(FileShape::usual_compression(format.unwrap_or(FileFormat::Jsonl))),
        (name, _) => {
            errors.take(one_of(FileCompression::ALL, FileCompression::name, name, &place("files.compression")))
        }
    };
    let partition =
        errors.take(one_of(FilePartition::ALL, FilePartition::name, &files.partition, &place("files.partition")));
    let layout = match (files.layout.as_str(), format) {
        ("", format) => Some(FileShape::usual_layout(format.unwrap_or(FileFormat::Jsonl))),
        (name, _) => errors.take(one_of(FileLayout::ALL, FileLayout::name, name, &place("files.layout"))),
    };
    let ((format, compression), (partition, layout)) = errors.or(format.zip(compression).zip(partition.zip(layout)))?;
    Ok(FileShape { format, compression, partition, layout, max_megabytes: files.max_file_megabytes })
}

fn one_of<T: Copy>(all: &[T], name: fn(T) -> &'static str, wanted: &str, place: &str) -> Result<T, UsageError> {
    let names: Vec<&str> = all.iter().map(|one| name(*one)).collect();
    let found = all.iter().copied().find(|one| name(*one) == wanted);
    found.ok_or_else(|| UsageError::new(format!("{place}: unknown name {wanted:?}")).help(advice(wanted, &names)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_is_told_by_its_values_and_comes_back() {
        let shape = FileShape {
            format: FileFormat::Csv,
            compression: FileCompression::Gzip,
            partition: FilePartition::Hour,
            layout: FileLayout::Hive,
            max_megabytes: 7,
        };
        let back = FileShape::KEYS.iter().try_fold(FileShape::default(), |to, key| to.with(key, &shape.value(key)));
        assert_eq!(back, Some(shape));
        assert!(FileShape::default().grows() && !shape.grows());
        assert_eq!(FileShape::default().with("format", "orc"), None);
    }
}
