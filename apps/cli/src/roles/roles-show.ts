import { createRoleRegistry, type RoleDefinition, type RoleRule, type Unmapped } from '@keepup/roles'

import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import { shownPath } from '../permissions/find-rules.ts'
import type { RoleFlags } from '../routes/role-routes.ts'
import { showDuration } from '../settings/duration.ts'
import { showMoney } from '../settings/money.ts'
import { safeText } from '../terminal/safe-text.ts'
import { workingFolder } from '../working-folder.ts'
import { findRoles, roleFormats } from './find-roles.ts'

/** Shows one role, and what its file says that is not followed. */
export async function rolesShow(
  { host, terminal }: CommandLine,
  flags: RoleFlags,
  name: string,
): Promise<ExitName> {
  const found = findRoles(workingFolder(host, flags.cwd), host.environment, roleFormats)
  const role = createRoleRegistry(found.roles).get(name)
  const unmapped = found.unmapped.filter(({ file }) => file === role.source.path)
  const text = flags.json
    ? `${JSON.stringify({ role, unmapped })}\n`
    : safeText(`${shown(role, unmapped, shownPath(role.source.path, host.environment)).join('\n')}\n`)
  await terminal.out.write(text)
  return 'completed'
}

function shown(role: RoleDefinition, unmapped: readonly Unmapped[], path: string): readonly string[] {
  const { source } = role
  return [
    `${role.name}: ${role.description}`,
    `from ${path}:${source.line} (${source.format}, ${source.scope})`,
    ...bounds(role),
    ...(role.rules ?? []).map((rule) => `rule: ${ruleText(rule)}`),
    ...unmapped.map(({ line, key, value, why }) => `not followed, line ${line}: ${key}: ${value}: ${why}`),
    '',
    role.system,
  ]
}

function bounds(role: RoleDefinition): readonly string[] {
  const { model, mode, tools, withheldTools, delegates, skills } = role
  const lines: readonly (readonly [string, string | undefined])[] = [
    ['model', model],
    ['mode, at most', mode],
    ['tools, at most', listOr(tools, 'none')],
    ['tools withheld', withheldTools?.join(', ')],
    ['limits', limitsText(role)],
    ['may start', listOr(delegates?.to, 'nobody')],
    ['skills', skills?.join(', ')],
  ]
  return lines.flatMap(([what, said]) => (said === undefined ? [] : [`${what}: ${said}`]))
}

function listOr(names: readonly string[] | undefined, none: string): string | undefined {
  return names?.length === 0 ? none : names?.join(', ')
}

function limitsText({ limits = {} }: RoleDefinition): string | undefined {
  const { turns, time, tokens, money } = limits
  const most = [
    turns === undefined ? [] : [`${turns} turns`],
    time === undefined ? [] : [showDuration(time)],
    tokens === undefined ? [] : [`${tokens} tokens`],
    money === undefined ? [] : [showMoney(money)],
  ].flat()
  return most.length === 0 ? undefined : most.join(', ')
}

function ruleText({ decision, tool, command, path, pathPattern }: RoleRule): string {
  const about = command ?? path ?? (pathPattern === undefined ? undefined : `/${pathPattern}/`)
  return about === undefined ? `${decision} ${tool}` : `${decision} ${tool} for ${about}`
}
