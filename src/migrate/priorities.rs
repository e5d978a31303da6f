//! Which priorities policies get that become several: their own where there is room behind it, and as
//! near to it as the order of all allows.

use crate::model::LAST_PRIORITY;

/// One above the last priority.
const END: u16 = LAST_PRIORITY + 1;

/// Policies of one priority that are migrated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Level {
    /// Their priority.
    pub(super) priority: u16,
    /// How many priorities they need, from the first to the last.
    pub(super) need: u16,
}

/// The first priority of each level, in order; none where there is no room. `levels` are sorted, and so
/// is `fixed`: the priorities of policies that stay as they are, which no level has.
pub(super) fn assign(levels: &[Level], fixed: &[u16]) -> Result<Vec<u16>, Level> {
    let mut assigned = Vec::new();
    let mut rest = levels;
    let mut begin = 0;
    for end in fixed.iter().copied().chain([END]) {
        let here = rest.partition_point(|it| it.priority < end);
        let (segment, later) = rest.split_at(here);
        assigned.extend(within(segment, begin, end)?);
        rest = later;
        begin = end.saturating_add(1);
    }
    Ok(assigned)
}

/// The same between two numbers, the second of which is not theirs.
fn within(levels: &[Level], begin: u16, end: u16) -> Result<Vec<u16>, Level> {
    let mut places = Vec::new();
    let mut next = u32::from(begin);
    for level in levels {
        let place = next.max(u32::from(level.priority));
        places.push(place);
        next = place + u32::from(level.need);
    }
    // What stands too far back moves forward, and whatever is in its way.
    let mut limit = u32::from(end);
    for (place, level) in places.iter_mut().zip(levels).rev() {
        let last = limit.checked_sub(u32::from(level.need)).ok_or(*level)?;
        *place = last.min(*place);
        limit = *place;
    }
    match (places.first(), levels.first()) {
        (Some(first), Some(level)) if *first < u32::from(begin) => Err(*level),
        _ => Ok(places
            .into_iter()
            .filter_map(|place| u16::try_from(place).ok())
            .collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn levels(all: &[(u16, u16)]) -> Vec<Level> {
        let levels = all.iter();
        levels
            .map(|&(priority, need)| Level { priority, need })
            .collect()
    }

    #[test]
    fn a_policy_keeps_its_priority_where_there_is_room() {
        let places = assign(&levels(&[(5, 1), (7, 3), (10, 1)]), &[6]);
        assert_eq!(places, Ok(vec![5, 7, 10]));
    }

    #[test]
    fn others_make_room() {
        assert_eq!(assign(&levels(&[(5, 3), (6, 1)]), &[]), Ok(vec![5, 8]));
        assert_eq!(
            assign(&levels(&[(999, 1), (1000, 3)]), &[]),
            Ok(vec![997, 998])
        );
        assert_eq!(assign(&levels(&[(1, 2), (2, 1)]), &[4]), Ok(vec![1, 3]));
    }

    #[test]
    fn nothing_goes_past_what_stays() {
        let narrow = Level {
            priority: 2,
            need: 3,
        };
        assert_eq!(assign(&[narrow], &[1, 4]), Err(narrow));
        assert_eq!(assign(&levels(&[(2, 2)]), &[1, 4]), Ok(vec![2]));
        assert_eq!(assign(&levels(&[(3, 2)]), &[1, 4]), Ok(vec![2]));
    }
}
