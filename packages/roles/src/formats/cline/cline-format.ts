import { basename, dirname, relative, sep } from 'node:path'

import type { Field } from '../../fields/field.ts'
import { fileReport } from '../../fields/file-report.ts'
import { readFields } from '../../fields/read-fields.ts'
import { text, texts } from '../../fields/text-count-choice.ts'
import { tell } from '../../load/loaded-roles.ts'
import { type ReadContext, type RoleFormat, sourceOf } from '../../load/role-format.ts'
import { readMarkdown } from '../../source/read-markdown.ts'
import type { PlainFile } from '../../source/read-plain-file.ts'
import { tellExpansions } from '../shell-expansions.ts'

interface RuleDraft {
  paths?: readonly string[]
  description?: string
}

const paths = texts<RuleDraft>((globs, rule) => void (rule.paths = globs), 'commas')

const ruleFields: readonly Field<RuleDraft>[] = [
  { field: 'paths', ours: 'paths', note: 'the rule is about files that fit one', read: paths },
  { field: 'globs', ours: 'paths', note: 'another word for it', read: paths },
  { field: 'description', note: 'rules are told whole' },
  { field: 'alwaysApply', note: 'a rule without paths is always told' },
  { field: 'tags', note: 'rules are not chosen by tags' },
]

const workflowFields: readonly Field<RuleDraft>[] = [
  {
    field: 'description',
    ours: 'description',
    read: text((description, workflow) => void (workflow.description = description), 20_000),
  },
]

const isRule = (path: string): boolean => /\.(?:md|txt)$/.test(path) && !/^(?:hooks|skills)\//.test(path)
const isRuleOutsideOfWorkflows = (path: string): boolean => isRule(path) && !path.startsWith('workflows/')

/** Rules and workflows of Cline: Markdown, in the order of its names. */
export const clineFormat: RoleFormat = {
  name: 'cline',
  title: 'Cline rules and workflows (`.clinerules/`, `.clinerules/workflows/*.md`)',
  tables: [
    {
      title: 'front matter of a rule, which becomes instructions; the text below it is `text`',
      fields: ruleFields,
    },
    {
      title: 'a workflow, called by the name of its file; the text is `text`',
      fields: workflowFields,
    },
  ],
  searches: {
    project: [
      { under: '.', fits: (path) => path === '.clinerules', depth: 1 },
      { under: '.clinerules', fits: isRule },
    ],
    user: ['Documents/Cline/Rules', 'Cline/Rules', 'Documents/Cline/Workflows', 'Cline/Workflows'].map(
      (under) => ({
        under,
        fits: isRuleOutsideOfWorkflows,
      }),
    ),
  },
  fits: (path) => /(?:^|\/)(?:\.clinerules(?:$|\/.*\.(?:md|txt)$)|Cline\/(?:Rules|Workflows)\/)/.test(path),
  read: readCline,
}

function readCline(file: PlainFile, context: ReadContext): void {
  const { matter, body, bodyLine } = readMarkdown(file.text, file.path)
  const report = fileReport(matter)
  const draft: RuleDraft = {}
  const isWorkflow = /(?:^|\/)(?:\.clinerules\/workflows|Cline\/Workflows)\//.test(
    file.path.split(sep).join('/'),
  )
  const leftover = readFields(matter.value, isWorkflow ? workflowFields : ruleFields, draft, report)
  const metadata = Object.keys(leftover).length === 0 ? {} : { metadata: leftover }
  const source = sourceOf('cline', file, context)
  tellExpansions(body, bodyLine, report)
  if (!report.failed() && isWorkflow) {
    const { description = '' } = draft
    const name = basename(file.path).replace(/\.(?:md|txt)$/, '')
    context.found.workflows.push({
      name,
      description,
      inputs: [],
      steps: [],
      text: body,
      ...metadata,
      source,
    })
  } else if (!report.failed()) {
    const { paths: about } = draft
    const folder = context.scope === 'user' ? '' : folderOf(file, context)
    context.found.instructions.push({
      family: 'cline',
      folder,
      ...(about === undefined ? {} : { paths: about }),
      text: body,
      imports: [],
      source,
    })
  }
  tell(context.found, report)
}

/** Rules are about the folder in which `.clinerules` lies. */
function folderOf(file: PlainFile, { folder }: ReadContext): string {
  const path = relative(folder, dirname(file.path)).split(sep).join('/')
  return path.replace(/(?:^|\/)\.clinerules(?:\/.*)?$/, '')
}
