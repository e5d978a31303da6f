//! What there is to say of a field that is none where it stands.

/// What to say of a field that is none where it stands.
pub(in crate::input) enum Home {
    /// It belongs elsewhere in the policy.
    Elsewhere(String),
    /// It is written in another way.
    Otherwise(String),
}

/// It belongs elsewhere, of which this tells.
pub(super) fn elsewhere(help: impl Into<String>) -> Home {
    Home::Elsewhere(help.into())
}

/// It is written in another way, of which this tells.
pub(super) fn otherwise(help: impl Into<String>) -> Home {
    Home::Otherwise(help.into())
}
