import type { WorkerNews } from '@keepup/cluster'
import { KeepupError } from '@keepup/core'

/** News of a worker, as it can be written down: claims by their attempt, errors by their code. */
export interface NewsLine {
  readonly worker: string
  /** What happened, without whom it happened to: `settled again failed lease-held`. */
  readonly kind: string
  /** The claim that it was about. */
  readonly claim?: string
}

/** Writes down what a worker told. */
export function lineOf(worker: string, news: WorkerNews): NewsLine {
  switch (news.type) {
    case 'claimed': {
      const { id, attempt, reason } = news.claim
      return { worker, kind: `claimed ${reason}${attempt > 1 ? ' again' : ''}`, claim: `${id} ${attempt}` }
    }
    case 'settled': {
      const { id, attempt } = news.claim
      const words = ['settled', news.end.type, news.run, ...('error' in news ? [codeOf(news.error)] : [])]
      return { worker, kind: words.join(' '), claim: `${id} ${attempt}` }
    }
    case 'troubled':
      return { worker, kind: `troubled ${codeOf(news.error)}` }
    default:
      return { worker, kind: news.type }
  }
}

/** How often what happened. */
export function histogramOf(lines: readonly NewsLine[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>()
  for (const { kind } of lines) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return Object.fromEntries([...counts].toSorted(([a], [b]) => a.localeCompare(b)))
}

/** What no worker may tell: the end of a claim that it had not been given, or had told the end of. The end of one may go untold, where the answer was lost. */
export function judgeNews(lines: readonly NewsLine[]): readonly NewsLine[] {
  const held = new Set<string>()
  return lines.filter(({ worker, kind, claim }) => {
    if (claim === undefined) return false
    const name = `${worker} ${claim}`
    if (kind.startsWith('settled')) return !held.delete(name)
    held.add(name)
    return false
  })
}

function codeOf(error: unknown): string {
  return KeepupError.is(error) ? error.code : 'other'
}
