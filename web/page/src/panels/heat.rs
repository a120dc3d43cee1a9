use peek_app::{Action, AttentionRun, Lit, Shared, State, ViewAction, percent};
use peek_charts::Frame;
use peek_names::HeadId;
use peek_protocol::{AttentionResult, Pattern, Patterns, PatternsReply, TogetherResult};
use yew::prelude::*;

use super::{PanelProps, attention_locked::Locked, attention_table::AttentionTable};
use crate::{
    chart::{Canvas, Drawing, HeatPicture, Picture, Screen, Tip, token_label},
    parts::{ExportMenu, Placed},
    shell::Watcher,
};

/// What the heatmap is made of: it is made anew when one of these is another. What is not looked at is none.
type Sources = (
    AttentionRun,
    Option<HeadId>,
    Option<Shared<peek_app::PatternsResult>>,
    Option<Shared<AttentionResult>>,
    Option<Shared<TogetherResult>>,
);

fn sources(state: &State) -> Sources {
    let (run, weighted) = (state.attention_run(), state.views.weighted);
    let is_patched = run == AttentionRun::Patched;
    let plain = state.attention.shown.as_ref().filter(|_| !weighted && !is_patched);
    (
        run,
        state.focus_head().filter(|_| weighted),
        state.views.patterns.result().filter(|_| weighted).cloned(),
        plain.map(|shown| shown.result.clone()),
        state.patched_run().filter(|_| is_patched).map(|shown| shown.result.clone()),
    )
}

/// The head and its pattern in the run that is shown; `None` until it has arrived.
fn pattern(state: &State) -> Option<(HeadId, Shared<Pattern>)> {
    let run = state.attention_run();
    if run == AttentionRun::Patched {
        return state.patched_attention().map(|(head, pattern)| (head, Shared::new(pattern.clone())));
    }
    if state.views.weighted {
        let (head, layer) = weighted_layer(state)?;
        let of: &Patterns = if run == AttentionRun::Corrupt { &layer.corrupt } else { &layer.clean };
        let weights = of.heads.get(head.head_index())?.clone();
        return Some((head, Shared::new(Pattern { tokens: of.tokens.clone(), weights })));
    }
    let result = &state.attention.shown.as_ref()?.result;
    let of = if run == AttentionRun::Corrupt { &result.corrupt } else { &result.clean };
    Some((result.head, Shared::new(of.clone())))
}

/// The head in focus and the weighted patterns of its layer, where they have arrived.
fn weighted_layer(state: &State) -> Option<(HeadId, &PatternsReply)> {
    let head = state.focus_head()?;
    let ((_, asked), shown) = state.views.patterns.shown.as_ref()?;
    let layer = shown.layers.iter().find(|layer| layer.layer == head.layer)?;
    (asked.weighted && asked.most.is_none()).then_some((head, &**layer))
}

/// The largest weighted weight of both runs of the head in focus: they share one scale.
fn largest_weight(state: &State) -> f32 {
    let both = weighted_layer(state).map(|(head, layer)| {
        [&layer.clean, &layer.corrupt].into_iter().filter_map(move |run| run.heads.get(head.head_index()))
    });
    let weights = both.into_iter().flatten().flatten().copied();
    weights.filter(|weight| weight.is_finite()).fold(f32::MIN_POSITIVE, f32::max)
}

/// The outlines of a token's row and of its column.
fn bands(picture: &HeatPicture, frame: &Frame, token: usize, count: usize) -> Html {
    let across = |a: (usize, usize), b: (usize, usize)| {
        let (from, to) = (picture.place(frame, a)?, picture.place(frame, b)?);
        Some(peek_charts::Rect::new(from.x, from.y, to.right() - from.x, to.bottom() - from.y))
    };
    let both = [across((token, 0), (token, token)), across((token, token), (count - 1, token))];
    html! { <>{ for both.into_iter().flatten().map(|rect| html! {
        <Placed {rect} class="mark-place">{ Html::default() }</Placed>
    }) }</> }
}

