//! The pieces of time that a whole file covers, and the names of their files. Pure.

use crate::config::{FileCompression, FileFormat, FileLayout, FilePartition, FileShape};
use crate::sink::files::day::{date_of_day, day_of_date};
use populace_sim::{Span, VirtualTime};

/// The seconds of an hour, and the hours of a day.
const HOUR: i64 = 3_600;
const HOURS: i64 = 24;

/// A UTC day, or an hour of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Piece {
    /// The UTC day, in days since the Unix epoch.
    pub(crate) day: i32,
    /// The hour of the day; None if the piece is the whole day.
    pub(crate) hour: Option<u8>,
}

impl Piece {
    /// Returns the piece that holds an instant.
    pub(crate) fn at(time: VirtualTime, partition: FilePartition) -> Self {
        let hour = time.seconds().div_euclid(HOUR).rem_euclid(HOURS) as u8;
        Piece { day: time.utc_day(), hour: (partition == FilePartition::Hour).then_some(hour) }
    }

    /// Returns the first instant after the piece.
    pub(crate) fn end(self) -> VirtualTime {
        let hours = self.hour.map_or(HOURS, |hour| i64::from(hour) + 1);
        VirtualTime::from_seconds(0) + Span::from_days(i64::from(self.day)) + Span::from_seconds(hours * HOUR)
    }

    /// Returns the piece as text: `2026-01-31`, or `2026-01-31T07`.
    pub(crate) fn text(self) -> String {
        let hour = self.hour.map(|hour| format!("T{hour:02}")).unwrap_or_default();
        format!("{}{hour}", date_of_day(self.day))
    }

    /// Returns the piece of a text; None if it is none.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (date, hour) = match text.split_once('T') {
            Some((date, hour)) => (date, Some(hour.parse().ok().filter(|hour| i64::from(*hour) < HOURS)?)),
            None => (text, None),
        };
        let piece = Piece { day: day_of_date(date)?, hour };
        (piece.text() == text).then_some(piece)
    }

    /// Returns the path of a part's file in the folder of its topic; parts count from 1.
    pub(crate) fn path(self, shape: &FileShape, part: u32) -> String {
        let ending = ending(shape);
        match (shape.layout, shape.max_megabytes) {
            (FileLayout::Flat, 0) => format!("{}.{ending}", self.text()),
            (FileLayout::Flat, _) => format!("{}-{part:04}.{ending}", self.text()),
            (FileLayout::Hive, _) => {
                let hour = self.hour.map(|hour| format!("hour={hour:02}/")).unwrap_or_default();
                format!("dt={}/{hour}part-{part:04}.{ending}", date_of_day(self.day))
            }
        }
    }
}

/// Returns the ending of file names.
fn ending(shape: &FileShape) -> String {
    let outer = match (shape.format, shape.compression) {
        (FileFormat::Jsonl | FileFormat::Csv, FileCompression::Gzip) => ".gz",
        (FileFormat::Jsonl | FileFormat::Csv, FileCompression::Zstd) => ".zst",
        _ => "",
    };
    // The files of a Delta table are Parquet.
    let format = if shape.format == FileFormat::Delta { FileFormat::Parquet } else { shape.format };
    format!("{}{outer}", format.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-01-31T07:59:59.
    const TIME: VirtualTime = VirtualTime::from_seconds(20_484 * 86_400 + 8 * HOUR - 1);

    fn shape(pairs: &[(&str, &str)]) -> FileShape {
        pairs.iter().fold(FileShape::default(), |shape, (key, value)| shape.with(key, value).unwrap())
    }

    #[test]
    fn pieces_end_where_the_next_ones_begin() {
        for partition in [FilePartition::Day, FilePartition::Hour] {
            let piece = Piece::at(TIME, partition);
            assert!(piece.end() > TIME && Piece::at(piece.end(), partition) > piece);
            assert_eq!(Piece::parse(&piece.text()), Some(piece));
        }
        assert_eq!(Piece::at(TIME, FilePartition::Hour).end(), TIME + Span::from_seconds(1));
        assert_eq!(Piece::at(TIME, FilePartition::Day).text(), "2026-01-31");
        assert_eq!(Piece::at(VirtualTime::from_seconds(-1), FilePartition::Hour).text(), "1969-12-31T23");
        for text in ["2026-01-31T24", "2026-01-31T7", "2026-1-31", "T07", ""] {
            assert_eq!(Piece::parse(text), None, "{text}");
        }
    }

    #[test]
    fn names_follow_the_shape() {
        let of = |partition, pairs: &[(&str, &str)]| Piece::at(TIME, partition).path(&shape(pairs), 2);
        let (day, hour) = (FilePartition::Day, FilePartition::Hour);
        assert_eq!(of(day, &[("format", "avro"), ("compression", "zstd")]), "2026-01-31.avro");
        assert_eq!(of(hour, &[("compression", "gzip")]), "2026-01-31T07.jsonl.gz");
        assert_eq!(of(day, &[("format", "csv"), ("max_file_megabytes", "1")]), "2026-01-31-0002.csv");
        assert_eq!(
            of(hour, &[("layout", "hive"), ("compression", "zstd")]),
            "dt=2026-01-31/hour=07/part-0002.jsonl.zst"
        );
        assert_eq!(of(day, &[("layout", "hive"), ("format", "avro")]), "dt=2026-01-31/part-0002.avro");
    }
}
