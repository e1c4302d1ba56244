import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import { openApprovedCalls } from '../permissions/open-permissions.ts'
import type { PermissionFlags } from '../routes/permission-routes.ts'
import { workingFolder } from '../working-folder.ts'

/** Forgets something that was allowed for good: it is asked about again. */
export async function permissionsForget(
  { host, terminal }: CommandLine,
  flags: PermissionFlags,
  id: string,
): Promise<ExitName> {
  const folder = workingFolder(host, flags.cwd)
  const forgotten = await openApprovedCalls(folder, host.environment).forget(id)
  if (!forgotten) {
    throw usageError(
      `nothing that was allowed for good in ${folder} has the id ${id}`,
      'see what was: keepup permissions list',
    )
  }
  await terminal.out.write(flags.json ? `${JSON.stringify({ forgotten: id })}\n` : `forgotten: ${id}\n`)
  return 'completed'
}
