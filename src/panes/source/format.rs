//! What a person says of the bytes of a file.

use super::file::Align;
use super::state::State;
use crate::base::ByteOffset;
use crate::source::encoding::Encoding;
use crate::source::{Anchor, Records, Wanted};
use crate::work::{Effects, FileFacts, Tone};

/// What a person says of the bytes of a file; `None` to have it told from them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// What they mean.
    Encoding(Option<Encoding>),
    /// How they are cut into lines.
    Records(Option<Records>),
}

impl State {
    /// Says of the file that is shown what its bytes are, and reads it anew; or tells what they are taken for.
    pub fn set_format(&mut self, said: Option<Said>, fx: &mut Effects) {
        let Some(file) = self.file() else { return };
        let Some(facts) = &file.facts else { return };
        let Some(said) = said else { return fx.say(Tone::Info, told(facts)) };
        let wanted = match said {
            Said::Encoding(encoding) => Wanted { encoding, ..file.wanted },
            Said::Records(records) => Wanted { records, ..file.wanted },
        };
        let (old, path, at) = (file.id, file.path.clone(), Anchor::Offset(ByteOffset(file.cursor_offset())));
        self.leave(old);
        let new = self.ask_open(&path, wanted, (at, Align::Third), fx);
        if let Some(file) = self.file_mut() {
            *file = new;
        }
        self.close(old, fx);
        self.switch_to(self.current, fx);
    }
}

/// What the bytes of a file are taken for, and how sure that is.
fn told(facts: &FileFacts) -> String {
    let sure =
        |confidence: u8| if confidence == 100 { "said".to_owned() } else { format!("{confidence} % sure") };
    let text = &facts.text;
    format!(
        "{} ({}), records {} ({})",
        text.format.encoding,
        sure(text.encoding_confidence),
        text.format.records,
        sure(text.records_confidence)
    )
}
