// Bundles src/ into static/: one script, and the licences of the packages in it.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const STATIC = "static";
const PACKAGE = /^node_modules\/(?:@[^/]+\/)?[^/]+/;

// The licence of each package that the bundle holds a part of, in the order of their names.
function licences(inputs) {
  const folders = new Set(Object.keys(inputs).flatMap((path) => path.match(PACKAGE) ?? []));
  return [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json")));
    const text = ["LICENSE", "LICENSE.md"].map((file) => join(folder, file)).find(existsSync);
    if (text === undefined) throw new Error(`${name} has no licence text`);
    return `${name} ${version} (${license})\n\n${readFileSync(text, "utf8").trim()}\n`;
  });
}

const result = await build({
  entryPoints: { "socket.io": "src/socket.io.js" },
  outdir: STATIC,
  bundle: true,
  format: "iife",
  platform: "browser",
  target: "es2020",
  minify: true,
  legalComments: "none", // the file beside it has them whole
  metafile: true,
  write: false,
});

mkdirSync(STATIC, { recursive: true });
const [script] = result.outputFiles;
const banner = "/* The official Socket.IO client; LICENSES.txt beside this file has its licences. */\n";
const files = {
  "LICENSES.txt": licences(result.metafile.inputs).join("\n---\n\n"),
  "socket.io.js": banner + script.text,
};
for (const [name, text] of Object.entries(files)) {
  // A file is whole or not there, whenever the build ends.
  writeFileSync(join(STATIC, `${name}.part`), text);
  renameSync(join(STATIC, `${name}.part`), join(STATIC, name));
}
