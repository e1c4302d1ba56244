import { createInterface } from 'node:readline'

import type { CommandLine } from '../command-line.ts'

/** Lets a person go on step by step. */
export interface Steps extends AsyncDisposable {
  /** Resolves with the next press of Enter; at once where nobody can press it. `q` quits. */
  next(): Promise<'on' | 'quit'>
}

/** Steps at a terminal. Elsewhere they go by themselves. */
export function createSteps({ host, terminal }: CommandLine): Steps {
  if (host.inputKind !== 'terminal') return { next: async () => 'on', [Symbol.asyncDispose]: async () => {} }
  const lines = createInterface({ input: host.stdin })
  const iterator = lines[Symbol.asyncIterator]()
  let told = false
  return {
    async next() {
      if (!told) await terminal.notes.write('(Enter: next, q: to the result)\n')
      told = true
      const { value, done } = await iterator.next()
      return done === true || value.trim() === 'q' ? 'quit' : 'on'
    },
    async [Symbol.asyncDispose]() {
      lines.close()
    },
  }
}
