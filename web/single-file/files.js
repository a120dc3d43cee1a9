// Files that lie inside the single file, gzipped and in base64: `{ "demo/config.json": { base64, bytes } }`. Both the page
// and its worker begin with this script.

const TYPES = { json: "application/json", txt: "text/plain", wasm: "application/wasm" };

// A file as an answer, unpacked as it is read.
function peekUnpack(name, { base64, bytes }) {
  const text = atob(base64);
  const packed = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) packed[i] = text.charCodeAt(i);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const type = TYPES[name.slice(name.lastIndexOf(".") + 1)] ?? "application/octet-stream";
  return new Response(stream, { headers: { "content-type": type, "content-length": String(bytes) } });
}

// Has `fetch` answer with these files, whether they are asked for as `demo/config.json` or below the page's own address.
function peekServe(files, base) {
  const network = self.fetch.bind(self);
  self.fetch = async (what, options) => {
    const address = String(what instanceof Request ? what.url : what).split(/[?#]/)[0];
    const name = (address.startsWith(base) ? address.slice(base.length) : address).replace(/^\.\//, "");
    return Object.hasOwn(files, name) ? peekUnpack(name, files[name]) : network(what, options);
  };
}
