import type { JsonValue, Mode } from '@keepup/core'

import type { Field, FieldPlace } from '../../fields/field.ts'
import { isObject } from '../../fields/read-fields.ts'
import { choice, count, flag, text, texts } from '../../fields/text-count-choice.ts'
import type { RoleDraft } from '../../role/role-draft.ts'
import { showValue } from '../../source/problem.ts'
import { setModel } from '../model-name.ts'
import { setTools, setWithheld } from './claude-tools.ts'

const modes: Readonly<Record<string, Mode>> = {
  default: 'ask',
  plan: 'plan',
  acceptEdits: 'auto-edit',
  auto: 'auto',
  dontAsk: 'ask',
  bypassPermissions: 'yolo',
}

/** The fields of a subagent of Claude Code, its SDK's own included. */
export const claudeFields: readonly Field<RoleDraft>[] = [
  {
    field: 'name',
    ours: 'name',
    required: true,
    read: text((name, { role }) => void (role.name = name), 100),
  },
  {
    field: 'description',
    ours: 'description',
    required: true,
    read: text((description, { role }) => void (role.description = description), 20_000),
  },
  {
    field: 'tools',
    ours: 'tools, rules, delegates.to',
    note: 'by the table of tools; `Bash(git:*)` and paths become rules, `Agent(x)` whom it may start',
    read: texts(setTools, 'commas'),
  },
  {
    field: 'disallowedTools',
    ours: 'withheldTools, rules',
    read: texts(setWithheld, 'commas'),
  },
  {
    field: 'model',
    ours: 'model',
    note: '`inherit` is the model of the run; short names like `sonnet` are told',
    read: text(setModel),
  },
  {
    field: 'permissionMode',
    ours: 'mode',
    note: 'the most it may do: default and dontAsk are `ask`, acceptEdits `auto-edit`, bypassPermissions `yolo`; the run decides below that',
    read: choice(Object.keys(modes), (mode, { role }) => void (role.mode = modes[mode] ?? 'ask')),
  },
  {
    field: 'maxTurns',
    ours: 'limits.turns',
    read: count((turns, { role }) => void (role.limits = { ...role.limits, turns })),
  },
  {
    field: 'skills',
    ours: 'skills',
    read: texts((skills, { role }) => void (role.skills = skills), 'commas'),
  },
  {
    field: 'mcpServers',
    ours: 'servers',
    note: 'names only: what is written out to be started is told, and never is',
    read: setServers,
  },
  { field: 'hooks', note: 'hooks of an imported file are never run' },
  {
    field: 'memory',
    ours: 'memory',
    read: choice(['user', 'project', 'local'] as const, (memory, { role }) => void (role.memory = memory)),
  },
  {
    field: 'background',
    ours: 'background',
    read: flag((background, { role }) => void (role.background = background)),
  },
  { field: 'effort', note: 'how hard a model thinks is not set by a role' },
  {
    field: 'isolation',
    ours: 'isolation',
    read: choice(
      ['none', 'worktree', 'remote'] as const,
      (isolation, { role }) => void (role.isolation = isolation),
    ),
  },
  {
    field: 'initialPrompt',
    ours: 'opening',
    read: text((opening, { role }) => void (role.opening = opening), 100_000),
  },
  { field: 'color', note: 'it is for the screen of the other program' },
  { field: 'autoCompactWindow', note: 'when a thread is compacted is not set by a role' },
  { field: 'omitClaudeMd', note: 'instructions of a project are not added to a role' },
  { field: 'observer', note: 'there are no observers' },
  { field: 'observerMessage', note: 'there are no observers' },
]

/** Names of servers, as a list, a map or a text. Servers that are written out are never started from here. */
export function setServers(value: JsonValue, { role }: RoleDraft, at: FieldPlace): void {
  const entries = isObject(value) ? Object.entries(value) : listed(value)
  if (entries === undefined) {
    at.report.wrong(at.pointer, `is ${showValue(value)}`, 'write the names of servers')
    return
  }
  const inline = entries.filter(([, definition]) => isObject(definition))
  for (const [name, definition] of inline) {
    at.report.leave(
      at.pointer,
      { [name]: definition },
      'servers are never started from a role: see keepup mcp add',
    )
  }
  role.servers = entries.map(([name]) => name)
}

function listed(value: JsonValue): readonly (readonly [string, JsonValue])[] | undefined {
  if (typeof value === 'string') return value.split(',').map((name) => [name.trim(), null])
  if (!Array.isArray(value)) return undefined
  const entries = value.flatMap((entry: JsonValue): readonly (readonly [string, JsonValue])[] => {
    if (typeof entry === 'string') return [[entry, null]]
    return isObject(entry) ? Object.entries(entry) : []
  })
  return entries.length >= value.length ? entries : undefined
}
