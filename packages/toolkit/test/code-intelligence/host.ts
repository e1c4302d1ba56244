// A program that starts language servers and waits to be killed. It says so once they answer.
import { createCodeIntelligence } from '../../src/code-intelligence/index.ts'
import { fakeServer } from './fake-definition.ts'

const [root = '', mode = '', ...paths] = process.argv.slice(2)
const intelligence = await createCodeIntelligence({
  root,
  ...(mode === 'real' ? {} : { servers: [fakeServer(mode)] }),
})
console.log('starting')
const report = await intelligence.diagnostics(paths, { wait: 30_000 })
console.log(`answered ${JSON.stringify(report.servers.filter(({ state }) => state === 'failed'))}`)
setInterval(() => {}, 1_000)
