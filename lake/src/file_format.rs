//! The formats of files and their compression, by the names that a user gives them. Must not depend on: single file
//! formats.

/// The format of a file of rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FileFormat {
    /// One record on each line, as it is.
    #[default]
    Jsonl,
    /// Comma-separated values with a header (RFC 4180), nested values as columns of their own.
    Csv,
    /// Apache Parquet.
    Parquet,
    /// Avro's object container files.
    Avro,
}

impl FileFormat {
    /// All formats.
    pub const ALL: [FileFormat; 4] = [FileFormat::Jsonl, FileFormat::Csv, FileFormat::Parquet, FileFormat::Avro];

    /// Returns the name of the format.
    pub const fn name(self) -> &'static str {
        match self {
            FileFormat::Jsonl => "jsonl",
            FileFormat::Csv => "csv",
            FileFormat::Parquet => "parquet",
            FileFormat::Avro => "avro",
        }
    }

    /// Returns the format of this name.
    pub fn named(name: &str) -> Option<Self> {
        FileFormat::ALL.into_iter().find(|format| format.name() == name)
    }

    /// Returns the names of all formats.
    pub fn names() -> Vec<&'static str> {
        FileFormat::ALL.iter().map(|format| format.name()).collect()
    }

    /// Returns the end of the name of a file, without a dot before it. Parquet and Avro are compressed inside of the
    /// file.
    pub const fn extension(self, compression: Compression) -> &'static str {
        match (self, compression) {
            (FileFormat::Jsonl, Compression::None) => "jsonl",
            (FileFormat::Jsonl, Compression::Gzip) => "jsonl.gz",
            (FileFormat::Jsonl, Compression::Zstd) => "jsonl.zst",
            (FileFormat::Csv, Compression::None) => "csv",
            (FileFormat::Csv, Compression::Gzip) => "csv.gz",
            (FileFormat::Csv, Compression::Zstd) => "csv.zst",
            (FileFormat::Parquet, _) => "parquet",
            (FileFormat::Avro, _) => "avro",
        }
    }

    /// Returns the compression of a file for which none was chosen.
    pub const fn default_compression(self) -> Compression {
        match self {
            FileFormat::Jsonl | FileFormat::Csv => Compression::None,
            FileFormat::Parquet | FileFormat::Avro => Compression::Zstd,
        }
    }

    /// Returns whether the beginning of a file is a file: more rows can be appended to it, and a program that reads it
    /// meanwhile reads whole rows.
    pub const fn grows(self, compression: Compression) -> bool {
        matches!((self, compression), (FileFormat::Jsonl | FileFormat::Csv, Compression::None))
    }
}

/// The compression of a file. Every format has each of them; Avro's codec for [`Compression::Gzip`] is `deflate`, the
/// same without gzip's header.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Compression {
    /// No compression.
    #[default]
    None,
    /// gzip, which every program reads.
    Gzip,
    /// Zstandard, which is faster and smaller.
    Zstd,
}

impl Compression {
    /// All compressions.
    pub const ALL: [Compression; 3] = [Compression::None, Compression::Gzip, Compression::Zstd];

    /// Returns the name of the compression.
    pub const fn name(self) -> &'static str {
        match self {
            Compression::None => "none",
            Compression::Gzip => "gzip",
            Compression::Zstd => "zstd",
        }
    }

    /// Returns the compression of this name.
    pub fn named(name: &str) -> Option<Self> {
        Compression::ALL.into_iter().find(|compression| compression.name() == name)
    }

    /// Returns the names of all compressions.
    pub fn names() -> Vec<&'static str> {
        Compression::ALL.iter().map(|compression| compression.name()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_name_is_read_back_and_every_extension_names_the_format() {
        let mut ends = BTreeSet::new();
        for format in FileFormat::ALL {
            assert_eq!(FileFormat::named(format.name()), Some(format));
            for compression in Compression::ALL {
                assert_eq!(Compression::named(compression.name()), Some(compression));
                let end = format.extension(compression);
                assert!(end.starts_with(format.name()), "{end}");
                ends.insert(end);
            }
        }
        assert_eq!(ends.len(), 8);
        assert_eq!((FileFormat::named("orc"), Compression::named("lz4")), (None, None));
    }
}
