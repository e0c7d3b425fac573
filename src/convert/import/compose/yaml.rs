//! YAML text into a tree with places: anchors, aliases and `<<` are resolved, within bounds. What a value means is not
//! decided here: every scalar stays a text.

use crate::convert::import::left_out;
use crate::finding::{Code, Finding, Origin, Place, Source};
use saphyr_parser::{Event, Parser, ScalarStyle, Span};
use std::collections::BTreeMap;

/// More nodes than any compose file has; aliases of aliases grow beyond it in a few lines.
const MOST_NODES: usize = 100_000;

/// Deeper than any compose file is.
const DEEPEST: usize = 64;

/// A value, and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub tree: Tree,
    pub source: Source,
    /// The byte at which it begins.
    pub at: usize,
}

/// What a value is.
#[derive(Debug, Clone)]
pub(super) enum Tree {
    Null,
    Text(String),
    List(Vec<Node>),
    Map(Map),
}

/// The members of a mapping, in the order of the file.
pub(super) type Map = Vec<(String, Node)>;

impl Node {
    /// Where it stands.
    pub(super) fn origin(&self) -> Origin {
        let end =
            self.source.text[self.at..].find('\n').map_or(self.source.text.len(), |length| self.at + length);
        Origin::File(Place { file: self.source.clone(), span: self.at..end })
    }

    /// The members, where it is a mapping.
    pub(super) fn map(&self) -> Option<&Map> {
        match &self.tree {
            Tree::Map(map) => Some(map),
            Tree::Null | Tree::Text(_) | Tree::List(_) => None,
        }
    }

    /// The member of this name.
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        self.map()?.iter().find(|(name, _)| name == key).map(|(_, node)| node)
    }

    /// The text, where it is one.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.tree {
            Tree::Text(text) => Some(text),
            Tree::Null | Tree::List(_) | Tree::Map(_) => None,
        }
    }

    /// The items, where it is a list; itself where it is a single value.
    pub(super) fn items(&self) -> &[Node] {
        match &self.tree {
            Tree::List(items) => items,
            Tree::Text(_) | Tree::Map(_) => std::slice::from_ref(self),
            Tree::Null => &[],
        }
    }

    fn size(&self) -> usize {
        match &self.tree {
            Tree::Null | Tree::Text(_) => 1,
            Tree::List(items) => 1 + items.iter().map(Self::size).sum::<usize>(),
            Tree::Map(map) => 1 + map.iter().map(|(_, node)| 1 + node.size()).sum::<usize>(),
        }
    }
}

/// Reads the first document of a text.
///
/// # Errors
/// It is not YAML, a key stands twice, or it is out of all bounds.
pub(super) fn parse(source: &Source) -> Result<Node, Box<Finding>> {
    let starts: Vec<usize> = source.text.char_indices().map(|(at, _)| at).collect();
    let mut reader = Reader {
        parser: Parser::new_from_str(&source.text),
        source,
        starts,
        anchors: BTreeMap::new(),
        nodes: 0,
    };
    reader.document()
}

/// What is to be said of a further document that the text holds.
pub(super) fn further(source: &Source) -> Option<Finding> {
    let (mut documents, mut begun, mut is_said) = (0_usize, 0, false);
    for read in Parser::new_from_str(&source.text) {
        match read {
            Ok((Event::DocumentStart(_), span)) => {
                documents += 1;
                begun = span.start.index();
            }
            Ok((Event::Scalar(text, ..), _)) if text.is_empty() => {}
            Ok((Event::Scalar(..) | Event::MappingStart(..) | Event::SequenceStart(..), _)) | Err(_)
                if documents > 1 =>
            {
                is_said = true;
                break;
            }
            Ok(_) => {}
            Err(_) => break,
        }
    }
    is_said.then(|| {
        let at = source.text.char_indices().nth(begun).map_or(source.text.len(), |(at, _)| at);
        let place = Place { file: source.clone(), span: at..at };
        let note = left_out("a further document of the file is left out: the first one alone is read");
        note.asked("---", &Origin::File(place)).help("write it into a file of its own, and import that")
    })
}

struct Reader<'a> {
    parser: Parser<'a, saphyr_parser::StrInput<'a>>,
    source: &'a Source,
    /// The byte at which each letter begins.
    starts: Vec<usize>,
    anchors: BTreeMap<usize, Node>,
    nodes: usize,
}

impl<'a> Reader<'a> {
    fn document(&mut self) -> Result<Node, Box<Finding>> {
        loop {
            match self.next()? {
                Some((Event::StreamStart | Event::DocumentStart(_), _)) => {}
                Some((Event::StreamEnd | Event::DocumentEnd, _)) | None => {
                    return Ok(Node { tree: Tree::Null, source: self.source.clone(), at: 0 });
                }
                Some((event, span)) => return self.node(event, span, 0),
            }
        }
    }

    fn next(&mut self) -> Result<Option<(Event<'a>, Span)>, Box<Finding>> {
        match self.parser.next() {
            None => Ok(None),
            Some(Ok(found)) => Ok(Some(found)),
            Some(Err(error)) => Err(self.fault(self.byte(error.marker().index()), error.info())),
        }
    }

    fn byte(&self, letter: usize) -> usize {
        self.starts.get(letter).copied().unwrap_or(self.source.text.len())
    }

    fn fault(&self, at: usize, message: &str) -> Box<Finding> {
        let finding = Finding::error(Code::NotUnderstood, format!("not YAML: {message}"));
        let place = Place { file: self.source.clone(), span: at..at };
        Box::new(finding.asked("...", &Origin::File(place)))
    }

