import { basename } from 'node:path'

import { fileReport } from '../../fields/file-report.ts'
import { readFields } from '../../fields/read-fields.ts'
import { tell } from '../../load/loaded-roles.ts'
import { type ReadContext, type RoleFormat, sourceOf } from '../../load/role-format.ts'
import { finishRole, roleDraft } from '../../role/role-draft.ts'
import { readMarkdown } from '../../source/read-markdown.ts'
import type { PlainFile } from '../../source/read-plain-file.ts'
import { copilotFields } from './copilot-fields.ts'

const isAgent = (path: string): boolean => path.endsWith('.md')
const isChatMode = (path: string): boolean => path.endsWith('.chatmode.md')

/** Custom agents of GitHub Copilot and VS Code: Markdown with front matter. */
export const copilotFormat: RoleFormat = {
  name: 'copilot',
  title: 'GitHub Copilot and VS Code custom agents (`.github/agents/*.agent.md`, older `*.chatmode.md`)',
  tables: [{ title: 'front matter; the text below it is `system`', fields: copilotFields }],
  searches: {
    project: [
      { under: '.github/agents', fits: isAgent },
      { under: '.github/chatmodes', fits: isChatMode },
    ],
    user: [{ under: '.copilot/agents', fits: isAgent }],
  },
  fits: (path) => /\.(?:agent|chatmode)\.md$|(?:^|\/)\.(?:github|copilot)\/agents\/.*\.md$/.test(path),
  read: readCopilot,
}

function readCopilot(file: PlainFile, context: ReadContext): void {
  const { matter, body } = readMarkdown(file.text, file.path, { lenient: true })
  const report = fileReport(matter)
  const draft = roleDraft()
  draft.role.name = basename(file.path).replace(/(?:\.agent|\.chatmode)?\.md$/, '')
  const leftover = readFields(matter.value, copilotFields, draft, report)
  draft.role.system = body
  const role = finishRole(draft, { report, source: sourceOf('copilot', file, context), leftover })
  if (role !== undefined) context.found.roles.push(role)
  tell(context.found, report)
}
