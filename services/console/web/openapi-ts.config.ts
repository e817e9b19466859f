// Makes src/shared/api/generated from the published OpenAPI document: `npm run generate`.
import { defineConfig } from '@hey-api/openapi-ts';

export default defineConfig({
  input: '../../../docs/api/openapi.json',
  output: { path: 'src/shared/api/generated', postProcess: [] },
  parser: { filters: { operations: { exclude: ['/dead-letters/', '/queues/', '/reconcile/', '/api/uploads/', '/subscriptions/'] } } },
  plugins: [
    '@hey-api/client-fetch',
    '@hey-api/typescript',
    // By method and path: the names of functions in the services may change, these are the contract.
    { name: '@hey-api/sdk', operations: { strategy: 'flat' }, operationId: false },
  ],
});
