// Checks GLB files with the Khronos validator, as TAP: node validate_glb.mjs FILE...
// Any error or warning fails a file; hints do not.
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const validator = require("gltf-validator");
const files = process.argv.slice(2);
let failed = 0;
console.log(`1..${files.length}`);
for (const [index, file] of files.entries()) {
  const report = await validator.validateBytes(new Uint8Array(await readFile(file)), { maxIssues: 20 });
  const { numErrors, numWarnings } = report.issues;
  const isGood = numErrors === 0 && numWarnings === 0;
  failed += isGood ? 0 : 1;
  console.log(`${isGood ? "ok" : "not ok"} ${index + 1} - ${basename(file)}`);
  if (!isGood)
    for (const message of report.issues.messages.filter((m) => m.severity < 2)) console.log(`# ${message.code} ${message.pointer ?? ""}: ${message.message}`);
}
process.exit(failed > 0 ? 1 : 0);
