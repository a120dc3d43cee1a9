//! The native half, on the CPU with all cores: `cargo bench -p peek-bench`.

use std::time::Duration;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use peek_bench::{Differs, Subject, Work, gpt2_small};
use pollster::block_on;

/// Lengths of the prompts, unless `PEEK_TOKENS` lists others.
const TOKENS: &str = "8,16,64,256";
/// Lengths whose grids over positions are timed: longer ones take minutes.
const GRIDS: [usize; 2] = [16, 64];

fn native(criterion: &mut Criterion) {
    let model = gpt2_small(12, &peek_model::cpu()).expect("GPT-2 small fits into memory");
    let lengths = std::env::var("PEEK_TOKENS").unwrap_or_else(|_| TOKENS.to_owned());
    for tokens in lengths.split(',').map(|tokens| tokens.parse().expect("PEEK_TOKENS lists numbers")) {
        let subject = block_on(Subject::new(&model, tokens)).expect("the prompts fit");
        let mut group = criterion.benchmark_group(format!("native-{tokens}"));
        group.sample_size(10).warm_up_time(Duration::from_millis(300));
        group.measurement_time(Duration::from_secs(2));
        let mut all = vec![Work::Forward, Work::Lens, Work::NaiveHead, Work::Whole, Work::Answer];
        all.extend((1..=4).map(Work::Sweep));
        if GRIDS.contains(&tokens) {
            all.extend([Differs::First, Differs::Half].map(Work::LayerGrid));
            all.extend([Differs::First, Differs::Half].map(Work::HeadGrid));
        }
        for work in all {
            group.bench_function(BenchmarkId::from_parameter(work), |bencher| {
                bencher.iter(|| block_on(work.once(&subject)).expect("it runs"));
            });
        }
        group.finish();
    }
}

criterion_group!(benches, native);
criterion_main!(benches);
