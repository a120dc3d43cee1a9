//! The two colour maps, and text colours that can be read on them.
//!
//! Both maps are interpolated in Oklab, where equal steps look equally large.

use plotters::style::RGBColor;

use crate::Theme;

/// An sRGB colour, 8 bits a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rgb(pub u8, pub u8, pub u8);

impl Rgb {
    /// From `0xRRGGBB`.
    #[must_use]
    pub const fn hex(value: u32) -> Self {
        let [_, r, g, b] = value.to_be_bytes();
        Self(r, g, b)
    }

    /// As CSS writes it: `#rrggbb`.
    #[must_use]
    pub fn css(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }

    /// This colour with a share `amount` (0 to 1) of `other` mixed in.
    #[must_use]
    pub fn mix(self, other: Self, amount: f64) -> Self {
        let (a, b, t) = (Oklab::from(self), Oklab::from(other), amount.clamp(0.0, 1.0));
        a.towards(b, t).into()
    }
}

impl From<Rgb> for RGBColor {
    fn from(Rgb(r, g, b): Rgb) -> Self {
        Self(r, g, b)
    }
}

/// Cosine and sine of the hues of the diverging map's ends, 257 and 25 degrees. Written out: computing them would take more
/// of the page's file than the rest of this one.
const BLUE: (f64, f64) = (-0.224_951_054_343_865, -0.974_370_064_785_235);
const RED: (f64, f64) = (0.906_307_787_036_650, 0.422_618_261_740_699);

/// The diverging map: blue at 1 (towards the answer), the theme's neutral at 0, red at -1 (away from it).
///
/// Lightness is the same at `t` and `-t`. Values beyond the ends take the end's colour, NaN takes the middle: charts
/// mark what is undefined by other means.
#[must_use]
pub fn diverging(t: f32, theme: &Theme) -> Rgb {
    let (lightness, chroma) = if theme.dark { (0.72, 0.125) } else { (0.47, 0.165) };
    let (cos, sin) = if t >= 0.0 { BLUE } else { RED };
    let end = Oklab { l: lightness, a: chroma * cos, b: chroma * sin };
    let t = if t.is_nan() { 0.0 } else { f64::from(t.abs()).min(1.0) };
    Oklab::from(theme.zero).towards(end, t).into()
}

/// Viridis (van der Walt and Smith) at nine even steps: from dark to bright, for dark surfaces.
const VIRIDIS: [u32; 9] =
    [0x440154, 0x472d7b, 0x3b528b, 0x2c728e, 0x21918c, 0x28ae80, 0x5ec962, 0xaddc30, 0xfde725];

/// ColorBrewer's BuPu with nine classes: from pale to dark, for light surfaces. Violet, since blue and red say gain and
/// loss here.
const BUPU: [u32; 9] =
    [0xf7fcfd, 0xe0ecf4, 0xbfd3e6, 0x9ebcda, 0x8c96c6, 0x8c6bb1, 0x88419d, 0x810f7c, 0x4d004b];

/// The sequential map: 0 lies close to the theme's surface, 1 stands out most. Lightness is monotone.
///
/// Values beyond the ends take the end's colour, NaN takes the one of 0.
#[must_use]
pub fn sequential(t: f32, theme: &Theme) -> Rgb {
    let stops = if theme.dark { &VIRIDIS } else { &BUPU };
    let t = if t.is_nan() { 0.0 } else { f64::from(t.clamp(0.0, 1.0)) };
    let place = t * (stops.len() - 1) as f64;
    let below = (place as usize).min(stops.len() - 2);
    Rgb::hex(stops[below]).mix(Rgb::hex(stops[below + 1]), place - below as f64)
}

/// The colour for text on `ground`: always at least 4.5:1.
#[must_use]
pub fn ink_on(ground: Rgb) -> Rgb {
    let better = |a: Rgb, b: Rgb| if contrast(a, ground) >= contrast(b, ground) { a } else { b };
    let soft = better(Rgb::hex(0x171a1f), Rgb::hex(0xffffff));
    // Black and white together reach 4.58:1 on every colour; softer inks miss a narrow band of mid-tones.
    if contrast(soft, ground) >= 4.5 { soft } else { better(Rgb::hex(0x000000), Rgb::hex(0xffffff)) }
}

/// The colour for text on a dimmed `ground`: quiet where that can be read, as [`ink_on`] elsewhere.
pub(crate) fn quiet_ink_on(ground: Rgb, theme: &Theme) -> Rgb {
    if contrast(theme.muted, ground) >= 4.5 { theme.muted } else { ink_on(ground) }
}

/// The contrast ratio of WCAG 2, from 1 to 21.
#[must_use]
pub fn contrast(a: Rgb, b: Rgb) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn luminance(Rgb(r, g, b): Rgb) -> f64 {
    0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
}

fn linear(channel: u8) -> f64 {
    let c = f64::from(channel) / 255.0;
    if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
}

fn encoded(c: f64) -> u8 {
    let c = if c <= 0.003_130_8 { 12.92 * c } else { 1.055 * c.powf(1.0 / 2.4) - 0.055 };
    (c.clamp(0.0, 1.0) * 255.0).round() as u8
}

/// Oklab (Ottosson): `l` is perceived lightness, `a` and `b` span hue and chroma.
#[derive(Clone, Copy)]
struct Oklab {
    l: f64,
    a: f64,
    b: f64,
}

