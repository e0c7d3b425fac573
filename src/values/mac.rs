//! `MacAddress`: the hardware address of the container's interface, for `--mac-address`.

use std::fmt;

use super::{Value, ValueError};

/// A 48-bit hardware address. Its `Display` has colons and lower-case letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MacAddress(pub [u8; 6]);

impl fmt::Display for MacAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, g] = self.0;
        write!(f, "{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{g:02x}")
    }
}

impl Value for MacAddress {
    const FORM: &'static str = "XX:XX:XX:XX:XX:XX";
    const EMPTY_IS_NONE: bool = true;

    fn parse(word: &str) -> Result<Self, ValueError> {
        let word = word.trim();
        let (separator, digits) = match word.find([':', '-', '.']).map(|at| &word[at..=at]) {
            Some(separator @ ".") => (separator, 4),
            Some(separator) => (separator, 2),
            None => return Err(ValueError::new("a hardware address has parts between `:`, `-` or `.`")),
        };
        let parts: Vec<&str> = word.split(separator).collect();
        if parts.len() != 12 / digits {
            return Err(ValueError::new(format!("a hardware address has {} parts", 12 / digits)));
        }
        if parts.iter().any(|part| part.len() != digits || !part.bytes().all(|byte| byte.is_ascii_hexdigit()))
        {
            return Err(ValueError::new(format!(
                "each part of a hardware address is {digits} hexadecimal digits"
            )));
        }
        let mut bytes = [0; 6];
        let all = parts.concat();
        for (index, byte) in bytes.iter_mut().enumerate() {
            let pair = &all[2 * index..2 * index + 2];
            *byte = u8::from_str_radix(pair, 16)
                .map_err(|_| ValueError::new("a hardware address is made of hexadecimal digits"))?;
        }
        Ok(Self(bytes))
    }

    fn word(&self) -> String {
        self.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::testing::{reads, refuses, round_trips};
    use proptest::prelude::*;

    #[test]
    fn words_are_read_and_written() {
        reads::<MacAddress>(&[
            ("02:42:ac:11:00:02", "02:42:ac:11:00:02"),
            ("AA-BB-cc-dd-ee-ff", "aa:bb:cc:dd:ee:ff"),
            ("aabb.ccdd.eeff", "aa:bb:cc:dd:ee:ff"),
            (" aa:bb:cc:dd:ee:ff ", "aa:bb:cc:dd:ee:ff"),
        ]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        refuses::<MacAddress>(&[
            ("", "a hardware address has parts between `:`, `-` or `.`"),
            ("aabbccddeeff", "a hardware address has parts between `:`, `-` or `.`"),
            ("aa:bb:cc:dd:ee:ff:00:11", "a hardware address has 6 parts"),
            ("aabb.ccdd", "a hardware address has 3 parts"),
            ("aa:bb-cc:dd:ee:ff", "a hardware address has 6 parts"),
            ("aa:bb:cc:dd:ee:f", "each part of a hardware address is 2 hexadecimal digits"),
            ("aa:bb:cc:dd:ee:fg", "each part of a hardware address is 2 hexadecimal digits"),
            ("aa:bb:cc:dd:ee:é", "each part of a hardware address is 2 hexadecimal digits"),
        ]);
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(bytes in any::<[u8; 6]>()) {
            round_trips(&MacAddress(bytes));
        }
    }
}
