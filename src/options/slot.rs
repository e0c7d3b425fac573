//! `Setting`: a value with its origin, and the three kinds of slots that hold them: `One`, `Switch`, `Many`.

use super::row::{Kind, Said};
use crate::finding::{Origin, Place};
use crate::values::{EnvVar, Interactive, Power, Roots, SecretNames, Tty, Value, ValueError};
use std::collections::BTreeSet;

/// A value, and where it was said.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting<T> {
    /// The value.
    pub value: T,
    /// Where it was said.
    pub origin: Origin,
}

/// What a row can do with its field of a layer.
pub trait Slot: Default {
    /// The type of one value.
    type Value: Value;
    /// Which kind of slot this is.
    const KIND: Kind;

    /// Reads a word into the slot.
    ///
    /// # Errors
    /// The word is not a value of this option.
    fn put(&mut self, word: &str, roots: Roots<'_>, origin: Origin) -> Result<(), ValueError>;

    /// The settings that the slot holds.
    fn settings(&self) -> &[Setting<Self::Value>];

    /// Lays a higher slot over this one.
    fn lay_over(&mut self, upper: &Self);

    /// What is said, for any reader's eyes.
    fn said(&self, names: &SecretNames) -> Vec<Said> {
        self.settings()
            .iter()
            .map(|setting| Said { text: setting.value.shown(names), origin: setting.origin.clone() })
            .collect()
    }

    /// The place in a file that says the slot's first value.
    fn place(&self) -> Option<Place> {
        match &self.settings().first()?.origin {
            Origin::File(place) => Some(place.clone()),
            Origin::Variable(_) | Origin::Flag(_) | Origin::Rule(_) => None,
        }
    }

    /// The words that say the slot's values again. They may hold secrets.
    fn words(&self) -> Vec<String> {
        self.settings().iter().map(|setting| setting.value.word()).collect()
    }

    /// What the slot's values give to the container beyond its own walls.
    fn powers(&self) -> Vec<(Power, Origin)> {
        let powers = |setting: &Setting<Self::Value>| {
            let origin = setting.origin.clone();
            setting.value.powers().into_iter().map(move |power| (power, origin.clone()))
        };
        self.settings().iter().flat_map(powers).collect()
    }
}

/// A single value: the last one said counts. The inner `None` is the empty word, which takes away what lower layers said.
///
/// Boxed: most options of most layers are not said, and a launch carries many layers about.
#[derive(Debug, Clone, PartialEq)]
pub struct One<T>(Option<Box<Option<Setting<T>>>>);

impl<T> Default for One<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> One<T> {
    /// The value, if anybody said one.
    #[must_use]
    pub fn get(&self) -> Option<&T> {
        self.setting().map(|setting| &setting.value)
    }

    /// The value and its origin, if anybody said one.
    #[must_use]
    pub fn setting(&self) -> Option<&Setting<T>> {
        self.0.as_deref()?.as_ref()
    }

    /// Says a value.
    pub fn set(&mut self, value: T, origin: Origin) {
        self.0 = Some(Box::new(Some(Setting { value, origin })));
    }

    /// Changes the value, if anybody said one.
    pub fn change(&mut self, change: impl FnOnce(&mut T)) {
        if let Some(Some(setting)) = self.0.as_deref_mut() {
            change(&mut setting.value);
        }
    }

    /// Unsays the value.
    pub fn clear(&mut self) {
        self.0 = None;
    }
}

impl<T: Value> Slot for One<T> {
    type Value = T;
    const KIND: Kind = Kind::One;

    fn put(&mut self, word: &str, roots: Roots<'_>, origin: Origin) -> Result<(), ValueError> {
        if T::EMPTY_IS_NONE && word.is_empty() {
            self.0 = Some(Box::new(None));
        } else {
            self.set(T::parse(word)?.rooted(&roots), origin);
        }
        Ok(())
    }

    fn settings(&self) -> &[Setting<T>] {
        self.setting().map_or(&[], std::slice::from_ref)
    }

    fn lay_over(&mut self, upper: &Self) {
        if upper.0.is_some() {
            self.clone_from(upper);
        }
    }
}

/// A single value that may be said without a word: `--rm` is `--rm=true`.
#[derive(Debug, Clone, PartialEq)]
pub struct Switch<T>(One<T>);

impl<T> Default for Switch<T> {
    fn default() -> Self {
        Self(One::default())
    }
}

impl<T> std::ops::Deref for Switch<T> {
    type Target = One<T>;

