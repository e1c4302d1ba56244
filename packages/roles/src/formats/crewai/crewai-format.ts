import type { JsonValue } from '@keepup/core'

import { type FileReport, fileReport, segment } from '../../fields/file-report.ts'
import { partsOf } from '../../fields/parts-of.ts'
import { isObject, readFields } from '../../fields/read-fields.ts'
import { tell } from '../../load/loaded-roles.ts'
import { type ReadContext, type RoleFormat, sourceOf } from '../../load/role-format.ts'
import { finishRole, roleDraft } from '../../role/role-draft.ts'
import type { PlainFile } from '../../source/read-plain-file.ts'
import { readYaml, type YamlSource } from '../../source/read-yaml.ts'
import { crewAgentFields } from './agent-fields.ts'
import { type CrewTaskDraft, crewTaskFields } from './task-fields.ts'

const isCrew = (path: string): boolean => /^(?:src\/[^/]+\/)?(?:config\/)?(?:agents|tasks)\.ya?ml$/.test(path)

/** Agents and tasks of CrewAI. What the program of a crew adds in Python is not seen. */
export const crewaiFormat: RoleFormat = {
  name: 'crewai',
  title: 'CrewAI (`agents.yaml`, `tasks.yaml`)',
  tables: [
    { title: 'each entry of `agents.yaml`; its name is `name`', fields: crewAgentFields },
    { title: 'each entry of `tasks.yaml`, which becomes a task', fields: crewTaskFields },
  ],
  searches: { project: [{ under: '.', fits: isCrew, depth: 4 }], user: [] },
  fits: (path) => /(?:^|\/)(?:agents|tasks)\.ya?ml$/.test(path),
  read: readCrew,
}

function readCrew(file: PlainFile, context: ReadContext): void {
  const source = readYaml(file.text, file.path)
  const { value } = source
  const report = fileReport(source)
  const entries = partsOf(Object.entries(isObject(value) ? value : {}), report)
  // Other programs have files of these names too: what looks like nothing of CrewAI's is passed over.
  const marks = ['role', 'goal', 'backstory', 'expected_output']
  const isOurs = entries.some(
    ([, entry]) => isObject(entry) && marks.some((mark) => Object.hasOwn(entry, mark)),
  )
  if (!isOurs)
    report.warn(
      '',
      'holds no agents or tasks of CrewAI',
      'write NAME: with role, goal and backstory below it',
    )
  for (const [name, entry] of isOurs ? entries : []) {
    const part: CrewPart = { name, entry, source, report: fileReport(source, segment(name)) }
    if (/tasks\.ya?ml$/.test(file.path)) readTask(part, file, context)
    else readAgent(part, file, context)
    tell(context.found, part.report)
  }
  tell(context.found, report)
}

interface CrewPart {
  readonly name: string
  readonly entry: JsonValue
  readonly source: YamlSource
  readonly report: FileReport
}

function readAgent({ name, entry, source, report }: CrewPart, file: PlainFile, context: ReadContext): void {
  const draft = roleDraft()
  draft.role.name = name
  draft.role.delegates = { to: [] }
  const leftover = readFields(entry, crewAgentFields, draft, report)
  tellPlaceholders(entry, report)
  const role = finishRole(draft, {
    report,
    source: sourceOf('crewai', file, context, { in: source, pointer: segment(name) }),
    leftover,
  })
  if (role !== undefined) context.found.roles.push(role)
}

function readTask({ name, entry, source, report }: CrewPart, file: PlainFile, context: ReadContext): void {
  const task: CrewTaskDraft = { name }
  const leftover = readFields(entry, crewTaskFields, task, report)
  tellPlaceholders(entry, report)
  const { description, expectedOutput } = task
  if (report.failed() || description === undefined || expectedOutput === undefined) return
  context.found.tasks.push({
    ...task,
    name: task.name ?? name,
    description,
    expectedOutput,
    ...(Object.keys(leftover).length === 0 ? {} : { metadata: leftover }),
    source: sourceOf('crewai', file, context, { in: source, pointer: segment(name) }),
  })
}

/** `{topic}` is filled in there when a crew starts; here it stays. */
function tellPlaceholders(entry: JsonValue, report: FileReport): void {
  for (const [key, said] of Object.entries(isObject(entry) ? entry : {})) {
    if (typeof said !== 'string') continue
    const names = new Set([...said.matchAll(/\{([a-z_]\w{0,60})\}/gi)].map(([, name = '']) => name))
    if (names.size > 0) {
      report.leave(
        segment(key),
        [...names],
        'these are filled in when a crew starts; here they stay as they are',
      )
    }
  }
}
