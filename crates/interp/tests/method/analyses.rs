//! What must hold of every analysis of any model: sums, symmetries, and the obvious way's numbers.

use crate::common::{self, cases, near};
use peek_interp::{
    DirectScale, Donor, FullSpeed, Intervention, Judge, LensConvention, LensDepth, Metric, Patched,
    PositionMap, Run, Site, Spot, Unit, attention_pattern, attribute, direct_effects, final_logits,
    head_kinds, lens_grid, lens_logits, naive, value_weighted_pattern,
};
use peek_model::Gpt2;
use peek_names::{HeadId, Layer, LogitScale, TokenId};
use pollster::block_on;
use proptest::prelude::*;

fn run(model: &Gpt2, tokens: &[TokenId]) -> Run {
    block_on(Run::new(model, tokens, &FullSpeed)).expect("runs")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    /// The parts sum to the logit, which is the run's own, on both scales and for differences.
    #[test]
    fn attribution_sums_to_the_logit(case in cases()) {
        let model = case.model();
        let run = run(&model, &case.clean);
        let last = case.clean.len() - 1;
        let reading = block_on(final_logits(&model, &run)).expect("reads").reading(0, case.answer).expect("there");
        for scale in [LogitScale::Centred, LogitScale::Raw] {
            let found = attribute(&model, &run, last, (case.answer, None), scale);
            let found = block_on(found).expect("attributes");
            prop_assert!((found.sum() - reading.on(scale)).abs() < 1e-3, "{} {}", found.sum(), reading.on(scale));
            prop_assert!((found.logit - reading.on(scale)).abs() < 1e-4);
        }
        if case.foil != case.answer {
            let of = |scale| block_on(attribute(&model, &run, last, (case.answer, Some(case.foil)), scale));
            let (a, b) = (of(LogitScale::Centred).expect("attributes"), of(LogitScale::Raw).expect("attributes"));
            prop_assert_eq!(&a, &b, "a difference is the same on both scales");
            prop_assert!((a.sum() - a.logit).abs() < 1e-3);
        }
    }

    /// The clean run's direct effects are its attribution, and between a run and itself there are none.
    #[test]
    fn direct_effects_are_differences_of_attributions(case in cases()) {
        let model = case.model();
        let (clean, corrupt) = (run(&model, &case.clean), run(&model, &case.corrupt));
        let asked = (case.answer, None);
        let of = |by| block_on(direct_effects(&model, (&clean, &corrupt), asked, LogitScale::Centred, by));
        let own = block_on(attribute(&model, &clean, case.clean.len() - 1, asked, LogitScale::Centred));
        near(&of(DirectScale::Clean).expect("reads").concat(), &own.expect("attributes").heads.concat(), 1e-4)?;
        let none = direct_effects(&model, (&clean, &clean), asked, LogitScale::Centred, DirectScale::Difference);
        prop_assert!(block_on(none).expect("reads").concat().iter().all(|effect| *effect == 0.0));
    }

    /// The lens at the last position is the lens curve, at the last depth the prediction, and between attention and MLP
    /// what a full run records there.
    #[test]
    fn the_lens_grid_is_the_lens_at_every_position(case in cases()) {
        let model = case.model();
        let run = run(&model, &case.clean);
        let follow = (Some(case.answer), 3);
        let of = |with_mid, convention| {
            let depths = LensDepth::all(&model, with_mid);
            block_on(lens_grid(&model, &run, &depths, convention, follow, &FullSpeed)).expect("reads")
        };
        let grid = of(false, LensConvention::Own);
        let curve = block_on(lens_logits(&model, &run)).expect("reads");
        for (depth, row) in grid.cells.iter().enumerate() {
            let (cell, want) = (row.last().expect("a position"), curve.reading(depth, case.answer).expect("there"));
            let followed = cell.followed.expect("followed");
            prop_assert!((followed.logit - want.logit).abs() < 1e-4 && (followed.probability - want.probability).abs() < 1e-4);
            prop_assert!(cell.top.windows(2).all(|pair| pair[0].1.raw_logit >= pair[1].1.raw_logit));
            let most = (model.config.vocab as f32).ln() + 1e-4;
            prop_assert!(cell.entropy.is_some_and(|entropy| (-1e-5..=most).contains(&entropy)));
        }
        let (own, last) = (of(true, LensConvention::Own), of(true, LensConvention::Final));
        prop_assert_eq!(own.depths.len(), 2 * model.config.layers + 1);
        for (a, b) in own.cells.last().expect("final").iter().zip(last.cells.last().expect("final")) {
            let (a, b) = (a.followed.expect("followed").logit, b.followed.expect("followed").logit);
            prop_assert!((a - b).abs() < 1e-4, "both conventions agree on the last residual");
        }
    }

    #[test]
    fn a_weighted_pattern_is_the_pattern_times_the_norms(case in cases()) {
        let model = case.model();
        let run = run(&model, &case.clean);
        let values = block_on(naive::hooked_run(&model, &case.clean, &[])).expect("runs").0;
        let t = case.clean.len();
        for unit in Site::V.units(model.config.layers, model.config.heads) {
            let Unit::Head(head) = unit else { continue };
            let ours = block_on(value_weighted_pattern(&model, &run, head)).expect("reads");
            let plain = block_on(attention_pattern(&model, &run, head)).expect("reads");
            let norm = |position| -> f32 {
                let value = block_on(naive::value_at(&model, &values, (Site::V, unit), position)).expect("there");
                value.iter().map(|x| x * x).sum::<f32>().sqrt()
            };
            let norms: Vec<f32> = (0..t).map(norm).collect();
            let want: Vec<f32> = plain.iter().enumerate().map(|(at, weight)| weight * norms[at % t]).collect();
            near(&ours, &want, 1e-4)?;
        }
    }

    /// Patching a run into itself changes nothing, and costs nothing.
    #[test]
    fn a_run_is_not_changed_by_itself(case in cases()) {
        let model = case.model();
        let run = run(&model, &case.corrupt);
        let again = self::run(&model, &case.corrupt);
        let map = PositionMap::align(&case.corrupt, &case.corrupt);
        let units = case.site.units(model.config.layers, model.config.heads);
        let spots = [Spot::from((0..case.corrupt.len()).collect::<Vec<_>>())];
        let donor = Donor::Run { run: &again, map: &map };
        let intervention = Intervention { site: case.site, units: &units, spots: &spots, donor };
        let patched = block_on(Patched::replay(&model, &run, intervention, &FullSpeed)).expect("replays");
        prop_assert_eq!(patched.replayed(), 0, "it is known beforehand");
        let judge = block_on(Judge::new(&model, Metric::Logit(LogitScale::Raw), case.answer, None, &run));
        let scores = block_on(judge.expect("judges").scores(&model, &patched, &FullSpeed)).expect("reads").concat();
        prop_assert!(scores.iter().all(|score| score.delta == Some(0.0)));
    }
}

