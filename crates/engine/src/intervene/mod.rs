//! Changing runs: every unit by itself, and some together.
//!
//! ```text
//! PairTexts -> Pair --+
//! Setup --------------+-> Plan -> Aligned   (refused here, before any run)
//!                         Plan -> runs, lender, Patched groups (kept) -> Judge -> Baselines, Layers ..
//! ```

mod means;
mod plan;
mod subject;
mod together;

pub(crate) use means::{MeanPlan, typed};
pub(crate) use plan::Plan;
pub(crate) use subject::{Subject, baselines};

use std::ops::Range;

use peek_interp::{Judge, Patched, Unit, group_count, groups_of};
use peek_names::Layer;
use peek_protocol::{Alignment, InterveneReply, InterveneRequest, LayerScores, Response};

use crate::{EngineError, Host, Session, convert::score, pair::Pair, session::Loaded};

/// Most bytes of changed runs to keep for another metric, answer or foil.
const KEPT_BYTES: usize = 128 << 20;

/// The changed runs of some layers' units.
pub(crate) type Group = (Range<u16>, Patched);

impl Session {
    /// How the prompts lie beside each other, then the two runs' metric, then every unit's score a group of layers at a time.
    pub(crate) async fn intervene(
        &mut self,
        request: InterveneRequest,
        host: &impl Host,
    ) -> Result<(), EngineError> {
        let started = host.now_ms();
        let InterveneRequest { id, pair: typed, setup } = request;
        let send = |reply| host.send(Response::Intervene { id, reply });
        let loaded = self.loaded()?;
        let pair = Pair::read(loaded, &typed)?;
        pair.check_foil(setup.metric)?;
        let means = MeanPlan::of(loaded, &pair, &setup, typed.prepend_bos)?;
        let plan = Plan::new(&pair, &setup, means).map_err(|note| pair.refused(note))?;
        let Loaded { model, cache, .. } = loaded;
        send(InterveneReply::Aligned(Alignment {
            base: pair.tokens(setup.edit.base()).to_vec(),
            donor: setup.edit.donor().map(|side| pair.tokens(side).to_vec()).unwrap_or_default(),
            map: plan.map(),
            spots: plan.spots.iter().map(|spot| spot.positions().to_vec()).collect(),
            answer: Some(pair.answer.clone()),
            foil: pair.foil.clone(),
            notes: pair.notes.clone(),
        }));

        let subject = Subject::run(model, cache, &pair, &setup, &plan, host).await?;
        let (answer, foil) = pair.followed();
        let judge = Judge::new(model, setup.metric, answer, foil, &subject.clean.run).await?;
        send(InterveneReply::Baselines(baselines(model, &judge, &subject).await?));

        let total = model.config.layers;
        let mut done = 0;
        let mut send_layers = |layers: Vec<LayerScores>| {
            done += layers.len();
            send(InterveneReply::Layers { layers, done, total });
        };
        if let Some(groups) = cache.patched(&plan) {
            for (layers, group) in groups.iter() {
                let scores = judge.scores(model, group, host).await?;
                send_layers(by_layer(layers, &scores));
            }
        } else {
            let all = plan.site.units(total, model.config.heads);
            let (mut groups, mut bytes) = (Vec::new(), 0);
            for layers in groups_of(total, group_count(model)).into_iter().rev() {
                let units: Vec<Unit> =
                    all.iter().copied().filter(|unit| layers.contains(&unit.layer().0)).collect();
                let group = subject.replay(model, &plan, &units, host).await?;
                cache.count_replayed(group.replayed());
                let scores = judge.scores(model, &group, host).await?;
                send_layers(by_layer(&layers, &scores));
                bytes += group.bytes();
                if bytes <= KEPT_BYTES {
                    groups.push((layers, group));
                } else {
                    // A grid over a long prompt: what would not be kept is let go as soon as it was read.
                    groups.clear();
                }
            }
            if bytes <= KEPT_BYTES {
                cache.keep_patched(plan, groups);
            }
        }
        send(InterveneReply::Done { elapsed_ms: host.now_ms() - started });
        Ok(())
    }
}

/// Scores `[spots][units]` of neighbouring layers, a layer each.
fn by_layer(layers: &Range<u16>, scores: &[Vec<peek_interp::Score>]) -> Vec<LayerScores> {
    let units = scores.first().map_or(0, Vec::len) / layers.len().max(1);
    let of_layer = |(at, layer): (usize, u16)| {
        let own = |spot: &Vec<peek_interp::Score>| {
            spot.iter().skip(at * units).take(units).copied().map(score).collect()
        };
        LayerScores { layer: Layer(layer), scores: scores.iter().map(own).collect() }
    };
    layers.clone().enumerate().map(of_layer).collect()
}
