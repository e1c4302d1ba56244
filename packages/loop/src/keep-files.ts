import { isAbsolute, relative, sep } from 'node:path'

import type { AgentEntryData, Hash, ReadyCall, Workspace } from '@keepup/core'

import { type Draft, draft } from './journal.ts'
import { mayChangeFiles } from './kept-files.ts'
import { currentRun, type Session } from './session.ts'
import { untilAbandoned } from './until-abandoned.ts'

type Report = AgentEntryData['workspace-snapshotted']

const mostChanges = 500
const mostUncovered = 50

/**
 * Keeps the files before the first call of a run that may change any: what others changed since the last run is in it too. The entry is given, not staged:
 * a run that ended meanwhile begins no call, and records nothing.
 */
export async function keepFilesBefore(
  session: Session,
  launches: readonly { readonly ready: ReadyCall }[],
): Promise<readonly Draft[] | undefined> {
  const { files } = session.journal.state
  const { id: run } = currentRun(session)
  if (files?.run === run || !launches.some(({ ready }) => mayChangeFiles(ready.effects))) return undefined
  return [report(session, { run, moment: 'before', ...(await look(session, undefined)) })]
}

/** Keeps the files after calls that may have changed some; nothing is recorded where none did. */
export async function keepFilesAfter(session: Session): Promise<void> {
  const { files } = session.journal.state
  if (files === undefined || files.failed || files.touchedAt === undefined) return
  if (session.seen.files === files.touchedAt) return
  session.seen.files = files.touchedAt
  const touched = files.touched === 'anything' ? undefined : within(session.parts.files?.root, files.touched)
  const found = await look(session, touched)
  if (found.failed === undefined && found.id === files.id) return
  session.journal.stage([report(session, { run: currentRun(session).id, moment: 'after', ...found })])
}

/** A look that fails is recorded as such, and the run goes on without. One that does not end with the run is left alone. */
async function look(
  session: Session,
  touched: readonly string[] | undefined,
): Promise<Omit<Report, 'run' | 'moment'>> {
  const { files } = session.parts
  if (files === undefined) return {}
  const before = session.journal.state.files?.id
  try {
    return await untilAbandoned('The workspace', session.abort.signal, async () => {
      const { id, uncovered } = await files.snapshot(touched)
      const changed = await changesSince(files, before, id)
      return {
        id,
        ...changed,
        ...(uncovered.length === 0 ? {} : { uncovered: uncovered.slice(0, mostUncovered) }),
      }
    })
  } catch (error) {
    return { failed: error instanceof Error ? error.message : String(error) }
  }
}

async function changesSince(
  files: Workspace,
  before: Hash | undefined,
  id: Hash,
): Promise<Pick<Report, 'changes' | 'more'>> {
  if (before === undefined || before === id) return {}
  const changes = await files.changes(before, id)
  const more = changes.length - mostChanges
  return more > 0 ? { changes: changes.slice(0, mostChanges), more } : { changes }
}

/** Absolute paths as the workspace names them; `undefined`, which means all files, where one is outside of it by its spelling: it may lead inside. */
function within(root: string | undefined, paths: readonly string[]): readonly string[] | undefined {
  if (root === undefined) return undefined
  const inside = paths.map((path) => relative(root, path).split(sep).join('/'))
  return inside.some(isOutside) ? undefined : inside
}

function isOutside(path: string): boolean {
  return path === '' || path === '..' || path.startsWith('../') || isAbsolute(path)
}

function report(session: Session, found: Report): Draft {
  return draft('workspace-snapshotted', found, { labels: session.labels.exposure() })
}
