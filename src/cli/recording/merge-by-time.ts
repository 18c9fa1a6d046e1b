/** Several streams as one, by the times of their pieces; each stays in its own order. Takes one piece ahead of each. */
import type { TimedPiece } from './timed-piece.js'

/** What has no time comes at once; of two pieces of the same time the earlier stream's comes first. */
export async function* mergeByTime(
  streams: readonly AsyncGenerator<TimedPiece, void, void>[],
): AsyncGenerator<TimedPiece, void, void> {
  try {
    const heads = await Promise.all(streams.map(async (stream) => ({ stream, piece: await nextOf(stream) })))
    for (;;) {
      let first: (typeof heads)[number] | undefined
      for (const head of heads) if (head.piece && (!first?.piece || timeOf(head.piece) < timeOf(first.piece))) first = head
      if (!first?.piece) return
      yield first.piece
      first.piece = await nextOf(first.stream)
    }
  } finally {
    await Promise.all(streams.map((stream) => stream.return()))
  }
}

async function nextOf(stream: AsyncGenerator<TimedPiece, void, void>): Promise<TimedPiece | undefined> {
  const next = await stream.next()
  return next.done ? undefined : next.value
}

function timeOf(piece: TimedPiece): number {
  return (piece.kind === 'gap' ? undefined : piece.unixMs) ?? Number.NEGATIVE_INFINITY
}
