//! GPUs as compose asks for devices: `{ driver = "nvidia", count = 1, device_ids = ["0"], capabilities = ["gpu"] }`.

use super::super::document::Said;
use super::super::interpolate::Template;
use super::super::keys::{Form, Key, Keys};
use super::super::option::Spot;
use super::super::read::{Node, Reader};
use super::fields::{Fields, word, words};
use super::{Item, List};
use crate::finding::Code;
use crate::options::Row;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What docker's form adds by itself.
const GPU: &str = "gpu";

pub(super) const KEYS: Keys<Fields> = Keys::<Fields>::of(
    "a request for GPUs",
    &[
        words("capabilities", "What the driver has to be able to do; `gpu` is among it"),
        word("count", "How many, or all"),
        words("device-ids", "Which, by index, UUID or CDI name"),
        word("driver", "Driver of the GPUs"),
        Key::new("options", "Options for the driver", Form::Pairs, |reader, fields, name, entry| {
            fields.pairs(reader, name, entry);
        }),
    ],
);

/// In the place of `gpus`.
pub(super) const ITEM: Item = Item {
    row: "gpus",
    shape: || KEYS.shape(),
    read: |reader, said, row, whole| request(reader, said, row, whole, Spot::value(whole.0.span())),
};

/// A list of one request, as compose writes it.
pub(super) const LIST: List = List { row: "gpus", read: requests };

fn requests(
    reader: &mut Reader<'_>,
    said: &mut Said,
    row: &'static Row,
    value: Node<'_>,
    items: &[Spanned<DeValue<'_>>],
) {
    match items {
        [item] if let DeValue::Table(table) = item.get_ref() => {
            request(reader, said, row, (item, table), Spot::form(item.span()));
        }
        _ => {
            let message = "`gpus` is one word, or a list of one request: docker run makes no more of them";
            reader.fault(value.span(), Code::WrongType, message, "expected one request");
        }
    }
}

fn request(
    reader: &mut Reader<'_>,
    said: &mut Said,
    row: &'static Row,
    whole: (Node<'_>, &DeTable<'_>),
    spot: Spot,
) {
    let Some(fields) = Fields::read(reader, &KEYS, whole) else { return };
    let capabilities = fields.all("capabilities");
    let is_gpu = |word: &&Template| word.plain().is_some_and(|word| word == GPU);
    if !capabilities.is_empty() && !capabilities.iter().any(is_gpu) {
        let message = "`capabilities` holds `gpu`: dynrun hands over GPUs, and no other devices of a driver";
        return reader.fault(whole.0.span(), Code::BadValue, message, "no gpu");
    }
    let further = capabilities.into_iter().filter(|word| !is_gpu(word)).cloned();
    let list = |words: Vec<Template>, name: &str| {
        (!words.is_empty()).then(|| Template::joined(words, ",").behind(&format!("{name}=")))
    };
    let one = |name: &str| Some(fields.get(name)?.clone().behind(&format!("{name}=")));
    let devices = list(fields.all("device-ids").into_iter().cloned().collect(), "device");
    // Compose means all of them where neither is said.
    let otherwise = || devices.is_none().then(|| Template::from("count=all".to_owned()));
    let count = one("count").or_else(otherwise);
    let options = fields.all("options").into_iter().cloned().collect::<Vec<_>>();
    let options = (!options.is_empty()).then(|| Template::record(options).behind("options="));
    let parts = [count, devices, one("driver"), list(further.collect(), "capabilities"), options];
    reader.say(said, row, Template::record(parts.into_iter().flatten()), spot);
}
