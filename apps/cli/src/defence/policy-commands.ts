import { resolve } from 'node:path'

import { explainPolicy } from '@keepup/mcp-security/defence'

import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import type { PolicyFlags, PolicyTestFlags } from '../routes/policy-routes.ts'
import { flagTexts } from '../settings/flag-texts.ts'
import { resolveSettings } from '../settings/resolve-settings.ts'
import { safeText } from '../terminal/safe-text.ts'
import { workingFolder } from '../working-folder.ts'
import { openDefence, readSetting } from './open-defence.ts'
import { serverAnnotations } from './server-annotations.ts'
import { testCall } from './test-call.ts'

/** Says whether a file holds a policy. Fails `configuration-invalid`, with the place and the fix, where it does not. */
export async function policyCheck(
  { terminal, host }: CommandLine,
  flags: PolicyFlags,
  file: string,
): Promise<ExitName> {
  const { policy, annotations } = readSetting(resolve(host.workingDirectory, file))
  const tools = Object.keys(annotations)
  await terminal.out.write(
    flags.json
      ? `${JSON.stringify({ name: policy.name, tools })}\n`
      : safeText(
          `${file} holds the policy "${policy.name}"${tools.length === 0 ? '' : ` and describes ${tools.length} tools`}.\n`,
        ),
  )
  return 'completed'
}

/** Says in sentences what is asked about here, and which tools of servers are known. */
export async function policyExplain(line: CommandLine, flags: PolicyFlags): Promise<ExitName> {
  const { host, terminal } = line
  const { environment } = host
  const { folder, settings, from } = placeOf(line, flags)
  const { policy, annotations: own } = readSetting(settings.defence)
  const servers = Object.keys(await serverAnnotations(folder, environment))
  const sentences = explainPolicy(policy)
  const known = [...servers, ...Object.keys(own)].toSorted()
  if (flags.json) {
    await terminal.out.write(
      `${JSON.stringify({ name: policy.name, from, policy, sentences: sentences.split('\n'), described: known })}\n`,
    )
    return 'completed'
  }
  const described =
    known.length === 0
      ? ''
      : `Described tools of servers: ${known.join(', ')}. Of others, what says that it reads is judged by what it is told, and the rest asks.\n`
  await terminal.out.write(safeText(`${sentences}\n${described}${terminal.outStyle.dim(`from: ${from}`)}\n`))
  return 'completed'
}

/** Says what would be decided about a call, after the given words of the user and of others. Nothing is run. */
export async function policyTest(
  line: CommandLine,
  flags: PolicyTestFlags,
  ...[tool, input]: readonly [string, string]
): Promise<ExitName> {
  const { terminal, host } = line
  const { folder, settings } = placeOf(line, flags)
  const opened = await openDefence(settings, { folder, environment: host.environment })
  const found = testCall(opened.defence, {
    folder,
    tool,
    input: readInput(input),
    said: flags.said ?? [],
    read: flags.read ?? [],
  })
  await terminal.out.write(
    flags.json
      ? `${JSON.stringify(found)}\n`
      : safeText(
          `${[terminal.outStyle.bold(found.decision), ...found.reasons.map((text) => `  ${text}`)].join('\n')}\n`,
        ),
  )
  return 'completed'
}

function placeOf({ host }: CommandLine, flags: PolicyFlags) {
  const { environment, workingDirectory: here } = host
  const folder = workingFolder(host, flags.cwd)
  const { settings, explained } = resolveSettings({ flags: flagTexts(flags), environment, here, folder })
  return { folder, settings, from: explained.find(({ name }) => name === 'defence')?.from ?? 'default' }
}

function readInput(text: string) {
  try {
    // Whatever JSON.parse gives is JSON.
    return JSON.parse(text) as Parameters<typeof testCall>[1]['input']
  } catch (error) {
    throw usageError(`the input is not JSON: ${String(error)}`, `write it so: '{"command":"git push"}'`)
  }
}
