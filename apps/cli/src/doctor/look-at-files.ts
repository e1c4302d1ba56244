import type { Finding } from '../commands/finding.ts'
import { findHooks } from '../hooks/find-hooks.ts'
import type { Environment } from '../host.ts'
import { loadServers } from '../mcp/load-servers.ts'
import { needsApproval } from '../mcp/open-servers.ts'
import { findRules } from '../permissions/find-rules.ts'
import { findRoles } from '../roles/find-roles.ts'
import type { Settings } from '../settings/setting.ts'

/** Where files of the user and of a project are looked for. */
export interface FilesPlace {
  readonly folder: string
  readonly environment: Environment
  readonly settings: Settings
}

/** The rules that hold. Fails where a file of them cannot be read. */
export function lookAtRules({ folder, environment }: FilesPlace): readonly Finding[] {
  const sets = findRules(folder, environment)
  const count = sets.reduce((sum, { rules }) => sum + rules.length, 0)
  return [
    {
      check: 'rules',
      state: 'good',
      text: count === 0 ? 'none: the mode decides' : `${count}: keepup permissions list`,
    },
  ]
}

/** Roles that are there, and files of them that cannot be read. */
export function lookAtRoles({ folder, environment, settings }: FilesPlace): readonly Finding[] {
  const { roles, problems } = findRoles(folder, environment)
  const check = 'roles'
  const wanted = settings.role
  if (wanted !== undefined && !roles.some(({ name }) => name === wanted)) {
    const text = `the role ${wanted} is not there: no run begins`
    return [
      {
        check,
        state: 'broken',
        text,
        fix: 'keepup roles list shows those that are; or leave out the setting "role"',
      },
    ]
  }
  if (problems.length === 0) {
    return [
      { check, state: 'good', text: roles.length === 0 ? 'none' : `${roles.length}: keepup roles list` },
    ]
  }
  const text = `${problems.length} of the files that may hold roles cannot be read as such`
  return [
    { check, state: 'missing', text, fix: 'keepup roles list names each with its line and what is wrong' },
  ]
}

/** Hooks that are run, and those that nobody approved. Fails where a file of the user's own cannot be read. */
export async function lookAtHooks({
  folder,
  environment,
  settings,
}: FilesPlace): Promise<readonly Finding[]> {
  const found = await findHooks({ named: settings.hooks, folder, environment })
  const check = 'hooks'
  const broken = found.flatMap(({ path, problem }): readonly Finding[] =>
    problem === undefined
      ? []
      : [
          {
            check,
            state: 'missing',
            text: `${path}: ${problem}`,
            fix: 'correct that place; until then none of its hooks is run',
          },
        ],
  )
  const unknown = found.filter(
    ({ trusted, hooks, problem }) => !trusted && hooks.length > 0 && problem === undefined,
  )
  const waiting = unknown.map(({ path, hooks }): Finding => {
    const effect = settings.untrustedHooks === 'refuse' ? 'no run begins' : 'they are not run'
    const text = `${hooks.length} in ${path} came with the project, and nobody approved them: ${effect}`
    return {
      check,
      state: 'missing',
      text,
      fix: 'look at them with keepup hooks list, then keepup hooks trust',
    }
  })
  const run = found.filter(({ trusted }) => trusted).reduce((sum, { hooks }) => sum + hooks.length, 0)
  const good: Finding = { check, state: 'good', text: run === 0 ? 'none' : `${run}: keepup hooks list` }
  return [...(run > 0 || found.length === 0 ? [good] : []), ...broken, ...waiting]
}

/** Servers of the Model Context Protocol as they are configured; none is started. */
export async function lookAtServers({ folder, environment }: FilesPlace): Promise<readonly Finding[]> {
  const { servers, problems } = await loadServers(folder, environment)
  const check = 'mcp'
  const told = problems.map(({ server, file, message, fix, severity }): Finding => ({
    check,
    state: severity === 'error' ? 'broken' : 'note',
    text: [server, message === '' ? file : message].filter((part) => part !== undefined).join(': '),
    fix,
  }))
  const waiting = servers.filter((one) => one.written.enabled && needsApproval(one, environment))
  const unapproved = waiting.map(({ written: { name, place } }): Finding => ({
    check,
    state: 'missing',
    text: `${name} came with the project (${place.file}), and nobody approved it: it is not started`,
    fix: `keepup mcp approve shows what it would run; then: keepup mcp approve ${name}`,
  }))
  const count = servers.filter(({ written }) => written.enabled).length - waiting.length
  const text =
    count === 0
      ? 'no servers'
      : `${count} ${count === 1 ? 'server' : 'servers'}: keepup mcp doctor starts each, and says what is wrong`
  return [{ check, state: count === 0 ? 'note' : 'good', text }, ...told, ...unapproved]
}
