import type { Evidence } from '../contract/evidence.ts'
import type { ScopeId } from '../contract/scope.ts'
import { contentWords } from '../recall/words-of.ts'
import { loadHistory } from './catch-up.ts'
import { unbounded } from './entry-types.ts'
import type { ResolvedParts } from './parts.ts'
import { withoutBlocks, withoutMark } from './recall-block.ts'
import type { ScopeReaders } from './scope-readers.ts'

/** Shorter lines may be said twice by chance, where they do not bear the mark of a block. */
const leastWords = 3

/**
 * What was said, without what memory itself said before: blocks of recall always; and of all but persons, lines that repeat a piece of evidence or an item word for word. What
 * was nothing else becomes empty. A paraphrase is not known again.
 */
export async function dropEchoes(
  parts: ResolvedParts,
  readers: ScopeReaders,
  scope: ScopeId,
  said: readonly Evidence[],
): Promise<readonly Evidence[]> {
  const stripped = said.map((each) => ({ ...each, text: withoutBlocks(each.text) }))
  if (stripped.every(({ origin }) => origin === 'user')) return stripped
  const known = await knownWords(parts, readers, scope)
  return stripped.map((each) => {
    if (each.origin === 'user' || known.size === 0) return each
    const lines = each.text.split('\n')
    const kept = lines.filter((line) => !isEcho(line, known))
    return kept.length === lines.length ? each : { ...each, text: kept.join('\n').trim() }
  })
}

function isEcho(line: string, known: ReadonlySet<string>): boolean {
  const text = withoutMark(line)
  const least = text === line ? leastWords : 1
  const words = contentWords(text)
  return words.length >= least && known.has(words.join(' '))
}

async function knownWords(
  parts: ResolvedParts,
  readers: ScopeReaders,
  scope: ScopeId,
): Promise<ReadonlySet<string>> {
  const { words } = await readers.open(scope)
  const items = (await loadHistory(parts, scope)).itemsAt(unbounded)
  return new Set([
    ...(words?.documents ?? []).map((document) => document.words),
    ...items.map(({ text }) => contentWords(text).join(' ')),
  ])
}
