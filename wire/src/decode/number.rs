//! Numbers as JSON has them. Must not depend on: columns, topics.

/// The powers of ten that a floating-point number holds exactly and that numbers of topics need.
const POWERS: [f64; 16] = [1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

/// The most digits of a number below 2^53.
const EXACT_DIGITS: usize = 15;

/// Returns the integer at the beginning of a text, and its length.
#[inline]
pub fn integer(text: &[u8]) -> Option<(i64, usize)> {
    let sign = usize::from(text.first() == Some(&b'-'));
    let len = sign + digits_len(&text[sign..]);
    let is_valid = len > sign && (text[sign] != b'0' || len == sign + 1);
    if !is_valid || len - sign > 18 {
        let whole = std::str::from_utf8(&text[..len]).ok().filter(|_| is_valid);
        return whole.and_then(|whole| whole.parse().ok()).map(|value| (value, len));
    }
    let size = number_of(&text[sign..len]) as i64;
    Some((if sign == 1 { -size } else { size }, len))
}

/// Returns the number at the beginning of a text, and its length: the nearest one to the decimal digits.
///
/// A number of few digits is a quotient of two exact numbers, and its division is rounded once.
#[inline]
pub fn number(text: &[u8]) -> Option<(f64, usize)> {
    let sign = usize::from(text.first() == Some(&b'-'));
    let whole = digits_len(&text[sign..]);
    let mut len = sign + whole;
    if whole == 0 || (text[sign] == b'0' && whole > 1) {
        return None;
    }
    let mut decimals = 0;
    if text.get(len) == Some(&b'.') {
        decimals = digits_len(&text[len + 1..]);
        len += 1 + decimals;
    }
    if decimals == 0 && text[len - 1] == b'.' || whole + decimals > EXACT_DIGITS || has_exponent(&text[len..]) {
        return long_number(text);
    }
    let before = number_of(&text[sign..sign + whole]);
    let scaled = if decimals == 0 { before } else { shifted(before, &text[len - decimals..len]) };
    let size = scaled as f64 / POWERS[decimals];
    Some((if sign == 1 { -size } else { size }, len))
}

/// Returns a number of many digits or with an exponent, by the standard library.
#[cold]
fn long_number(text: &[u8]) -> Option<(f64, usize)> {
    let sign = usize::from(text.first() == Some(&b'-'));
    let mut len = sign + digits_len(&text[sign..]);
    if text.get(len) == Some(&b'.') {
        len = with_digits(text, len + 1)?;
    }
    if has_exponent(&text[len..]) {
        let signed = usize::from(matches!(text.get(len + 1), Some(b'+' | b'-')));
        len = with_digits(text, len + 1 + signed)?;
    }
    let value: f64 = std::str::from_utf8(&text[..len]).ok()?.parse().ok()?;
    value.is_finite().then_some((value, len))
}

/// Returns the end of the digits from a place on, if there are any.
fn with_digits(text: &[u8], from: usize) -> Option<usize> {
    let len = digits_len(&text[from..]);
    (len > 0).then_some(from + len)
}

#[inline(always)]
fn has_exponent(rest: &[u8]) -> bool {
    matches!(rest.first(), Some(b'e' | b'E'))
}

#[inline(always)]
fn digits_len(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

#[inline(always)]
fn number_of(digits: &[u8]) -> u64 {
    shifted(0, digits)
}

/// Returns the number that has more digits behind it.
#[inline(always)]
fn shifted(number: u64, digits: &[u8]) -> u64 {
    digits.iter().fold(number, |number, digit| number * 10 + u64::from(digit - b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_are_those_of_the_standard_library(scaled: i64, shift in 0u32..63, decimals in 0usize..8) {
            let scaled = scaled >> shift;
            let digits = format!("{:0width$}", scaled.unsigned_abs(), width = decimals + 1);
            let (whole, part) = digits.split_at(digits.len() - decimals);
            let point = if decimals > 0 { "." } else { "" };
            let text = format!("{}{whole}{point}{part}", if scaled < 0 { "-" } else { "" });
            let read = number(format!("{text},").as_bytes());
            prop_assert_eq!(read, Some((text.parse().expect("a number"), text.len())), "{}", text);
        }

        #[test]
        fn any_number_and_integer_is_read_back(bits: u64, value: i64, shift in 0u32..63) {
            let real = f64::from_bits(bits);
            prop_assume!(real.is_finite());
            let text = format!("{real:?}}}");
            prop_assert_eq!(number(text.as_bytes()).map(|(read, len)| (read.to_bits(), len)), Some((bits, text.len() - 1)));
            let text = format!("{},", value >> shift);
            prop_assert_eq!(integer(text.as_bytes()), Some((value >> shift, text.len() - 1)));
        }
    }

    #[test]
    fn what_json_does_not_allow_is_refused() {
        for wrong in ["", "-", "01", ".5", "1.", "+1", "-01.5", "x", "1.e3", "1e", "--1"] {
            assert_eq!(number(wrong.as_bytes()), None, "{wrong}");
        }
        for wrong in ["", "-", "01", "+1", "-00", "9223372036854775808"] {
            assert_eq!(integer(wrong.as_bytes()), None, "{wrong}");
        }
        assert_eq!(integer(b"-9223372036854775808}"), Some((i64::MIN, 20)));
        assert_eq!(number(b"-0.0,").map(|(value, len)| (value.is_sign_negative(), len)), Some((true, 4)));
    }
}
