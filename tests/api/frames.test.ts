import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FrameDecoder } from '../../src/api/frame-decoder.js'
import {
  decodeJsonPayload,
  encodeFrameHeader,
  encodeJsonFrame,
  FRAME,
  FRAME_HEADER_BYTES,
  FRAME_PAYLOAD_LIMIT_BYTES,
  type Frame,
  STREAM_NUMBER,
  streamOfNumber,
} from '../../src/api/frames.js'
import { PerchError } from '../../src/platform/perch-error.js'

const frame = fc.record({
  type: fc.integer({ min: 0, max: 255 }),
  stream: fc.integer({ min: 0, max: 0xffffffff }),
  payload: fc.uint8Array({ maxLength: 300 }),
})

function encode(frames: readonly Frame[]): Buffer {
  return Buffer.concat(frames.flatMap((f) => [encodeFrameHeader(f.type, f.stream, f.payload.byteLength), f.payload]))
}

function rawHeader({ length, type, stream }: { length: number; type: number; stream: number }): Buffer {
  const header = Buffer.alloc(FRAME_HEADER_BYTES)
  header.writeUInt32BE(length, 0)
  header.writeUInt8(type, 4)
  header.writeUInt32BE(stream, 5)
  return header
}

/**
 * What comes of the bytes, cut at `cuts`: the frames, and the code of the refusal. Any other error passes. Payloads are
 * copied, as a consumer that keeps them must.
 */
function outcomeOf(bytes: Uint8Array, cuts: readonly number[]) {
  const decoder = new FrameDecoder()
  const frames: Frame[] = []
  const edges = [0, ...cuts.map((cut) => cut % (bytes.byteLength + 1)).sort((a, b) => a - b), bytes.byteLength]
  try {
    for (let i = 1; i < edges.length; i++) {
      decoder.push(bytes.subarray(edges[i - 1], edges[i]), (f) => frames.push({ ...f, payload: Uint8Array.from(f.payload) }))
    }
    return { frames, refusal: undefined }
  } catch (error) {
    if (!(error instanceof PerchError)) throw error
    return { frames, refusal: error.code }
  }
}

describe('the frame codec', () => {
  it('gives back the frames that were written, wherever the bytes were cut', () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 20 }), fc.array(fc.nat(), { maxLength: 40 }), (frames, cuts) => {
        expect(outcomeOf(encode(frames), cuts)).toEqual({ frames, refusal: undefined })
      }),
    )
  })

  it('delivers a frame as soon as its last byte is there, one byte at a time', () => {
    const bytes = encode([{ type: 1, stream: 2, payload: Uint8Array.of(1, 2, 3) }])
    const decoder = new FrameDecoder()
    const seen: number[] = []
    for (const [index] of bytes.entries()) decoder.push(bytes.subarray(index, index + 1), () => seen.push(index))
    expect(seen).toEqual([FRAME_HEADER_BYTES + 2])
  })

  it('never delivers anything but whole frames for arbitrary bytes, and refuses only by bad-frame', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const decoder = new FrameDecoder()
        try {
          decoder.push(bytes, (f) => expect(f.payload.byteLength).toBeLessThanOrEqual(bytes.byteLength))
        } catch (error) {
          expect(error).toMatchObject({ code: 'bad-frame' })
        }
      }),
    )
  })

  it('makes the same of garbage wherever it is cut: the same frames, then the same refusal or none', () => {
    // Small lengths, so that garbage is frames as often as it is none.
    const header = fc.record({ length: fc.oneof(fc.nat(40), fc.nat(0xffffffff)), type: fc.nat(255), stream: fc.nat(0xffffffff) })
    const garbage = fc.array(fc.oneof(header, fc.uint8Array({ maxLength: 60 })), { maxLength: 12 })
    fc.assert(
      fc.property(garbage, fc.array(fc.nat(), { maxLength: 40 }), (parts, cuts) => {
        const bytes = Buffer.concat(parts.map((part) => (part instanceof Uint8Array ? part : rawHeader(part))))
        expect(outcomeOf(bytes, cuts)).toEqual(outcomeOf(bytes, []))
      }),
    )
  })

  it('takes no memory for a payload that is too long, or before a peer may send long ones', () => {
    const decoder = new FrameDecoder()
    decoder.payloadLimitBytes = 100
    expect(() => decoder.push(encodeFrameHeader(1, 0, 101), () => undefined)).toThrow(
      expect.objectContaining({ code: 'bad-frame' }),
    )
  })

  it('accepts a payload of the limit and refuses one byte more before reading it', () => {
    const decoder = new FrameDecoder()
    const sizes: number[] = []
    decoder.push(encodeFrameHeader(1, 0, FRAME_PAYLOAD_LIMIT_BYTES), () => undefined)
    decoder.push(new Uint8Array(FRAME_PAYLOAD_LIMIT_BYTES), (f) => sizes.push(f.payload.byteLength))
    expect(sizes).toEqual([FRAME_PAYLOAD_LIMIT_BYTES])
    expect(() => encodeFrameHeader(1, 0, FRAME_PAYLOAD_LIMIT_BYTES + 1)).toThrow(RangeError)
    const announced = Buffer.alloc(FRAME_HEADER_BYTES)
    announced.writeUInt32BE(FRAME_PAYLOAD_LIMIT_BYTES + 1)
    expect(() => decoder.push(announced, () => undefined)).toThrow(expect.objectContaining({ code: 'bad-frame' }))
  })

  it('round-trips JSON and says when a control frame is none', () => {
    const frames: Frame[] = []
    new FrameDecoder().push(encodeJsonFrame(FRAME.hello, { perch: 'ü' }), (f) => frames.push(f))
    expect(frames.map(decodeJsonPayload)).toEqual([{ perch: 'ü' }])
    expect(() => decodeJsonPayload({ type: 1, stream: 0, payload: Buffer.from('{') })).toThrow(
      expect.objectContaining({ code: 'bad-frame' }),
    )
  })

  it('numbers every stream and knows none beyond them', () => {
    for (const [name, number] of Object.entries(STREAM_NUMBER)) expect(streamOfNumber(number)).toBe(name)
    expect(streamOfNumber(4)).toBeUndefined()
  })
})
