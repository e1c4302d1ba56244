import { type GuidanceText, type LabelTable, trustedLabel } from '@keepup/core'

import { isModelNext } from './hook-moments.ts'
import { draft } from './journal.ts'
import { textOf } from './message-text.ts'
import { currentRun, type Session } from './session.ts'
import { untilAbandoned } from './until-abandoned.ts'

/** Reads what is to be told of the place where the agent works, when a run begins and after calls that touched files, and records it. */
export async function readGuidance(session: Session): Promise<void> {
  const { parts, journal, thread, abort, seen } = session
  if (parts.guidance === undefined || !isModelNext(session)) return
  const { touching: touched = [], guidance, request } = journal.state
  const run = currentRun(session).id
  if (seen.guidance === run && touched.length === 0) return
  const found = await read(session, {
    thread: thread.thread,
    told: Object.fromEntries(Object.entries(guidance?.texts ?? {}).map(([path, { text }]) => [path, text])),
    touched: seen.guidance === run ? touched : [],
    ...(request === undefined ? {} : { request: textOf(request) }),
    signal: abort.signal,
  })
  // What was found for a run that is over by now is not needed any more.
  if (!isModelNext(session)) return
  seen.guidance = run
  if (found.length === 0) return
  const texts = found.map(({ path, text }) => ({ path, text }))
  journal.stage([draft('guidance-read', { run, texts }, { labels: labelsOf(found) })])
}

/** What cannot be read is not told; the run is not ended by it. */
async function read(
  { parts: { guidance }, abort }: Session,
  situation: Parameters<NonNullable<Session['parts']['guidance']>['read']>[0],
): Promise<readonly GuidanceText[]> {
  if (guidance === undefined) return []
  try {
    return await untilAbandoned('The guidance', abort.signal, () => guidance.read(situation))
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : String(error), 'KeepupGuidanceWarning')
    return []
  }
}

function labelsOf(found: readonly GuidanceText[]): LabelTable {
  return {
    default: trustedLabel,
    leaves: found.map(({ label }, index) => [`/texts/${index}`, label] as const),
  }
}
