import type { JsonObject } from '@keepup/core'

const name = { path: 'src/quote.ts', line: 12, symbol: 'quote' }
const texts = { old_text: 'a', new_text: 'b' }

/** Inputs that show what each tool touches, by its name. */
export const toolSamples: Readonly<Record<string, readonly JsonObject[]>> = {
  apply_patch: [
    { patch: '*** Begin Patch\n*** Add File: new.txt\n+text\n*** Delete File: old.txt\n*** End Patch\n' },
  ],
  definition: [name],
  diagnostics: [{ paths: ['src/quote.ts'] }],
  edit: [{ path: 'src/quote.ts', ...texts }],
  glob: [{ pattern: '**/*.ts' }],
  grep: [{ pattern: 'quote' }, { pattern: 'quote', path: 'src' }],
  ls: [{}, { path: 'src' }],
  multi_edit: [{ path: 'src/quote.ts', edits: [texts] }],
  read: [{ path: 'src/quote.ts' }, { path: 'artifact:0123' }],
  references: [name],
  rename: [{ ...name, new_name: 'offer' }],
  shell: [{ command: 'npm test' }, { command: 'cat package.json > copy.json' }],
  symbols: [{ path: 'src/quote.ts' }],
  write: [{ path: 'src/quote.ts', content: 'text' }],
}
