use peek_app::Shared;
use peek_protocol::SelfTestRow;
use yew::prelude::*;

#[derive(Clone, PartialEq, Properties)]
pub(crate) struct RowsProps {
    pub(crate) rows: Shared<Vec<SelfTestRow>>,
}

/// Every number that was compared, in the order in which it was measured.
#[component(Rows)]
pub(crate) fn rows(props: &RowsProps) -> Html {
    html! {
        <div class="self-test-table" tabindex="0" role="group" aria-label="Numbers compared">
            <table>
                <thead>
                    <tr>
                        <th scope="col">{ "Number" }</th>
                        <th scope="col">{ "Here" }</th>
                        <th scope="col">{ "Published" }</th>
                        <th scope="col">{ "Difference" }</th>
                        <th scope="col">{ "Allowed" }</th>
                        <th scope="col">{ "Verdict" }</th>
                    </tr>
                </thead>
                <tbody>{ for props.rows.iter().map(row) }</tbody>
            </table>
        </div>
    }
}

fn row(row: &SelfTestRow) -> Html {
    let (verdict, said) = if row.passed { ("ok", "same") } else { ("failed", "differs") };
    html! {
        <tr class={verdict} data-testid="self-test-row" data-name={row.name.clone()} data-ours={row.ours.to_string()}
            data-expected={row.published.to_string()} data-difference={row.difference.to_string()} data-verdict={verdict}>
            <th scope="row">{ &row.name }</th>
            <td>{ number(row.ours) }</td>
            <td>{ number(row.published) }</td>
            <td>{ distance(row.difference) }</td>
            <td>{ distance(row.tolerance) }</td>
            <td class="verdict">{ said }</td>
        </tr>
    }
}

/// Four decimals, as the published figures mostly have; whole numbers without.
fn number(value: f64) -> String {
    if !value.is_finite() {
        "not a number".to_owned()
    } else if value.fract() == 0.0 {
        format!("{value:.0}")
    } else {
        format!("{value:.4}").replace('-', "\u{2212}")
    }
}

fn distance(value: f64) -> String {
    if value == 0.0 {
        "0".to_owned()
    } else if value.is_finite() {
        format!("{value:.0e}").replace('-', "\u{2212}")
    } else {
        "–".to_owned()
    }
}
