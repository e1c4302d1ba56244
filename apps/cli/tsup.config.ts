import { defineConfig } from 'tsup'

/** One program: everything but the database drivers and the optional sandbox is bundled, and each command is a chunk that only its caller loads. */
export default defineConfig({
  // Pages are converted in a thread of their own, which loads its program from a file.
  entry: { main: 'src/main.ts', 'convert-worker': '../../packages/toolkit/src/web/convert-worker.ts' },
  format: 'esm',
  target: 'node18',
  platform: 'node',
  splitting: true,
  clean: true,
  minify: true,
  sourcemap: false,
  noExternal: [/^(?!better-sqlite3$|pg$|@anthropic-ai\/sandbox-runtime$)/],
  external: ['better-sqlite3', 'pg', '@anthropic-ai/sandbox-runtime'],
  esbuildOptions(options) {
    options.conditions = ['@keepup/source', 'module', 'import']
    options.supported = { 'import-attributes': true, 'top-level-await': true }
  },
})
