import type { JsonObject } from '@keepup/core'

const name = { path: 'src/quote.ts', line: 12, symbol: 'quote' }
const texts = { old_text: 'a', new_text: 'b' }

/** Inputs that show what each tool touches, by its name. */
export const toolSamples: Readonly<Record<string, readonly JsonObject[]>> = {
  apply_patch: [
    { patch: '*** Begin Patch\n*** Add File: new.txt\n+text\n*** Delete File: old.txt\n*** End Patch\n' },
  ],
  ask_user: [{ question: 'Which database?', options: ['SQLite', 'PostgreSQL'] }],
  cancel_agents: [{ agents: ['a1'] }],
  collect_agents: [{}, { agents: ['a1'] }],
  code: [{ source: '1 + 1' }, { language: 'python', source: 'print(1)' }],
  computer: [
    { action: 'navigate', url: 'https://example.org/' },
    { action: 'click', ref: 'e12' },
  ],
  computer_view: [{ show: 'tree' }],
  definition: [name],
  delegate_to_agent: [{ role: 'explorer', task: 'Find where quotes are made.' }],
  diagnostics: [{ paths: ['src/quote.ts'] }],
  edit: [{ path: 'src/quote.ts', ...texts }],
  hand_off_to_agent: [{ role: 'general', task: 'Finish it.' }],
  glob: [{ pattern: '**/*.ts' }],
  grep: [{ pattern: 'quote' }, { pattern: 'quote', path: 'src' }],
  ls: [{}, { path: 'src' }],
  multi_edit: [{ path: 'src/quote.ts', edits: [texts] }],
  read: [{ path: 'src/quote.ts' }, { path: 'artifact:0123' }],
  references: [name],
  rename: [{ ...name, new_name: 'offer' }],
  shell: [
    { command: 'npm test' },
    { command: 'cat package.json > copy.json' },
    { command: 'npm run dev', background: true },
  ],
  think: [{ thought: 'The test fails before the change as well.' }],
  todo: [{ items: [{ text: 'Read the test', status: 'active' }] }],
  shell_input: [{ id: 'cmd-0123456789ab', text: 'y' }],
  shell_kill: [{ id: 'cmd-0123456789ab' }],
  shell_output: [{ id: 'cmd-0123456789ab' }],
  symbols: [{ path: 'src/quote.ts' }],
  web_fetch: [{ url: 'https://example.org/page' }],
  web_search: [{ query: 'keepup' }],
  write: [{ path: 'src/quote.ts', content: 'text' }],
}
