//! Parsing the bytes of commits and tags. Only what names other objects must be well formed; everything else that a
//! history may hold is read as far as it goes.

use crate::domain::{CommitId, ObjectId};

use super::object::{ObjectKind, RawCommit, Signature, SignatureKind, TagObject};

/// The first and last second of the years that RFC 3339 can write.
const FIRST_SECOND: i64 = -62_135_596_800;
const LAST_SECOND: i64 = 253_402_300_799;

/// Parses a commit; `None` where its tree or a parent is not named as git names it.
pub(super) fn parse_commit(data: &[u8]) -> Option<RawCommit> {
    let (tree, mut rest) = id_line(data, b"tree ")?;
    let mut parents = Vec::with_capacity(1);
    while rest.starts_with(b"parent ") {
        let (parent, after) = id_line(rest, b"parent ")?;
        parents.push(CommitId::new(parent));
        rest = after;
    }
    let headers = Headers::read(rest);
    let encoding = headers.encoding.map(|name| String::from_utf8_lossy(name).trim().to_owned());
    let signature =
        |line: Option<&[u8]>| line.map(|line| parse_signature(line, encoding.as_deref())).unwrap_or_default();
    Some(RawCommit {
        tree,
        parents,
        author: signature(headers.author),
        committer: signature(headers.committer),
        message: headers.message.to_vec(),
        encoding,
    })
}

/// Parses a tag object; `None` where its target or the target's kind is not named as git names it.
pub(super) fn parse_tag(data: &[u8]) -> Option<TagObject> {
    let (target, rest) = id_line(data, b"object ")?;
    let (kind, rest) = split_line(rest.strip_prefix(b"type ")?);
    let target_kind = ObjectKind::from_word(kind)?;
    let (name, rest) = split_line(rest.strip_prefix(b"tag ")?);
    let headers = Headers::read(rest);
    let message = String::from_utf8_lossy(headers.message);
    let (message, signature) = split_signature(&message);
    Some(TagObject {
        target,
        target_kind,
        name: String::from_utf8_lossy(name).into_owned(),
        tagger: headers.tagger.map(|line| parse_signature(line, None)),
        message: message.to_owned(),
        signature,
    })
}

/// The headers after those that name objects, and the message.
#[derive(Default)]
struct Headers<'d> {
    author: Option<&'d [u8]>,
    committer: Option<&'d [u8]>,
    tagger: Option<&'d [u8]>,
    encoding: Option<&'d [u8]>,
    message: &'d [u8],
}

impl<'d> Headers<'d> {
    /// Reads up to the empty line; the first of several headers of one name counts, lines that continue a header
    /// (signatures) are passed over, and an object that ends before the empty line has no message.
    fn read(mut rest: &'d [u8]) -> Self {
        let mut headers = Self::default();
        while !rest.is_empty() {
            let (line, after) = split_line(rest);
            rest = after;
            if line.is_empty() {
                headers.message = rest;
                break;
            }
            let Some(space) = line.iter().position(|byte| *byte == b' ') else { continue };
            let slot = match &line[..space] {
                b"author" => &mut headers.author,
                b"committer" => &mut headers.committer,
                b"tagger" => &mut headers.tagger,
                b"encoding" => &mut headers.encoding,
                _ => continue,
            };
            slot.get_or_insert(&line[space + 1..]);
        }
        headers
    }
}

fn split_line(data: &[u8]) -> (&[u8], &[u8]) {
    match data.iter().position(|byte| *byte == b'\n') {
        Some(end) => (&data[..end], &data[end + 1..]),
        None => (data, &[]),
    }
}

/// Reads `<prefix><40 hex digits>\n`.
fn id_line<'d>(data: &'d [u8], prefix: &[u8]) -> Option<(ObjectId, &'d [u8])> {
    let rest = data.strip_prefix(prefix)?;
    let id = ObjectId::from_hex(rest.get(..40)?)?;
    let rest = &rest[40..];
    Some((id, rest.strip_prefix(b"\n").or_else(|| rest.is_empty().then_some(rest))?))
}

