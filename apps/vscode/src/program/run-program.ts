import { KeepupError } from '@keepup/core'

import type { Program } from './program.ts'
import { startProgram } from './start-program.ts'

/** The most that is read of what a command prints, in characters. */
const most = 4_000_000

/**
 * Runs a command of keepup to its end, and gives what it printed. Fails `request-failed` with what it said where it ends with another code than 0.
 */
export async function runProgram(
  program: Program,
  words: readonly string[],
  place: { readonly folder: string; readonly note: (text: string) => void },
): Promise<string> {
  const { child, ended, complaint } = await startProgram(program, words, place)
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text
    if (printed.length > most) child.kill('SIGTERM')
  })
  child.stdin.end()
  const code = await ended
  if (code === 0) return printed
  throw new KeepupError(
    'request-failed',
    `keepup ${words.slice(0, 2).join(' ')} failed: ${complaint() || `it ended with ${code ?? 'a signal'}`}`,
  )
}
