import { join } from 'node:path'

import type { LanguageServer } from '../../src/code-intelligence/index.ts'

/** A made-up server for `.fake` files, which behaves as its mode says. */
export function fakeServer(mode: string, ...more: readonly string[]): LanguageServer {
  const script = join(import.meta.dirname, 'fake-server.mjs')
  return {
    name: 'fake',
    role: 'fake',
    languages: { '.fake': 'fake' },
    markers: [],
    command: 'fake --stdio',
    navigates: true,
    find: async () => ({ command: process.execPath, arguments: [script, mode, ...more] }),
  }
}
