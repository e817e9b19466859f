// Sends one file by Uppy with its tus plugin, as its documentation says. Arguments: endpoint, token, batch, file, options as JSON.
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";

const from = (name) => import(pathToFileURL(join(process.cwd(), "node_modules", name)).href);
const { Uppy } = await from("@uppy/core/lib/index.js");
const { default: Tus } = await from("@uppy/tus/lib/index.js");
const [endpoint, token, batch, file, options] = process.argv.slice(2);

const uppy = new Uppy();
uppy.use(Tus, {
  endpoint,
  headers: { Authorization: `Bearer ${token}` },
  retryDelays: [0, 500, 1000, 2000, 3000, 4000, 4000],
  allowedMetaFields: ["batch_id", "filename"],
  ...JSON.parse(options),
});
// Under Node a file is a Buffer, in a browser a Blob: only its size is asked of it.
const data = readFileSync(file);
data.size = data.length;
uppy.addFile({ name: basename(file), data, meta: { batch_id: batch, filename: basename(file) } });
const { successful, failed } = await uppy.upload();
if (failed.length) {
  console.error(failed[0].error);
  process.exitCode = 1;
} else {
  console.log(successful[0].uploadURL);
}
