import { fileReport } from '../../fields/file-report.ts'
import { readFields } from '../../fields/read-fields.ts'
import { tell } from '../../load/loaded-roles.ts'
import { type ReadContext, type RoleFormat, sourceOf } from '../../load/role-format.ts'
import { finishRole, roleDraft } from '../../role/role-draft.ts'
import { readMarkdown } from '../../source/read-markdown.ts'
import type { PlainFile } from '../../source/read-plain-file.ts'
import { tellExpansions } from '../shell-expansions.ts'
import { claudeFields } from './claude-fields.ts'

const isMarkdown = (path: string): boolean => path.endsWith('.md')

/** Subagents of Claude Code: Markdown with front matter, the text of which is the prompt. */
export const claudeFormat: RoleFormat = {
  name: 'claude',
  title: 'Claude Code subagents (`.claude/agents/*.md`)',
  tables: [{ title: 'front matter; the text below it is `system`', fields: claudeFields }],
  searches: {
    project: [{ under: '.claude/agents', fits: isMarkdown }],
    user: [{ under: '.claude/agents', fits: isMarkdown }],
  },
  fits: (path) => /(?:^|\/)\.claude\/agents\/.*\.md$/.test(path),
  read: readClaude,
}

function readClaude(file: PlainFile, context: ReadContext): void {
  const { matter, body, bodyLine } = readMarkdown(file.text, file.path, { lenient: true })
  const report = fileReport(matter)
  const draft = roleDraft()
  const leftover = readFields(matter.value, claudeFields, draft, report)
  draft.role.system = body
  tellExpansions(body, bodyLine, report)
  const role = finishRole(draft, { report, source: sourceOf('claude', file, context), leftover })
  if (role !== undefined) context.found.roles.push(role)
  tell(context.found, report)
}
