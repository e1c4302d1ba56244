import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import { readTrusted, trustFile, writeTrusted } from '../hooks/trusted-hooks.ts'
import type { HookFlags } from '../routes/hook-routes.ts'
import { describeFound, findConfigured } from './hooks-list.ts'

/** Approves the hooks of the project as they are now: all of them, or those whose digest begins so. Prints what was approved. */
export async function hooksTrust(line: CommandLine, flags: HookFlags, digest?: string): Promise<ExitName> {
  const { environment } = line.host
  // An agent's own command must not approve what its project brought along.
  if (environment['KEEPUP_CALL'] !== undefined) {
    throw usageError('hooks are approved by people, not by an agent', 'run it in a terminal of your own')
  }
  const found = await findConfigured(line, flags)
  const open = found.filter(
    ({ trusted, problem, hooks }) => !trusted && problem === undefined && hooks.length > 0,
  )
  const chosen = open.filter((one) => digest === undefined || one.digest.startsWith(digest))
  if (digest !== undefined && (digest.length < 8 || chosen.length === 0)) {
    throw usageError(
      `no hooks that wait for approval have the digest ${digest}`,
      'keepup hooks list shows them',
    )
  }
  const { out, outStyle } = line.terminal
  if (chosen.length === 0) {
    await out.write('nothing waits for approval\n')
    return 'completed'
  }
  writeTrusted(
    environment,
    new Map([...readTrusted(environment), ...chosen.map((one) => [one.file, one.digest] as const)]),
  )
  for (const one of chosen) await out.write(describeFound({ ...one, trusted: true }, outStyle))
  await line.terminal.notes.write(`approved in ${trustFile(environment)}, until one of these files changes\n`)
  return 'completed'
}
