// Brings a workspace, or a branch of it, to one snapshot and to the other until it is killed. Says when it begins.
import { gitWorkspace } from '../src/index.ts'

const [root = '', storage = '', first = '', second = '', where = 'here'] = process.argv.slice(2)
const opened = await gitWorkspace({ root, storage })
const workspace = where === 'here' ? opened : await opened.branch(second)
for (;;) {
  for (const id of [first, second]) {
    process.stdout.write('restoring\n')
    await workspace.restore(id)
    process.stdout.write('restored\n')
  }
}
