"""Exports a GPT-2 checkpoint to ONNX with the logits of the last position alone, as next-token prediction needs them.

    python export_onnx.py CHECKPOINT_DIR LAYERS OUT.onnx

LAYERS cuts the model to its first blocks. The length of the prompt stays open.
"""

import sys
from pathlib import Path

import onnx
import torch
from safetensors.torch import load_file
from transformers import GPT2Config, GPT2LMHeadModel


class LastLogits(torch.nn.Module):
    def __init__(self, model: GPT2LMHeadModel):
        super().__init__()
        self.model = model

    def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
        hidden = self.model.transformer(input_ids, use_cache=False).last_hidden_state
        return self.model.lm_head(hidden[:, -1, :])


def main() -> None:
    folder, layers, out = Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    config = GPT2Config.from_json_file(folder / "config.json")
    config.n_layer = layers
    config._attn_implementation = "eager"
    model = GPT2LMHeadModel(config)
    tensors = load_file(folder / "model.safetensors")
    wanted = model.transformer.state_dict().keys()
    model.transformer.load_state_dict({name: tensors[name] for name in wanted if name in tensors}, strict=False)
    model.tie_weights()
    model.eval()
    ids = torch.tensor([[50256, 1, 2, 3]])
    with torch.no_grad():
        program = torch.onnx.export(
            LastLogits(model),
            (ids,),
            dynamo=True,
            input_names=["input_ids"],
            output_names=["logits"],
            dynamic_shapes={"input_ids": {1: torch.export.Dim("tokens", min=2, max=1024)}},
        )
        expected = LastLogits(model)(ids)
    program.optimize()
    program.save(out, external_data=False)
    print(f"{out}: {out.stat().st_size} bytes, opset {onnx.load(out).opset_import[0].version}", file=sys.stderr)

    import onnxruntime

    found = onnxruntime.InferenceSession(str(out)).run(None, {"input_ids": ids.numpy()})[0]
    worst = abs(found - expected.numpy()).max()
    print(f"largest difference from PyTorch: {worst:.2e}", file=sys.stderr)
    if worst > 1e-3:
        sys.exit("the exported model computes something else")


if __name__ == "__main__":
    main()
