//! Medians and how they are printed.

use std::time::{Duration, Instant};

/// Figures of several rounds.
#[derive(Debug, Clone, Default)]
pub(crate) struct Figures(Vec<f64>);

impl Figures {
    pub(crate) fn push(&mut self, figure: f64) {
        self.0.push(figure);
    }

    /// Adds the seconds that something takes, and gives back its result.
    pub(crate) fn time<R>(&mut self, work: impl FnOnce() -> R) -> R {
        let start = Instant::now();
        let result = work();
        self.push(start.elapsed().as_secs_f64());
        result
    }

    /// A quantile, in percent; 0 of no figures.
    fn quantile(&self, percent: usize) -> f64 {
        let mut all = self.0.clone();
        all.sort_by(f64::total_cmp);
        let at = all.len().saturating_sub(1) * percent / 100;
        all.get(at).copied().unwrap_or_default()
    }

    pub(crate) fn median(&self) -> f64 {
        self.quantile(50)
    }

    /// Each figure divided by the one of the same round.
    pub(crate) fn over(&self, base: &Self) -> Self {
        let pairs = self.0.iter().zip(&base.0);
        Self(pairs.map(|(own, base)| own / base).collect())
    }

    /// The median with the range of the middle half: `1.20 (1.17–1.31)`.
    pub(crate) fn spread(&self) -> String {
        let [low, median, high] = [25, 50, 75].map(|percent| self.quantile(percent));
        format!("{median:.2} ({low:.2}–{high:.2})")
    }

    /// The median of seconds.
    pub(crate) fn milliseconds(&self) -> String {
        format!("{:.1} ms", self.median() * 1e3)
    }
}

/// A size of a text.
#[expect(clippy::cast_precision_loss, reason = "for people")]
pub(crate) fn kilobytes(text: &str) -> String {
    format!("{:.1} kB", text.len() as f64 / 1e3)
}

/// Lets the kernel take away what is no longer held.
pub(crate) fn pause() {
    std::thread::sleep(Duration::from_millis(50));
}
