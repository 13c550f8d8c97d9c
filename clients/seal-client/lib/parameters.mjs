// SEAL's EncryptionParameters, written by hand: node-seal makes primes of chosen sizes but takes no primes of others' choice,
// and loads them from these bytes. Layout: docs/wire-format.md.

const HEADER_BYTES = 16;
const MODULUS_BYTES = HEADER_BYTES + 8;
const CKKS = 2;

/**
 * @param {number} degree N, a power of two.
 * @param {bigint[]} primes In SEAL's order, the special prime last.
 * @returns {Uint8Array} An uncompressed EncryptionParameters with headers of SEAL 3.7, which every SEAL 4.x reads.
 */
export function parametersBytes(degree, primes) {
  const bytes = new Uint8Array(HEADER_BYTES + 1 + 8 + 8 + MODULUS_BYTES * (primes.length + 1));
  const view = new DataView(bytes.buffer);
  let at = 0;
  const word = (value) => { view.setBigUint64(at, BigInt(value), true); at += 8; };
  const header = (size) => { bytes.set([0x5e, 0xa1, HEADER_BYTES, 3, 7], at); at += 8; word(size); };
  header(bytes.length);
  bytes[at++] = CKKS;
  word(degree);
  word(primes.length);
  for (const prime of [...primes, 0n]) { // 0 at the end: CKKS has no plain modulus.
    header(MODULUS_BYTES);
    word(prime);
  }
  return bytes;
}
