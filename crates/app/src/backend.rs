use peek_protocol::BackendKind;

/// The user's choice of backend.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BackendChoice {
    /// WebGPU where a real adapter can carry it, otherwise the CPU.
    #[default]
    Automatic,
    /// WebGPU even on a software adapter.
    WebGpu,
    /// The CPU.
    Cpu,
}

/// What the browser says about WebGPU.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AdapterReport {
    /// Whether `navigator.gpu` is there. Browsers withhold it on plain `http://` addresses other than this machine's.
    pub has_gpu_api: bool,
    /// Whether the page is in a secure context.
    pub is_secure: bool,
    /// The adapter that was offered.
    pub adapter: Option<Adapter>,
}

/// A WebGPU adapter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Adapter {
    /// What it calls itself; may be empty.
    pub name: String,
    /// Whether it computes on the CPU: right, but a hundred times slower than the CPU engine.
    pub is_software: bool,
    /// Whether it has `timestamp-query`, without which the GPU library cannot start.
    pub has_timestamp_query: bool,
}

/// Where the model runs, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Where.
    pub kind: BackendKind,
    /// Where and why, in words that follow `Runs on`.
    pub why: String,
    /// Whether the user asked for something else.
    pub is_fallback: bool,
}

/// Chooses the backend. `broken` is what went wrong when WebGPU was tried before.
#[must_use]
pub fn decide(choice: BackendChoice, report: &AdapterReport, broken: Option<&str>) -> Decision {
    let cpu = |why: String, is_fallback: bool| Decision { kind: BackendKind::Cpu, why, is_fallback };
    let asked = choice == BackendChoice::WebGpu;
    if choice == BackendChoice::Cpu {
        return cpu("the CPU, as chosen.".to_owned(), false);
    }
    if let Some(reason) = broken {
        let reason = reason.trim_end_matches('.');
        return cpu(format!("the CPU, because WebGPU could not be used: {reason}."), asked);
    }
    let Some(adapter) = &report.adapter else {
        let why = match (report.has_gpu_api, report.is_secure) {
            (false, false) => "the CPU, because browsers offer WebGPU only over https or on this machine.",
            (false, true) => "the CPU, because this browser has no WebGPU.",
            (true, _) => "the CPU, because the browser found no WebGPU adapter.",
        };
        return cpu(why.to_owned(), asked);
    };
    let name = if adapter.name.is_empty() { "the graphics adapter" } else { &adapter.name };
    if !adapter.has_timestamp_query {
        return cpu(
            format!("the CPU, because {name} lacks timestamp-query, which WebGPU here needs."),
            asked,
        );
    }
    match (adapter.is_software, asked) {
        (true, false) => cpu(format!("the CPU, because {name} is a software adapter and far slower."), false),
        (true, true) => Decision {
            kind: BackendKind::WebGpu,
            why: format!("WebGPU, as chosen, on {name}: a software adapter, so expect it to be slow."),
            is_fallback: false,
        },
        (false, true) => Decision {
            kind: BackendKind::WebGpu,
            why: format!("WebGPU, as chosen, on {name}."),
            is_fallback: false,
        },
        (false, false) => {
            Decision { kind: BackendKind::WebGpu, why: format!("WebGPU on {name}."), is_fallback: false }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(adapter: Adapter) -> AdapterReport {
        AdapterReport { has_gpu_api: true, is_secure: true, adapter: Some(adapter) }
    }

    fn real() -> Adapter {
        Adapter { name: "Acme 9".into(), is_software: false, has_timestamp_query: true }
    }

    #[test]
    fn a_real_adapter_is_used_unless_the_cpu_was_chosen() {
        assert_eq!(decide(BackendChoice::Automatic, &with(real()), None).kind, BackendKind::WebGpu);
        assert_eq!(decide(BackendChoice::WebGpu, &with(real()), None).kind, BackendKind::WebGpu);
        let cpu = decide(BackendChoice::Cpu, &with(real()), None);
        assert_eq!((cpu.kind, cpu.is_fallback), (BackendKind::Cpu, false));
    }

    #[test]
    fn a_software_adapter_is_used_only_when_asked_for() {
        let report = with(Adapter { name: "SwiftShader".into(), is_software: true, ..real() });
        let automatic = decide(BackendChoice::Automatic, &report, None);
        assert_eq!(automatic.kind, BackendKind::Cpu);
        assert!(automatic.why.contains("SwiftShader is a software adapter"), "{}", automatic.why);
        let chosen = decide(BackendChoice::WebGpu, &report, None);
        assert_eq!(chosen.kind, BackendKind::WebGpu);
        assert!(chosen.why.contains("slow"), "{}", chosen.why);
    }

    #[test]
    fn without_timestamp_query_webgpu_is_never_started() {
        let report = with(Adapter { has_timestamp_query: false, ..real() });
        for choice in [BackendChoice::Automatic, BackendChoice::WebGpu] {
            let decision = decide(choice, &report, None);
            assert_eq!(decision.kind, BackendKind::Cpu);
            assert!(decision.why.contains("timestamp-query"), "{}", decision.why);
            assert_eq!(decision.is_fallback, choice == BackendChoice::WebGpu);
        }
    }

    #[test]
    fn each_way_of_having_no_adapter_has_its_own_sentence() {
        let says = |has_gpu_api, is_secure| {
            let report = AdapterReport { has_gpu_api, is_secure, adapter: None };
            let decision = decide(BackendChoice::WebGpu, &report, None);
            assert_eq!((decision.kind, decision.is_fallback), (BackendKind::Cpu, true));
            decision.why
        };
        assert!(says(false, true).contains("no WebGPU"));
        assert!(says(false, false).contains("https"));
        assert!(says(true, true).contains("no WebGPU adapter"));
    }

    #[test]
    fn what_broke_before_is_said_and_not_tried_again() {
        let decision = decide(BackendChoice::Automatic, &with(real()), Some("the device was lost."));
        assert_eq!(decision.kind, BackendKind::Cpu);
        assert!(decision.why.ends_with("the device was lost."), "{}", decision.why);
    }
}
