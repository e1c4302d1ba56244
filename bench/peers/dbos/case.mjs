import { writeSync } from 'node:fs'

import { DBOS } from '@dbos-inc/dbos-sdk'

const [, , url, steps, length] = process.argv
const count = Number(steps)
const texts = Array.from({ length: count }, (_, step) => stepText(step, Number(length)))

/** As in `step-entries.ts`. */
function stepText(seed, letters) {
  const words =
    'the agent reads a file then runs tests and edits code until const return await error passes green'.split(
      ' ',
    )
  let state = seed * 2_654_435_761 + 1
  let made = ''
  while (made.length < letters) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    made += `${state % 8 === 0 ? state.toString(36) : words[state % words.length]} `
  }
  return made.slice(0, letters)
}

const taken = []
/** One workflow whose every step gives back one text, which is stored before the next one runs. */
const run = DBOS.registerWorkflow(
  async (limit) => {
    const start = performance.now()
    for (let step = 0; step < limit; step += 1)
      await DBOS.runStep(async () => ({ text: texts[step] }), { name: 'step' })
    taken.push(performance.now() - start)
  },
  { name: 'run' },
)

DBOS.setConfig({ name: 'bench', systemDatabaseUrl: url, logLevel: 'error', runAdminServer: false })
await DBOS.launch()
// The first one warms up.
await run(Math.min(count, 200))
await run(count)
await DBOS.shutdown()
writeSync(1, `\n${JSON.stringify({ wall: taken.at(-1) })}\n`)
process.exit(0)
