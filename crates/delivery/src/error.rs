/// Why a file of a model did not come. Each says what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeliveryError {
    /// The server has no such file.
    #[error("there is no file at {address} (status {status}): check the address, or choose another model")]
    NotThere {
        /// Of the file.
        address: String,
        /// 404 or 410.
        status: u16,
    },
    /// The server keeps the file to itself.
    #[error(
        "the server does not give {address} to everyone (status {status}): download it yourself and open it as a file"
    )]
    Forbidden {
        /// Of the file.
        address: String,
        /// 401, 403 or another that says so.
        status: u16,
    },
    /// An answer that no file has.
    #[error(
        "{address} was answered with status {status}, which is no file: check the address, or try again later"
    )]
    Status {
        /// Of the file.
        address: String,
        /// The status.
        status: u16,
    },
    /// Every try failed.
    #[error(
        "{address} could not be fetched in {attempts} tries ({why}): check the connection and load again, what has \
         arrived is kept; a server that does not allow other sites to read it fails in the same way, then download \
         the file yourself and open it"
    )]
    Unreachable {
        /// Of the file.
        address: String,
        /// How many tries there were.
        attempts: u32,
        /// What the last one met.
        why: String,
    },
    /// The server asks for a longer pause than anyone waits for.
    #[error(
        "the server asks to wait {seconds} s before {address} is fetched: load again then, what has arrived is kept"
    )]
    Busy {
        /// Of the file.
        address: String,
        /// The pause.
        seconds: u64,
    },
    /// Another length than the list of models says.
    #[error(
        "the file at {address} has {found} bytes and should have {expected}: it is not the expected file and was \
         refused; choose another source"
    )]
    Length {
        /// Of the file.
        address: String,
        /// As listed.
        expected: u64,
        /// As sent, or at least so many.
        found: u64,
    },
    /// Another content than the list of models says.
    #[error(
        "the file at {address} is not the expected one: its SHA-256 is {found} and should be {expected}. It was refused \
         and removed; load again, or choose another source"
    )]
    Hash {
        /// Of the file.
        address: String,
        /// As listed.
        expected: String,
        /// Of what came.
        found: String,
    },
    /// What came partly from storage does not have the right hash.
    #[error("the stored copy of {address} was damaged and has been removed: load the model again")]
    Damaged {
        /// Of the file.
        address: String,
    },
    /// The file became another one while it was being fetched.
    #[error("the file at {address} was replaced while it was being fetched: load the model again")]
    Changed {
        /// Of the file.
        address: String,
    },
    /// A file beside the weights that is too long to be what it is said to be.
    #[error(
        "the file at {address} is longer than {limit} bytes, which no config or tokenizer is: check the address"
    )]
    TooLong {
        /// Of the file.
        address: String,
        /// What would do.
        limit: usize,
    },
    /// A model without weights.
    #[error("this model has no weights: choose another")]
    NoWeights,
}

impl DeliveryError {
    /// Whether opening the model again, at once, can mend it.
    pub(crate) fn is_mended_by_opening_again(&self) -> bool {
        matches!(self, Self::Damaged { .. } | Self::Changed { .. })
    }
}
