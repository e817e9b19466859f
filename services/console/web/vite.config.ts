// Builds the console into ../static, which the repository keeps: who runs IngestIO needs no Node.
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { rememberSources } from './sources';

const root = fileURLToPath(new URL('.', import.meta.url));

export default defineConfig({
  plugins: [react(), rememberSources(root)],
  resolve: { alias: { '@': `${root}src` } },
  build: {
    outDir: '../static',
    emptyOutDir: true,
    assetsInlineLimit: 0, // the security policy knows no inline fonts or scripts
    modulePreload: { polyfill: false },
    license: { fileName: 'licenses.md' },
    rollupOptions: {
      output: {
        entryFileNames: 'assets/[name]-[hash].js',
        chunkFileNames: 'assets/[name]-[hash].js',
        assetFileNames: 'assets/[name]-[hash][extname]',
      },
    },
  },
  server: { proxy: { '/api': process.env.INGESTIO_URL ?? 'http://127.0.0.1:8080' } },
  test: { include: ['src/**/*.test.{ts,tsx}'] },
});
