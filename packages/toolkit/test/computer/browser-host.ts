// A program that opens a page in a browser and waits to be killed. It says so once the page is shown.
import { browserComputer } from '../../src/computer/index.ts'

const [origin = '', mark = ''] = process.argv.slice(2)
const computer = browserComputer({ hosts: ['127.0.0.1'], sandbox: false, newMark: () => mark })
const { signal } = new AbortController()
console.log('starting')
await computer.navigate(`${origin}/`, signal)
console.log(`shown ${(await computer.state(signal)).title ?? ''}`)
setInterval(() => {}, 1_000)
