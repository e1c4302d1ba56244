export { lastEventHeader, positionIn, replayExtension } from '../replay-extension.ts'
