import { basename, dirname } from 'node:path'

import type { JsonValue } from '@keepup/core'

import type { Field } from '../../fields/field.ts'
import { fileReport, type FileReport, segment } from '../../fields/file-report.ts'
import { isObject, readFields } from '../../fields/read-fields.ts'
import { choice, flag, text } from '../../fields/text-count-choice.ts'
import { tell } from '../../load/loaded-roles.ts'
import { type FieldTable, type ReadContext, type RoleFormat, sourceOf } from '../../load/role-format.ts'
import type { PlainFile } from '../../source/read-plain-file.ts'
import { readYaml } from '../../source/read-yaml.ts'
import { readSteps } from './read-steps.ts'
import { fieldsOfType, stepFields } from './step-fields.ts'
import { stepTypes, type Workflow, type WorkflowInput } from './workflow.ts'

type WorkflowDraft = { -readonly [Key in keyof Workflow]?: Workflow[Key] }
type InputDraft = { -readonly [Key in keyof WorkflowInput]?: WorkflowInput[Key] }

const headFields: readonly Field<WorkflowDraft>[] = [
  { field: 'id', ours: 'name', read: text((id, workflow) => void (workflow.name = id), 200) },
  {
    field: 'name',
    ours: 'metadata.title',
    read: text((title, workflow) => void (workflow.metadata = { ...workflow.metadata, title }), 500),
  },
  {
    field: 'version',
    ours: 'version',
    read: text((version, workflow) => void (workflow.version = version), 100),
  },
  {
    field: 'description',
    ours: 'description',
    read: text((description, workflow) => void (workflow.description = description), 20_000),
  },
  {
    field: 'author',
    ours: 'metadata.author',
    read: text((author, workflow) => void (workflow.metadata = { ...workflow.metadata, author }), 500),
  },
  { field: 'integration', note: 'the program that it was written for; steps keep theirs' },
  { field: 'model', note: 'steps keep theirs' },
  { field: 'options', note: 'they are for the program that it was written for' },
]

const inputFields: readonly Field<InputDraft>[] = [
  {
    field: 'type',
    ours: 'type',
    note: '`string` when left out',
    read: choice(['string', 'number', 'boolean'] as const, (type, input) => void (input.type = type)),
  },
  { field: 'required', ours: 'required', read: flag((required, input) => void (input.required = required)) },
  { field: 'default', ours: 'default', read: (value, input) => void (input.default = value) },
  { field: 'prompt', ours: 'prompt', read: text((prompt, input) => void (input.prompt = prompt), 4_000) },
  {
    field: 'enum',
    ours: 'values',
    read: (value, input, { report, pointer }) => {
      if (Array.isArray(value)) input.values = value
      else report.wrong(pointer, 'is no list', 'write a list of values')
    },
  },
]

const topFields: readonly Field<unknown>[] = [
  { field: 'schema_version', ours: 'metadata.schema_version', read: () => {} },
  { field: 'workflow', ours: 'see above', read: () => {} },
  { field: 'requires', note: 'what must be installed there' },
  { field: 'inputs', ours: 'inputs', read: () => {} },
  { field: 'steps', ours: 'steps', required: true, read: () => {} },
]

const isWorkflow = (path: string): boolean =>
  /\.ya?ml$/.test(path) && !/(?:^|\/)(?:runs|\.cache)\//.test(path)

/** Workflows of GitHub's Spec Kit. */
export const specKitFormat: RoleFormat = {
  name: 'spec-kit',
  title: 'Spec Kit workflows (`.specify/workflows/*.yml`)',
  tables: [
    { title: '`workflow`', fields: headFields },
    { title: 'beside `workflow`', fields: topFields },
    { title: 'each entry of `inputs`', fields: inputFields },
    { title: 'every step', fields: stepFields },
    ...stepTypes.map((type): FieldTable => ({
      title: `steps of the type \`${type}\``,
      fields: fieldsOfType[type],
    })),
  ],
  searches: { project: [{ under: '.specify/workflows', fits: isWorkflow, depth: 3 }], user: [] },
  fits: (path) => /(?:^|\/)\.specify\/workflows\/.*\.ya?ml$|(?:^|\/)workflow\.ya?ml$/.test(path),
  read: readWorkflow,
}

function readWorkflow(file: PlainFile, context: ReadContext): void {
  const source = readYaml(file.text, file.path)
  const { value } = source
  const report = fileReport(source)
  const leftover = readFields(value, topFields, {}, report)
  const fields = isObject(value) ? value : {}
  const workflow: WorkflowDraft = { name: nameOf(file.path) }
  const head = fileReport(source, '/workflow')
  const more =
    fields['workflow'] === undefined ? {} : readFields(fields['workflow'], headFields, workflow, head)
  report.problems.push(...head.problems)
  report.unmapped.push(...head.unmapped)
  const steps = readSteps(fields['steps'] ?? [], '/steps', { source, report, ids: new Set() })
  const inputs = readInputs(fields['inputs'], source, report)
  const version = fields['schema_version']
  const kept = {
    ...workflow.metadata,
    ...more,
    ...leftover,
    ...(version === undefined ? {} : { schema_version: version }),
  }
  if (!report.failed()) {
    context.found.workflows.push({
      ...workflow,
      name: workflow.name ?? nameOf(file.path),
      description: workflow.description ?? '',
      inputs,
      steps,
      ...(Object.keys(kept).length === 0 ? {} : { metadata: kept }),
      source: sourceOf('spec-kit', file, context),
    })
  }
  tell(context.found, report)
}

/** `speckit/workflow.yml` is called speckit. */
function nameOf(path: string): string {
  const name = basename(path).replace(/\.ya?ml$/, '')
  return name === 'workflow' ? basename(dirname(path)) : name
}

function readInputs(
  value: JsonValue | undefined,
  source: Parameters<typeof fileReport>[0],
  report: FileReport,
): readonly WorkflowInput[] {
  if (value === undefined || value === null) return []
  if (!isObject(value)) {
    report.wrong('/inputs', 'is no object', 'write NAME: with type below it')
    return []
  }
  return Object.entries(value).map(([name, said]) => {
    const inner = fileReport(source, `/inputs${segment(name)}`)
    const input: InputDraft = {}
    readFields(said, inputFields, input, inner)
    report.problems.push(...inner.problems)
    report.unmapped.push(...inner.unmapped)
    return { ...input, name, type: input.type ?? 'string' }
  })
}
