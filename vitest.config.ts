import { readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'

import { defineConfig } from 'vitest/config'

const roots = ['packages', 'apps'].flatMap((folder) => readdirSync(folder).map((name) => `${folder}/${name}`))

/** Files that take whole programs minutes are run by `pnpm e2e` alone. */
const exclude =
  process.env['KEEPUP_E2E'] === undefined
    ? ['**/node_modules/**', '**/*.e2e.test.ts']
    : ['**/node_modules/**']

/** What some projects need beyond the common settings. */
const settings: Readonly<Record<string, object>> = {
  'apps/cli': { globalSetup: ['@keepup/vitest/postgres'] },
  'packages/a2a': { globalSetup: ['@keepup/vitest/postgres'] },
  'packages/checkpoint-postgres': { globalSetup: ['@keepup/vitest/postgres'] },
  'packages/cluster': { globalSetup: ['@keepup/vitest/postgres'] },
  'packages/database-postgres': { globalSetup: ['@keepup/vitest/postgres'] },
  'packages/graph': { globalSetup: ['@keepup/vitest/postgres'] },
  // LangChain's suite for savers takes `describe` and `it` from there.
  'packages/langgraph-saver': { globals: true, globalSetup: ['@keepup/vitest/postgres'] },
  // Every login of a test is a dozen connections over TLS, in processes of their own some of them.
  'packages/mcp-security': { testTimeout: 30_000 },
  'packages/memory': { globalSetup: ['@keepup/vitest/postgres'] },
}

export default defineConfig({
  // Workspace packages resolve to their TypeScript sources, so tests never need a build.
  ssr: { resolve: { conditions: ['@keepup/source', 'module', 'node'] } },
  test: {
    projects: [
      ...roots,
      'tooling/check',
      'tooling/docs',
      'tooling/mutants',
      'tooling/protocol',
      'tooling/repository',
      'tooling/soak',
    ].map((root) => ({
      extends: true,
      test: {
        name: root.split('/')[1] ?? root,
        root,
        include: ['test/**/*.test.ts'],
        exclude,
        ...settings[root],
      },
    })),
    // Much of what is tested waits for other processes; one worker fewer than there are processors would leave half of two idle.
    maxWorkers: Math.max(2, availableParallelism()),
    // A machine that does much else is slow, and slow is not wrong: only what hangs should fail.
    testTimeout: 20_000,
    restoreMocks: true,
    coverage: {
      provider: 'v8',
      include: ['**/src/**'],
      reporter: ['text', 'json-summary'],
    },
  },
})
