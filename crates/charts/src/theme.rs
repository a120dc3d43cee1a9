use crate::Rgb;

/// The named colours of one appearance.
#[derive(Clone, Debug, PartialEq)]
pub struct Theme {
    /// Whether the surface is darker than the ink.
    pub dark: bool,
    /// What charts are drawn on.
    pub surface: Rgb,
    /// A step off the surface: cells that wait for a value, the row under the pointer.
    pub quiet: Rgb,
    /// Text and outlines that matter.
    pub ink: Rgb,
    /// Labels and captions: at least 4.5:1 on `surface`.
    pub muted: Rgb,
    /// Hairlines.
    pub line: Rgb,
    /// The one accent, for what the user chose.
    pub accent: Rgb,
    /// The middle of the diverging map: a delta of zero.
    pub zero: Rgb,
    /// Categorical colours, told apart with any common colour blindness and at least 3:1 on `surface`.
    pub series: [Rgb; 8],
}

impl Theme {
    /// Dark ink on white.
    #[must_use]
    pub fn light() -> Self {
        Self {
            dark: false,
            surface: Rgb::hex(0xffffff),
            quiet: Rgb::hex(0xf1f3f6),
            ink: Rgb::hex(0x171a1f),
            muted: Rgb::hex(0x5c6470),
            line: Rgb::hex(0xdfe3e8),
            accent: Rgb::hex(0x2456c7),
            zero: Rgb::hex(0xfbfbfc),
            // Okabe and Ito's palette; the members too pale for white are darkened along their hue.
            series: [
                Rgb::hex(0x0072b2),
                Rgb::hex(0xd55e00),
                Rgb::hex(0x00875f),
                Rgb::hex(0xb0508a),
                Rgb::hex(0x8f6b00),
                Rgb::hex(0x3a8fc4),
                Rgb::hex(0x3d434c),
                Rgb::hex(0x7a5fd0),
            ],
        }
    }

    /// Light ink on near-black.
    #[must_use]
    pub fn dark() -> Self {
        Self {
            dark: true,
            surface: Rgb::hex(0x14171c),
            quiet: Rgb::hex(0x1b1f25),
            ink: Rgb::hex(0xeceff3),
            muted: Rgb::hex(0x98a1ad),
            line: Rgb::hex(0x2e343d),
            accent: Rgb::hex(0x8ab0ff),
            zero: Rgb::hex(0x272c34),
            series: [
                Rgb::hex(0x56b4e9),
                Rgb::hex(0xf0803c),
                Rgb::hex(0x2fc795),
                Rgb::hex(0xe38bc0),
                Rgb::hex(0xe9c341),
                Rgb::hex(0x3d8bd0),
                Rgb::hex(0xc3cad4),
                Rgb::hex(0xa893f5),
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::contrast;

    #[test]
    fn text_and_lines_can_be_read_on_their_surface() {
        for theme in [Theme::light(), Theme::dark()] {
            for ground in [theme.surface, theme.quiet, theme.zero] {
                assert!(contrast(theme.ink, ground) >= 7.0);
                assert!(contrast(theme.muted, ground) >= 4.5, "{:?} on {ground:?}", theme.muted);
            }
            assert!(contrast(theme.accent, theme.surface) >= 4.5);
            for color in theme.series {
                assert!(contrast(color, theme.surface) >= 3.0, "{color:?}");
            }
        }
    }
}
