use std::rc::Rc;

use gloo_timers::callback::Timeout;
use peek_app::{Action, AttentionRun, Shared, ShownPattern, State};
use peek_names::HeadId;
use peek_protocol::Pattern;
use yew::prelude::*;

use super::{
    PanelProps, attention_lines::attention_lines, attention_locked::Locked, attention_map::attention_map,
    attention_pattern::use_pattern, attention_table::AttentionTable, present_fit::BAR,
};
use crate::{chart::Spot, shell::Watcher};

/// What a drawing of one head's attention is made of.
pub(super) struct Drawn<'a> {
    pub(super) state: &'a Rc<State>,
    pub(super) dispatch: &'a Callback<Action>,
    pub(super) head: HeadId,
    pub(super) pattern: &'a Shared<Pattern>,
    /// The value that gets the strongest colour; 1 where `None`.
    pub(super) range: Option<f32>,
    /// It belongs to inputs that have since changed.
    pub(super) stale: bool,
    /// The token of its prompt that the pointer is on.
    pub(super) lit: Option<usize>,
    /// The token of its prompt that is locked.
    pub(super) locked: Option<usize>,
    /// How high it may be while it is presented, in CSS pixels.
    pub(super) room: Option<f64>,
    /// What of the drawing the pointer is on.
    pub(super) hovered: Option<Spot>,
    pub(super) hover: Callback<Option<Spot>>,
}

impl Drawn<'_> {
    /// The numbers that are drawn, as a file.
    pub(super) fn csv(&self) -> Callback<(), Option<String>> {
        let state = self.state.clone();
        Callback::from(move |()| state.attention_csv())
    }
}

/// How high the drawing may be while it is presented, in CSS pixels: what the window has below its top. It is measured anew
/// with its coming, and when the zoom is another, or another run, whose words above it take other room, or another drawing.
#[hook]
fn use_room(zoom: Option<f64>, shown: (bool, AttentionRun, bool)) -> Option<f64> {
    const LEAST: f64 = 320.0;
    const BELOW: f64 = 16.0;
    let room = use_state_eq(|| None::<f64>);
    let set = room.setter();
    use_effect_with((zoom, shown), move |(zoom, _)| {
        let zoom = *zoom;
        let measure = move || {
            let window = web_sys::window()?;
            let height = window.inner_height().ok()?.as_f64()?;
            let chart = window.document()?.query_selector("#attention .chart canvas").ok()??;
            let top = chart.get_bounding_client_rect().top() + window.scroll_y().ok()?;
            Some(((height - BAR - top) / zoom? - BELOW).max(LEAST))
        };
        let tell = {
            let set = set.clone();
            move || set.set(measure())
        };
        let watched = zoom.map(|_| {
            tell();
            // Once more when all that belongs to this frame is done: the zoom may be put into force after this.
            let later = Timeout::new(0, tell.clone());
            let resized =
                web_sys::window().and_then(|window| Watcher::new(window.into(), "resize", move |_| tell()));
            (later, resized)
        });
        if watched.is_none() {
            set.set(None);
        }
        move || drop(watched)
    });
    *room
}

/// One head's attention, drawn, with its table; a shape of it until there is one.
#[component(Heat)]
pub(crate) fn heat(props: &PanelProps) -> Html {
    let PanelProps { state, dispatch } = props;
    let shown = use_pattern(state);
    // With whether it is the lines that it is a spot of: of the map it would be another.
    let hovered = use_state_eq(|| None::<(bool, Spot)>);
    let is_presented = state.slide.is_some() && state.part_alone() == Some("attention");
    let (run, as_lines) = (state.attention_run(), state.views.as_lines);
    let room = use_room(is_presented.then_some(state.stage.zoom), (shown.is_some(), run, as_lines));
    let Some(ShownPattern { head, pattern, range }) = shown.as_ref() else {
        // What failed is on its way no longer.
        let is_coming = state.attention_fault().is_none();
        return html! { if is_coming { <div class="heat-waiting" data-testid="attention-empty" aria-hidden="true" /> } };
    };
    let (weighted, stale) = (state.views.weighted, state.attention_standing().2);
    let (strip, count) = (state.unpatched_run(), pattern.tokens.len());
    let lit = state.views.lit.filter(|lit| lit.run == strip && lit.key.is_none()).map(|lit| lit.token);
    let locked = state.views.locked.filter(|token| token.run == strip).map(|token| token.position);
    let locked = locked.filter(|token| *token < count);
    let drawn = Drawn {
        state,
        dispatch,
        head: *head,
        pattern,
        range: *range,
        stale,
        lit: lit.filter(|token| *token < count),
        locked,
        room,
        hovered: hovered.filter(|(in_lines, _)| *in_lines == as_lines).map(|(_, spot)| spot),
        hover: {
            let hovered = hovered.clone();
            Callback::from(move |spot: Option<Spot>| hovered.set(spot.map(|spot| (as_lines, spot))))
        },
    };
    html! {
        <>
            { if as_lines { attention_lines(&drawn) } else { attention_map(&drawn) } }
            // Not an option of nodes: one that comes would take the drawing's place, under the pointer that clicked.
            if let Some(token) = locked {
                <Locked pattern={pattern.clone()} {token} {weighted} {stale} dispatch={dispatch.clone()} />
            }
            <AttentionTable head={*head} pattern={pattern.clone()} run={run.name()} {weighted} {stale} query={state.view.query}
                dispatch={dispatch.clone()} />
        </>
    }
}
