// Bundles the adapters that are named, and prints them one after the other.

import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { compile } from "svelte/compiler";

const folder = dirname(fileURLToPath(import.meta.url));

const svelte = {
  name: "svelte",
  setup({ onLoad }) {
    onLoad({ filter: /\.svelte$/ }, async ({ path }) => {
      const { js } = compile(await readFile(path, "utf8"), { generate: "client", filename: path });
      return { contents: js.code, loader: "js" };
    });
  },
};

const bundled = async (name) => {
  const is18 = name === "react-18";
  const { outputFiles } = await build({
    entryPoints: [join(folder, `${name.replace(/-\d+$/, "")}.js`)],
    alias: is18 ? { react: "react-18", "react-dom": "react-dom-18" } : {},
    define: { "process.env.NODE_ENV": '"production"', __VUE_OPTIONS_API__: "true",
      __VUE_PROD_DEVTOOLS__: "false", __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false" },
    conditions: ["browser"],
    plugins: [svelte],
    bundle: true,
    format: "iife",
    write: false,
    logLevel: "error",
  });
  return outputFiles[0].text;
};

process.stdout.write((await Promise.all(process.argv.slice(2).map(bundled))).join("\0"));
