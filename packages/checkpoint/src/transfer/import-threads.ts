import { KeepupError } from '@keepup/core'

import { type ChainedLine, damagedLine, readChainedLines } from './chained-lines.ts'
import { artifactRecord, type Fields, signalRecord, text } from './export-record.ts'
import type { ExportedKeys } from './export-threads.ts'
import { damagedIn, importArtifact } from './import-artifact.ts'
import { beginThread, endThread, type IncomingThread, takeEntry } from './incoming-thread.ts'
import type { ImportTarget } from './thread-receiver.ts'

/** What an import did. */
export interface Imported {
  /** Threads in the export. */
  readonly threads: number
  /** Entries that were not there before. */
  readonly entries: number
  /** Entries that were there already. */
  readonly known: number
  readonly artifacts: number
  /** Signals that were not there before. */
  readonly signals: number
}

/**
 * Takes over what `exportThreads` wrote: threads keep their ids, salts and hashes. Every line is checked before anything of it is stored, in the order of
 * the file, so that a file that is cut or changed leaves whole, verifiable beginnings; importing again goes on from there. What is there
 * already is passed over: threads that are there in part grow, and entries erased in the target stay erased.
 *
 * Fails `thread-damaged`, naming the line (`details.line`), for a file that is cut, changed or inconsistent; `thread-exists` for a thread
 * whose history here is another one; `lease-held` for one that somebody may write to; `artifact-unknown`; `not-supported` for a newer format.
 */
export async function importThreads(
  target: ImportTarget,
  source: AsyncIterable<string | Uint8Array>,
): Promise<Imported> {
  const lines = readChainedLines(source)
  const first = (await lines.next()).value
  checkFormat(first)
  const keys = keysOf(first?.record ?? {})
  // First of all: what is encrypted under other keys must not be mixed with it.
  if (keys !== undefined) await target.takeKeys?.(keys)
  const reading: Reading = {
    target,
    lines,
    told: { threads: 0, entries: 0, known: 0, artifacts: 0, signals: 0 },
    current: undefined,
  }
  let last = 1
  for (let next = await lines.next(); next.done !== true; next = await lines.next()) {
    const { record, number } = next.value
    last = number
    if (text(record, 'record') !== 'end') await takeRecord(reading, next.value)
    else if (reading.current === undefined && (await lines.next()).done === true) return reading.told
    else throw damagedLine(number, 'it is not the last')
  }
  throw damagedLine(last + 1, 'it is missing: the file was cut')
}

/** An import that goes on. */
interface Reading {
  readonly target: ImportTarget
  readonly lines: AsyncGenerator<ChainedLine>
  readonly told: { -readonly [Count in keyof Imported]: number }
  current: IncomingThread | undefined
}

async function takeRecord(reading: Reading, { record: fields, number }: ChainedLine): Promise<void> {
  const { target, lines, told, current } = reading
  const kind = text(fields, 'record')
  if (kind === 'artifact') {
    await importArtifact(
      target.artifacts,
      damagedIn(number, () => artifactRecord(fields)),
      lines,
      number,
    )
    told.artifacts += 1
  } else if (kind === 'signal' && current === undefined) {
    told.signals += await sendSignal(target, fields, number)
  } else if (kind === 'thread' && current === undefined) {
    reading.current = await beginThread(target, fields, number)
    told.threads += 1
  } else if (kind === 'entry' && current !== undefined) {
    told[(await takeEntry(target, current, fields, number)) ? 'entries' : 'known'] += 1
  } else if (kind === 'head' && current !== undefined) {
    await endThread(target, current, fields, number)
    reading.current = undefined
  } else {
    throw damagedLine(number, `a record ${kind} has no place here`)
  }
}

function keysOf({ keys }: Fields): ExportedKeys | undefined {
  if (typeof keys !== 'object' || keys === null || !('store' in keys) || !('ring' in keys)) return undefined
  const { store, ring } = keys
  return typeof store === 'string' && typeof ring === 'string' ? { store, ring } : undefined
}

/** Reads an export to its end and stores nothing. Fails `thread-damaged`, naming the line, where it is cut or was changed, and `not-supported`. */
export async function checkExport(source: AsyncIterable<string | Uint8Array>): Promise<void> {
  const lines = readChainedLines(source)
  let last = (await lines.next()).value
  checkFormat(last)
  for await (const line of lines) last = line
  if (last?.record['record'] !== 'end')
    throw damagedLine((last?.number ?? 0) + 1, 'it is missing: the file was cut')
}

function checkFormat(first: ChainedLine | undefined): void {
  const { format, version } = first?.record ?? {}
  if (format !== 'keepup-export') throw damagedLine(1, 'it does not begin an export')
  if (version === 1) return
  const message = `The export has format ${String(version)}, which this keepup does not know. Update keepup, then import it.`
  throw new KeepupError('not-supported', message, { details: { version } })
}

async function sendSignal(target: ImportTarget, fields: Fields, line: number): Promise<number> {
  const signal = damagedIn(line, () => signalRecord(fields))
  const [receipt] = await target.checkpointer.signal([signal], 'power')
  if (receipt !== 'full') return receipt === 'accepted' ? 1 : 0
  const message =
    `Line ${line} of the export holds a signal for channel ${signal.channel} of thread ${signal.thread}, which is full. ` +
    'Let the thread take some, then import again: what is there already is skipped.'
  throw new KeepupError('database-busy', message, { details: { line, thread: signal.thread } })
}
