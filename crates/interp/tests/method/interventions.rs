//! Every site, position and edit: the replay gives what a full run with hooks gives, whatever the shape and the prompts.

use crate::common::{self, Case, cases, hooks_of, near};
use peek_interp::{
    Donor, FullSpeed, Intervention, Judge, MeanOver, Means, Metric, Patched, PositionMap, Positions, Run,
    Site, Spot, Unit, naive,
};
use peek_model::Gpt2;
use peek_names::TokenId;
use pollster::block_on;
use proptest::prelude::*;

fn run(model: &Gpt2, tokens: &[TokenId]) -> Run {
    block_on(Run::new(model, tokens, &FullSpeed)).expect("runs")
}

fn patched(model: &Gpt2, base: &Run, site: Site, spots: &[Spot], donor: Donor<'_>) -> Patched {
    let units = site.units(model.config.layers, model.config.heads);
    let intervention = Intervention { site, units: &units, spots, donor };
    block_on(Patched::replay(model, base, intervention, &FullSpeed)).expect("replays")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    /// Denoising, zero and mean, at the last position, all at once and at each, all metrics.
    #[test]
    fn every_score_equals_the_naive_twins(case in cases()) {
        let model = case.model();
        let Case { clean, corrupt, answer, foil, site, donor: which, positions, .. } = case;
        let clean = if site == Site::Pattern { common::fit(&clean, corrupt.len()) } else { clean };
        let (donor_run, base) = (run(&model, &clean), run(&model, &corrupt));
        let map = PositionMap::align(&corrupt, &clean);
        let over = if site == Site::Pattern { MeanOver::Prompts } else { MeanOver::PromptsAndPositions };
        let means = Means::new(&model, &[donor_run.clone(), run(&model, &clean)], site, over, Some(clean[0]));
        let donor = match (which, &means) {
            (0, _) => Donor::Run { run: &donor_run, map: &map },
            (1, Ok(means)) => Donor::Mean(means),
            _ => Donor::Zero,
        };
        let with_map = matches!(donor, Donor::Run { .. }).then_some(&map);
        let spots = positions.spots(corrupt.len(), with_map).expect("defined");
        let fast = patched(&model, &base, site, &spots, donor);
        let plain = block_on(naive::hooked_run(&model, &corrupt, &[])).expect("runs").1;
        let clean_logits = block_on(naive::hooked_run(&model, &clean, &[])).expect("runs").1;
        let mut slow = Vec::new();
        for spot in &spots {
            for unit in site.units(model.config.layers, model.config.heads) {
                let hooks = hooks_of(&model, (&clean, &map), (site, unit), spot, &donor, corrupt.len());
                slow.push(block_on(naive::hooked_run(&model, &corrupt, &hooks)).expect("runs").1);
            }
        }
        for metric in Metric::ALL {
            if metric.needs_foil() && foil == answer {
                continue;
            }
            let judge = block_on(Judge::new(&model, metric, answer, Some(foil), &donor_run)).expect("judges");
            let scores = block_on(judge.scores(&model, &fast, &FullSpeed)).expect("reads").concat();
            prop_assert_eq!(scores.len(), slow.len());
            let naive = |rows: &peek_interp::LogitRows| {
                let clean = clean_logits.row(0).expect("a row");
                naive::metric(metric, rows.row(0).expect("a row"), clean, answer, foil)
            };
            for (at, (score, logits)) in scores.iter().zip(&slow).enumerate() {
                if spots[at / site.units(model.config.layers, model.config.heads).len()].positions().is_empty() {
                    prop_assert_eq!(*score, peek_interp::Score::default());
                    continue;
                }
                // Logits that differ by rounding may change places.
                let slack = if metric == Metric::Rank { 1.01 } else { 2e-4 };
                let (value, delta) = (score.value.expect("defined"), score.delta.expect("defined"));
                let want = naive(logits);
                prop_assert!((f64::from(value) - want).abs() < slack, "{} {}: {} {}", site, metric, value, want);
                let want = want - naive(&plain);
                prop_assert!((f64::from(delta) - want).abs() < slack, "{} {}: {} {}", site, metric, delta, want);
            }
        }
    }

    /// Any set of units at once is the full run with all their hooks.
    #[test]
    fn a_set_together_equals_the_naive_twin(case in cases(), chosen in proptest::collection::vec(any::<prop::sample::Index>(), 0..5)) {
        let model = case.model();
        let Case { clean, corrupt, answer, site, positions, .. } = case;
        let clean = if site == Site::Pattern { common::fit(&clean, corrupt.len()) } else { clean };
        let (donor_run, base) = (run(&model, &clean), run(&model, &corrupt));
        let map = PositionMap::align(&corrupt, &clean);
        let donor = Donor::Run { run: &donor_run, map: &map };
        let all = site.units(model.config.layers, model.config.heads);
        let mut units: Vec<Unit> = chosen.iter().map(|index| all[index.index(all.len())]).collect();
        units.sort();
        units.dedup();
        let spot = positions.spots(corrupt.len(), Some(&map)).expect("defined").pop().expect("at least one");
        let together = base.patched(&model, (site, &units), &spot, donor, &FullSpeed);
        let together = block_on(together).expect("runs");
        let hooks: Vec<_> = units
            .iter()
            .flat_map(|&unit| hooks_of(&model, (&clean, &map), (site, unit), &spot, &donor, corrupt.len()))
            .collect();
        let slow = block_on(naive::hooked_run(&model, &corrupt, &hooks)).expect("runs").1;
        let fast = block_on(peek_interp::final_logits(&model, &together)).expect("reads");
        near(fast.row(0).expect("a row"), slow.row(0).expect("a row"), 2e-4)?;
        if units.is_empty() {
            let plain = block_on(peek_interp::final_logits(&model, &base)).expect("reads");
            prop_assert_eq!(fast, plain, "an empty set changes nothing");
        }
        if let [unit] = units[..] {
            let one = Intervention { site, units: &[unit], spots: &[spot], donor };
            let one = block_on(Patched::replay(&model, &base, one, &FullSpeed)).expect("replays");
            let metric = Metric::Logit(peek_names::LogitScale::Centred);
            let judge = block_on(Judge::new(&model, metric, answer, None, &donor_run)).expect("judges");
            let alone = block_on(judge.scores(&model, &one, &FullSpeed)).expect("reads")[0][0].value.expect("defined");
            let joint = block_on(judge.of_run(&model, &together)).expect("reads").expect("defined");
            prop_assert!((alone - joint).abs() < 2e-4, "{} {}", alone, joint);
        }
    }

    /// The whole residual stream of the clean run on entry is the clean run.
    #[test]
    fn resid_pre_of_the_first_layer_everywhere_is_the_other_run(case in cases()) {
        let model = case.model();
        let Case { clean, corrupt, .. } = case;
        let clean = common::fit(&clean, corrupt.len());
        let (donor_run, base) = (run(&model, &clean), run(&model, &corrupt));
        let map = PositionMap::align(&corrupt, &clean);
        let spots = Positions::All.spots(corrupt.len(), Some(&map)).expect("defined");
        let donor = Donor::Run { run: &donor_run, map: &map };
        let whole = base.patched(&model, (Site::ResidPre, &[Unit::Layer(peek_names::Layer(0))]), &spots[0], donor, &FullSpeed);
        let whole = block_on(whole).expect("runs");
        let (ours, theirs) = (block_on(peek_interp::final_logits(&model, &whole)).expect("reads"),
            block_on(peek_interp::final_logits(&model, &donor_run)).expect("reads"));
        near(ours.row(0).expect("a row"), theirs.row(0).expect("a row"), 1e-4)?;
        let judge = block_on(Judge::new(&model, Metric::Kl, TokenId(0), None, &donor_run)).expect("judges");
        let scores = block_on(judge.scores(&model, &patched(&model, &base, Site::ResidPre, &spots, donor), &FullSpeed));
        let first = scores.expect("reads")[0][0].value.expect("defined");
        prop_assert!(first.abs() < 1e-6, "no divergence from the clean run: {}", first);
    }
}

