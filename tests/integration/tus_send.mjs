// Sends one file by tus-js-client, as its documentation says. Arguments: endpoint, token, batch, file, options as JSON.
import { createReadStream } from "node:fs";
import { createRequire } from "node:module";
import { basename } from "node:path";
import { join } from "node:path";

const tus = createRequire(join(process.cwd(), "index.js"))("tus-js-client");
const [endpoint, token, batch, file, options] = process.argv.slice(2);

const upload = new tus.Upload(createReadStream(file), {
  endpoint,
  headers: { Authorization: `Bearer ${token}` },
  metadata: { batch_id: batch, filename: basename(file) },
  retryDelays: [0, 500, 1000, 2000, 3000, 4000, 4000],
  onError: (error) => console.error(error.message),
  onSuccess: () => {
    console.log(upload.url);
    process.exitCode = 0;
  },
  ...JSON.parse(options),
});
process.exitCode = 1; // until it says that it succeeded: a client that falls silent ends as well
upload.start();
