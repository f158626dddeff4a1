//! Names that are most like one that was not found, kept while names go by.

/// The nearest names so far.
pub struct Near {
    wanted: String,
    /// Names with how like they are, the most like first.
    best: Vec<(f64, String)>,
}

/// How many names are kept.
const KEPT: usize = 3;
/// A name that is less like the wanted one is not worth a hint.
const LIKE: f64 = 0.8;

impl Near {
    /// Names like `wanted`.
    pub fn to(wanted: &str) -> Self {
        Self { wanted: wanted.to_ascii_uppercase(), best: Vec::new() }
    }

    /// Looks at a name.
    pub fn see(&mut self, name: &str) {
        let upper = name.to_ascii_uppercase();
        let part = self.wanted.len() > 2 && upper.contains(&self.wanted);
        let like = strsim::jaro_winkler(&self.wanted, &upper).max(if part { 0.9 } else { 0.0 });
        let known = self.best.iter().any(|(_, known)| known.eq_ignore_ascii_case(name));
        if like < LIKE || known || (self.best.len() == KEPT && self.best.last().is_some_and(|l| l.0 >= like))
        {
            return;
        }
        self.best.push((like, name.to_owned()));
        self.best.sort_by(|a, b| b.0.total_cmp(&a.0));
        self.best.truncate(KEPT);
    }

    /// The names.
    pub fn names(&self) -> Vec<&str> {
        self.best.iter().map(|(_, name)| name.as_str()).collect()
    }
}