/// What the prompts share costs nothing, and is exactly zero.
#[test]
fn positions_before_the_first_difference_are_not_replayed() {
    let model = common::small();
    let ids = |ids: &[u32]| ids.iter().copied().map(TokenId).collect::<Vec<_>>();
    let (clean, corrupt) = (ids(&[1, 2, 3, 4, 5, 6]), ids(&[1, 2, 3, 9, 5, 6]));
    let (donor_run, base) = (run(&model, &clean), run(&model, &corrupt));
    let map = PositionMap::align(&corrupt, &clean);
    let spots = Positions::Grid.spots(6, Some(&map)).expect("defined");
    for site in Site::ALL {
        let sweep = patched(&model, &base, site, &spots, Donor::Run { run: &donor_run, map: &map });
        let units = site.units(model.config.layers, model.config.heads).len();
        assert_eq!(sweep.replayed(), 3 * units, "{site}");
        let metric = Metric::Logit(peek_names::LogitScale::Centred);
        let judge = block_on(Judge::new(&model, metric, TokenId(7), None, &donor_run)).expect("judges");
        let scores = block_on(judge.scores(&model, &sweep, &FullSpeed)).expect("reads");
        assert!(scores[..3].concat().iter().all(|score| score.delta == Some(0.0)), "{site}");
        let last: Vec<f32> = scores[5].iter().filter_map(|score| score.delta).collect();
        assert!(last.iter().any(|delta| delta.abs() > 1e-5), "{site}: {last:?}");
    }
}

