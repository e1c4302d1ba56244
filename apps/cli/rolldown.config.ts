import type { InputOptions, OutputOptions } from 'rolldown'

/** What every command needs, and what a run needs besides: each one file, because finding and linking seventy small ones takes longer than running them. */
const groups = [
  { name: 'foundation', priority: 2, test: /apps\/cli\/src\/(program|host|store)\.ts$/ },
  { name: 'agent', priority: 1, test: /apps\/cli\/src\/commands\/run\.ts$|\/openai-compatible\.ts$/ },
]

/** One program: everything but the database drivers and the optional sandbox is bundled, and each command is a chunk that only its caller loads. */
const config: InputOptions & { readonly output: OutputOptions } = {
  // Pages are converted in a thread of their own, which loads its program from a file.
  input: { main: 'src/main.ts', 'convert-worker': '../../packages/toolkit/src/web/convert-worker.ts' },
  platform: 'node',
  external: ['better-sqlite3', 'pg', '@anthropic-ai/sandbox-runtime', '@napi-rs/keyring'],
  resolve: {
    conditionNames: ['@keepup/source', 'module', 'import'],
    // Its other build looks for its parts when it runs, where they are no longer.
    alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
  },
  // An old Node must still understand the file that tells it that it is too old.
  transform: { target: 'node18' },
  // The browser driver evaluates what a page gives it, in the page.
  checks: { eval: false },
  logLevel: 'warn',
  output: { dir: 'dist', format: 'esm', minify: true, cleanDir: true, codeSplitting: { groups } },
}

export default config
