//! Why a cluster cannot be read, in the user's words. No credential stands in it.

/// Why a cluster cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// Whether it is the time that ran out: another run may have an answer.
    pub is_time: bool,
}

impl Problem {
    /// Something is wrong.
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            help: None,
            is_time: false,
        }
    }

    /// What to do about it.
    #[must_use]
    pub(super) fn help(self, help: impl Into<String>) -> Self {
        Self {
            help: Some(help.into()),
            ..self
        }
    }

    /// Nothing was heard for too long.
    pub(super) fn of_time(message: impl Into<String>) -> Self {
        Self {
            is_time: true,
            ..Self::new(message)
        }
    }
}
