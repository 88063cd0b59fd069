/**
 * One worker beside the main thread, seen from there: it is asked, answers, reports, and may end.
 *
 * Read beside: worker.ts (what runs in it), messages.ts
 * Touches the world: starts a thread.
 */
import { Worker } from 'node:worker_threads'
import type { NumberedRequest, WorkerData, WorkerMessage, WorkerRequest } from './messages.ts'

const PROGRAM = new URL('./worker.ts', import.meta.url)

export interface WorkerHandleOptions {
  readonly data: WorkerData
  /** Its settings: those of the main thread. */
  readonly env: NodeJS.ProcessEnv
  /** Called with everything that is not an answer. */
  readonly report: (message: Exclude<WorkerMessage, { answer: number }>) => void
}

export class WorkerHandle {
  readonly worker: number
  /** Fulfilled with the reason when the thread has ended. */
  readonly ended: Promise<Error>
  readonly #thread: Worker
  readonly #open = new Map<number, PromiseWithResolvers<unknown>>()
  #asked = 0

  constructor({ data, env, report }: WorkerHandleOptions) {
    this.worker = data.worker
    this.#thread = new Worker(PROGRAM, { workerData: data, env })
    this.#thread.on('message', (message: WorkerMessage) => {
      if (!('answer' in message)) return report(message)
      this.#open.get(message.answer)?.resolve(message.value)
      this.#open.delete(message.answer)
    })
    let why = new Error(`worker ${data.worker} has ended`)
    this.#thread.on('error', error => {
      why = error instanceof Error ? error : new Error(String(error))
    })
    this.ended = new Promise(resolve => {
      this.#thread.on('exit', () => {
        for (const { reject } of this.#open.values()) reject(why)
        this.#open.clear()
        resolve(why)
      })
    })
  }

  /** @returns its answer; rejects when the thread ends before */
  ask(request: WorkerRequest): Promise<unknown> {
    const answered = Promise.withResolvers<unknown>()
    const number = ++this.#asked
    this.#open.set(number, answered)
    const message: NumberedRequest = { ...request, number }
    this.#thread.postMessage(message)
    return answered.promise
  }

  /** Ends the thread at once; its connections are closed. */
  async terminate(): Promise<void> {
    await this.#thread.terminate()
  }
}
