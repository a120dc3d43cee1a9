// A deep model with as many heads a layer as wanted, over the demo's tokens.
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { synth } from './synth';

const demo = join(dirname(fileURLToPath(import.meta.url)), '../../../assets/demo');
const folders: string[] = [];

export const LAYERS = 24;

// Its files, as they are picked.
export function deepModel(heads: number): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'peek-many-cells-'));
  folders.push(folder);
  synth(folder, 3, { layers: LAYERS, heads, 'd-model': 48, vocab: 2587, context: 64 });
  copyFileSync(join(demo, 'tokenizer.json'), join(folder, 'tokenizer.json'));
  return ['model.safetensors', 'config.json', 'tokenizer.json'].map((name) => join(folder, name));
}

export const removeModels = () => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true }));
