//! The shipped file, measured again: what its card says, and what it was shipped for.

use std::path::Path;

use burn::tensor::{Device, Int, Tensor, TensorData};
use peek_model::{
    Forward, TapSet,
    checkpoint::{self, HfConfig},
};
use peek_names::TokenId;
use peek_train::{card::Card, eval, export};
use tokenizers::Tokenizer;

#[test]
fn the_shipped_model_does_what_its_card_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/demo");
    let text = std::fs::read_to_string(folder.join("card.json")).expect("the card is part of the project");
    let card: Card = serde_json::from_str(&text).expect("a card");
    let device = Device::flex();
    let tokenizer = Tokenizer::from_file(folder.join("tokenizer.json")).expect("a tokenizer");
    let (net, _) = export::read(&folder, &device).expect("a model");
    let asked = card.measured.indirect_asked;
    let now = eval::measure(&net, &tokenizer, &device, asked).expect("it can be measured");

    assert_eq!(now.probes.len(), 5);
    for (now, said) in now.probes.iter().zip(&card.measured.probes) {
        assert_eq!((&now.top, &now.prompt), (&now.answer, &said.prompt), "the answer is on top");
        assert!((now.probability - said.probability).abs() < 1e-3, "{}", now.prompt);
    }
    assert!(now.pair_cost() >= 2.0, "the misleading sentence costs {}", now.pair_cost());
    assert!(now.pair_share >= 0.15, "the best head brings back {}", now.pair_share);
    assert_eq!(now.pair_head, card.measured.pair_head);
    assert!((now.pair_share - card.measured.pair_share).abs() < 1e-2);
    assert!(asked >= 400 && now.indirect_right * 10 >= asked * 9, "{} of {asked}", now.indirect_right);
    assert!((now.induction_score - card.measured.induction_score).abs() < 1e-2);
    let bytes: u64 = ["model.safetensors", "config.json", "tokenizer.json"]
        .iter()
        .map(|file| std::fs::metadata(folder.join(file)).expect("shipped").len())
        .sum();
    assert!(bytes <= 6_000_000, "{bytes} bytes");
}

/// Training and the page have a forward pass each: both must be the same function of the file.
#[test]
fn the_trainers_forward_pass_is_the_pages() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/demo");
    let device = Device::flex();
    let (net, _) = export::read(&folder, &device).expect("a model");
    let config = std::fs::read(folder.join("config.json")).expect("shipped");
    let weights = std::fs::read(folder.join("model.safetensors")).expect("shipped");
    let config = HfConfig::parse(&config).expect("a config");
    let loaded = checkpoint::load(weights.as_slice(), Some(&config), &device, |_, _| {});
    let model = pollster::block_on(loaded).expect("a checkpoint").model;

    let ids: Vec<i32> = (0..40).map(|at| at * 67 % 2587).collect();
    let tokens: Vec<TokenId> = ids.iter().map(|&id| TokenId(id.cast_unsigned())).collect();
    let pass = Forward::new(&model, &tokens, TapSet::none()).expect("runs");
    let page = model.unembed(pass.finish().resid_final);

    let ids = Tensor::<2, Int>::from_data(TensorData::new(ids, [1, 40]), &device);
    let residual = net.residual(ids, &mut |_, _, z| z);
    let trainer = net.unembed(residual.reshape([40, 128]));
    let worst = (page - trainer).abs().max().into_scalar::<f32>();
    println!("largest difference of all logits: {worst:e}");
    assert!(worst < 1e-4, "{worst}");
}
