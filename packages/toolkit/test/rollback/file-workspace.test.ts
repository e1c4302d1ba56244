import { describeWorkspace } from '@keepup/testing'

import { copiesWorkspace, memoryWorkspace } from '../../src/rollback/index.ts'

describeWorkspace('memoryWorkspace', { open: ({ root }) => memoryWorkspace(root) })

describeWorkspace('copiesWorkspace', {
  open: ({ root, storage }) => copiesWorkspace(root, storage),
  reopen: ({ root, storage }) => copiesWorkspace(root, storage),
})