/// How high the heatmap may be, in CSS pixels: presented, it has the window's height below its top. It is measured anew
/// with the heatmap's coming and when another run is shown, whose words above it take other room.
#[hook]
fn use_room(is_presented: bool, shown: (bool, AttentionRun)) -> f64 {
    const ON_PAGE: f64 = 320.0;
    const BELOW: f64 = 12.0;
    let room = use_state_eq(|| ON_PAGE);
    let set = room.setter();
    use_effect_with((is_presented, shown), move |(is_presented, _)| {
        let measure = move || {
            let window = web_sys::window()?;
            let height = window.inner_height().ok()?.as_f64()?;
            let chart = window.document()?.query_selector("canvas[data-testid=heatmap]").ok()??;
            let top = chart.get_bounding_client_rect().top() + window.scroll_y().ok()?;
            Some(((height - top) / peek_app::PRESENT_ZOOM - BELOW).max(ON_PAGE))
        };
        let tell = {
            let set = set.clone();
            move || set.set(measure().unwrap_or(ON_PAGE))
        };
        let watcher = if *is_presented {
            tell();
            web_sys::window().and_then(|window| Watcher::new(window.into(), "resize", move |_| tell()))
        } else {
            set.set(ON_PAGE);
            None
        };
        move || drop(watcher)
    });
    *room
}

/// The heatmap with its table; a shape of it until there is one.
#[component(Heat)]
pub(crate) fn heat(props: &PanelProps) -> Html {
    let PanelProps { state, dispatch } = props;
    let hovered = use_state_eq(|| None::<(usize, usize)>);
    let is_weighted = state.views.weighted;
    let run = state.attention_run();
    let shown = {
        let state = state.clone();
        use_memo(sources(&state), move |_| pattern(&state))
    };
    let is_presented = state.slide.is_some() && state.part_alone() == Some("attention");
    let room = use_room(is_presented, (shown.is_some(), run));
    let Some((head, pattern)) = shown.as_ref() else {
        // What failed is on its way no longer.
        let is_coming = state.attention_fault().is_none();
        return html! { if is_coming { <div class="heat-waiting" data-testid="attention-empty" aria-hidden="true" /> } };
    };
    let head = *head;
    let count = pattern.tokens.len();
    let picture = HeatPicture {
        pattern: pattern.clone(),
        range: is_weighted.then(|| largest_weight(state)),
        hovered: *hovered,
        stale: match run {
            _ if is_weighted => state.views.patterns.is_stale(state.wanted_patterns().as_ref()),
            AttentionRun::Patched => state.patched_attention_is_stale(),
            AttentionRun::Clean | AttentionRun::Corrupt => state.attention_is_stale(),
        },
    };
    // Its tokens are those of one of the two prompts, in whose strip they are lit.
    let (run_name, strip) = (run.name(), state.unpatched_run());
    let tip = (*hovered).and_then(|(query, key)| {
        let weight = pattern.weight(query, key)?;
        let name = |at: usize| pattern.tokens.get(at).map(token_label);
        let lines = vec![
            ("reads", if is_weighted { peek_app::logit(weight) } else { percent(weight) }),
            ("from", name(key)?),
            ("in", format!("the {run_name} run")),
        ];
        Some(((query, key), Tip { title: name(query)?, lines }))
    });
    let label = format!(
        "Attention of {head} in the {run_name} run: {count} by {count} tokens. The table below has the values."
    );
    let on_hover = {
        let (hovered, dispatch) = (hovered, dispatch.clone());
        Callback::from(move |spot: Option<(usize, usize)>| {
            hovered.set(spot);
            let lit = spot.map(|(token, key)| Lit { run: strip, token, key: Some(key) });
            dispatch.emit(Action::View(ViewAction::Light(lit)));
        })
    };
    // A token of the strip: its row is what it reads, its column what reads it.
    let lit = state.views.lit.filter(|lit| lit.run == strip && lit.key.is_none()).map(|lit| lit.token);
    let locked = state.views.locked.filter(|token| token.run == strip && token.position < count);
    let locked = locked.map(|token| token.position);
    let band = lit.or(locked).filter(|token| *token < count);
    let overlay = band.map(|token| {
        let picture = picture.clone();
        Callback::from(move |frame: Frame| bands(&picture, &frame, token, count))
    });
    let csv = {
        let state = state.clone();
        Callback::from(move |()| state.attention_csv())
    };
    let export = HeatPicture { hovered: None, ..picture.clone() };
    let on_click = dispatch.reform(|(query, _)| Action::SelectQuery(Some(query)));
    html! {
        <>
            <ExportMenu name="attention" picture={Drawing::new(export)} screen={Screen::of(state)} canvas="heatmap" {csv} />
            <Canvas picture={Drawing::new(picture)} screen={Screen::of(state)} testid="heatmap" {label} heights={(0.0, room)}
                {on_hover} {on_click} {tip} {overlay} />
            { locked.map(|token| html! { <Locked pattern={pattern.clone()} {token} weighted={is_weighted} dispatch={dispatch.clone()} /> }) }
            <AttentionTable {head} pattern={pattern.clone()} run={run_name} weighted={is_weighted} query={state.view.query}
                onquery={dispatch.reform(|query| Action::SelectQuery(Some(query)))} />
        </>
    }
}
