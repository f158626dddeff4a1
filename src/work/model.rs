//! The model of what words mean that a site has chosen: its files are read here. Owns their names.

use crate::base::Result;
#[cfg(not(feature = "encoder"))]
use crate::base::UserError;

/// Sees that the model in `folder` is used from now on; the built-in one for an empty name.
///
/// # Errors
/// When it cannot be read, is no encoder, or this program was built without encoders.
#[cfg(feature = "encoder")]
pub fn use_model(folder: &str) -> Result<()> {
    use crate::base::UserError;
    use crate::kb::semantic::{choose, encoder::Encoder};
    if folder.is_empty() {
        return Ok(());
    }
    let read = |name: &str, most: u64| bytes(&std::path::Path::new(folder).join(name), most);
    let vocabulary = String::from_utf8(read("vocab.txt", 16 << 20)?)
        .map_err(|e| UserError::new(format!("{folder}/vocab.txt is not UTF-8")).cause(e))?;
    let weights = read("model.safetensors", 1 << 30)?;
    choose(Box::new(Encoder::read(&read("config.json", 1 << 20)?, &vocabulary, &weights)?));
    Ok(())
}

/// See above.
#[cfg(not(feature = "encoder"))]
pub fn use_model(folder: &str) -> Result<()> {
    if folder.is_empty() {
        return Ok(());
    }
    Err(UserError::new("semantic.model is not used")
        .cause("this program was built without encoders")
        .hint("build it with `--features encoder`, or leave the setting empty for the built-in model"))
}

/// The bytes of a file of at most `most` bytes.
#[cfg(feature = "encoder")]
fn bytes(path: &std::path::Path, most: u64) -> Result<Vec<u8>> {
    use crate::base::{ByteOffset, UserError, meter::no_meter, num};
    let failed = |cause: &str| {
        UserError::new(format!("{} cannot be read", path.display()))
            .cause(cause)
            .hint("semantic.model is a folder with config.json, vocab.txt and model.safetensors")
    };
    let file =
        crate::source::SourceFile::open_packed(path, no_meter()).map_err(|e| failed(&e.to_string()))?;
    let size = file.size();
    if size > most {
        return Err(failed("it is larger than a model may be"));
    }
    let mut all = Vec::with_capacity(num::to_usize(size));
    while num::to_u64(all.len()) < size {
        let (more, whole) = file.raw(ByteOffset(num::to_u64(all.len())), 1 << 20);
        if !whole || more.is_empty() {
            return Err(failed("a part of it cannot be read, or it became shorter"));
        }
        all.extend(more);
    }
    Ok(all)
}
