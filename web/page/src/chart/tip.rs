use peek_charts::Rect;
use web_sys::HtmlElement;
use yew::prelude::*;

/// What is said of a spot: always in the same order, a label, then values with their units.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Tip {
    pub(crate) title: String,
    pub(crate) lines: Vec<(&'static str, String)>,
}

#[derive(Properties, PartialEq)]
pub(crate) struct TipBoxProps {
    pub(crate) tip: Tip,
    /// The spot, in CSS pixels of the chart.
    pub(crate) place: Rect,
    /// The chart's size.
    pub(crate) room: (f64, f64),
}

/// A tooltip beside its spot: it stays within what is seen of the chart's width and never covers the spot.
#[component(TipBox)]
pub(crate) fn tip_box(props: &TipBoxProps) -> Html {
    let node = use_node_ref();
    {
        let node = node.clone();
        let deps = (props.place, props.room, props.tip.clone());
        use_effect_with(deps, move |(place, room, _)| {
            if let Some(element) = node.cast::<HtmlElement>() {
                put(&element, *place, *room);
            }
        });
    }
    html! {
        <div class="tip" ref={node} data-testid="tip" role="presentation">
            <strong>{ &props.tip.title }</strong>
            <dl>
                { for props.tip.lines.iter().map(|(name, value)| html! { <><dt>{ *name }</dt><dd>{ value }</dd></> }) }
            </dl>
        </div>
    }
}

fn put(element: &HtmlElement, place: Rect, (width, height): (f64, f64)) {
    const GAP: f64 = 8.0;
    let own = (f64::from(element.offset_width()), f64::from(element.offset_height()));
    // Of a chart that is scrolled only a part is seen.
    let room = element.closest(".chart-room").ok().flatten();
    let (left, seen) =
        room.map_or((0.0, width), |room| (f64::from(room.scroll_left()), f64::from(room.client_width())));
    let x = (place.center().0 - own.0 / 2.0).clamp(left, left + (seen.min(width) - own.0).max(0.0));
    let below = place.bottom() + GAP;
    // Below where there is room, so that the pointer does not hide it; else above.
    let y = if below + own.1 <= height || place.y < own.1 + GAP { below } else { place.y - own.1 - GAP };
    let style = element.style();
    // Lengths in pixels are always valid.
    let _ = style.set_property("left", &format!("{x:.0}px"));
    let _ = style.set_property("top", &format!("{y:.0}px"));
}
