// Brings a workspace to one snapshot and to the other until it is killed. Says when it begins.
import { gitWorkspace } from '../src/index.ts'

const [root = '', storage = '', first = '', second = ''] = process.argv.slice(2)
const workspace = await gitWorkspace({ root, storage })
for (;;) {
  for (const id of [first, second]) {
    process.stdout.write('restoring\n')
    await workspace.restore(id)
    process.stdout.write('restored\n')
  }
}
