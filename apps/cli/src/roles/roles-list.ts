import { problemLine, type RoleSource } from '@keepup/roles'

import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import { shownPath } from '../permissions/find-rules.ts'
import type { RoleFlags } from '../routes/role-routes.ts'
import { safeLine, safeText } from '../terminal/safe-text.ts'
import { tableLines } from '../terminal/table-lines.ts'
import { workingFolder } from '../working-folder.ts'
import { type FoundRoles, findRoles } from './find-roles.ts'
import { type RoleRow, roleRow } from './role-row.ts'

/** Shows the roles that are there, what else was found beside them, and what is wrong with any file. Runs nothing. */
export async function rolesList({ host, terminal }: CommandLine, flags: RoleFlags): Promise<ExitName> {
  const found = findRoles(workingFolder(host, flags.cwd), host.environment)
  const rows = found.roles.map((role) => roleRow(role))
  const { out, notes, outStyle: style, width } = terminal
  if (flags.json) {
    await out.write(`${JSON.stringify(listed(found, rows))}\n`)
    return 'completed'
  }
  if (rows.length === 0) await out.write('no roles are there (see keepup roles import --help)\n')
  else {
    const columns = ['name', 'from', 'tools', 'file', 'for'].map(
      (title) => ({ title, align: 'left' }) as const,
    )
    const cells = rows.map((row) => ({ cells: cellsOf(row, shownPath(row.path, host.environment)) }))
    await out.write(`${tableLines(columns, cells, { style, width }).join('\n')}\n`)
  }
  const beside = besideLine(found)
  if (beside !== '') await notes.write(`also there: ${beside} (--json lists them)\n`)
  for (const problem of found.problems)
    await notes.write(safeText(`${problem.severity}: ${problemLine(problem)}\n`))
  return 'completed'
}

function cellsOf({ name, description, format, scope, tools }: RoleRow, path: string): readonly string[] {
  const count = tools === undefined ? 'all' : String(tools.length)
  return [safeLine(name), `${format} (${scope})`, count, safeLine(path), safeLine(description)]
}

function besideLine({ skills, instructions, workflows, tasks }: FoundRoles): string {
  const counts = [
    [skills.length, 'skills'],
    [instructions.length, 'instructions'],
    [workflows.length, 'workflows'],
    [tasks.length, 'tasks'],
  ] as const
  return counts.flatMap(([count, what]) => (count === 0 ? [] : [`${count} ${what}`])).join(', ')
}

/** What programs are told: everything but the texts. */
function listed(
  { skills, instructions, workflows, tasks, problems, unmapped }: FoundRoles,
  roles: readonly RoleRow[],
) {
  return {
    roles,
    skills: skills.map(({ name, description, source }) => ({ name, description, ...placeOf(source) })),
    instructions: instructions.map(({ family, folder, source }) => ({ family, folder, ...placeOf(source) })),
    workflows: workflows.map(({ name, description, source }) => ({ name, description, ...placeOf(source) })),
    tasks: tasks.map(({ name, role, source }) => ({ name, role, ...placeOf(source) })),
    problems,
    unmapped,
  }
}

function placeOf({ format, scope, path }: RoleSource): Omit<RoleSource, 'hash' | 'line'> {
  return { format, scope, path }
}