impl Oklab {
    fn towards(self, other: Self, t: f64) -> Self {
        let at = |from: f64, to: f64| from + (to - from) * t;
        Self { l: at(self.l, other.l), a: at(self.a, other.a), b: at(self.b, other.b) }
    }
}

impl From<Rgb> for Oklab {
    fn from(Rgb(r, g, b): Rgb) -> Self {
        let (r, g, b) = (linear(r), linear(g), linear(b));
        let l = (0.412_221_470_8 * r + 0.536_332_536_3 * g + 0.051_445_992_9 * b).cbrt();
        let m = (0.211_903_498_2 * r + 0.680_699_545_1 * g + 0.107_396_956_6 * b).cbrt();
        let s = (0.088_302_461_9 * r + 0.281_718_837_6 * g + 0.629_978_700_5 * b).cbrt();
        Self {
            l: 0.210_454_255_3 * l + 0.793_617_785_0 * m - 0.004_072_046_8 * s,
            a: 1.977_998_495_1 * l - 2.428_592_205_0 * m + 0.450_593_709_9 * s,
            b: 0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766_0 * s,
        }
    }
}

impl From<Oklab> for Rgb {
    fn from(Oklab { l, a, b }: Oklab) -> Self {
        let long = (l + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
        let medium = (l - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
        let short = (l - 0.089_484_177_5 * a - 1.291_485_548_0 * b).powi(3);
        Self(
            encoded(4.076_741_662_1 * long - 3.307_711_591_3 * medium + 0.230_969_929_2 * short),
            encoded(-1.268_438_004_6 * long + 2.609_757_401_1 * medium - 0.341_319_396_5 * short),
            encoded(-0.004_196_086_3 * long - 0.703_418_614_7 * medium + 1.707_614_701_0 * short),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hues_are_the_angles_that_they_are_said_to_be() {
        for ((cos, sin), degrees) in [(BLUE, 257.0_f64), (RED, 25.0)] {
            let (expected_sin, expected_cos) = degrees.to_radians().sin_cos();
            assert!((cos - expected_cos).abs() < 1e-14 && (sin - expected_sin).abs() < 1e-14);
        }
    }

    fn samples() -> impl Iterator<Item = f32> {
        (0..=200).map(|i| i as f32 / 200.0)
    }

    fn lightness(color: Rgb) -> f64 {
        Oklab::from(color).l
    }

    #[test]
    fn text_can_be_read_on_every_colour_of_both_maps() {
        for theme in [Theme::light(), Theme::dark()] {
            for t in samples() {
                for ground in [diverging(2.0 * t - 1.0, &theme), sequential(t, &theme)] {
                    let ratio = contrast(ink_on(ground), ground);
                    assert!(ratio >= 4.5, "{ratio} at {t} on {ground:?}");
                }
            }
        }
    }

    #[test]
    fn gains_and_losses_of_one_size_are_equally_light() {
        for theme in [Theme::light(), Theme::dark()] {
            assert_eq!(diverging(0.0, &theme), theme.zero);
            for t in samples() {
                let (gain, loss) = (diverging(t, &theme), diverging(-t, &theme));
                // A colour outside sRGB would be clipped, which shows here.
                assert!((lightness(gain) - lightness(loss)).abs() < 0.006, "{t}: {gain:?} {loss:?}");
            }
            let (gain, loss) = (diverging(1.0, &theme), diverging(-1.0, &theme));
            assert!(gain.2 > gain.0 && loss.0 > loss.2, "blue gains, red losses");
        }
    }

    #[test]
    fn lightness_is_monotone_away_from_zero() {
        for theme in [Theme::light(), Theme::dark()] {
            let direction = if theme.dark { 1.0 } else { -1.0 };
            for (a, b) in samples().zip(samples().skip(1)) {
                let rise = |map: &dyn Fn(f32) -> Rgb| direction * (lightness(map(b)) - lightness(map(a)));
                assert!(rise(&|t| sequential(t, &theme)) >= -1e-3, "sequential at {a}");
                assert!(rise(&|t| diverging(t, &theme)) >= -2e-3, "diverging at {a}");
            }
            let span = lightness(sequential(1.0, &theme)) - lightness(sequential(0.0, &theme));
            assert!(direction * span > 0.5, "the map must use most of the lightness range");
        }
    }

    #[test]
    fn what_is_no_number_has_a_colour_all_the_same() {
        let theme = Theme::light();
        assert_eq!(diverging(f32::NAN, &theme), theme.zero);
        assert_eq!(diverging(f32::INFINITY, &theme), diverging(1.0, &theme));
        assert_eq!(diverging(f32::NEG_INFINITY, &theme), diverging(-1.0, &theme));
        assert_eq!(sequential(f32::NAN, &theme), sequential(0.0, &theme));
        assert_eq!(sequential(7.0, &theme), sequential(1.0, &theme));
    }

    #[test]
    fn black_white_and_hex_are_what_they_say() {
        assert!((contrast(Rgb::hex(0), Rgb::hex(0xffffff)) - 21.0).abs() < 1e-9);
        assert_eq!(Rgb::hex(0x0012_abef).css(), "#12abef");
        assert_eq!(Rgb::hex(0x336699).mix(Rgb::hex(0xffffff), 0.0), Rgb::hex(0x336699));
    }
}
