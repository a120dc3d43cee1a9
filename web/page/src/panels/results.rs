use yew::prelude::*;

use super::{
    PanelProps, attention::attention_panel, heads::heads_panel, lens::lens_panel, lens_rows::lens_rows,
    parts_panel::parts_panel, sentence::sentence_line,
};

/// What changed, which heads, what one head does, how the answer grows.
pub(crate) fn results(panel: &PanelProps) -> Html {
    html! {
        <>
            { sentence_line(panel) }
            <div class="column which">
                { heads_panel(panel) }
                { lens_panel(panel) }
            </div>
            <div class="column one">
                { attention_panel(panel) }
                { lens_rows(panel) }
            </div>
            { parts_panel(panel) }
        </>
    }
}
