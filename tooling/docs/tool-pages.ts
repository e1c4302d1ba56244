import { join } from 'node:path'

import { format } from 'oxfmt'

import { documentedTools, type DocumentedTool } from './documented-tool.ts'
import { failureModes } from './failure-modes.ts'
import { markdownTable } from './markdown-table.ts'
import { reachedDeclarations } from './reached-declarations.ts'
import { failuresTable, limitsTable, outcomeMeanings, page, toolPage } from './tool-page.ts'

/** Where the pages lie, relative to the repository. */
export const pagesFolder = 'docs/tools'

/** Every page that there should be, by its file name, as the formatter leaves it. */
export async function toolPages(): Promise<ReadonlyMap<string, string>> {
  const tools = await documentedTools()
  const pages = [
    ['README.md', indexPage(tools)] as const,
    ...tools.map((one) => [`${one.tool.name}.md`, toolPage(one)] as const),
  ]
  return new Map(
    await Promise.all(pages.map(async ([name, text]) => [name, await formatted(name, text)] as const)),
  )
}

async function formatted(name: string, text: string): Promise<string> {
  const { code, errors } = await format(join(pagesFolder, name), text, { printWidth: 110 })
  if (errors.length > 0) throw new Error(`${name}: ${errors[0]?.message}`)
  return code
}

/** What the path of every call comes to, as it is prepared and run. */
const coordinator = reachedDeclarations(
  [
    ['create-tool-coordinator', 'usualTimeout'],
    ['create-tool-coordinator', 'usualOutput'],
    ['create-tool-coordinator', 'mostLines'],
    ['prepare-call', 'prepareCall'],
  ].map(([file = '', name = '']) => ({ path: `packages/tools/src/${file}.ts`, name })),
)

function indexPage(tools: readonly DocumentedTool[]): string {
  const rows = tools.map(({ tool: { name, repeat, description }, subpath }) => [
    `[\`${name}\`](${name}.md)`,
    `\`${subpath}\``,
    `\`${repeat}\``,
    firstSentence(description),
  ])
  return page([
    '# Tools',
    markdownTable(['Tool', 'Package', 'Repeat', 'What it does'], rows),
    '## What holds for every tool',
    'Each call takes one path, that of the coordinator of `@keepup/tools`: its input is validated (and repaired where only the form is wrong), policies decide on its effects, it runs bounded in time, and its output is cut, stored and labelled. A call ends in one of these outcomes, which the log keeps and the model is told:',
    markdownTable(
      ['Outcome', 'Meaning'],
      Object.entries(outcomeMeanings).map(([type, meaning]) => [`\`${type}\``, meaning]),
    ),
    'These limits hold beside those of the tool:',
    limitsTable(coordinator),
    'And these failures; an error of the system (`EACCES`, `ENOSPC`) is one with the code that the system gave:',
    failuresTable(failureModes(coordinator)),
  ])
}

function firstSentence(text: string): string {
  return /^.*?\.(?= |$)/.exec(text)?.[0] ?? text
}
