import { type Command, ExitCode, type RouteMap, run } from '@stricli/core'

import { createApplication } from '../src/application.ts'
import type { CommandLine } from '../src/command-line.ts'

type Target = Command<CommandLine> | RouteMap<CommandLine>

/** What the program's own parser says against words after `keepup`; nothing where it takes them. No command is run. */
export async function complaintAbout(words: readonly string[]): Promise<string | undefined> {
  const application = createApplication({})
  const said: string[] = []
  const keep = { write: (text: string) => void said.push(text) }
  const parser: { exitCode?: number | string | null; stdout: typeof keep; stderr: typeof keep } = {
    stdout: keep,
    stderr: keep,
  }
  const root = idle(application.root)
  // Only the parser's part of a command line is used, since no command is called.
  await run({ ...application, root }, words, { process: parser } as unknown as CommandLine)
  return parser.exitCode === ExitCode.Success ? undefined : said.join('')
}

/** The same routes, to commands that do nothing. */
function idle<Kind extends Target>(target: Kind): Kind {
  if ('parameters' in target) return { ...target, loader: () => Promise.resolve(() => undefined) }
  const find = (input: string): Target | undefined => {
    const found = target.getRoutingTargetForInput(input)
    return found === undefined ? undefined : idle(found)
  }
  return { ...target, getRoutingTargetForInput: find }
}