    fn node(&mut self, event: Event<'a>, span: Span, depth: usize) -> Result<Node, Box<Finding>> {
        let at = self.byte(span.start.index());
        self.nodes += 1;
        if self.nodes > MOST_NODES || depth > DEEPEST {
            return Err(self.fault(at, "it is larger or deeper than any compose file"));
        }
        let (tree, anchor) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                // `!reset` takes a value away, as compose reads it.
                let is_reset = tag.as_ref().is_some_and(|tag| tag.suffix == "reset");
                let is_text = tag.as_ref().is_some_and(|tag| tag.suffix == "str");
                let is_null = style == ScalarStyle::Plain
                    && !is_text
                    && matches!(&*text, "" | "~" | "null" | "Null" | "NULL");
                (if is_null || is_reset { Tree::Null } else { Tree::Text(text.into_owned()) }, anchor)
            }
            Event::SequenceStart(anchor, _) => (Tree::List(self.list(depth)?), anchor),
            Event::MappingStart(anchor, _) => (Tree::Map(self.map(depth)?), anchor),
            Event::Alias(anchor) => {
                let Some(node) = self.anchors.get(&anchor).cloned() else {
                    return Err(self.fault(at, "an alias names no anchor"));
                };
                self.nodes += node.size();
                return Ok(Node { at, ..node });
            }
            _ => (Tree::Null, 0),
        };
        let node = Node { tree, source: self.source.clone(), at };
        if anchor > 0 {
            self.anchors.insert(anchor, node.clone());
        }
        Ok(node)
    }

    fn list(&mut self, depth: usize) -> Result<Vec<Node>, Box<Finding>> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                Some((Event::SequenceEnd, _)) | None => return Ok(items),
                Some((event, span)) => items.push(self.node(event, span, depth + 1)?),
            }
        }
    }

    fn map(&mut self, depth: usize) -> Result<Map, Box<Finding>> {
        let (mut map, mut merged) = (Map::new(), Vec::new());
        loop {
            let (event, span) = match self.next()? {
                Some((Event::MappingEnd, _)) | None => break,
                Some(key) => key,
            };
            let at = self.byte(span.start.index());
            let key = self.node(event, span, depth + 1)?;
            let Some((event, span)) = self.next()? else { break };
            let value = self.node(event, span, depth + 1)?;
            let name = match key.tree {
                Tree::Text(name) => name,
                Tree::Null => "null".to_owned(),
                Tree::List(_) | Tree::Map(_) => return Err(self.fault(at, "a key is no text")),
            };
            if name == "<<" {
                merged.extend(value.items().iter().filter_map(Node::map).cloned());
            } else if map.iter().any(|(held, _)| *held == name) {
                return Err(self.fault(at, &format!("the key `{name}` stands twice")));
            } else {
                map.push((name, Node { at, ..value }));
            }
        }
        // What the mapping says itself goes before what is merged into it, and an earlier one before a later.
        for (name, node) in merged.into_iter().flatten() {
            if !map.iter().any(|(held, _)| *held == name) {
                map.push((name, node));
            }
        }
        Ok(map)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convert::import::as_source;
    use std::path::Path;

    fn shown(node: &Node) -> String {
        match &node.tree {
            Tree::Null => "~".to_owned(),
            Tree::Text(text) => text.clone(),
            Tree::List(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", ")),
            Tree::Map(map) => {
                let members = map.iter().map(|(name, node)| format!("{name}: {}", shown(node)));
                format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
            }
        }
    }

    fn read(text: &str) -> Result<Node, Box<Finding>> {
        parse(&as_source(Path::new("/x/compose.yaml"), "compose.yaml", text.to_owned()))
    }

    #[test]
    fn anchors_and_merges_are_resolved() {
        for (text, want) in [
            ("a: &x [1, 2]\nb: *x", "{a: [1, 2], b: [1, 2]}"),
            ("a: &x {p: 1, q: 2}\nb:\n  <<: *x\n  q: 3", "{a: {p: 1, q: 2}, b: {q: 3, p: 1}}"),
            (
                "x: &x {p: 1}\ny: &y {p: 2, q: 2}\nb: {<<: [*x, *y]}",
                "{x: {p: 1}, y: {p: 2, q: 2}, b: {p: 1, q: 2}}",
            ),
            (
                "a: ~\nb: ''\nc: null\nd: \"null\"\ne: !!str null\nf: !reset x",
                "{a: ~, b: , c: ~, d: null, e: null, f: ~}",
            ),
            ("a: |\n  one\n  two\nb: >-\n  one\n  two", "{a: one\ntwo\n, b: one two}"),
            ("", "~"),
        ] {
            assert_eq!(shown(&read(text).unwrap()), want, "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        for (text, want) in [
            ("a: 1\nb: *x", "not YAML: while parsing node, found unknown anchor"),
            ("a: 1\na: 2", "not YAML: the key `a` stands twice"),
            ("a: [1", "not YAML: while parsing a flow sequence, expected ',' or ']'"),
        ] {
            let finding = read(text).unwrap_err();
            assert_eq!(finding.message, want, "{text}");
            assert!(finding.asked[0].origin.to_string().starts_with("compose.yaml:"), "{finding:?}");
        }
    }

    #[test]
    fn a_billion_laughs_are_not_laughed() {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for at in 1..12 {
            let before = at - 1;
            let ten = vec![format!("*a{before}"); 10].join(", ");
            text += &format!("a{at}: &a{at} [{ten}]\n");
        }
        assert!(read(&text).unwrap_err().message.contains("larger or deeper"));
        let deep = "[".repeat(200) + &"]".repeat(200);
        assert!(read(&deep).is_err());
    }
}