/// Reads `Name <address> seconds offset`. The time is what follows the last `>`, as git reads it, since names and
/// addresses have held angle brackets of their own.
fn parse_signature(line: &[u8], encoding: Option<&str>) -> Signature {
    let text = decode(line, encoding);
    let (person, times) = text.rsplit_once('>').unwrap_or((&text, ""));
    let (name, email) = person.split_once('<').unwrap_or((person, ""));
    let mut fields = times.split_ascii_whitespace();
    let time = fields.next().map_or(0, parse_seconds);
    let offset = fields.next().map_or(0, parse_offset);
    Signature { name: name.trim().to_owned(), email: email.trim().to_owned(), time, offset }
}

fn decode(bytes: &[u8], encoding: Option<&str>) -> String {
    crate::domain::decode(bytes, encoding).into_owned()
}

fn parse_seconds(text: &str) -> i64 {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return 0;
    }
    let limit = if text.starts_with('-') { FIRST_SECOND } else { LAST_SECOND };
    text.parse().unwrap_or(limit).clamp(FIRST_SECOND, LAST_SECOND)
}

/// `+0130` as minutes; 0 for what is no offset of less than a day.
fn parse_offset(text: &str) -> i16 {
    let (sign, digits) = match text.as_bytes() {
        [b'+', digits @ ..] => (1, digits),
        [b'-', digits @ ..] => (-1, digits),
        _ => return 0,
    };
    let [h1, h2, m1, m2] = digits else { return 0 };
    let digit = |byte: &u8| byte.is_ascii_digit().then(|| i16::from(byte - b'0'));
    let minutes = || Some((digit(h1)? * 10 + digit(h2)?) * 60 + digit(m1)? * 10 + digit(m2)?);
    minutes().filter(|minutes| *minutes < 24 * 60).map_or(0, |minutes| sign * minutes)
}

