import { MalformedBody } from './malformed-body.ts';

/** Wire types of the Protocol Buffers encoding; groups (3 and 4) are long out of use and refused. */
export const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

const TWO_32 = 4_294_967_296;
const NS_PER_MS = 1_000_000;
// Names, and what services, hosts and routes are called, are repeated in nearly every record.
const MAX_REMEMBERED_TEXT = 48;
const REMEMBERED_TEXTS = 1_024;
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/**
 * Reads the wire format of Protocol Buffers, strictly: what is cut off, overlong or of another type
 * than its field is a MalformedBody, never a value. Nothing is copied but text, and a short text that
 * stood in the body before is not made again.
 */
export class ProtobufReader {
  readonly bytes: Buffer;
  position = 0;
  /** Of the tag that was read last. */
  wireType = 0;
  /** The 64-bit value that was read last. */
  #high = 0;
  #low = 0;
  /** By a hash of their bytes, where texts began that were read before; -1 where none was. */
  readonly #textStarts = new Int32Array(REMEMBERED_TEXTS).fill(-1);
  readonly #textLengths = new Uint8Array(REMEMBERED_TEXTS);
  readonly #texts: string[] = Array.from({ length: REMEMBERED_TEXTS }, () => '');

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  /** The number of the next field. */
  field(): number {
    const tag = this.uint32();
    this.wireType = tag & 7;
    if (tag >>> 3 === 0) throw new MalformedBody('a field has the number 0');
    return tag >>> 3;
  }

  /** Goes over the value of a field that nobody needs. */
  skip(): void {
    if (this.wireType === WIRE.varint) this.#varint();
    else if (this.wireType === WIRE.fixed64) this.#advance(8);
    else if (this.wireType === WIRE.bytes) this.#advance(this.uint32());
    else if (this.wireType === WIRE.fixed32) this.#advance(4);
    else throw new MalformedBody(`a field has the wire type ${this.wireType}`);
  }

  /** Where the message that begins here ends. */
  message(): number {
    this.#expect(WIRE.bytes);
    const length = this.uint32();
    const end = this.position + length;
    if (end > this.bytes.length) throw new MalformedBody('it ends in the middle of a message');
    return end;
  }

  /** To be called where the fields of a message are read. */
  leave(end: number): void {
    if (this.position !== end) throw new MalformedBody('a field is longer than its message');
  }

  text(): string {
    const end = this.message();
    const start = this.position;
    this.position = end;
    const length = end - start;
    if (length === 0) return '';
    return length > MAX_REMEMBERED_TEXT ? this.#decode(start, end) : this.#shortText(start, length);
  }

  /** In hexadecimal; null where there is none, or zeros only. */
  id(): string | null {
    const end = this.message();
    const start = this.position;
    this.position = end;
    for (let at = start; at < end; at += 1) if (this.bytes[at] !== 0) return this.bytes.toString('hex', start, end);
    return null;
  }

  base64(): string {
    const end = this.message();
    const text = this.bytes.toString('base64', this.position, end);
    this.position = end;
    return text;
  }

  enumeration(): number {
    this.#expect(WIRE.varint);
    this.#varint();
    return this.#low;
  }

  flag(): boolean {
    this.#expect(WIRE.varint);
    this.#varint();
    return this.#low !== 0 || this.#high !== 0;
  }

  /** Exact as a number where it is safe, else as digits. */
  int64(): number | string {
    this.#expect(WIRE.varint);
    this.#varint();
    return this.#signed();
  }

  sfixed64(): number {
    this.fixed64();
    return (this.#high | 0) * TWO_32 + this.#low;
  }

  fixed64(): number {
    this.#expect(WIRE.fixed64);
    const at = this.position;
    this.#advance(8);
    this.#low = this.bytes.readUInt32LE(at);
    this.#high = this.bytes.readUInt32LE(at + 4);
    return this.#high * TWO_32 + this.#low;
  }

  /** Nanoseconds since 1970 as whole milliseconds, without the loss of precision of a number in between. */
  timeMs(): number {
    this.fixed64();
    const rest = (this.#high % NS_PER_MS) * TWO_32 + this.#low;
    return Math.floor(this.#high / NS_PER_MS) * TWO_32 + Math.floor(rest / NS_PER_MS);
  }

  /** The nanoseconds of the time that was read last beyond its milliseconds. */
  timeRestNs(): number {
    return ((this.#high % NS_PER_MS) * TWO_32 + this.#low) % NS_PER_MS;
  }

  double(): number {
    this.#expect(WIRE.fixed64);
    const at = this.position;
    this.#advance(8);
    return this.bytes.readDoubleLE(at);
  }

  fixed32(): number {
    this.#expect(WIRE.fixed32);
    const at = this.position;
    this.#advance(4);
    return this.bytes.readUInt32LE(at);
  }

  uint32(): number {
    this.#varint();
    if (this.#high !== 0) throw new MalformedBody('a length is larger than 32 bits');
    return this.#low;
  }

  #decode(start: number, end: number): string {
    return this.bytes.toString('utf8', start, end);
  }

  #shortText(start: number, length: number): string {
    const { bytes } = this;
    // FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/
    let hash = FNV_OFFSET;
    for (let at = start; at < start + length; at += 1) hash = Math.imul(hash ^ (bytes[at] ?? 0), FNV_PRIME);
    const slot = (hash ^ (hash >>> 16)) & (REMEMBERED_TEXTS - 1);
    const before = this.#textStarts[slot] ?? -1;
    if (before !== -1 && this.#textLengths[slot] === length && this.#isSame(before, start, length)) {
      return this.#texts[slot] ?? '';
    }
    const text = this.#decode(start, start + length);
    this.#textStarts[slot] = start;
    this.#textLengths[slot] = length;
    this.#texts[slot] = text;
    return text;
  }

  #isSame(one: number, other: number, length: number): boolean {
    for (let at = 0; at < length; at += 1) if (this.bytes[one + at] !== this.bytes[other + at]) return false;
    return true;
  }

  #expect(wireType: number): void {
    if (this.wireType !== wireType) throw new MalformedBody(`a field has the wire type ${this.wireType}`);
  }

  #advance(bytes: number): void {
    this.position += bytes;
    if (this.position > this.bytes.length) throw new MalformedBody('it ends in the middle of a field');
  }

  #signed(): number | string {
    const value = (this.#high | 0) * TWO_32 + this.#low;
    if (Number.isSafeInteger(value)) return value;
    return ((BigInt(this.#high | 0) << 32n) + BigInt(this.#low)).toString();
  }

  #varint(): void {
    const first = this.bytes[this.position];
    if (first !== undefined && first < 128) {
      this.position += 1;
      this.#low = first;
      this.#high = 0;
      return;
    }
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.bytes[this.position];
      if (byte === undefined) throw new MalformedBody('it ends in the middle of a field');
      this.position += 1;
      const bits = byte & 127;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (shift - 32);
      if (byte < 128) {
        this.#low = low >>> 0;
        this.#high = high >>> 0;
        return;
      }
    }
    throw new MalformedBody('a number is longer than 64 bits');
  }
}
