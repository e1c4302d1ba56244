import { effectiveEntries, listCheckpoints, type Place } from '@keepup/checkpoint'

import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import type { DiffFlags } from '../routes/travel-routes.ts'
import type { Store } from '../store.ts'
import { findNamedPlace, findPlace, type FoundPlace } from './find-place.ts'

/** Two positions that are held against each other. */
export interface ComparedPlaces {
  readonly before: Place
  readonly after: Place
  /** The files after are those that are there now, not those that were kept last. */
  readonly present: boolean
}

/** The positions that were named, or the one that was named and what the mode holds it against. Fails `input-invalid`. */
export async function comparedPlaces(
  line: CommandLine,
  store: Store,
  { mode }: DiffFlags,
  first: string,
  second: string | undefined,
): Promise<ComparedPlaces> {
  const named = await findNamedPlace(line, store, first)
  if (second !== undefined) {
    if (mode !== undefined)
      throw usageError('two positions and --mode were given', 'name one, or leave --mode out')
    const after = await findNamedPlace(line, store, second)
    return { before: placeOf(named), after: placeOf(after), present: false }
  }
  const beginning: Place = {
    thread: named.thread,
    at: named.survey.entries[0]?.sequence === 1 ? 0 : (named.survey.entries[0]?.sequence ?? 0),
  }
  const head = placeOf(await findPlace(line, store, named.thread))
  switch (mode) {
    case 'from-init':
      return { before: beginning, after: placeOf(named), present: false }
    case 'checkpoint':
      return {
        before: await checkpointBefore(store, named, beginning),
        after: placeOf(named),
        present: false,
      }
    case 'to-current':
      return { before: placeOf(named), after: head, present: true }
    case 'full':
      return { before: beginning, after: head, present: true }
    default:
      throw usageError(
        'only one position was named',
        'name a second one, or add --mode checkpoint, from-init, to-current or full',
      )
  }
}

/** The checkpoint of the effective history before the one that a position belongs to. */
async function checkpointBefore(
  { checkpointer }: Store,
  { survey, thread, at }: FoundPlace,
  beginning: Place,
): Promise<Place> {
  const shown = new Set(effectiveEntries(survey, at).map(({ sequence }) => sequence))
  const listed = await listCheckpoints(checkpointer, survey)
  const before = listed.filter(({ sequence }) => shown.has(sequence) && sequence < at)
  const own = listed.find(({ sequence, entries }) => sequence >= at && sequence - entries.length < at)
  const first = own === undefined ? at : own.sequence - own.entries.length + 1
  const last = before.findLast(({ sequence }) => sequence < first)
  return last === undefined ? beginning : { thread, at: last.sequence }
}

function placeOf({ thread, at }: Place): Place {
  return { thread, at }
}
