// node-seal on the other end of a pipe: the tests of the engine send commands, one JSON object a line, and get one line back for each.
// Objects of SEAL travel in base64. The secret key goes over the pipe here, which is for tests and for nothing else.

import { createInterface } from 'node:readline';
import { modes, seal } from '../lib/seal-owner.mjs';

let context, parameters, secretKey, publicKey, relinearizationKeys, galoisKeys, generator;

const toText = (bytes) => Buffer.from(bytes).toString('base64');
const toBytes = (text) => Buffer.from(text, 'base64');

function useParameters() {
  context = seal.Context(parameters, true, seal.SecurityLevel.tc128);
  if (!context.parametersSet()) throw new Error('SEAL does not take these parameters.');
}

function load(object, text) {
  object.loadArray(context, toBytes(text));
  return object;
}

const commands = {
  /** Makes parameters and all keys; answers with them, seeded. */
  make({ degree, bits, bytes, steps, mode }) {
    parameters = seal.EncryptionParameters(seal.SchemeType.ckks);
    if (bytes) parameters.loadArray(toBytes(bytes));
    else {
      parameters.setPolyModulusDegree(degree);
      parameters.setCoeffModulus(seal.CoeffModulus.Create(degree, Int32Array.from(bits)));
    }
    useParameters();
    generator = seal.KeyGenerator(context);
    secretKey = generator.secretKey();
    publicKey = generator.createPublicKey();
    const pack = (object) => toText(object.saveArray(modes[mode]));
    return {
      parameters: pack(parameters),
      publicKey: pack(generator.createPublicKeySerializable()),
      fullPublicKey: pack(publicKey),
      relinearizationKeys: pack(generator.createRelinKeysSerializable()),
      galoisKeys: steps.length === 0 ? null : pack(generator.createGaloisKeysSerializable(Int32Array.from(steps))),
      secretKey: pack(secretKey),
    };
  },

  /** Takes another engine's parameters and keys. */
  load({ parameters: bytes, publicKey: pk, relinearizationKeys: rk, galoisKeys: gk, secretKey: sk }) {
    parameters = seal.EncryptionParameters(seal.SchemeType.ckks);
    parameters.loadArray(toBytes(bytes));
    useParameters();
    publicKey = load(seal.PublicKey(), pk);
    relinearizationKeys = load(seal.RelinKeys(), rk);
    galoisKeys = load(seal.GaloisKeys(), gk);
    secretKey = sk ? load(seal.SecretKey(), sk) : undefined;
    return {};
  },

  /** Encrypts: under the secret key with a seed, or under the public key. */
  encrypt({ values, scale, seeded, mode }) {
    const encryptor = secretKey ? seal.Encryptor(context, publicKey, secretKey) : seal.Encryptor(context, publicKey);
    const plain = seal.CKKSEncoder(context).encode(Float64Array.from(values), scale);
    const cipher = seeded ? encryptor.encryptSymmetricSerializable(plain) : encryptor.encrypt(plain);
    return { ciphertext: toText(cipher.saveArray(modes[mode])) };
  },

  decrypt({ ciphertext }) {
    const plain = seal.Decryptor(context, secretKey).decrypt(load(seal.CipherText(), ciphertext));
    return { values: Array.from(seal.CKKSEncoder(context).decode(plain)) };
  },

  /** Evaluates with another engine's keys what that engine evaluates with SEAL's. */
  evaluate({ left, right, step, mode }) {
    const [a, b] = [load(seal.CipherText(), left), load(seal.CipherText(), right)];
    const evaluator = seal.Evaluator(context);
    const pack = (cipher) => toText(cipher.saveArray(modes[mode]));
    const product = evaluator.multiply(a, b);
    const relinearized = evaluator.relinearize(product, relinearizationKeys);
    return {
      sum: pack(evaluator.add(a, b)),
      product: pack(product),
      relinearized: pack(relinearized),
      rescaled: pack(evaluator.rescaleToNext(relinearized)),
      rotated: pack(evaluator.rotateVector(a, step, galoisKeys)),
      conjugated: pack(evaluator.complexConjugate(a, galoisKeys)),
      dropped: pack(evaluator.cipherModSwitchToNext(a)),
    };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    const { command, ...what } = JSON.parse(line);
    answer = { result: commands[command](what) };
  } catch (fault) {
    answer = { fault: fault.message };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
