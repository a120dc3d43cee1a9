//! Results in the shape of the published JSON: what `output` writes in every format.

use peek_names::TokenId;
use peek_protocol::{
    AttentionRequest, LensPrompt, LensRequest, PatchRequest, Request, RequestId, Response, Token,
};
use serde::Serialize;

use crate::{
    args::{AttentionArgs, LensArgs, PatchArgs, TokensArgs},
    engine,
    error::CliError,
};

/// Below this distance between the two metrics, in logits, a share of it means nothing.
const UNDEFINED_BELOW: f32 = 1e-3;

#[derive(Serialize)]
pub(crate) struct TokenOut {
    pub(crate) id: TokenId,
    pub(crate) text: String,
}

#[derive(Serialize)]
pub(crate) struct Tokens {
    pub(crate) tokens: Vec<TokenOut>,
}

#[derive(Serialize)]
pub(crate) struct Answer {
    pub(crate) text: String,
    pub(crate) id: TokenId,
}

#[derive(Serialize)]
pub(crate) struct Point {
    pub(crate) label: String,
    pub(crate) logit: f32,
    pub(crate) raw_logit: f32,
    pub(crate) probability: f32,
    pub(crate) rank: u32,
}

#[derive(Serialize)]
pub(crate) struct Lens {
    pub(crate) tokens: Vec<TokenOut>,
    pub(crate) answer: Answer,
    pub(crate) points: Vec<Point>,
}

#[derive(Serialize)]
pub(crate) struct Side {
    pub(crate) tokens: Vec<TokenOut>,
    /// The answer's logit on the chosen scale.
    pub(crate) metric: f32,
}

#[derive(Serialize)]
pub(crate) struct Top {
    pub(crate) head: String,
    pub(crate) delta: f32,
    /// `null` where the two metrics are too close for a share of their distance to mean anything.
    pub(crate) normalised: Option<f32>,
}

#[derive(Serialize)]
pub(crate) struct Patch {
    pub(crate) clean: Side,
    pub(crate) corrupt: Side,
    pub(crate) answer: Answer,
    /// `[layers][heads]`, in logits.
    pub(crate) deltas: Vec<Vec<f32>>,
    /// The ten heads with the largest deltas, largest first.
    pub(crate) top: Vec<Top>,
}

#[derive(Serialize)]
pub(crate) struct Attention {
    pub(crate) tokens: Vec<TokenOut>,
    /// `[T][T]`: query row, key column.
    pub(crate) pattern: Vec<Vec<f32>>,
}

pub(crate) fn tokens(args: &TokensArgs) -> Result<Tokens, CliError> {
    let tokenizer = engine::tokenizer(args.model.model.as_deref())?;
    let bos = tokenizer.bos().filter(|_| !args.model.no_bos);
    let bos = bos.map(|id| TokenOut { id, text: tokenizer.token_text(id) });
    let pieces = tokenizer.encode(&args.prompt)?;
    let tokens = pieces.into_iter().map(|piece| TokenOut { id: piece.id, text: piece.text });
    Ok(Tokens { tokens: bos.into_iter().chain(tokens).collect() })
}

pub(crate) fn lens(args: &LensArgs) -> Result<Lens, CliError> {
    let request = Request::Lens(LensRequest {
        id: RequestId(1),
        prompts: vec![LensPrompt { prompt: args.prompt.clone(), answer: args.answer.clone() }],
        prepend_bos: !args.model.no_bos,
    });
    for response in engine::ask(args.model.model.as_deref(), request)? {
        let Response::Lens { result, .. } = response else { continue };
        let curve = result.map_err(|notes| {
            CliError::Refused(notes.into_iter().map(|note| note.message).collect::<Vec<_>>().join("\n"))
        })?;
        for note in &curve.notes {
            eprintln!("peek: {}", note.message);
        }
        let point = |point: peek_protocol::LensPoint| Point {
            label: point.label,
            logit: point.reading.logit,
            raw_logit: point.reading.raw_logit,
            probability: point.reading.probability,
            rank: point.reading.rank,
        };
        return Ok(Lens {
            tokens: token_list(curve.tokens),
            answer: Answer { text: args.answer.clone(), id: curve.answer.id },
            points: curve.points.into_iter().map(point).collect(),
        });
    }
    Err(no_answer())
}

pub(crate) fn patch(args: &PatchArgs) -> Result<Patch, CliError> {
    let scale = args.scale();
    let request = Request::Patch(PatchRequest {
        id: RequestId(1),
        clean: args.clean.clone(),
        corrupt: args.corrupt.clone(),
        answer: args.answer.clone(),
        prepend_bos: !args.model.no_bos,
        scale,
    });
    let (mut texts, mut runs, mut rows) = (None, None, Vec::new());
    for response in engine::ask(args.model.model.as_deref(), request)? {
        match response {
            Response::Tokens { clean, corrupt, answer, .. } => texts = Some((clean, corrupt, answer)),
            Response::Runs { clean, corrupt, .. } => {
                runs = Some((clean.answer.on(scale), corrupt.answer.on(scale)));
            }
            Response::Rows { rows: more, .. } => rows.extend(more),
            _ => {}
        }
    }
    let (Some((clean, corrupt, answer)), Some((clean_metric, corrupt_metric))) = (texts, runs) else {
        return Err(no_answer());
    };
    let id = answer.first().ok_or_else(no_answer)?.id;
    rows.sort_by_key(|row| row.layer);
    let gap = clean_metric - corrupt_metric;
    Ok(Patch {
        clean: Side { tokens: token_list(clean), metric: clean_metric },
        corrupt: Side { tokens: token_list(corrupt), metric: corrupt_metric },
        answer: Answer { text: args.answer.clone(), id },
        top: top(&rows, gap),
        deltas: rows.into_iter().map(|row| row.deltas).collect(),
    })
}

fn top(rows: &[peek_protocol::LayerRow], gap: f32) -> Vec<Top> {
    let mut heads: Vec<(String, f32)> = rows
        .iter()
        .flat_map(|row| {
            row.deltas.iter().enumerate().map(|(head, &delta)| (format!("L{}H{head}", row.layer.0), delta))
        })
        .collect();
    // Stable: heads with equal deltas stay in reading order.
    heads.sort_by(|a, b| b.1.total_cmp(&a.1));
    let share = |delta: f32| (gap.abs() >= UNDEFINED_BELOW).then(|| delta / gap);
    heads.into_iter().take(10).map(|(head, delta)| Top { head, delta, normalised: share(delta) }).collect()
}

pub(crate) fn attention(args: &AttentionArgs) -> Result<Attention, CliError> {
    let request = Request::Attention(AttentionRequest {
        id: RequestId(1),
        head: args.head_id(),
        clean: args.prompt.clone(),
        // The engine keeps the first run, so asking twice computes once.
        corrupt: args.prompt.clone(),
        prepend_bos: !args.model.no_bos,
    });
    for response in engine::ask(args.model.model.as_deref(), request)? {
        if let Response::Attention(result) = response {
            let width = result.clean.tokens.len();
            return Ok(Attention {
                pattern: result.clean.weights.chunks(width).map(<[f32]>::to_vec).collect(),
                tokens: token_list(result.clean.tokens),
            });
        }
    }
    Err(no_answer())
}

fn token_list(tokens: Vec<Token>) -> Vec<TokenOut> {
    tokens.into_iter().map(|token| TokenOut { id: token.id, text: token.text }).collect()
}

fn no_answer() -> CliError {
    CliError::Failed("the engine ended without a result".into())
}