/// Cuts the armour off a tag's message: it begins at the last line that opens one, as git finds it.
fn split_signature(message: &str) -> (&str, Option<SignatureKind>) {
    const OPENINGS: [(&str, SignatureKind); 4] = [
        ("-----BEGIN PGP SIGNATURE-----", SignatureKind::OpenPgp),
        ("-----BEGIN PGP MESSAGE-----", SignatureKind::OpenPgp),
        ("-----BEGIN SSH SIGNATURE-----", SignatureKind::Ssh),
        ("-----BEGIN SIGNED MESSAGE-----", SignatureKind::X509),
    ];
    let mut found = (message.len(), None);
    let mut start = 0;
    for line in message.split_inclusive('\n') {
        if let Some((_, kind)) = OPENINGS.iter().find(|(opening, _)| line.starts_with(opening)) {
            found = (start, Some(*kind));
        }
        start += line.len();
    }
    (&message[..found.0], found.1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TREE: &str = "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n";
    const TARGET: &str = "object 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n";

    fn signature(line: &str) -> (String, String, i64, i16) {
        let s = parse_signature(line.as_bytes(), None);
        (s.name, s.email, s.time, s.offset)
    }

    #[test]
    fn reads_a_commit() {
        let parent = "00ff10a0deadbeef0123456789abcdef01234567";
        let text = format!(
            "{TREE}parent {parent}\nauthor A B <a@b> 12 +0130\ncommitter C <c@d> 13 -0200\ngpgsig x\n y\nencoding \
             ISO-8859-1\n\nsubject\n\nbody\n"
        );
        let commit = parse_commit(text.as_bytes()).unwrap();
        assert_eq!(commit.parents, [parent.parse().unwrap()]);
        assert_eq!(commit.author, Signature { name: "A B".into(), email: "a@b".into(), time: 12, offset: 90 });
        assert_eq!((commit.committer.time, commit.committer.offset), (13, -120));
        assert_eq!(commit.encoding.as_deref(), Some("ISO-8859-1"));
        assert_eq!(commit.message, b"subject\n\nbody\n");
    }

    #[test]
    fn reads_signatures_as_old_histories_have_them() {
        for (line, expected) in [
            ("A <a@b> 5 +0000", ("A", "a@b", 5, 0)),
            ("A <> 5 +0000", ("A", "", 5, 0)),
            (" <a@b> 5", ("", "a@b", 5, 0)),
            ("A <a <b@c>> 5 -0030", ("A", "a <b@c>", 5, -30)),
            ("A B", ("A B", "", 0, 0)),
            ("A <a@b> soon +01", ("A", "a@b", 0, 0)),
            ("A <a@b> 99999999999999999999 +9999", ("A", "a@b", LAST_SECOND, 0)),
            ("A <a@b> -1 +0000", ("A", "a@b", -1, 0)),
            ("", ("", "", 0, 0)),
        ] {
            let (name, email, time, offset) = expected;
            assert_eq!(signature(line), (name.to_owned(), email.to_owned(), time, offset), "{line}");
        }
    }

    #[test]
    fn a_commit_without_people_or_message_is_a_commit() {
        let commit = parse_commit(TREE.as_bytes()).unwrap();
        assert_eq!((commit.parents.len(), commit.author.time, commit.message.len()), (0, 0, 0));
    }

    #[test]
    fn refuses_a_commit_whose_tree_or_parents_are_no_ids() {
        for text in ["", "tree 4b82\n", "author A <a> 1 +0000\n\nx", &format!("{TREE}parent 12\n\nx")] {
            assert_eq!(parse_commit(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn names_in_a_declared_encoding_are_decoded() {
        let mut bytes = format!("{TREE}author ").into_bytes();
        bytes.extend_from_slice(b"Jos\xe9 <j@x> 1 +0000\nencoding ISO-8859-1\n\nx");
        assert_eq!(parse_commit(&bytes).unwrap().author.name, "José");
    }

    #[test]
    fn reads_a_tag_and_keeps_its_signature_apart() {
        for (armour, kind) in [
            ("-----BEGIN PGP SIGNATURE-----\n\nx\n-----END PGP SIGNATURE-----\n", Some(SignatureKind::OpenPgp)),
            ("-----BEGIN SSH SIGNATURE-----\nx\n-----END SSH SIGNATURE-----\n", Some(SignatureKind::Ssh)),
            ("", None),
        ] {
            let text = format!("{TARGET}type commit\ntag v1\ntagger T <t@u> 7 +0000\n\nOne\n\nTwo: x\n{armour}");
            let tag = parse_tag(text.as_bytes()).unwrap();
            assert_eq!((tag.name.as_str(), tag.target_kind, tag.signature), ("v1", ObjectKind::Commit, kind));
            assert_eq!(tag.message, "One\n\nTwo: x\n");
            assert_eq!(tag.tagger.unwrap().time, 7);
        }
    }

    #[test]
    fn a_tag_without_a_tagger_is_read() {
        let tag = parse_tag(format!("{TARGET}type tree\ntag old\n\nx\n").as_bytes()).unwrap();
        assert_eq!((tag.tagger, tag.target_kind), (None, ObjectKind::Tree));
    }

    #[test]
    fn refuses_a_tag_of_an_unknown_kind() {
        assert_eq!(parse_tag(format!("{TARGET}type sausage\ntag x\n\nx").as_bytes()), None);
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let with = |start: &str| [start.as_bytes(), &bytes].concat();
            let _ = (parse_commit(&bytes), parse_commit(&with(TREE)), parse_commit(&with(&format!("{TREE}author "))));
            let _ = (parse_tag(&bytes), parse_tag(&with(&format!("{TARGET}type tag\ntag "))));
        }
    }
}
