import type { AgentEntryData, Effect, Sequence } from '@keepup/core'

import type { AgentState, KeptFiles } from './agent-state.ts'

/** More paths than these are as good as all. */
const mostPaths = 200

/** Whether a call may change files: it says so, or starts what does not say. */
export function mayChangeFiles(effects: readonly Effect[]): boolean {
  return effects.some(({ kind }) => kind === 'write' || kind === 'delete' || kind === 'exec')
}

/** Notes what a call may change, where the files are kept at all. */
export function filesTouched(state: AgentState, effects: readonly Effect[], at: Sequence): AgentState {
  const { files } = state
  if (files === undefined || !mayChangeFiles(effects)) return state
  return { ...state, files: { ...files, touched: joined(files.touched, effects), touchedAt: at } }
}

/** Notes the files that a call touches, reading included, until the model speaks again. */
export function touching(state: AgentState, effects: readonly Effect[]): AgentState {
  const paths = effects.flatMap(({ kind, target }) => (fileKinds.has(kind) && isPath(target) ? [target] : []))
  if (paths.length === 0) return state
  return { ...state, touching: [...new Set([...(state.touching ?? []), ...paths])].slice(0, mostPaths) }
}

const fileKinds: ReadonlySet<Effect['kind']> = new Set(['read', 'write', 'delete'])

function isPath(target: string): boolean {
  return target.startsWith('/') && !target.includes('*')
}

/** What is known after a look. */
export function filesKept(
  before: KeptFiles | undefined,
  { run, id = before?.id, failed }: AgentEntryData['workspace-snapshotted'],
): KeptFiles {
  return { run, failed: failed !== undefined, touched: [], ...(id === undefined ? {} : { id }) }
}

function joined(touched: KeptFiles['touched'], effects: readonly Effect[]): KeptFiles['touched'] {
  if (touched === 'anything') return touched
  const changing = effects.filter(({ kind }) => kind !== 'read' && kind !== 'net' && kind !== 'input')
  if (changing.some(({ kind, target }) => kind === 'exec' || target.includes('*'))) return 'anything'
  const paths = [...new Set([...touched, ...changing.map(({ target }) => target)])]
  return paths.length > mostPaths ? 'anything' : paths
}
