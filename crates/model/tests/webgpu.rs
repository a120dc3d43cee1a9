//! The kernels for WebGPU against the same model on the CPU. Needs an adapter, a software one will do:
//! `cargo test -p peek-model --features webgpu --test webgpu`.
#![cfg(feature = "webgpu")]

use burn::tensor::{Device, DeviceKind, Tensor};
use peek_model::{Block, Forward, Gpt2, Gpt2Config, Past, Site, TapSet, checkpoint::synth};
use peek_names::{Layer, TokenId};

fn numbers(tensor: Tensor<2>) -> Vec<f32> {
    tensor.into_data().try_to_vec().expect("f32")
}

fn models(config: &Gpt2Config) -> (Gpt2, Gpt2) {
    let on = |device: Device| synth::random_model(config, 9, &device).expect("a model");
    (on(Device::flex()), on(Device::wgpu(DeviceKind::DefaultDevice)))
}

fn assert_near(what: &str, cpu: Tensor<2>, gpu: Tensor<2>) {
    assert_eq!(cpu.dims(), gpu.dims(), "{what}");
    let (cpu, gpu) = (numbers(cpu), numbers(gpu));
    let worst = cpu.iter().zip(&gpu).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    println!("{what}: {worst:e}");
    assert!(worst < 1e-4, "{what}: {worst}");
}

/// Widths that no tile divides, rows from one to more than a tile holds.
#[test]
fn every_part_of_a_pass_is_the_cpus() {
    for (heads, d_head, vocab) in [(1, 4, 11), (3, 7, 70), (4, 32, 203)] {
        let d_model = heads * d_head;
        let config = Gpt2Config {
            layers: 2,
            heads,
            d_model,
            d_mlp: 4 * d_model,
            vocab,
            context: 40,
            layer_norm_epsilon: 1e-5,
        };
        let (cpu, gpu) = models(&config);
        for length in [1, 2, 7, 8, 9, 33] {
            let tokens: Vec<TokenId> = (0..length).map(|at| TokenId(at * 5 % vocab as u32)).collect();
            let run = |model: &Gpt2| {
                let sites = [Site::ResidPre, Site::ResidMid, Site::Qkv, Site::Z, Site::AttnOut, Site::MlpOut];
                let keep =
                    sites.into_iter().fold(TapSet::none(), |keep, site| keep.and(site, model.layers()));
                Forward::new(model, &tokens, keep).expect("runs").finish()
            };
            let (a, b) = (run(&cpu), run(&gpu));
            for site in [Site::ResidPre, Site::Qkv, Site::Z, Site::AttnOut, Site::ResidMid, Site::MlpOut] {
                let of = |taps: &peek_model::Taps| taps.get(site, Layer(1)).expect("kept").clone();
                assert_near(&format!("{d_model} {length} {site:?}"), of(&a), of(&b));
            }
            let logits = |model: &Gpt2, taps: &peek_model::Taps| model.unembed(taps.resid_final.clone());
            assert_near(&format!("{d_model} {length} logits"), logits(&cpu, &a), logits(&gpu, &b));
        }
    }
}

#[test]
fn rows_in_groups_over_a_past_are_the_cpus() {
    let config = Gpt2Config {
        layers: 1,
        heads: 3,
        d_model: 24,
        d_mlp: 48,
        vocab: 20,
        context: 40,
        layer_norm_epsilon: 1e-5,
    };
    let (cpu, gpu) = models(&config);
    for (past, runs, group) in [(0, 1, 5), (9, 1, 5), (0, 4, 1), (9, 4, 1), (9, 3, 4), (30, 150, 1)] {
        let rows = |block: &Block, device: &Device, count: usize| {
            let values: Vec<f32> = (0..count * 24).map(|at| ((at * 37 % 101) as f32 - 50.0) / 25.0).collect();
            block.qkv(Tensor::from_data(burn::tensor::TensorData::new(values, [count, 24]), device))
        };
        let attended = |model: &Gpt2| {
            let block = &model.blocks[0];
            let seen = (past > 0).then(|| Past { qkv: rows(block, &model.device, past + 2), len: past });
            block.attend(&rows(block, &model.device, runs * group), seen.as_ref(), group)
        };
        assert_near(&format!("{past} {runs} {group}"), attended(&cpu), attended(&gpu));
    }
}
