import { readdirSync } from 'node:fs'

import { defineConfig } from 'vitest/config'

const roots = ['packages', 'apps'].flatMap((folder) => readdirSync(folder).map((name) => `${folder}/${name}`))

export default defineConfig({
  // Workspace packages resolve to their TypeScript sources, so tests never need a build.
  ssr: { resolve: { conditions: ['@keepup/source', 'module', 'node'] } },
  test: {
    projects: [...roots, 'tooling/check', 'tooling/mutants', 'tooling/repository'].map((root) => ({
      extends: true,
      test: { name: root.split('/')[1] ?? root, root, include: ['test/**/*.test.ts'] },
    })),
    restoreMocks: true,
    coverage: {
      provider: 'v8',
      include: ['**/src/**'],
      reporter: ['text', 'json-summary'],
    },
  },
})
