/** Keeps this process from ending for want of work while it waits for processes that it does not stay alive for otherwise. */
export async function keepingAlive<T>(work: () => Promise<T>): Promise<T> {
  const timer = setInterval(() => {}, 2 ** 30)
  try {
    return await work()
  } finally {
    clearInterval(timer)
  }
}
