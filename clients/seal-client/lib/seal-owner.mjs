import SEAL from 'node-seal';
import { parametersBytes } from './parameters.mjs';

/** node-seal's library, loaded once. */
export const seal = await SEAL();

/** Compression modes by name: none, zlib, zstd. */
export const modes = { none: seal.ComprModeType.none, zlib: seal.ComprModeType.zlib, zstd: seal.ComprModeType.zstd };

/** The length of a SEAL object is the word at byte 8 of its header. */
const LENGTH_AT = 8;

/**
 * A data owner's side of one circuit plan: secret key, the public keys the circuit needs, encryption, decryption. The secret key is made
 * here and stays in this object; whoever loses it loses the results.
 */
export class SealOwner {
  #plan; #mode; #parameters; #context; #generator; #secretKey; #encryptor; #decryptor; #encoder; #evaluator;

  /** @param {object} plan The plan as the gateway gives it. @param {'none'|'zlib'|'zstd'} mode How uploads are packed. */
  constructor(plan, mode = 'zstd') {
    if (!(mode in modes)) throw new Error(`There is no compression mode '${mode}': none, zlib or zstd.`);
    this.#plan = plan;
    this.#mode = modes[mode];
    this.#parameters = seal.EncryptionParameters(seal.SchemeType.ckks);
    this.#parameters.loadArray(parametersBytes(plan.polynomialDegree, plan.primes.map(BigInt)));
    this.#context = seal.Context(this.#parameters, true, seal.SecurityLevel.tc128);
    if (!this.#context.parametersSet()) throw new Error('SEAL does not take the parameters of the plan: they are not valid, or not secure.');
    this.#generator = seal.KeyGenerator(this.#context);
    this.#secretKey = this.#generator.secretKey();
    this.#encryptor = seal.Encryptor(this.#context, this.#generator.createPublicKey(), this.#secretKey);
    this.#decryptor = seal.Decryptor(this.#context, this.#secretKey);
    this.#encoder = seal.CKKSEncoder(this.#context);
    this.#evaluator = seal.Evaluator(this.#context);
  }

  /** @returns {Uint8Array} */
  parameters() { return this.#parameters.saveArray(this.#mode); }

  /** A key object of the gateway, seeded: half the bytes. @param {'public'|'relinearization'|'galois'} kind @returns {Uint8Array} */
  key(kind) {
    const key = {
      public: () => this.#generator.createPublicKeySerializable(),
      relinearization: () => this.#generator.createRelinKeysSerializable(),
      galois: () => this.#generator.createGaloisKeysSerializable(Int32Array.from(this.#plan.rotationSteps)),
    }[kind]();
    try {
      return key.saveArray(this.#mode);
    } finally {
      key.delete();
    }
  }

  /** Encrypts under the secret key, with a seed. @param {Float64Array} slots @returns {Uint8Array} */
  encrypt(slots) {
    const plain = this.#encoder.encode(slots, this.#plan.inputScale);
    try {
      // SEAL encodes at the highest level; a circuit may begin further down.
      for (let level = this.#plan.primes.length - 2; level > this.#plan.inputLevel; level--) this.#evaluator.plainModSwitchToNext(plain, plain);
      const cipher = this.#encryptor.encryptSymmetricSerializable(plain);
      try {
        return cipher.saveArray(this.#mode);
      } finally {
        cipher.delete();
      }
    } finally {
      plain.delete();
    }
  }

  /** Decrypts a result: ciphertexts one behind the other. @param {Uint8Array} bytes @returns {Float64Array[]} */
  decrypt(bytes) {
    const results = [];
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at < bytes.length;) {
      const length = Number(view.getBigUint64(at + LENGTH_AT, true));
      results.push(this.#decryptOne(bytes.subarray(at, at + length)));
      at += length;
    }
    return results;
  }

  #decryptOne(bytes) {
    const cipher = seal.CipherText();
    try {
      cipher.loadArray(this.#context, bytes);
      const plain = this.#decryptor.decrypt(cipher);
      try {
        return this.#encoder.decode(plain);
      } finally {
        plain.delete();
      }
    } finally {
      cipher.delete();
    }
  }
}
