import { createRequire } from 'node:module';
import { defineConfig } from 'vitest/config';

const resolve = {
  // not `import`: vitest hands the list to Node, whose `require` would then load pg-pool's ES module, and pg fails to load
  conditions: ['corridor:source', 'node'],
  // graphql offers an ES module build beside the one Node loads; two copies in one process refuse each other's types
  alias: [{ find: /^graphql$/, replacement: createRequire(import.meta.url).resolve('graphql') }],
};

export default defineConfig({
  resolve,
  ssr: { resolve },
  test: {
    reporters: [
      'default',
      [
        'json',
        { outputFile: `.vitest-reports/${process.env['TEST_REPORT'] ?? (process.argv.includes('smoke') ? 'smoke' : 'tests')}.json` },
      ],
    ],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{schemas,gateway}/src/**/*.test.ts', '{packages,subgraphs,infra}/*/src/**/*.test.ts'],
          testTimeout: 15_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'system',
          include: ['test/**/*.test.ts'],
          exclude: ['test/smoke/**'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      // the built programs as a newcomer starts them: npm run test:smoke
      {
        extends: true,
        test: { name: 'smoke', include: ['test/smoke/**/*.test.ts'], testTimeout: 180_000, hookTimeout: 180_000, fileParallelism: false },
      },
    ],
  },
});
