import type { Effect } from '@keepup/core'
import type { Invocation } from '@keepup/shell'

import { quoted } from './call-facts.ts'
import type { ReadCommand } from './read-command.ts'

/** The text of one program with its words, alone; `undefined` where a word is not known. */
export function textOf({ program, words }: Invocation): string | undefined {
  if (program === '*' || words.includes(undefined)) return undefined
  return [program, ...words].map((word) => quoted(word ?? '')).join(' ')
}

/**
 * Whether an effect of a command is one that a program of it has by itself, where the command starts: not one of a redirection beside it, and not one
 * that only is because a folder was changed before.
 */
export function ownsEffect(
  invocation: Invocation,
  { kind, target }: Effect,
  { text: whole, read }: { readonly text: string; readonly read: ReadCommand },
): boolean {
  const text = textOf(invocation)
  if (text === undefined) return false
  if (text === whole) return true
  return read(text).effects.some((own) => own.kind === kind && own.target === target)
}
