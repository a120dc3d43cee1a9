// The demo's files, as a user would pick them, whole, renamed and damaged.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = join(dirname(fileURLToPath(import.meta.url)), '../../../assets/demo');

export type Picked = { name: string; mimeType: string; buffer: Buffer };

export function demoFile(name: 'model.safetensors' | 'config.json' | 'tokenizer.json', as: string = name): Picked {
  const mimeType = name.endsWith('.json') ? 'application/json' : 'application/octet-stream';
  return { name: as, mimeType, buffer: readFileSync(join(folder, name)) };
}

export const demoConfig = () => JSON.parse(demoFile('config.json').buffer.toString()) as Record<string, number>;

// A safetensors file is eight bytes of header length, a JSON header, and the tensors' bytes.
type Header = Record<string, unknown>;

// The same tensors under a header that `change` has made of the old one.
export function withHeader(file: Picked, change: (header: Header) => Header): Picked {
  const length = Number(file.buffer.readBigUInt64LE(0));
  const header = JSON.parse(file.buffer.subarray(8, 8 + length).toString()) as Header;
  // Padded with spaces to a multiple of eight, as its own writer does.
  const text = JSON.stringify(change(header));
  const bytes = Buffer.from(text.padEnd(Math.ceil(Buffer.byteLength(text) / 8) * 8));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(bytes.length));
  return { ...file, buffer: Buffer.concat([size, bytes, file.buffer.subarray(8 + length)]) };
}

// The names that GPT2LMHeadModel's own checkpoints use; from either form to the other.
export function withOtherPrefix(file: Picked): Picked {
  const prefix = 'transformer.';
  return withHeader(file, (header) =>
    Object.fromEntries(
      Object.entries(header).map(([name, tensor]) => {
        if (name === '__metadata__') return [name, tensor];
        return [name.startsWith(prefix) ? name.slice(prefix.length) : prefix + name, tensor];
      }),
    ),
  );
}

export const truncated = (file: Picked, part = 0.5): Picked => ({
  ...file,
  buffer: file.buffer.subarray(0, Math.floor(file.buffer.length * part)),
});

export const textFile = (name: string, text: string): Picked => ({
  name,
  mimeType: 'application/octet-stream',
  buffer: Buffer.from(text),
});

// The same file with the first weight of one tensor set to 1.
export function damaged(file: Picked, tensor = 'h.1.attn.c_proj.weight'): Picked {
  const length = Number(file.buffer.readBigUInt64LE(0));
  const header = JSON.parse(file.buffer.subarray(8, 8 + length).toString()) as Record<string, { dtype: string; data_offsets: number[] }>;
  const found = header[tensor] ?? header[`transformer.${tensor}`];
  if (!found) throw new Error(`${tensor} is not in the file`);
  const one = { F16: Buffer.from([0x00, 0x3c]), F32: Buffer.from([0x00, 0x00, 0x80, 0x3f]) }[found.dtype];
  if (!one) throw new Error(`${tensor} is stored as ${found.dtype}`);
  const buffer = Buffer.from(file.buffer);
  one.copy(buffer, 8 + length + (found.data_offsets[0] ?? 0));
  return { ...file, buffer };
}
