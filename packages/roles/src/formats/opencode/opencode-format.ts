import { basename } from 'node:path'

import type { JsonValue } from '@keepup/core'

import { fileReport, segment } from '../../fields/file-report.ts'
import { partsOf } from '../../fields/parts-of.ts'
import { isObject, readFields } from '../../fields/read-fields.ts'
import { tell } from '../../load/loaded-roles.ts'
import { type ReadContext, type RoleFormat, sourceOf } from '../../load/role-format.ts'
import { finishRole, roleDraft } from '../../role/role-draft.ts'
import { readMarkdown } from '../../source/read-markdown.ts'
import type { PlainFile } from '../../source/read-plain-file.ts'
import type { YamlSource } from '../../source/read-yaml.ts'
import { tellExpansions } from '../shell-expansions.ts'
import { opencodeFields, opencodeUnknown } from './opencode-fields.ts'
import { fillPrompt } from './opencode-prompt.ts'
import { readJsonc } from './read-jsonc.ts'

const isMarkdown = (path: string): boolean => path.endsWith('.md')
const isConfiguration = (path: string): boolean => /^opencode\.jsonc?$/.test(path)
const folders = ['agent', 'agents', 'mode', 'modes']

/** Agents of opencode: Markdown whose name is that of the file, and `agent` of its configuration. */
export const opencodeFormat: RoleFormat = {
  name: 'opencode',
  title: 'opencode agents (`.opencode/agent/*.md`, `opencode.json#agent`)',
  tables: [
    { title: 'front matter, and each entry of `agent`', fields: opencodeFields },
    {
      title: 'beside `agent` in `opencode.json`',
      fields: [
        { field: 'mode', ours: 'roles', note: 'the older word for `agent`' },
        { field: 'subagent_depth', ours: 'delegates.maxDepth', note: 'of every role of the file' },
        { field: 'permission', note: 'rules for all runs: `keepup permissions import`' },
        { field: 'tools', note: 'rules for all runs: `keepup permissions import`' },
      ],
    },
  ],
  searches: {
    project: [
      { under: '.', fits: isConfiguration, depth: 1 },
      { under: '.opencode', fits: isConfiguration, depth: 1 },
      ...folders.map((name) => ({ under: `.opencode/${name}`, fits: isMarkdown })),
    ],
    user: [
      { under: '.config/opencode', fits: isConfiguration, depth: 1 },
      ...folders.map((name) => ({ under: `.config/opencode/${name}`, fits: isMarkdown })),
    ],
  },
  fits: (path) => /(?:^|\/)(?:opencode\.jsonc?$|\.?opencode\/(?:agent|mode)s?\/.*\.md$)/.test(path),
  read: (file, context) => {
    if (file.path.endsWith('.md')) readAgentFile(file, context)
    else readConfiguration(file, context)
  },
}

function readAgentFile(file: PlainFile, context: ReadContext): void {
  const { matter, body, bodyLine } = readMarkdown(file.text, file.path, { lenient: true })
  const value: JsonValue =
    isObject(matter.value) && body !== '' ? { ...matter.value, prompt: body } : matter.value
  const part = { name: basename(file.path, '.md'), value, pointer: '', source: matter, textLine: bodyLine }
  readAgent(part, file, context)
}

function readConfiguration(file: PlainFile, context: ReadContext): void {
  const source = readJsonc(file.text, file.path)
  const { value } = source
  const report = fileReport(source)
  if (!isObject(value)) report.wrong('', 'is no object', 'write { "agent": { ... } }')
  const fields = isObject(value) ? value : {}
  for (const key of ['permission', 'tools']) {
    if (fields[key] !== undefined) {
      report.leave(segment(key), fields[key], 'it is for all runs: see keepup permissions import')
    }
  }
  const first = context.found.roles.length
  for (const key of ['mode', 'agent']) {
    const agents = fields[key]
    if (agents === undefined) continue
    if (!isObject(agents)) report.wrong(segment(key), 'is no object', 'write NAME: { ... } for each agent')
    else {
      for (const [name, agent] of partsOf(Object.entries(agents), report)) {
        readAgent({ name, value: agent, pointer: `/${key}${segment(name)}`, source }, file, context)
      }
    }
  }
  boundDepth(fields['subagent_depth'], context, first)
  tell(context.found, report)
}

interface AgentPart {
  readonly name: string
  readonly value: JsonValue
  readonly pointer: string
  readonly source: YamlSource
  /** The line of the prompt, where it stands below the front matter. */
  readonly textLine?: number
}

function readAgent(
  { name, value, pointer, source, textLine }: AgentPart,
  file: PlainFile,
  context: ReadContext,
): void {
  const report = fileReport(source, pointer)
  const draft = roleDraft()
  draft.role.name = name
  const leftover = readFields(value, opencodeFields, draft, report, { unknown: opencodeUnknown })
  const at = { report, pointer: '/prompt' }
  draft.role.system = fillPrompt(draft.role.system ?? '', { path: file.path, context, at })
  tellExpansions(draft.role.system, textLine ?? source.place(`${pointer}/prompt`).line, report)
  const role = finishRole(draft, {
    report,
    source: sourceOf('opencode', file, context, { in: source, pointer }),
    leftover,
  })
  if (role !== undefined) context.found.roles.push(role)
  tell(context.found, report)
}

function boundDepth(depth: JsonValue | undefined, { found }: ReadContext, first: number): void {
  if (typeof depth !== 'number' || !Number.isSafeInteger(depth) || depth < 0) return
  for (const [index, role] of found.roles.entries()) {
    if (index < first) continue
    found.roles[index] = { ...role, delegates: { to: ['*'], ...role.delegates, maxDepth: depth } }
  }
}
