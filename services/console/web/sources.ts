// Remembers which sources a build was made of, so that a test without Node sees when the two part.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

const BESIDE = ['index.html', 'package-lock.json', 'package.json', 'vite.config.ts'];

/** SHA-256 over the names and contents of all that the build is made of, tests left out. */
export function hashOfSources(root: string): string {
  const inside = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).map((name) => `src/${name}`);
  const names = [...BESIDE, ...inside].filter((name) => /\.(ts|tsx|css|html|json)$/.test(name) && !/\.test\.tsx?$/.test(name)).toSorted();
  const hash = createHash('sha256');
  for (const name of names) hash.update(`${name}\0`).update(readFileSync(join(root, name))).update('\0');
  return hash.digest('hex');
}

export const rememberSources = (root: string): Plugin => ({
  name: 'remember-sources',
  generateBundle() {
    this.emitFile({ type: 'asset', fileName: 'sources.sha256', source: `${hashOfSources(root)}\n` });
  },
});