#[test]
fn heads_are_scored_with_shares_of_attention() {
    let model = common::small();
    let kinds = block_on(head_kinds(&model, Some(TokenId(39)), 5, &[1, 2, 3], &FullSpeed)).expect("scores");
    for scores in [&kinds.induction, &kinds.previous_token, &kinds.duplicate_token] {
        assert_eq!((scores.len(), scores[0].len()), (3, 2));
        assert!(scores.concat().iter().all(|score| (0.0..=1.0).contains(score)));
    }
    // Keys are three different ones, so the shares of one query cannot sum to more than 1.
    for (at, induction) in kinds.induction.concat().into_iter().enumerate() {
        let rest = kinds.previous_token.concat()[at] + kinds.duplicate_token.concat()[at];
        assert!(induction + rest <= 1.0 + 1e-5);
    }
    assert_ne!(kinds.induction, kinds.duplicate_token);
    let long = head_kinds(&model, None, 9, &[1], &FullSpeed);
    assert!(block_on(long).expect_err("longer than the context").to_string().contains("18 tokens"));
}

#[test]
fn what_is_not_there_is_refused() {
    let model = common::small();
    let tokens: Vec<TokenId> = [1, 2, 3].map(TokenId).to_vec();
    let run = run(&model, &tokens);
    let message = |position, asked| {
        block_on(attribute(&model, &run, position, asked, LogitScale::Raw)).expect_err("refused").to_string()
    };
    assert!(message(3, (TokenId(1), None)).contains("position 3"));
    assert!(message(0, (TokenId(1), Some(TokenId(1)))).contains("same token"));
    assert!(message(0, (TokenId(99), None)).contains("token 99"));
    assert!(block_on(value_weighted_pattern(&model, &run, HeadId::new(0, 2))).is_err());
    let depths = [LensDepth::Mid(Layer(3))];
    let own = LensConvention::Own;
    assert!(block_on(lens_grid(&model, &run, &depths, own, (None, 1), &FullSpeed)).is_err());
    let follow = (Some(TokenId(99)), 1);
    assert!(block_on(lens_grid(&model, &run, &[LensDepth::Final], own, follow, &FullSpeed)).is_err());
}
