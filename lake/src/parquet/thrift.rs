//! Thrift's compact protocol, as far as the metadata of Parquet needs it. Must not depend on: the metadata.

/// The types of fields and of the elements of lists.
const TRUE: u8 = 1;
const FALSE: u8 = 2;
const I16: u8 = 4;
const I32: u8 = 5;
const I64: u8 = 6;
const BINARY: u8 = 8;
const LIST: u8 = 9;
const STRUCT: u8 = 12;

/// Writes one struct, field by field in the order of their numbers.
#[derive(Debug, Default)]
pub struct ThriftStruct {
    bytes: Vec<u8>,
    /// The number of the last field.
    last: i16,
}

impl ThriftStruct {
    /// Returns the bytes of the struct that `write` writes.
    pub fn bytes(write: impl FnOnce(&mut ThriftStruct)) -> Vec<u8> {
        let mut whole = ThriftStruct::default();
        whole.inner(write);
        whole.bytes
    }

    fn varint(&mut self, mut value: u64) {
        while value >= 1 << 7 {
            self.bytes.push(value as u8 | 1 << 7);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }

    fn signed(&mut self, value: i64) {
        self.varint(((value << 1) ^ (value >> 63)) as u64);
    }

    fn field(&mut self, number: i16, kind: u8) {
        let step = number - self.last;
        assert!(step > 0, "fields are written in the order of their numbers");
        if step < 16 {
            self.bytes.push((step as u8) << 4 | kind);
        } else {
            self.bytes.push(kind);
            self.signed(i64::from(number));
        }
        self.last = number;
    }

    /// Writes a struct that has fields of its own.
    fn inner(&mut self, write: impl FnOnce(&mut ThriftStruct)) {
        let last = std::mem::take(&mut self.last);
        write(self);
        self.bytes.push(0);
        self.last = last;
    }

    /// Writes a field of 16 bits.
    pub fn i16(&mut self, number: i16, value: i16) {
        self.field(number, I16);
        self.signed(i64::from(value));
    }

    /// Writes a field of 32 bits.
    pub fn i32(&mut self, number: i16, value: i32) {
        self.field(number, I32);
        self.signed(i64::from(value));
    }

    /// Writes a field of 64 bits.
    pub fn i64(&mut self, number: i16, value: i64) {
        self.field(number, I64);
        self.signed(value);
    }

    /// Writes a field that is true or false.
    pub fn boolean(&mut self, number: i16, value: bool) {
        self.field(number, if value { TRUE } else { FALSE });
    }

    /// Writes a field of bytes or text.
    pub fn binary(&mut self, number: i16, value: &[u8]) {
        self.field(number, BINARY);
        self.sized(value);
    }

    fn sized(&mut self, value: &[u8]) {
        self.varint(value.len() as u64);
        self.bytes.extend_from_slice(value);
    }

    /// Writes a field that is a struct.
    pub fn structure(&mut self, number: i16, write: impl FnOnce(&mut ThriftStruct)) {
        self.field(number, STRUCT);
        self.inner(write);
    }

    fn list(&mut self, number: i16, kind: u8, len: usize) {
        self.field(number, LIST);
        if len < 15 {
            self.bytes.push((len as u8) << 4 | kind);
        } else {
            self.bytes.push(15 << 4 | kind);
            self.varint(len as u64);
        }
    }

    /// Writes a list of numbers of 32 bits.
    pub fn i32s(&mut self, number: i16, values: &[i32]) {
        self.list(number, I32, values.len());
        values.iter().for_each(|value| self.signed(i64::from(*value)));
    }

    /// Writes a list of texts.
    pub fn texts(&mut self, number: i16, values: &[&str]) {
        self.list(number, BINARY, values.len());
        values.iter().for_each(|value| self.sized(value.as_bytes()));
    }

    /// Writes a list of structs.
    pub fn structures<T>(&mut self, number: i16, values: &[T], write: impl Fn(&mut ThriftStruct, &T)) {
        self.list(number, STRUCT, values.len());
        values.iter().for_each(|value| self.inner(|inner| write(inner, value)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_written_as_the_protocol_says() {
        let bytes = ThriftStruct::bytes(|whole| {
            whole.i32(1, -1);
            whole.structure(3, |inner| inner.i64(1, 300));
            whole.boolean(4, true);
            whole.texts(20, &["ab"]);
            whole.i32s(21, &[0; 15]);
        });
        let long = [&[0x19, 0xf5, 15][..], &[0; 15]].concat();
        let wanted = [0x15, 1, 0x2c, 0x16, 0xd8, 4, 0, 0x11, 0x09, 40, 0x18, 2, b'a', b'b'];
        assert_eq!(bytes, [&wanted[..], &long, &[0]].concat());
    }
}
