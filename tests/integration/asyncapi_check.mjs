// Parses an AsyncAPI document by the official parser; its complaints go to standard output, one a line.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const { Parser } = createRequire(join(process.cwd(), "index.js"))("@asyncapi/parser");
const { document, diagnostics } = await new Parser().parse(readFileSync(process.argv[2], "utf8"));
for (const { severity, message, path } of diagnostics) {
  if (severity === 0) console.log(path.join("."), message);
}
console.log(document ? `valid: ${document.messages().length} messages` : "not valid");