    fn deref(&self) -> &One<T> {
        &self.0
    }
}

impl<T> std::ops::DerefMut for Switch<T> {
    fn deref_mut(&mut self) -> &mut One<T> {
        &mut self.0
    }
}

impl Switch<Tty> {
    /// Whether the switch is on, whoever the caller is.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.0.get() == Some(&Tty::On)
    }
}

impl Switch<Interactive> {
    /// Whether the switch is on, whatever else is said.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.0.get() == Some(&Interactive::On)
    }
}

impl Switch<bool> {
    /// Whether the switch was said to be on.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.0.get() == Some(&true)
    }
}

impl<T: Value> Slot for Switch<T> {
    type Value = T;
    const KIND: Kind = Kind::Switch;

    fn put(&mut self, word: &str, roots: Roots<'_>, origin: Origin) -> Result<(), ValueError> {
        self.0.put(word, roots, origin)
    }

    fn settings(&self) -> &[Setting<T>] {
        self.0.settings()
    }

    fn lay_over(&mut self, upper: &Self) {
        self.0.lay_over(&upper.0);
    }
}

/// A collection: every value said counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Many<T>(Vec<Setting<T>>);

impl<T> Default for Many<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> FromIterator<Setting<T>> for Many<T> {
    fn from_iter<I: IntoIterator<Item = Setting<T>>>(settings: I) -> Self {
        Self(settings.into_iter().collect())
    }
}

impl<T> Many<T> {
    /// The values with their origins, in the order said.
    pub fn iter(&self) -> std::slice::Iter<'_, Setting<T>> {
        self.0.iter()
    }

    /// The values alone.
    pub fn values(&self) -> impl Iterator<Item = &T> {
        self.0.iter().map(|setting| &setting.value)
    }

    /// Whether nothing was said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Says a further value.
    pub fn push(&mut self, value: T, origin: Origin) {
        self.0.push(Setting { value, origin });
    }

    /// Keeps the settings for which the test is true.
    pub fn retain(&mut self, test: impl FnMut(&Setting<T>) -> bool) {
        self.0.retain(test);
    }

    /// Replaces all settings.
    pub fn replace(&mut self, settings: Vec<Setting<T>>) {
        self.0 = settings;
    }

    /// Changes the settings, each by itself.
    pub fn change(&mut self, change: impl FnMut(&mut Setting<T>)) {
        self.0.iter_mut().for_each(change);
    }

    /// Unsays every value.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}

impl Many<EnvVar> {
    /// What the container gets under a name: of several, the last counts.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&Setting<EnvVar>> {
        self.0.iter().rev().find(|setting| setting.value.name == name)
    }
}

impl<'a, T> IntoIterator for &'a Many<T> {
    type Item = &'a Setting<T>;
    type IntoIter = std::slice::Iter<'a, Setting<T>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<T: Value> Slot for Many<T> {
    type Value = T;
    const KIND: Kind = Kind::Many;

    fn put(&mut self, word: &str, roots: Roots<'_>, origin: Origin) -> Result<(), ValueError> {
        self.push(T::parse(word)?.rooted(&roots), origin);
        Ok(())
    }

    fn settings(&self) -> &[Setting<T>] {
        &self.0
    }

    /// A range loses only the parts that the upper slot says anew; a plain list takes what it does not hold.
    fn lay_over(&mut self, upper: &Self) {
        let taken: BTreeSet<String> =
            upper.values().flat_map(Value::spread).filter_map(|value| value.key()).collect();
        let lower = std::mem::take(&mut self.0);
        for setting in lower {
            let parts = setting.value.spread();
            let kept = |part: &T| part.key().is_none_or(|key| !taken.contains(&key));
            if parts.iter().all(kept) {
                self.0.push(setting);
            } else {
                let left = parts.into_iter().filter(kept);
                self.0.extend(left.map(|value| Setting { value, origin: setting.origin.clone() }));
            }
        }
        let is_plain = |setting: &&Setting<T>| setting.value.key().is_none();
        let held: BTreeSet<String> = self.0.iter().filter(is_plain).map(|lower| lower.value.word()).collect();
        let is_held = |setting: &Setting<T>| is_plain(&setting) && held.contains(&setting.value.word());
        self.0.extend(upper.0.iter().filter(|setting| !is_held(setting)).cloned());
    }
}
