import type { FileChange } from '@keepup/core'

import type { FilesGate } from '../definition/gate.ts'
import { matchesAny, matchesPattern } from '../definition/match-pattern.ts'
import type { Session } from '../run/session.ts'
import type { GateSite, Verdict } from './gate-site.ts'
import { listFiles, watchFiles } from './watch-files.ts'

/** Holds what changed since the last phase that passed against what a gate demands. A renamed file is one that is gone, and a new one. */
export async function lookAtFiles({ session }: GateSite, gate: FilesGate): Promise<Verdict> {
  const { workspace } = session.parts
  const { accepted, watched = {} } = session.journal.state
  const changes = await workspace.changes(accepted)
  const broken = [
    ...(await forbidden(gate, changes, watched, session)),
    ...outside(gate, changes),
    ...(await unchanged(gate, changes, watched, workspace.root)),
    ...(await missing(gate, workspace.root)),
  ]
  if (broken.length === 0)
    return {
      outcome: 'passed',
      reason: changes.length === 1 ? '1 file changed' : `${changes.length} files changed`,
    }
  const shown = broken.slice(0, 20).join('; ')
  const more = broken.length > 20 ? `; and ${broken.length - 20} more` : ''
  return { outcome: 'failed', reason: `${shown}${more}` }
}

async function forbidden(
  { mustNotChange }: FilesGate,
  changes: readonly FileChange[],
  watched: Readonly<Record<string, string>>,
  { parts, tree }: Session,
): Promise<readonly string[]> {
  if (mustNotChange === undefined) return []
  const seen = changes.filter(({ path }) => matchesAny(mustNotChange, path, { ignoreCase: true }))
  const known = new Set(seen.map(({ path }) => path))
  // What no snapshot covers is compared by its contents.
  const now = await watchFiles(parts.workspace.root, mustNotChange)
  const before = Object.entries(watched).filter(([path]) =>
    matchesAny(mustNotChange, path, { ignoreCase: true }),
  )
  const altered = before.flatMap(([path, hash]) => {
    if (known.has(path) || now[path] === hash) return []
    // The tree of a branch never had what git ignores.
    if (tree !== undefined && now[path] === undefined) return []
    return [`${path} was ${now[path] === undefined ? 'deleted' : 'modified'}`]
  })
  const were = new Set(before.map(([path]) => path))
  const added = Object.keys(now).flatMap((path) =>
    known.has(path) || were.has(path) ? [] : [`${path} was added`],
  )
  return [...seen.map(({ path, change }) => `${path} was ${change}`), ...altered, ...added].map(
    (what) => `${what}, and must not change`,
  )
}

function outside({ onlyChange }: FilesGate, changes: readonly FileChange[]): readonly string[] {
  if (onlyChange === undefined) return []
  return changes.flatMap(({ path, change }) =>
    matchesAny(onlyChange, path)
      ? []
      : [`${path} was ${change}, and only ${onlyChange.join(', ')} may change`],
  )
}

async function unchanged(
  { mustChange }: FilesGate,
  changes: readonly FileChange[],
  watched: Readonly<Record<string, string>>,
  root: string,
): Promise<readonly string[]> {
  if (mustChange === undefined) return []
  if (changes.some(({ path, change }) => change !== 'deleted' && matchesAny(mustChange, path))) return []
  const now = Object.entries(await watchFiles(root, mustChange))
  // What no snapshot covers is compared by its contents.
  const some = now.some(([path, hash]) => matchesAny(mustChange, path) && watched[path] !== hash)
  return some ? [] : [`nothing that matches ${mustChange.join(', ')} was written`]
}

async function missing({ mustExist }: FilesGate, root: string): Promise<readonly string[]> {
  if (mustExist === undefined) return []
  const absent: string[] = []
  for (const pattern of mustExist) {
    const files = await listFiles(root, [pattern])
    if (!files.some((path) => matchesPattern(pattern, path))) absent.push(`nothing matches ${pattern}`)
  }
  return absent
}
