use peek_names::HeadId;

use crate::{AttentionRun, Phone, TopOrder};

/// What the lens' vertical axis shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LensQuantity {
    /// The answer's logit, on the chosen scale.
    #[default]
    Logit,
    /// Its share of the softmax.
    Probability,
    /// Its place among all tokens, 1 on top.
    Rank,
}

/// One of the two unpatched runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Run {
    /// The clean prompt's.
    #[default]
    Clean,
    /// The corrupt prompt's.
    Corrupt,
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ThemeChoice {
    /// As the system has it.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// How the results are looked at: none of it costs a run.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// The head that stays.
    pub pinned: Option<HeadId>,
    /// The head that the pointer or the focus is on.
    pub hovered: Option<HeadId>,
    /// The hovered head once the pointer has rested on it.
    pub previewed: Option<HeadId>,
    /// What the lens' vertical axis shows.
    pub quantity: LensQuantity,
    /// How the top heads are ordered.
    pub order: TopOrder,
    /// Whether cells show shares of the gap instead of changes.
    pub as_shares: bool,
    /// Whether a click on a head collects it.
    pub selecting: bool,
    /// Whether the alignment's strip is open, once the user has said so.
    pub alignment_open: Option<bool>,
    /// Which run's attention is shown.
    pub run: AttentionRun,
    /// The query whose row of attention the table shows where the whole table would be too large.
    pub query: Option<usize>,
    /// What a small screen shows.
    pub phone: Phone,
    /// Light, dark, or as the system has it.
    pub theme: ThemeChoice,
    /// The system's own preference.
    pub system_dark: bool,
    /// What the page is laid out for.
    pub medium: Medium,
    /// Device pixels to a CSS pixel.
    pub pixel_ratio: f64,
}

/// What the page is laid out for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Medium {
    /// A screen, in the theme that was chosen.
    #[default]
    Screen,
    /// A sheet: dark on white.
    Paper,
}

impl Default for View {
    fn default() -> Self {
        Self {
            pinned: None,
            hovered: None,
            previewed: None,
            quantity: LensQuantity::default(),
            order: TopOrder::default(),
            as_shares: false,
            selecting: false,
            alignment_open: None,
            run: AttentionRun::default(),
            query: None,
            phone: Phone::default(),
            theme: ThemeChoice::default(),
            system_dark: false,
            medium: Medium::default(),
            pixel_ratio: 1.0,
        }
    }
}

impl View {
    /// Whether the page is dark.
    #[must_use]
    pub fn is_dark(&self) -> bool {
        match self.theme {
            _ if self.medium == Medium::Paper => false,
            ThemeChoice::System => self.system_dark,
            ThemeChoice::Light => false,
            ThemeChoice::Dark => true,
        }
    }
}
