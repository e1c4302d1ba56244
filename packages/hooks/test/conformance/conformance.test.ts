import { describeHooks } from '@keepup/testing'

import { adapter } from './broken-adapters.ts'

describeHooks('@keepup/hooks', adapter)
