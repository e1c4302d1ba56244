import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'

import { recordTest } from '@keepup/checkpoint'

import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import type { RecordFlags } from '../routes/test-routes.ts'
import { findThread } from '../store.ts'
import { safeText } from '../terminal/safe-text.ts'
import { openNamedStore } from '../travel/find-place.ts'
import { testedCode } from '../travel/tested-code.ts'

/** Writes a thread as a regression test. */
export async function testRecord(
  line: CommandLine,
  flags: RecordFlags,
  name: string,
  file: string,
): Promise<ExitName> {
  const { host, terminal } = line
  await using store = await openNamedStore(line, flags)
  const thread = await findThread(store, name)
  const text = await recordTest(store.checkpointer, thread, testedCode)
  write(resolve(host.workingDirectory, file), text, flags.force)
  const said = { thread, file, bytes: Buffer.byteLength(text) }
  await terminal.out.write(
    flags.json ? `${JSON.stringify(said)}\n` : `${safeText(`recorded ${thread} in ${file}`)}\n`,
  )
  await terminal.notes.write(
    safeText(
      `it holds everything the agent read: look before you share it\nnext: ${host.self.command} test run ${file}\n`,
    ),
  )
  return 'completed'
}

function write(file: string, text: string, force: boolean): void {
  try {
    writeFileSync(file, text, { mode: 0o600, flag: force ? 'w' : 'wx' })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST')
      throw usageError(`${file} is there already`, 'name another file, or replace it with --force')
    throw error
  }
}
