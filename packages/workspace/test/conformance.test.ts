import { describeWorkspace } from '@keepup/testing'

import { gitWorkspace } from '../src/index.ts'

describeWorkspace('gitWorkspace', { open: gitWorkspace, reopen: gitWorkspace })
