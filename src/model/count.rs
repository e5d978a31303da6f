//! How many pods there are of something.

/// The least and the most pods that an entry of the input stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Count {
    least: u32,
    most: Option<u32>,
}

/// What S52, S53 and S64 ask of a [`Count`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HowMany {
    /// There is none.
    None,
    /// There is one, or at most one.
    One,
    /// There are two or more.
    Several,
    /// There may be one, or several.
    NotKnown,
}

impl Count {
    /// One pod.
    pub const ONE: Self = Self::exactly(1);

    /// This many.
    pub const fn exactly(number: u32) -> Self {
        Self {
            least: number,
            most: Some(number),
        }
    }

    /// From `least` to `most`; where there is no `most`, any number from `least`.
    pub fn between(least: u32, most: Option<u32>) -> Self {
        Self {
            least,
            most: most.map(|most| most.max(least)),
        }
    }

    /// The greatest number, where there is one.
    pub fn most(self) -> Option<u32> {
        self.most
    }

    /// The number, where it is known.
    pub fn exact(self) -> Option<u32> {
        self.most.filter(|&most| most == self.least)
    }

    /// Whether there is none, one, or several.
    pub fn how_many(self) -> HowMany {
        match (self.least, self.most) {
            (_, Some(0)) => HowMany::None,
            (_, Some(1)) => HowMany::One,
            (2.., _) => HowMany::Several,
            _ => HowMany::NotKnown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_is_none_one_several_or_not_known() {
        let of = |least, most| Count::between(least, most).how_many();
        assert_eq!(of(0, Some(0)), HowMany::None);
        assert_eq!(of(0, Some(1)), HowMany::One);
        assert_eq!(of(1, Some(1)), HowMany::One);
        assert_eq!(of(1, Some(2)), HowMany::NotKnown);
        assert_eq!(of(0, None), HowMany::NotKnown);
        assert_eq!(of(1, None), HowMany::NotKnown);
        assert_eq!(of(2, Some(9)), HowMany::Several);
        assert_eq!(of(2, None), HowMany::Several);
    }
}
