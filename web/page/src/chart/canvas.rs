use std::{cell::RefCell, rc::Rc};

use peek_charts::{Frame, Theme};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{HtmlCanvasElement, HtmlElement, MouseEvent, Node, ResizeObserver};
use yew::prelude::*;

use super::{Drawing, Picture, Spot, Tip, TipBox, by_finger, paint::use_paint};
use crate::shell::Watcher;

/// What of the screen a drawing depends on.
#[derive(Clone, Copy, PartialEq)]
pub(crate) struct Screen {
    /// Whether the page is dark.
    pub(crate) dark: bool,
    /// Device pixels to a CSS pixel.
    pub(crate) ratio: f64,
}

impl Screen {
    pub(crate) fn of(state: &peek_app::State) -> Self {
        Self { dark: state.view.is_dark(), ratio: state.chart_density() }
    }

    pub(crate) fn theme(self) -> Theme {
        if self.dark { Theme::dark() } else { Theme::light() }
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct CanvasProps {
    pub(crate) picture: Drawing,
    pub(crate) screen: Screen,
    pub(crate) testid: AttrValue,
    /// What a screen reader says of it; empty where something laid over it speaks instead.
    #[prop_or_default]
    pub(crate) label: AttrValue,
    /// CSS pixels that it fills at least, and at most.
    #[prop_or((0.0, f64::INFINITY))]
    pub(crate) heights: (f64, f64),
    /// CSS pixels that it takes across at least: where there are fewer, it is scrolled. What is laid over it takes the
    /// focus, so that it can be scrolled by keyboard.
    #[prop_or_default]
    pub(crate) least_width: f64,
    /// What the pointer is on; told only when it changes.
    #[prop_or_default]
    pub(crate) on_hover: Callback<Option<Spot>>,
    #[prop_or_default]
    pub(crate) on_click: Callback<Spot>,
    /// What is said of which spot.
    #[prop_or_default]
    pub(crate) tip: Option<(Spot, Tip)>,
    /// Told of the frame whenever it is drawn in another.
    #[prop_or_default]
    pub(crate) on_frame: Callback<Frame>,
    /// Laid over the drawing.
    #[prop_or_default]
    pub(crate) overlay: Option<Callback<Frame, Html>>,
}

/// A chart on a canvas as wide as its place, or scrolled in it, sharp on any screen. It is drawn when its picture, its size,
/// the theme or the density has changed, and at no other time. What is under the pointer has a canvas of its own above it,
/// where the picture can be drawn in two: a large one is then left alone while the pointer moves.
#[component(Canvas)]
pub(crate) fn canvas(props: &CanvasProps) -> Html {
    let holder = use_node_ref();
    let canvas = use_node_ref();
    let room = use_width(&holder);
    let width = if room > 0.0 { room.max(props.least_width) } else { room };
    let (least, most) = props.heights;
    let height = props.picture.height(width).max(least).min(most).round();
    let frame = Frame::new(width.max(1.0), height.max(1.0), props.screen.ratio, props.screen.theme());

    let layer = use_node_ref();
    let still = props.picture.still();
    let has_layer = still.is_some();
    use_paint(&layer, has_layer.then(|| props.picture.clone()), &frame, Picture::draw_hovered);
    use_paint(&canvas, Some(still.unwrap_or_else(|| props.picture.clone())), &frame, Picture::draw);

    {
        let on_frame = props.on_frame.clone();
        use_effect_with(frame.clone(), move |frame| on_frame.emit(frame.clone()));
    }

    let last = use_mut_ref(|| None::<Spot>);
    use_let_go(&canvas, &last, &props.on_hover);
    let at = {
        let (picture, frame) = (props.picture.clone(), frame.clone());
        move |event: &MouseEvent| {
            // By where it lies on the screen: while presenting everything is larger, and browsers do not agree on whether
            // an offset is.
            let place = event.target_dyn_into::<HtmlCanvasElement>()?.get_bounding_client_rect();
            let x = (f64::from(event.client_x()) - place.left()) * frame.width / place.width();
            let y = (f64::from(event.client_y()) - place.top()) * frame.height / place.height();
            picture.spot(&frame, x, y)
        }
    };
    let onpointermove = {
        let (at, on_hover, last) = (at.clone(), props.on_hover.clone(), last.clone());
        Callback::from(move |event: PointerEvent| {
            // A finger that moves scrolls the page.
            if !by_finger(&event) {
                move_to(&last, &on_hover, at(&event));
            }
        })
    };
    let onpointerout = {
        let (on_hover, last) = (props.on_hover.clone(), last.clone());
        Callback::from(move |event: PointerEvent| {
            // A finger leaves as soon as it is lifted: what it tapped stays marked.
            if !by_finger(&event) {
                move_to(&last, &on_hover, None);
            }
        })
    };
    let onclick = {
        let (on_hover, on_click) = (props.on_hover.clone(), props.on_click.clone());
        Callback::from(move |event: MouseEvent| {
            let spot = at(&event);
            // What was told may have been let go since, by an undo for one: a tap always tells.
            last.replace(spot);
            on_hover.emit(spot);
            if let Some(spot) = spot {
                on_click.emit(spot);
            }
        })
    };
    // Both are nodes even while there is nothing in them: Yew matches children without keys from the last one, so one
    // that comes and goes would replace those before it, and take the focus away from a cell.
    let tip = props.tip.as_ref().and_then(|(spot, tip)| {
        let place = props.picture.place(&frame, *spot)?;
        Some(html! { <TipBox tip={tip.clone()} {place} room={(frame.width, frame.height)} /> })
    });
    let tip: Html = tip.unwrap_or_default();
    let overlay = props.overlay.as_ref().filter(|_| width > 0.0);
    let overlay: Html = overlay.map(|overlay| overlay.emit(frame.clone())).unwrap_or_default();
    let (role, label, hidden) = if props.label.is_empty() {
        (None, None, Some("true"))
    } else {
        (Some("img"), Some(props.label.clone()), None)
    };
    html! {
        <div class={classes!("chart-room", (width > room).then_some("scrolled"))} ref={holder}>
            <div class="chart">
                <canvas ref={canvas} data-testid={props.testid.clone()} {role} aria-label={label} aria-hidden={hidden}
                    {onpointermove} {onpointerout} {onclick} />
                if has_layer {
                    <canvas class="layer" ref={layer} aria-hidden="true" />
                }
                { overlay }
                { tip }
            </div>
        </div>
    }
}

/// Tells what the pointer is on now, where it was on something else.
fn move_to(last: &Rc<RefCell<Option<Spot>>>, on_hover: &Callback<Option<Spot>>, spot: Option<Spot>) {
    if last.replace(spot) != spot {
        on_hover.emit(spot);
    }
}

/// Lets go of what a finger has tapped once it taps anywhere but on the chart, and of what is pointed at when the chart goes.
/// A finger that scrolls lets nothing go.
#[hook]
fn use_let_go(canvas: &NodeRef, last: &Rc<RefCell<Option<Spot>>>, on_hover: &Callback<Option<Spot>>) {
    let told = use_mut_ref(Callback::default);
    told.replace(on_hover.clone());
    let (canvas, last) = (canvas.clone(), last.clone());
    let at_end = (last.clone(), told.clone());
    use_effect_with((), move |()| {
        let document = web_sys::window().and_then(|window| window.document());
        let watcher = document.and_then(|document| {
            Watcher::new(document.into(), "pointerup", move |event| {
                let target = event.target().and_then(|target| target.dyn_into::<Node>().ok());
                if canvas.get().is_some_and(|canvas| !canvas.contains(target.as_ref())) {
                    let on_hover = told.borrow().clone();
                    move_to(&last, &on_hover, None);
                }
            })
        });
        move || {
            drop(watcher);
            // The pointer leaves no canvas that is gone.
            let on_hover = at_end.1.borrow().clone();
            move_to(&at_end.0, &on_hover, None);
        }
    });
}

/// The width of an element in whole CSS pixels, followed as it changes; 0 before it is known.
#[hook]
fn use_width(node: &NodeRef) -> f64 {
    let width = use_state_eq(|| 0.0_f64);
    let node = node.clone();
    let set = width.setter();
    use_effect_with((), move |()| {
        let watched = node.cast::<HtmlElement>().map(|element| {
            let measured = element.clone();
            let measure = move || set.set(f64::from(measured.client_width()));
            measure();
            let closure = Closure::<dyn FnMut()>::new(measure);
            let observer = ResizeObserver::new(closure.as_ref().unchecked_ref()).ok();
            if let Some(observer) = &observer {
                observer.observe(&element);
            }
            (observer, closure)
        });
        move || {
            if let Some((Some(observer), _closure)) = watched {
                observer.disconnect();
            }
        }
    });
    *width
}
