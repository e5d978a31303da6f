//! Numbers that stand for places and contents, such that sums of their products identify a row.
//!
//! A row of the matrix is identified by the sum over its columns of `position(column) *
//! content(cell)` in 128-bit arithmetic. The factors are fixed and look random, so two different
//! rows have the same sum with a probability around 2^-120: never, in practice. Sums can be
//! formed group-wise, which is what keeps the normal form from costing classes².

/// `SplitMix64`'s output function, a bijection.
fn scramble(seed: u64) -> u64 {
    let mut z = seed
        .wrapping_mul(0x9E37_79B9_7F4A_7C15)
        .wrapping_add(0x632B_E59B_D9B4_E019);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

fn wide(seed: u64) -> u128 {
    u128::from(scramble(seed)) << 64 | u128::from(scramble(!seed))
}

/// The factor of a place; odd, so that it does not lose a content's low bits.
pub(super) fn position(index: usize) -> u128 {
    wide(index as u64 * 2) | 1
}

/// The factor of a content; 0 is the content that adds nothing.
pub(super) fn content(index: usize) -> u128 {
    if index == 0 {
        0
    } else {
        wide(index as u64 * 2 + 1)
    }
}
