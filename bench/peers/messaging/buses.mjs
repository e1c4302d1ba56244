import Emittery from 'emittery'
import { EventEmitter } from 'eventemitter3'
import PQueue from 'p-queue'

/** Each delivers a message to a handler, and keeps nothing. */
export const buses = {
  eventemitter3: (handle) => {
    const emitter = new EventEmitter()
    emitter.on('message', handle)
    return async (body) => void emitter.emit('message', body)
  },
  emittery: (handle) => {
    const emitter = new Emittery()
    emitter.on('message', ({ data = undefined, ...rest }) => handle(data ?? rest))
    return (body) => emitter.emit('message', body)
  },
  'p-queue, one at a time': (handle) => {
    const queue = new PQueue({ concurrency: 1 })
    return (body) => queue.add(() => handle(body))
  },
}
