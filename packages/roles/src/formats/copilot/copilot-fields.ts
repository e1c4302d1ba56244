import type { JsonValue } from '@keepup/core'

import type { Field, FieldPlace } from '../../fields/field.ts'
import { isObject } from '../../fields/read-fields.ts'
import { choice, flag, object, text, texts, textsOf } from '../../fields/text-count-choice.ts'
import type { RoleHandoff } from '../../role/role-definition.ts'
import type { RoleDraft } from '../../role/role-draft.ts'
import { showValue } from '../../source/problem.ts'
import { allowedTools } from '../../tools/look-up-tools.ts'
import { copilotAliases } from '../../tools/tool-names.ts'
import { setServers } from '../claude/claude-fields.ts'
import { setModel } from '../model-name.ts'

/** The fields of custom agents of GitHub Copilot and VS Code, and of the older chat modes. */
export const copilotFields: readonly Field<RoleDraft>[] = [
  {
    field: 'name',
    ours: 'name',
    note: 'the name of the file when left out',
    read: text((name, { role }) => void (role.name = name), 100),
  },
  {
    field: 'description',
    ours: 'description',
    read: text((description, { role }) => void (role.description = description), 20_000),
  },
  {
    field: 'tools',
    ours: 'tools',
    note: 'by the table of tools; `SERVER/TOOL` is a tool of an MCP server',
    read: texts(
      (names, { role }, at) => void (role.tools = allowedTools(names, at, copilotAliases)),
      'commas',
    ),
  },
  {
    field: 'model',
    ours: 'model',
    note: 'the first of a list; names of the picker are told',
    read: setFirstModel,
  },
  {
    field: 'target',
    ours: 'metadata.target',
    read: choice(['vscode', 'github-copilot'] as const, (target, { role }) => {
      role.metadata = { ...role.metadata, target }
    }),
  },
  {
    field: 'mcp-servers',
    ours: 'servers',
    note: 'names only: what is written out to be started is told, and never is',
    read: setServers,
  },
  {
    field: 'metadata',
    ours: 'metadata',
    read: object((metadata, { role }) => void (role.metadata = { ...role.metadata, ...metadata })),
  },
  { field: 'argument-hint', note: 'it is for the screen of the other program' },
  {
    field: 'agents',
    ours: 'delegates.to',
    read: texts((to, { role }) => void (role.delegates = { to }), 'commas'),
  },
  {
    field: 'user-invocable',
    ours: 'chosenBy',
    note: '`false`: agents only',
    read: flag((may, { role }) => {
      if (!may) role.chosenBy = role.chosenBy === 'people' ? 'nobody' : 'agents'
    }),
  },
  {
    field: 'disable-model-invocation',
    ours: 'chosenBy',
    note: '`true`: people only',
    read: flag((disabled, { role }) => {
      if (disabled) role.chosenBy = role.chosenBy === 'agents' ? 'nobody' : 'people'
    }),
  },
  {
    field: 'infer',
    ours: 'chosenBy',
    note: 'the older word: `false` is people only',
    read: flag((inferred, { role }) => {
      if (!inferred && role.chosenBy === undefined) role.chosenBy = 'people'
    }),
  },
  { field: 'handoffs', ours: 'handoffs', read: setHandoffs },
  { field: 'hooks', note: 'hooks of an imported file are never run' },
]

function setFirstModel(value: JsonValue, draft: RoleDraft, at: FieldPlace): void {
  const [first, ...others] = textsOf(value, 'nothing') ?? []
  if (first === undefined) at.report.wrong(at.pointer, `is ${showValue(value)}`, 'write the name of a model')
  else {
    setModel(first, draft, at)
    if (others.length > 0)
      at.report.leave(at.pointer, [...others], 'only the first model of a list is asked for')
  }
}

function setHandoffs(value: JsonValue, { role }: RoleDraft, { report, pointer }: FieldPlace): void {
  if (!Array.isArray(value)) {
    report.wrong(pointer, `is ${showValue(value)}`, 'write a list of label, agent, prompt and send')
    return
  }
  role.handoffs = value.flatMap((entry: JsonValue, index): readonly RoleHandoff[] => {
    const handoff = handoffOf(entry)
    if (handoff === undefined) {
      report.wrong(
        `${pointer}/${index}`,
        `is ${showValue(entry)}`,
        'give it label and agent, and prompt and send as they are meant',
      )
      return []
    }
    for (const [key, said] of Object.entries(isObject(entry) ? entry : {})) {
      if (!['label', 'agent', 'prompt', 'send'].includes(key)) {
        report.leave(`${pointer}/${index}/${key}`, said, 'nothing is known of this field')
      }
    }
    return [handoff]
  })
}

function handoffOf(entry: JsonValue): RoleHandoff | undefined {
  if (!isObject(entry)) return undefined
  const { label, agent, prompt, send } = entry
  if (typeof label !== 'string' || typeof agent !== 'string') return undefined
  if (prompt !== undefined && typeof prompt !== 'string') return undefined
  if (send !== undefined && typeof send !== 'boolean') return undefined
  return {
    label,
    to: agent,
    ...(prompt === undefined ? {} : { prompt }),
    ...(send === undefined ? {} : { send }),
  }
}
