import { SCEP_CODEC_SHAPES } from './scep-codec.ts'
import { openScepService } from './scep-service.ts'
import { openService } from './service.ts'
import type { Target } from './target.ts'

/** SCEP messages, read by the codec alone and answered by a whole server. */
export const openScepTarget = async (databaseUrl?: string): Promise<Target> => {
  await using stack = new AsyncDisposableStack()
  const { shapes, settle } = await openScepService(stack.use(await openService(databaseUrl)))
  const owned = stack.move()
  return {
    shapes: [...SCEP_CODEC_SHAPES, ...shapes],
    settle,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
