import { dirname, resolve } from 'node:path'

import type { FieldPlace } from '../../fields/field.ts'
import type { ReadContext } from '../../load/role-format.ts'
import { problemsOf } from '../../source/source-fault.ts'

/** The most files that one prompt may name. */
const mostFiles = 20

/**
 * The prompt with each `{file:PATH}` replaced by that file, which starts where the configuration lies and must lie within the folder that is loaded.
 * `{env:NAME}` stays as it is: what a person's environment holds is nobody's to ask for.
 */
export function fillPrompt(
  prompt: string,
  { path, context, at }: { readonly path: string; readonly context: ReadContext; readonly at: FieldPlace },
): string {
  if (/\{env:[^}]*\}/.test(prompt)) {
    at.report.leave(at.pointer, prompt, '{env:NAME} is not filled: the environment is not told to roles')
  }
  let files = 0
  return prompt.replaceAll(/\{file:([^}\n]{1,500})\}/g, (whole, name: string) => {
    files += 1
    if (files > mostFiles) {
      if (files === mostFiles + 1)
        at.report.wrong(at.pointer, `names more than ${mostFiles} files`, 'put them into fewer')
      return whole
    }
    try {
      return context.open(resolve(dirname(path), name.trim())).text.trim()
    } catch (error) {
      const [first] = problemsOf(error) ?? []
      if (first === undefined) throw error
      at.report.wrong(at.pointer, `names ${name}, which ${first.problem}`, first.fix)
      return ''
    }
  })
}
