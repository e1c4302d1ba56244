import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { checkModel, missingPrograms } from './check-model.ts'

const model = join(import.meta.dirname, 'thread.pml')
const { values } = parseArgs({
  options: {
    workers: { type: 'string', default: '2' },
    deaths: { type: 'string', default: '1' },
    ends: { type: 'string', default: '2' },
    lost: { type: 'string', default: '1' },
  },
})
const missing = missingPrograms()
if (missing.length > 0)
  throw new Error(`${missing.join(' and ')} missing: apt-get install spin gcc libc6-dev`)
const macros = {
  WORKERS: Number(values.workers),
  DEATHS: Number(values.deaths),
  ENDS: Number(values.ends),
  LOST: Number(values.lost),
}
console.log(
  `${macros.WORKERS} workers, ${macros.DEATHS} deaths, ${macros.ENDS} leases that end early, ${macros.LOST} lost answers`,
)
const { holds, states, report } = await checkModel(model, { macros })
console.log(holds ? `nothing goes wrong in ${states} states` : report)
process.exitCode = holds ? 0 : 1
