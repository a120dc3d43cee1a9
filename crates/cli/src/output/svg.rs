//! The page's charts as files.

use peek_charts::{
    HeadGrid, Heatmap, LensCurves, LensQuantity, LensSeries, Theme, text::visible_token, to_svg,
};

use crate::{
    error::CliError,
    report::{Attention, Lens, Patch},
};

const WIDTH: f64 = 720.0;

pub(super) fn lens(report: &Lens) -> Result<String, CliError> {
    let values: Vec<f32> = report.points.iter().map(|point| point.logit).collect();
    let points: Vec<String> = report.points.iter().map(|point| point.label.clone()).collect();
    let prompt: String = report.tokens.iter().skip(1).map(|token| token.text.as_str()).collect();
    let title = format!("logit of {}", visible_token(&report.answer.text));
    let chart = LensCurves {
        title: &title,
        quantity: LensQuantity::Logit,
        points: &points,
        series: &[LensSeries { label: &prompt, values: &values }],
        hovered: None,
        stale: false,
    };
    let height = chart.preferred_height(WIDTH);
    Ok(to_svg(WIDTH, height, Theme::light(), |area, frame| chart.draw(area, frame))?)
}

pub(super) fn patch(report: &Patch) -> Result<String, CliError> {
    let deltas: Vec<Option<f32>> = report.deltas.iter().flatten().copied().map(Some).collect();
    let caption = format!("change in the logit of {}", visible_token(&report.answer.text));
    let chart = HeadGrid {
        layers: report.deltas.len(),
        heads: report.deltas.first().map_or(0, Vec::len),
        deltas: &deltas,
        range: None,
        turned: false,
        whole: false,
        caption: &caption,
        hovered: None,
        pinned: None,
        marks: &[],
        stale: false,
    };
    let height = chart.preferred_height(WIDTH);
    Ok(to_svg(WIDTH, height, Theme::light(), |area, frame| chart.draw(area, frame))?)
}

pub(super) fn attention(report: &Attention) -> Result<String, CliError> {
    let tokens: Vec<String> = report.tokens.iter().map(|token| visible_token(&token.text)).collect();
    let pattern: Vec<f32> = report.pattern.concat();
    let chart = Heatmap { tokens: &tokens, pattern: &pattern, range: None, hovered: None, stale: false };
    let height = chart.preferred_height(WIDTH);
    Ok(to_svg(WIDTH, height, Theme::light(), |area, frame| chart.draw(area, frame))?)
}