#[test]
fn what_makes_no_sense_is_refused_with_the_reason() {
    let model = common::small();
    let ids = |ids: &[u32]| ids.iter().copied().map(TokenId).collect::<Vec<_>>();
    let (clean, corrupt) = (ids(&[1, 2, 3]), ids(&[1, 2, 9, 8, 3]));
    let (donor_run, base) = (run(&model, &clean), run(&model, &corrupt));
    let map = PositionMap::align(&corrupt, &clean);
    let refuse = |site: Site, units: &[Unit], donor: Donor<'_>| {
        let spots = [Spot::from(vec![4])];
        let intervention = Intervention { site, units, spots: &spots, donor };
        block_on(Patched::replay(&model, &base, intervention, &FullSpeed)).expect_err("refused").to_string()
    };
    let from = Donor::Run { run: &donor_run, map: &map };
    let head = [Unit::Head(peek_names::HeadId::new(0, 0))];
    assert!(refuse(Site::Pattern, &head, from).contains("equal length"));
    assert!(refuse(Site::ResidPre, &head, from).contains("whole layers"));
    assert!(refuse(Site::Z, &[Unit::Layer(peek_names::Layer(0))], from).contains("name a head"));
    assert!(refuse(Site::Z, &[Unit::Head(peek_names::HeadId::new(0, 9))], from).contains("L0H9"));
    for (site, unit) in [(Site::Z, head[0]), (Site::ResidPre, Unit::Layer(peek_names::Layer(1)))] {
        assert!(refuse(site, &[unit, unit], from).contains("named twice"));
        let spot = Spot::from(vec![4]);
        let together = block_on(base.patched(&model, (site, &[unit, unit]), &spot, from, &FullSpeed));
        assert!(together.expect_err("refused").to_string().contains("named twice"));
    }
    let other = PositionMap::align(&clean, &clean);
    let message = refuse(Site::Z, &head, Donor::Run { run: &donor_run, map: &other });
    assert!(message.contains("position map"), "{message}");
    let means = Means::new(&model, std::slice::from_ref(&donor_run), Site::Q, MeanOver::Prompts, None)
        .expect("means");
    assert!(refuse(Site::Z, &head, Donor::Mean(&means)).contains("take the mean of z"));
    assert!(refuse(Site::Q, &head, Donor::Mean(&means)).contains("equal length"));
    let pattern = Means::new(
        &model,
        std::slice::from_ref(&donor_run),
        Site::Pattern,
        MeanOver::PromptsAndPositions,
        None,
    );
    assert!(pattern.expect_err("refused").to_string().contains("position by position"));
    let nothing =
        Means::new(&model, &[run(&model, &ids(&[1]))], Site::Z, MeanOver::default(), Some(TokenId(1)));
    assert!(nothing.expect_err("refused").to_string().contains("add prompts"));
    let same = Judge::new(&model, Metric::LogitDifference, TokenId(1), Some(TokenId(1)), &base);
    assert!(block_on(same).expect_err("refused").to_string().contains("same token"));
    let none = Judge::new(&model, Metric::LogitDifference, TokenId(1), None, &base);
    assert!(block_on(none).expect_err("refused").to_string().contains("foil"));
    assert!(block_on(Judge::new(&model, Metric::Rank, TokenId(99), None, &base)).is_err());
}
