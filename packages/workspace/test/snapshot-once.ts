// Run as another user: takes one snapshot and prints what it found.
import { gitWorkspace } from '../src/index.ts'

const [root = '', storage = ''] = process.argv.slice(2)
const workspace = await gitWorkspace({ root, storage })
const { id, uncovered } = await workspace.snapshot()
const a = Buffer.from((await workspace.read(id, 'a.txt')) ?? '').toString()
process.stdout.write(JSON.stringify({ uncovered, a }))
