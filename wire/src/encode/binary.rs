//! The parts that binary formats have in common: integers, and texts with their length before them. A length is written as
//! the varint of `len << SHIFT`: Avro's is signed, and so twice the number. Must not depend on: fields, topics.

use super::text;
use super::varint::{VARINT_LEN_MAX, varint};
use crate::buffer::RecordWriter;
use populace_sim::Id;

/// Appends a varint.
#[inline(always)]
pub fn append_varint(out: &mut RecordWriter<'_>, value: u64) {
    out.append_with::<VARINT_LEN_MAX>(|to| varint(to, value));
}

/// Appends the nearest floating-point number, which is that of a reader of JSON.
#[inline(always)]
pub fn append_double(out: &mut RecordWriter<'_>, value: f64) {
    out.append(&value.to_le_bytes());
}

/// Appends a text.
#[inline(always)]
pub fn append_text<const SHIFT: u32>(out: &mut RecordWriter<'_>, text: &str) {
    append_varint(out, (text.len() as u64) << SHIFT);
    out.append(text.as_bytes());
}

/// Appends what `write` appends, with its length before it.
#[inline(always)]
pub fn append_sized<const SHIFT: u32>(out: &mut RecordWriter<'_>, write: impl FnOnce(&mut RecordWriter<'_>)) {
    let place = out.place();
    out.scoped(write);
    let (mut length, len) = ([0; VARINT_LEN_MAX], out.place() - place);
    let digits = varint(&mut length, (len as u64) << SHIFT);
    out.insert(place, &length[..digits]);
}

/// Appends the text of a UUID.
#[inline(always)]
pub fn append_uuid<const SHIFT: u32>(out: &mut RecordWriter<'_>, id: Id) {
    out.append_with::<37>(|to| {
        to[0] = 36 << SHIFT;
        id.write_text(to[1..].first_chunk_mut().expect("it has that length"));
        37
    });
}

/// Appends a prefix and a number, at most 63 bytes.
#[inline(always)]
pub fn append_numbered<const SHIFT: u32>(out: &mut RecordWriter<'_>, prefix: &str, number: u32) {
    out.append_with::<64>(|to| {
        let digits = 1 + prefix.len();
        to[1..digits].copy_from_slice(prefix.as_bytes());
        let digits_len = text::integer(to[digits..].first_chunk_mut().expect("prefixes are short"), i64::from(number));
        to[0] = ((prefix.len() + digits_len) as u8) << SHIFT;
        digits + digits_len
    });
}

/// Appends the number of an account, `ACC-########`.
#[inline(always)]
pub fn append_account<const SHIFT: u32>(out: &mut RecordWriter<'_>, number: u32) {
    out.append_with::<13>(|to| {
        to[0] = 12 << SHIFT;
        to[1..5].copy_from_slice(b"ACC-");
        5 + text::padded(to[5..].first_chunk_mut().expect("it has that length"), number)
    });
}

/// Appends the text of an IPv4 address.
#[inline(always)]
pub fn append_ipv4<const SHIFT: u32>(out: &mut RecordWriter<'_>, address: u32) {
    out.append_with::<17>(|to| {
        let len = text::ipv4(to[1..].first_chunk_mut().expect("it has that length"), address);
        to[0] = (len as u8) << SHIFT;
        1 + len
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::buffer::RecordBuffer;
    use proptest::prelude::*;

    fn written(write: impl FnOnce(&mut RecordWriter<'_>)) -> Vec<u8> {
        let mut buffer = RecordBuffer::default();
        let mut writer = buffer.writer();
        write(&mut writer);
        writer.finish();
        buffer.bytes().to_vec()
    }

    proptest! {
        #[test]
        fn a_length_comes_before_texts_of_any_length(before in 0_usize..5_000, text in "[a-z]{0,9000}") {
            let lead = vec![b'.'; before];
            let whole = written(|out| {
                out.append(&lead);
                append_text::<1>(out, &text);
            });
            let piecewise = written(|out| {
                out.append(&lead);
                append_sized::<1>(out, |out| text.as_bytes().chunks(700).for_each(|part| out.append(part)));
                assert_eq!(out.place(), whole.len());
            });
            prop_assert_eq!(whole, piecewise);
        }

        #[test]
        fn short_texts_have_their_length_before_them(number: u32) {
            let address = std::net::Ipv4Addr::from_bits(number).to_string();
            let text = |text: &str| written(|out| append_text::<0>(out, text));
            prop_assert_eq!(written(|out| append_ipv4::<0>(out, number)), text(&address));
            prop_assert_eq!(written(|out| append_numbered::<0>(out, "prod_", number)), text(&format!("prod_{number}")));
            let account = number % 100_000_000;
            prop_assert_eq!(written(|out| append_account::<0>(out, account)), text(&format!("ACC-{account:08}")));
        }
    }
}
