import { once } from 'node:events'
import { text } from 'node:stream/consumers'

import { usageError } from './error-report.ts'
import type { Host, InputKind } from './host.ts'

/** How long to wait for the first byte of an input that may have been left open by accident. */
const patience: Partial<Record<InputKind, number>> = { pipe: 1000, socket: 20 }

/**
 * What the agent is to do: the words of the command line, with piped text after them; standard input alone where there are no words or where
 * they are `-`. Fails `input-invalid` where there is nothing.
 */
export async function readPrompt(
  host: Host,
  words: readonly string[],
  warn: (text: string) => void,
): Promise<string> {
  const asked = words.join(' ').trim()
  const alone = asked === '' || asked === '-'
  const piped = alone ? await readAll(host, asked) : await readOffered(host, warn)
  const prompt = [alone ? '' : asked, piped.trim()].filter((part) => part !== '').join('\n\n')
  if (prompt === '') throw nothingToDo()
  return prompt
}

async function readAll(host: Host, asked: string): Promise<string> {
  if (isQuiet(host) && asked !== '-') throw nothingToDo()
  return text(host.stdin)
}

/** Piped text beside a prompt. A pipe that nobody writes to must not keep the program waiting for ever. */
async function readOffered(host: Host, warn: (text: string) => void): Promise<string> {
  const kind = host.inputKind
  if (isQuiet(host)) return ''
  const wait = patience[kind]
  if (wait === undefined || (await speaksWithin(host, wait))) return text(host.stdin)
  if (kind === 'pipe') warn('nothing came from standard input within a second, going on without it')
  host.stdin.destroy()
  return ''
}

function isQuiet({ inputKind }: Host): boolean {
  return inputKind === 'idle' || inputKind === 'terminal'
}

async function speaksWithin(host: Host, wait: number): Promise<boolean> {
  const done = new AbortController()
  const { signal } = done
  const spoken = Promise.race([
    once(host.stdin, 'readable', { signal }).then(() => true),
    once(host.stdin, 'end', { signal }).then(() => true),
    host.clock.sleep(wait, signal).then(() => false),
  ]).catch(() => false)
  const result = await spoken
  done.abort()
  return result
}

function nothingToDo(): Error {
  return usageError('there is no prompt', 'say what to do: keepup run "Fix the failing test"')
}
