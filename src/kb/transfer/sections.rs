//! A text that somebody wrote for readers, cut into title, problem and solution by its headings. What is under no heading
//! known here stays where it stands, heading and all; nothing of a text is left out but headings that say what a field is.

/// How a text marks its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Headings of markdown, lines in bold, lines that end in a colon.
    Markdown,
    /// The same, and labels with text behind them: `Resolution: rerun the step`.
    Plain,
}

/// The parts of a text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parts {
    /// The heading above everything; empty if there is none.
    pub title: String,
    pub problem: String,
    pub solution: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Problem,
    Solution,
}

/// Headings, the part that they begin, and whether the name of the field says the same, so that they need not stay.
const HEADINGS: [(&str, Part, bool); 32] = [
    ("problem", Part::Problem, true),
    ("symptom", Part::Problem, true),
    ("symptoms", Part::Problem, true),
    ("description", Part::Problem, true),
    ("problem description", Part::Problem, true),
    ("problem statement", Part::Problem, true),
    ("issue", Part::Problem, true),
    ("question", Part::Problem, true),
    ("summary", Part::Problem, false),
    ("error", Part::Problem, false),
    ("environment", Part::Problem, false),
    ("cause", Part::Problem, false),
    ("causes", Part::Problem, false),
    ("root cause", Part::Problem, false),
    ("diagnosis", Part::Problem, false),
    ("explanation", Part::Problem, false),
    ("solution", Part::Solution, true),
    ("resolution", Part::Solution, true),
    ("fix", Part::Solution, true),
    ("answer", Part::Solution, true),
    ("remedy", Part::Solution, true),
    ("resolving the problem", Part::Solution, true),
    ("what to do", Part::Solution, true),
    ("resolution steps", Part::Solution, true),
    ("workaround", Part::Solution, false),
    ("action", Part::Solution, false),
    ("actions", Part::Solution, false),
    ("steps", Part::Solution, false),
    ("recovery", Part::Solution, false),
    ("restart", Part::Solution, false),
    ("prevention", Part::Solution, false),
    ("verification", Part::Solution, false),
];
/// Labels that may have their text behind them; each counts once.
const LABELS: [&str; 8] =
    ["problem", "symptom", "symptoms", "solution", "resolution", "fix", "answer", "workaround"];
/// Longest heading that is looked at.
const LONGEST: usize = 60;

fn part_of(heading: &str) -> Option<(Part, bool)> {
    if heading.len() > LONGEST {
        return None;
    }
    let lower = heading.trim().trim_end_matches(':').trim_end().to_lowercase();
    // `2. Resolution`
    let bare = lower.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ')' | ' '));
    HEADINGS.iter().find(|(name, ..)| *name == bare).map(|(_, part, same)| (*part, *same))
}

/// The text of a heading of markdown, and its level.
fn heading(line: &str) -> Option<(usize, &str)> {
    let level = line.bytes().take_while(|b| *b == b'#').count();
    let text = line.get(level..).filter(|rest| rest.starts_with([' ', '\t']))?;
    (1..=6).contains(&level).then(|| (level, text.trim().trim_end_matches('#').trim_end()))
}

/// What a line is called that stands for a heading: in bold, or with a colon at its end.
fn label(line: &str) -> Option<&str> {
    let line = line.trim();
    let bold = line.strip_prefix("**").and_then(|l| l.strip_suffix("**").or_else(|| l.strip_suffix("**:")));
    bold.or_else(|| line.strip_suffix(':'))
}

/// The label at the start of a line with its text: `Resolution: rerun the step`.
fn labelled(line: &str) -> Option<(&str, &str)> {
    let (name, text) = line.split_once(':')?;
    let known = LABELS.iter().any(|label| name.trim().eq_ignore_ascii_case(label));
    (known && !text.trim().is_empty()).then_some((name, text.trim_start()))
}

/// Cuts a text into its parts.
pub fn split(text: &str, style: Style) -> Parts {
    let mut parts = Parts::default();
    let mut now = Part::Problem;
    let mut fence: Option<&str> = None;
    let mut used: Vec<String> = Vec::new();
    for line in text.split_inclusive('\n') {
        let bare = line.trim();
        if let Some(open) = fence {
            if bare.starts_with(open) {
                fence = None;
            }
            to(&mut parts, now).push_str(line);
            continue;
        }
        if let Some(mark) = ["```", "~~~"].into_iter().find(|mark| bare.starts_with(mark)) {
            fence = Some(mark);
            to(&mut parts, now).push_str(line);
            continue;
        }
        let head = heading(bare);
        if let Some((1, name)) = head
            && parts.title.is_empty()
            && parts.problem.trim().is_empty()
            && parts.solution.is_empty()
            && part_of(name).is_none()
        {
            name.clone_into(&mut parts.title);
            continue;
        }
        if let Some((part, same)) = head.map(|(_, name)| name).or_else(|| label(bare)).and_then(part_of) {
            now = part;
            // A second text for a field keeps its heading, which says where it begins.
            if same && to(&mut parts, now).trim().is_empty() {
                to(&mut parts, now).clear();
            } else {
                to(&mut parts, now).push_str(line);
            }
            continue;
        }
        if style == Style::Plain
            && let Some((name, text)) = labelled(line)
            && !used.iter().any(|u| u.eq_ignore_ascii_case(name.trim()))
            && let Some((part, same)) = part_of(name)
        {
            used.push(name.trim().to_owned());
            now = part;
            let text = if same && to(&mut parts, now).trim().is_empty() { text } else { line };
            to(&mut parts, now).push_str(text);
            continue;
        }
        to(&mut parts, now).push_str(line);
    }
    for text in [&mut parts.problem, &mut parts.solution] {
        *text = trimmed(text).to_owned();
    }
    parts
}

fn to(parts: &mut Parts, part: Part) -> &mut String {
    match part {
        Part::Problem => &mut parts.problem,
        Part::Solution => &mut parts.solution,
    }
}

/// A text without the empty lines around it.
pub fn trimmed(text: &str) -> &str {
    let text = text.trim_end();
    let blank = text.len() - text.trim_start().len();
    let line = text.get(..blank).and_then(|b| b.rfind('\n')).map_or(0, |at| at + 1);
    text.get(line..).unwrap_or_default()
}
