use peek_app::{Action, Life, bytes, bytes_of, delivery_words};
use peek_protocol::{Delivery, DeliverySource, LoadStage};
use yew::prelude::*;

use crate::parts::on_click;

/// How far a load is, in words, in numbers and as a bar, with the button that ends it.
pub(super) fn load_progress(life: &Life, delivery: Option<Delivery>, dispatch: &Callback<Action>) -> Html {
    let (stage, done, total) = match life {
        Life::Probing | Life::Starting => (None, 0, 0),
        Life::Loading { stage, done, total } => (Some(*stage), *done, *total),
        Life::Ready | Life::NoModel { .. } | Life::Stopped { .. } => return html! {},
    };
    let delivery = delivery.filter(|_| stage == Some(LoadStage::Weights));
    let said = match (life, stage) {
        (Life::Probing, _) => "Starting…".to_owned(),
        (_, None) => "Fetching the engine…".to_owned(),
        (_, Some(LoadStage::Backend)) => "Opening the backend…".to_owned(),
        (_, Some(LoadStage::Tokenizer)) => "Reading the tokenizer…".to_owned(),
        (_, Some(LoadStage::Weights)) => match &delivery {
            Some(delivery) => delivery_words(delivery),
            None if total > 0 => format!("Reading the weights: {}", bytes_of(done, Some(total))),
            None => format!("Reading the weights: {}", bytes(done)),
        },
        (_, Some(LoadStage::Warmup)) => "First run…".to_owned(),
    };
    let source = delivery.map(|delivery| match delivery.source {
        DeliverySource::Kept => "kept",
        DeliverySource::Network => "network",
        DeliverySource::Waiting { .. } => "waiting",
    });
    let reads = stage == Some(LoadStage::Weights);
    // A bar's value needs no more than the three digits that it can show.
    let part = (reads && total > 0).then(|| format!("{:.3}", done as f64 / total as f64));
    let cancel = on_click(dispatch, || Action::CancelLoad);
    html! {
        <div class={classes!("progress", (source == Some("waiting")).then_some("waiting"))} data-testid="load-progress"
            data-source={source} data-done={reads.then(|| done.to_string())}
            data-total={(reads && total > 0).then(|| total.to_string())}>
            <span>{ said }</span>
            <progress aria-label="How far the model is" value={part} max="1" />
            if stage.is_some() {
                <button type="button" class="quiet" data-testid="load-cancel" onclick={cancel}>{ "Cancel" }</button>
            }
        </div>
    }
}
