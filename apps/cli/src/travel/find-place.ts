import {
  parsePosition,
  type Place,
  resolvePosition,
  surveyThread,
  type ThreadSurvey,
} from '@keepup/checkpoint'
import { KeepupError, type ThreadId } from '@keepup/core'

import type { CommandLine } from '../command-line.ts'
import { storePlace } from '../store-path.ts'
import { findThread, openExistingStore, type Store } from '../store.ts'

/** A place in a thread, and what positions of the thread can be named by. */
export interface FoundPlace extends Place {
  readonly survey: ThreadSurvey
}

/** The store that a command's flags name. Fails `thread-unknown` where there is none. */
export function openNamedStore(line: CommandLine, flags: object): Promise<Store> {
  return openExistingStore(storePlace(line, flags))
}

/** A thread by its name or the beginning of it, at a position as `parsePosition` reads it; at its head where none is named. */
export async function findPlace(
  { host }: CommandLine,
  store: Store,
  name: string,
  position = 'head',
): Promise<FoundPlace> {
  const thread = await findThread(store, name)
  const wanted = parsePosition(position, host.clock.now())
  const survey = await surveyThread(store.checkpointer, thread)
  return { thread, survey, at: resolvePosition(survey, wanted) }
}

/** `THREAD` or `THREAD@POSITION`. A thread whose name has the sign in it is found by its whole name. */
export async function findNamedPlace(line: CommandLine, store: Store, text: string): Promise<FoundPlace> {
  const sign = text.lastIndexOf('@')
  if (sign < 1 || (await isThread(store, text))) return findPlace(line, store, text)
  return findPlace(line, store, text.slice(0, sign), text.slice(sign + 1))
}

/** Whether a thread has no name of another's, and is not there. Fails `thread-exists`. */
export async function checkNewName({ checkpointer }: Store, thread: ThreadId): Promise<void> {
  if ((await checkpointer.read(thread, { at: 0 })).head === 0) return
  throw new KeepupError('thread-exists', `There is a thread ${thread} already. Name another one with --as.`)
}

async function isThread({ checkpointer }: Store, name: ThreadId): Promise<boolean> {
  return name.length <= 200 && (await checkpointer.read(name, { at: 0 })).head > 0
}
