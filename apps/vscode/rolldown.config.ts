import { defineConfig } from 'rolldown'

/** The extension, which the editor loads as CommonJS, and the page of its chat. Each is one file. */
export default defineConfig([
  {
    input: { extension: 'src/activate.ts' },
    platform: 'node',
    external: ['vscode'],
    resolve: { conditionNames: ['@keepup/source', 'module', 'import'] },
    transform: { target: 'node20' },
    output: {
      dir: 'dist',
      format: 'cjs',
      entryFileNames: '[name].cjs',
      codeSplitting: false,
      minify: true,
      cleanDir: true,
    },
  },
  {
    input: { page: 'page/page.ts' },
    platform: 'browser',
    resolve: { conditionNames: ['@keepup/source', 'module', 'import'] },
    transform: { target: 'es2023' },
    output: { dir: 'dist', format: 'iife', minify: true },
  },
])
