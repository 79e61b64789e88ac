//! The bytes of a segment: a magic number, then blocks of records, each with its length and checksum.
//!
//! All numbers are little-endian. A block is `length: u32, checksum: u64, payload`; a record in it `key length: u32,
//! value length: u32, key, value`. Each checksum starts from the one before it, the first from the namespace, so that a
//! segment of another namespace, a swapped block and one from another segment are all seen.

/// Format of the segment itself; the namespace's version is about what stands in it.
pub(super) const MAGIC: [u8; 8] = *b"twinseg1";

/// A block is written out once its payload is this long, so that a damaged byte costs few facts.
pub(super) const BLOCK_SIZE: usize = 64 * 1024;

const BLOCK_HEAD: usize = 12;
const RECORD_HEAD: usize = 8;

/// Checksum of `bytes` after `seed`. Every step is a bijection of the state for a given word, and of the word for a
/// given state, so no change within one word of eight bytes can go unseen.
pub(super) fn checksum(seed: u64, bytes: &[u8]) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let step = |state: u64, word: u64| (state.rotate_left(23) ^ word).wrapping_mul(FACTOR);
    let (words, tail) = bytes.as_chunks::<8>();
    let mut state =
        words.iter().fold(step(seed, bytes.len() as u64), |state, word| step(state, u64::from_le_bytes(*word)));
    let mut last = [0; 8];
    last[..tail.len()].copy_from_slice(tail);
    state = step(state, u64::from_le_bytes(last));
    state ^ (state >> 32)
}

/// Appends a record to the payload of a block; `false`, and nothing appended, where it is too long for the format.
pub(super) fn append_record(payload: &mut Vec<u8>, key: &[u8], value: &[u8]) -> bool {
    let (Ok(key_length), Ok(value_length)) = (u32::try_from(key.len()), u32::try_from(value.len())) else {
        return false;
    };
    let total = payload.len() + RECORD_HEAD + key.len() + value.len();
    if u32::try_from(total).is_err() {
        return false;
    }
    payload.extend_from_slice(&key_length.to_le_bytes());
    payload.extend_from_slice(&value_length.to_le_bytes());
    payload.extend_from_slice(key);
    payload.extend_from_slice(value);
    true
}

/// The head of a block with this payload, and the seed of the next.
pub(super) fn head(seed: u64, payload: &[u8]) -> ([u8; BLOCK_HEAD], u64) {
    let length = u32::try_from(payload.len()).expect("append_record keeps payloads below four gigabytes");
    let sum = checksum(seed, payload);
    let mut head = [0; BLOCK_HEAD];
    head[..4].copy_from_slice(&length.to_le_bytes());
    head[4..].copy_from_slice(&sum.to_le_bytes());
    (head, sum)
}

/// The payloads of a segment, up to the first that is damaged or cut off, as ranges of its bytes.
pub(super) fn payloads(segment: &[u8], seed: u64) -> Vec<std::ops::Range<usize>> {
    let mut found = Vec::new();
    if !segment.starts_with(&MAGIC) {
        return found;
    }
    let (mut at, mut seed) = (MAGIC.len(), seed);
    while let Some((length, rest)) = segment[at..].split_first_chunk::<4>()
        && let Some((sum, rest)) = rest.split_first_chunk::<8>()
        && let Some(payload) = rest.get(..u32::from_le_bytes(*length) as usize)
        && checksum(seed, payload) == u64::from_le_bytes(*sum)
    {
        let start = at + BLOCK_HEAD;
        at = start + payload.len();
        found.push(start..at);
        seed = u64::from_le_bytes(*sum);
    }
    found
}

/// The records of a payload. Ends early where lengths do not fit, which a true checksum leaves to malice.
pub(super) struct Records<'p> {
    rest: &'p [u8],
}

impl<'p> Records<'p> {
    pub(super) const fn new(payload: &'p [u8]) -> Self {
        Self { rest: payload }
    }
}

impl<'p> Iterator for Records<'p> {
    type Item = (&'p [u8], &'p [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (key_length, rest) = self.rest.split_first_chunk::<4>()?;
        let (value_length, rest) = rest.split_first_chunk::<4>()?;
        let (key, rest) = rest.split_at_checked(u32::from_le_bytes(*key_length) as usize)?;
        let (value, rest) = rest.split_at_checked(u32::from_le_bytes(*value_length) as usize)?;
        self.rest = rest;
        Some((key, value))
    }
}
