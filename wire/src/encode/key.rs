//! The key of a record whose format does not hold it as text: the same text that JSON has for the value, without quotes.
//! Must not depend on: single topics.

use super::text;
use crate::buffer::RecordWriter;
use crate::value::{Decimal, Point, ValueSerializer, Word};
use populace_sim::{Id, VirtualTime};

/// A serializer that appends the text of a value of the types that keys usually have. Returns whether it did; for other
/// values it appends nothing.
pub struct KeyText<'a, 'b> {
    /// The writer of the record.
    pub out: &'a mut RecordWriter<'b>,
}

impl ValueSerializer for KeyText<'_, '_> {
    type Output = bool;

    #[inline(always)]
    fn null(self) -> bool {
        false
    }

    #[inline(always)]
    fn uuid(self, id: Id) -> bool {
        self.out.append_with(|to| {
            id.write_text(to);
            to.len()
        });
        true
    }

    #[inline(always)]
    fn timestamp(self, _: VirtualTime) -> bool {
        false
    }

    #[inline(always)]
    fn naive_timestamp(self, _: VirtualTime) -> bool {
        false
    }

    #[inline(always)]
    fn decimal(self, _: Decimal) -> bool {
        false
    }

    #[inline(always)]
    fn integer(self, value: i64) -> bool {
        self.out.append_with(|to| text::integer(to, value));
        true
    }

    #[inline(always)]
    fn number(self, _: f64) -> bool {
        false
    }

    #[inline(always)]
    fn boolean(self, _: bool) -> bool {
        false
    }

    #[inline(always)]
    fn word(self, word: Word) -> bool {
        self.text(word.name())
    }

    #[inline(always)]
    fn numbered(self, prefix: &'static str, number: u32) -> bool {
        self.out.append(prefix.as_bytes());
        self.integer(i64::from(number))
    }

    #[inline(always)]
    fn account(self, number: u32) -> bool {
        self.out.append(b"ACC-");
        self.out.append_with(|to| text::padded(to, number));
        true
    }

    #[inline(always)]
    fn ipv4(self, address: u32) -> bool {
        self.out.append_with(|to| text::ipv4(to, address));
        true
    }

    #[inline(always)]
    fn text(self, text: &str) -> bool {
        self.out.append(text.as_bytes());
        true
    }

    #[inline(always)]
    fn appended_text(self, append: impl FnOnce(&mut RecordWriter<'_>)) -> bool {
        self.out.scoped(append);
        true
    }

    #[inline(always)]
    fn point(self, _: Point) -> bool {
        false
    }

    #[inline(always)]
    fn object(self, _: &[Word]) -> bool {
        false
    }

    #[inline(always)]
    fn words<'a>(self, _: impl Iterator<Item = &'a str>) -> bool {
        false
    }
}
