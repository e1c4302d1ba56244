import { normalise, wordsOf } from '../matching/normalise.ts'
import { promptHas, type PromptText } from '../matching/prompt-text.ts'
import type { Owner } from '../rules/owner.ts'
import { isOwner } from '../rules/owner.ts'
import { type ArgumentLeaf, argumentName } from './argument-leaves.ts'

/** Words that carry no topic: they neither make nor break that a query is the user's. */
const fillers = new Set('a an and at by for from in my of on or the to with'.split(' '))

/** Whether every argument of a read is in the user's words, and there is one. */
export function isNamedRead(
  leaves: readonly ArgumentLeaf[],
  prompts: readonly PromptText[],
  owner: Owner,
): boolean {
  const given = leaves.filter(({ value }) => value !== null && typeof value !== 'boolean')
  return given.length > 0 && given.every((leaf) => isFromUser(leaf, prompts, owner))
}

function isFromUser({ pointer, value }: ArgumentLeaf, prompts: readonly PromptText[], owner: Owner): boolean {
  if (typeof value !== 'string' && typeof value !== 'number') return false
  if (typeof value === 'string' && isOwner(owner, value)) return true
  return prompts.some(
    (prompt) => promptHas(prompt, value, argumentName(pointer)) || hasAllWords(prompt, value),
  )
}

/** A query in other order than the user's: "TechServices password reset" for "reset my TechServices password". */
function hasAllWords({ words }: PromptText, value: string | number): boolean {
  const wanted = wordsOf(normalise(String(value))).filter((word) => !fillers.has(word))
  if (wanted.length < 2 || !/^[\p{L}\p{N} '-]+$/u.test(String(value))) return false
  return wanted.every((word) => words.has(word))
}
