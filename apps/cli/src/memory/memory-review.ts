import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import { itemLine } from './item-line.ts'
import { type MemoryFlags, scopeOf } from './memory-flags.ts'
import { openMemory } from './open-memory.ts'

/** Lists what waits for a person, or decides about one. */
export async function memoryReview(
  line: CommandLine,
  flags: MemoryFlags,
  id?: string,
  decision?: string,
): Promise<ExitName> {
  const { terminal, host } = line
  await using opened = await openMemory(line, flags)
  const scope = scopeOf(flags, host.workingDirectory)
  if (id === undefined) {
    const items = (await (await opened.memory.asOf(scope)).items()).filter(
      ({ status, retractedAt }) => status === 'proposed' && retractedAt === undefined,
    )
    for (const item of items)
      await terminal.out.write(flags.json ? `${JSON.stringify(item)}\n` : itemLine(item))
    await terminal.notes.write(
      items.length === 0
        ? 'nothing waits for you\n'
        : 'decide with: keepup memory review ID approve|reject\n',
    )
    return 'completed'
  }
  if (decision !== 'approve' && decision !== 'reject') {
    throw usageError(`what is to become of ${id} was not said`, 'write approve or reject behind it')
  }
  const sequence = await opened.memory.decide(scope, id, decision, {
    by: 'user',
    why: 'keepup memory review',
  })
  const done = { id, decision, entry: sequence }
  await terminal.out.write(
    flags.json
      ? `${JSON.stringify(done)}\n`
      : `${decision === 'approve' ? 'approved' : 'rejected'} ${id}; undo with: keepup memory undo ${sequence}\n`,
  )
  return 'completed'
}
