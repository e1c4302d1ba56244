import { resolve } from 'node:path'

import { checkTemplate, loadTemplate, missingParts, problemLine } from '@keepup/graph/templates'

import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import { safeText } from '../terminal/safe-text.ts'
import type { GraphFileFlags } from './graph-flags.ts'
import { templateFunctions } from './template-functions.ts'

/** Says everything that is wrong with the files of graphs, each at its place, and what their host must give. */
export async function graphCheck(
  { terminal, host }: CommandLine,
  flags: GraphFileFlags,
  ...files: readonly string[]
): Promise<ExitName> {
  let exit: ExitName = 'completed'
  for (const file of files) {
    const problems = await checkTemplate(resolve(host.workingDirectory, file))
    for (const problem of problems) {
      await terminal.out.write(
        flags.json ? `${JSON.stringify(problem)}\n` : safeText(`${problemLine(problem)}\n`),
      )
    }
    if (problems.some(({ severity }) => severity === 'error')) {
      exit = 'configuration'
      continue
    }
    const functions = await templateFunctions({
      file: undefined,
      folder: host.workingDirectory,
      requests: true,
    })
    const missing = missingParts(
      await loadTemplate(resolve(host.workingDirectory, file)),
      functions === undefined ? {} : { functions },
    )
    const needs = [
      missing.functions.length === 0
        ? ''
        : `the functions ${missing.functions.join(', ')} (--functions FILE)`,
      missing.tools.length === 0 ? '' : `the tools ${missing.tools.join(', ')}`,
      missing.agents.length === 0 && !missing.model ? '' : 'a model',
    ].filter((need) => need !== '')
    const said = needs.length === 0 ? '' : `; to run it needs ${needs.join(', ')}`
    if (!flags.json) await terminal.out.write(safeText(`${file}: nothing is wrong${said}\n`))
  }
  return exit
}
