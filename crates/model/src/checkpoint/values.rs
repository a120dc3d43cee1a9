use std::fmt;

use futures_util::io::AsyncRead;
use half::{bf16, f16};
use safetensors::Dtype;

use super::{header::Entry, source::Source, text::clip};
use crate::ModelError;

/// How a checkpoint stores its numbers. On the device they are f32.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StoredDtype {
    /// 32 bits.
    F32,
    /// 16 bits, of which 10 are the fraction.
    F16,
    /// 16 bits, of which 7 are the fraction: an f32's upper half.
    BF16,
}

impl StoredDtype {
    /// The dtype that safetensors calls so, where weights can have it.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match super::header::known(name)? {
            Dtype::F32 => Some(Self::F32),
            Dtype::F16 => Some(Self::F16),
            Dtype::BF16 => Some(Self::BF16),
            _ => None,
        }
    }

    /// Bytes of one number.
    pub(crate) fn size(self) -> u64 {
        self.bytes() as u64
    }

    fn bytes(self) -> usize {
        match self {
            Self::F32 => 4,
            Self::F16 | Self::BF16 => 2,
        }
    }

    /// Appends a number's bytes, rounded to nearest; `None` where it is beyond this dtype's range.
    pub(crate) fn encode(self, value: f32, bytes: &mut Vec<u8>) -> Option<()> {
        match self {
            Self::F32 => bytes.extend(value.to_le_bytes()),
            Self::F16 => {
                bytes.extend(Some(f16::from_f32(value)).filter(|value| value.is_finite())?.to_le_bytes());
            }
            Self::BF16 => {
                bytes.extend(Some(bf16::from_f32(value)).filter(|value| value.is_finite())?.to_le_bytes());
            }
        }
        Some(())
    }

    /// Appends the numbers that `bytes` hold.
    fn decode(self, bytes: &[u8], values: &mut Vec<f32>) {
        match self {
            Self::F32 => values.extend(bytes.as_chunks().0.iter().map(|&b| f32::from_le_bytes(b))),
            Self::F16 => values.extend(bytes.as_chunks().0.iter().map(|&b| f16::from_le_bytes(b).to_f32())),
            Self::BF16 => values.extend(bytes.as_chunks().0.iter().map(|&b| bf16::from_le_bytes(b).to_f32())),
        }
    }
}

impl fmt::Display for StoredDtype {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::F32 => "f32",
            Self::F16 => "f16",
            Self::BF16 => "bf16",
        })
    }
}

/// A tensor's numbers as f32, in the file's order, in blocks of `block` numbers, of which the last may be shorter: only
/// one of them is held at a time.
pub(crate) async fn read_blocks<R: AsyncRead + Unpin>(
    source: &mut Source<R>,
    entry: &Entry,
    dtype: StoredDtype,
    block: usize,
    progress: &mut impl FnMut(u64),
    mut each: impl FnMut(Vec<f32>) -> Result<(), ModelError>,
) -> Result<(), ModelError> {
    let count = entry.len() / dtype.size();
    let block = block.max(1);
    let (mut values, mut before): (Vec<f32>, u64) = (Vec::new(), 0);
    let take = |bytes: &[u8], read: u64| {
        let mut rest = bytes;
        while !rest.is_empty() {
            let room = (block - values.len()).saturating_mul(dtype.bytes());
            let (now, later) = rest.split_at(rest.len().min(room));
            let left = (count - before).min(block as u64);
            make_room(&mut values, left, now.len(), read);
            let fresh = values.len();
            dtype.decode(now, &mut values);
            if let Some(at) = values[fresh..].iter().position(|value| !value.is_finite()) {
                let at = fresh + at;
                return Err(ModelError::Tensor {
                    tensor: clip(&entry.name),
                    expected: "finite numbers".into(),
                    found: format!(
                        "{} at index {} of shape {:?}",
                        values[at],
                        before + at as u64,
                        entry.shape
                    ),
                    advice: "the weights are damaged or their training diverged, choose another file",
                });
            }
            if values.len() == block {
                before += block as u64;
                each(std::mem::take(&mut values))?;
            }
            rest = later;
        }
        Ok(())
    };
    source.chunks(entry, progress, take).await?;
    if values.is_empty() { Ok(()) } else { each(values) }
}

/// Makes room for a chunk: for the whole tensor at once where the file has by now proved to be long enough for that
/// to be plausible (a real one has, when its embedding comes), and otherwise for a few times what was read.
fn make_room(values: &mut Vec<f32>, count: u64, chunk: usize, read: u64) {
    if values.capacity() - values.len() >= chunk {
        return;
    }
    // As many numbers as bytes were read: four times the memory, so that growth by steps stays linear for f16 too.
    let earned = usize::try_from(read).unwrap_or(usize::MAX).max(values.len() + chunk);
    let whole = usize::try_from(count).unwrap_or(usize::MAX);
    values.reserve_exact(earned.min(whole).saturating_sub(values.len()));
}
