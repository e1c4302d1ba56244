import type { Evidence } from '../contract/evidence.ts'
import type { ScopeId } from '../contract/scope.ts'
import { contentWords } from '../recall/words-of.ts'
import { withoutBlocks, withoutMark } from './recall-block.ts'
import type { ScopeReaders } from './scope-readers.ts'

/** Shorter lines may be said twice by chance. */
const leastWords = 4

/**
 * What was said, without what memory itself said before: blocks of recall always; and of all but persons, lines that repeat a piece of evidence word for word. What
 * was nothing else becomes empty. A paraphrase is not known again.
 */
export async function dropEchoes(
  readers: ScopeReaders,
  scope: ScopeId,
  said: readonly Evidence[],
): Promise<readonly Evidence[]> {
  const stripped = said.map((each) => ({ ...each, text: withoutBlocks(each.text) }))
  if (stripped.every(({ origin }) => origin === 'user')) return stripped
  const known = await knownWords(readers, scope)
  return stripped.map((each) => {
    if (each.origin === 'user' || known.size === 0) return each
    const lines = each.text.split('\n')
    const kept = lines.filter((line) => !isEcho(line, known))
    return kept.length === lines.length ? each : { ...each, text: kept.join('\n').trim() }
  })
}

function isEcho(line: string, known: ReadonlySet<string>): boolean {
  return [line, withoutMark(line)].some((text) => {
    const words = contentWords(text)
    return words.length >= leastWords && known.has(words.join(' '))
  })
}

async function knownWords(readers: ScopeReaders, scope: ScopeId): Promise<ReadonlySet<string>> {
  const { words } = await readers.open(scope)
  return new Set((words?.documents ?? []).map((document) => document.words))
}
