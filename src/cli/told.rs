//! What a settings file says.

use crate::input::Exclude;
use crate::settings::Settings;
use crate::source::SourceMap;
use std::path::PathBuf;

/// What a settings file says, and where it is.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) settings: Settings,
    /// The text of the settings file.
    pub(super) sources: SourceMap,
    pub(super) exclude: Exclude,
    /// The settings file.
    pub(super) path: Option<PathBuf>,
}
