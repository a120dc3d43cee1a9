//! What the engine says to the requests of the further views.

use peek_protocol::{LensGridReply, Note, PatternsReply, RequestId, Response};

use super::{Effects, again::failed};
use crate::{Effect, LensGridResult, PatternsResult, Phase, Shared, State, order};

impl State {
    /// The newest request of each view.
    pub(super) fn newest_views(&self) -> [Option<RequestId>; 4] {
        let views = &self.views;
        [views.lens.newest, views.parts.newest, views.patterns.newest, views.kinds.newest]
    }

    pub(super) fn respond_view(&mut self, id: RequestId, response: Response, effects: &mut Effects) {
        let views = &mut self.views;
        match response {
            Response::LensGrid { reply, .. } => self.lens_grid_replied(reply, effects),
            Response::Attribution(result) => {
                views.parts.show(*result);
                views.parts.finish();
                effects.push(Effect::Announce("The parts of the logit are there.".to_owned()));
            }
            Response::Patterns(reply) => self.patterns_replied(reply),
            Response::HeadKinds(result) => {
                views.kinds.show(result);
                views.kinds.finish();
                effects.push(Effect::Announce("Heads are labelled.".to_owned()));
            }
            Response::Refused { notes, .. } => {
                let said: Vec<String> = notes.into_iter().map(|note: Note| note.message).collect();
                self.end_view(id, failed(said.join(" "), effects));
            }
            Response::Failed { failure, .. } => {
                self.end_view(id, failed(failure.message, effects));
            }
            Response::Cancelled { .. } => self.end_view(id, Phase::Cancelled),
            _ => {}
        }
    }

    fn end_view(&mut self, id: RequestId, phase: Phase) {
        let id = Some(id);
        let views = &mut self.views;
        match () {
            () if views.lens.newest == id => views.lens.phase = phase,
            () if views.parts.newest == id => views.parts.phase = phase,
            () if views.patterns.newest == id => views.patterns.phase = phase,
            () => views.kinds.phase = phase,
        }
    }

    fn lens_grid_replied(&mut self, reply: LensGridReply, effects: &mut Effects) {
        let lens = &mut self.views.lens;
        match reply {
            LensGridReply::Head { tokens, followed, depths, notes } => {
                let rows = vec![None; depths.len()];
                lens.show(LensGridResult { tokens, followed, depths, rows, notes, elapsed_ms: None });
            }
            LensGridReply::Row { depth, cells } => lens.change(|shown| {
                if let Some(row) = shown.rows.get_mut(depth) {
                    *row = Some(Shared::new(cells));
                }
            }),
            LensGridReply::Done { elapsed_ms } => {
                lens.change(|shown| shown.elapsed_ms = Some(elapsed_ms));
                lens.finish();
                effects.push(Effect::Announce("The lens at every position is ready.".to_owned()));
            }
        }
    }

    fn patterns_replied(&mut self, reply: PatternsReply) {
        let patterns = &mut self.views.patterns;
        let (done, total) = (reply.done, reply.total);
        if done <= 1 {
            patterns.show(PatternsResult { layers: Vec::new(), total });
        }
        patterns.change(|shown| {
            order::put(&mut shown.layers, Shared::new(reply), |reply| reply.layer);
        });
        if done >= total {
            patterns.finish();
        }
    }
}
