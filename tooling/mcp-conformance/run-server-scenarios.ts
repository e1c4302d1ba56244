import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

import { applicable, inapplicable } from './server-scenarios.ts'
import { type ListedScenario, listServerScenarios, runServerScenario, type Suite } from './suite.ts'

/** The revisions that servers are held against; earlier ones are contained in the first. */
const revisions = ['2025-11-25', '2026-07-28']

/** Runs the server scenarios that apply, in each of the revisions that they are for, and gives what failed. */
export async function runServerScenarios(
  suites: readonly Suite[],
  { results, wanted }: { readonly results: string; readonly wanted: readonly string[] },
): Promise<readonly string[]> {
  await using server = await startServer()
  const failed: string[] = []
  for (const suite of suites) {
    const listed = await listServerScenarios(suite)
    failed.push(...unlisted(suite, listed))
    for (const revision of revisions) {
      let passed = 0
      let checks = 0
      const chosen = applicable.filter(({ name }) => isChosen(listed, name, revision, wanted))
      for (const { name, excused = {} } of chosen) {
        const place = { results, url: server.url, revision, excused: Object.keys(excused) }
        const { successes, problem } = await runServerScenario(suite, name, place)
        checks += successes
        if (problem === undefined) passed += 1
        else failed.push(`${suite.name}, ${revision}: ${name}: ${problem}`)
      }
      if (chosen.length > 0)
        console.log(
          `${suite.name}, ${revision}: ${passed} of ${chosen.length} server scenarios that apply, ${checks} checks`,
        )
    }
  }
  return failed
}

function isKnown(name: string): boolean {
  return applicable.some((each) => each.name === name) || inapplicable.some(({ names }) => names.test(name))
}

/** What is new in a suite must be judged, and what applies must be there. */
function unlisted({ name: suite }: Suite, listed: readonly ListedScenario[]): readonly string[] {
  if (listed.length < 30) return [`${suite}: it lists ${listed.length} server scenarios alone`]
  return listed
    .filter(({ name }) => !isKnown(name))
    .map(({ name }) => `${suite}: nobody said whether ${name} applies`)
}

function isChosen(
  listed: readonly ListedScenario[],
  name: string,
  revision: string,
  wanted: readonly string[],
): boolean {
  const isListed = listed.some((each) => each.name === name && each.revisions.includes(revision))
  return isListed && (wanted.length === 0 || wanted.some((part) => name.includes(part)))
}

async function startServer(): Promise<AsyncDisposable & { readonly url: string }> {
  const program = fileURLToPath(new URL('served.ts', import.meta.url))
  const child = spawn(process.execPath, ['--conditions=@keepup/source', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  // The first line is its URL.
  const [url] = (await Promise.race([once(createInterface(child.stdout), 'line'), ended])) as [unknown]
  if (typeof url !== 'string') throw new Error('the server did not start')
  return {
    url,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await ended
    },
  }
}
