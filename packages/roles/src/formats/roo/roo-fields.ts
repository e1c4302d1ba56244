import type { JsonValue } from '@keepup/core'

import type { Field, FieldPlace } from '../../fields/field.ts'
import { isObject } from '../../fields/read-fields.ts'
import { choice, text, textsOf } from '../../fields/text-count-choice.ts'
import { isPathPattern } from '../../policy/path-pattern.ts'
import type { RoleDraft } from '../../role/role-draft.ts'
import type { RoleRule } from '../../role/role-rule.ts'
import { showValue } from '../../source/problem.ts'
import { toolGroups } from '../../tools/tool-names.ts'
import { joinTexts } from '../join-texts.ts'

/** The fields of a mode of Roo Code and Kilo Code. */
export const rooFields: readonly Field<RoleDraft>[] = [
  {
    field: 'slug',
    ours: 'name',
    required: true,
    read: text((slug, { role }, { report, pointer }) => {
      role.name = slug
      if (!/^[a-zA-Z0-9-]+$/.test(slug)) {
        report.wrong(pointer, `is ${showValue(slug)}`, 'use letters, digits and hyphens')
      }
    }, 100),
  },
  {
    field: 'name',
    ours: 'metadata.title',
    required: true,
    read: text((title, { role }) => void (role.metadata = { ...role.metadata, title }), 500),
  },
  {
    field: 'roleDefinition',
    ours: 'system',
    required: true,
    read: text((definition, { role }) => void (role.system = definition), 200_000),
  },
  {
    field: 'customInstructions',
    ours: 'system',
    note: 'below roleDefinition',
    read: text((more, { role }) => void (role.system = joinTexts(role.system, more)), 200_000),
  },
  {
    field: 'whenToUse',
    ours: 'description',
    read: text((when, { role }) => void (role.description = when), 20_000),
  },
  {
    field: 'description',
    ours: 'description',
    note: 'above whenToUse, where both are there',
    read: text((said, { role }) => void (role.description = joinTexts(said, role.description)), 20_000),
  },
  {
    field: 'groups',
    ours: 'tools, rules',
    required: true,
    note: 'by the table of tools; `fileRegex` becomes rules over paths (RE2 syntax)',
    read: setGroups,
  },
  {
    field: 'source',
    ours: 'metadata.source',
    note: 'whose role it is follows from where the file lies',
    read: choice(['global', 'project'] as const, (source, { role }) => {
      role.metadata = { ...role.metadata, source }
    }),
  },
  {
    field: 'rulesFiles',
    ours: 'system',
    note: 'of an exported mode: the content of each, below the rest',
    read: addRulesFiles,
  },
  { field: 'iconName', note: 'it is for the screen of the other program' },
  {
    field: 'allowedMcpServers',
    ours: 'tools',
    note: 'narrows the group `mcp` to these servers',
    read: narrowServers,
  },
]

function setGroups(value: JsonValue, draft: RoleDraft, at: FieldPlace): void {
  if (!Array.isArray(value)) {
    at.report.wrong(at.pointer, `is ${showValue(value)}`, 'write a list of groups')
    return
  }
  const tools = value.flatMap((entry: JsonValue, index) =>
    addGroup(entry, draft, { ...at, pointer: `${at.pointer}/${index}` }),
  )
  draft.role.tools = [...new Set(tools)]
}

function addGroup(entry: JsonValue, draft: RoleDraft, at: FieldPlace): readonly string[] {
  const [name, options] = Array.isArray(entry) ? entry : [entry]
  const tools = typeof name === 'string' && Object.hasOwn(toolGroups, name) ? toolGroups[name] : undefined
  if (tools === undefined) {
    if (typeof name === 'string') at.report.leave(at.pointer, entry, 'no group of this name is known')
    else
      at.report.wrong(
        at.pointer,
        `is ${showValue(entry)}`,
        `write one of ${Object.keys(toolGroups).join(', ')}`,
      )
    return []
  }
  if (options !== undefined && options !== null) addFileRules(options, tools, draft, at)
  return tools
}

function addFileRules(
  options: JsonValue,
  tools: readonly string[],
  { rules }: RoleDraft,
  at: FieldPlace,
): void {
  if (!isObject(options)) {
    at.report.wrong(at.pointer, `is ${showValue(options)}`, 'write fileRegex and description')
    return
  }
  const { fileRegex, description, ...rest } = options
  for (const [key, said] of Object.entries(rest))
    at.report.leave(`${at.pointer}/1/${key}`, said, 'nothing is known of this field')
  if (description !== undefined)
    at.report.leave(`${at.pointer}/1/description`, description, 'it describes fileRegex, which is followed')
  if (fileRegex === undefined) return
  if (typeof fileRegex !== 'string' || !isPathPattern(fileRegex)) {
    const fix = 'write a regular expression of RE2: no look-around, no back-references'
    at.report.wrong(`${at.pointer}/1/fileRegex`, `is ${showValue(fileRegex)}`, fix)
    return
  }
  rules.push(...tools.map((tool): RoleRule => ({ decision: 'deny', tool })))
  rules.push(...tools.map((tool): RoleRule => ({ decision: 'allow', tool, pathPattern: fileRegex })))
}

function addRulesFiles(value: JsonValue, { role }: RoleDraft, { report, pointer }: FieldPlace): void {
  const files = Array.isArray(value) ? value : [value]
  for (const [index, file] of files.entries()) {
    const content = isObject(file) ? file['content'] : undefined
    if (typeof content === 'string') role.system = joinTexts(role.system, content)
    else report.wrong(`${pointer}/${index}`, `is ${showValue(file)}`, 'give it relativePath and content')
  }
}

function narrowServers(value: JsonValue, { role }: RoleDraft, { report, pointer }: FieldPlace): void {
  const names = textsOf(value)
  if (names === undefined) report.wrong(pointer, `is ${showValue(value)}`, 'write a list of names')
  else if (role.tools?.includes('mcp__*') === true) {
    role.tools = [
      ...role.tools.filter((tool) => tool !== 'mcp__*'),
      ...names.map((name) => `mcp__${name}__*`),
    ]
  }
}
