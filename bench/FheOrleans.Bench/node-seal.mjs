// node-seal's side of `FheOrleans.Bench quick`: the operations of Operations.cs under the same names. Prints "ready", and then for every
// line on standard input the microseconds of one round. Arguments: degree, sizes of the primes, bits of the scale.

import { createInterface } from 'node:readline';
import { seal } from '../../clients/seal-client/lib/seal-owner.mjs';

const TURN_MILLISECONDS = 2;

const degree = Number(process.argv[2]);
const bits = Int32Array.from(process.argv[3].split(','), Number);
const scale = 2 ** Number(process.argv[4]);

const parameters = seal.EncryptionParameters(seal.SchemeType.ckks);
parameters.setPolyModulusDegree(degree);
parameters.setCoeffModulus(seal.CoeffModulus.Create(degree, bits));
const context = seal.Context(parameters, true, seal.SecurityLevel.tc128);
if (!context.parametersSet()) throw new Error('SEAL does not take these parameters.');

const generator = seal.KeyGenerator(context);
const secretKey = generator.secretKey();
const relinearizationKeys = generator.createRelinKeys();
const galoisKeys = generator.createGaloisKeys(Int32Array.of(1));
const encoder = seal.CKKSEncoder(context);
const encryptor = seal.Encryptor(context, generator.createPublicKey(), secretKey);
const decryptor = seal.Decryptor(context, secretKey);
const evaluator = seal.Evaluator(context);

const slots = () => Float64Array.from({ length: degree / 2 }, () => 2 * Math.random() - 1);
const values = slots();
const plain = encoder.encode(values, scale);
const left = encryptor.encryptSymmetric(plain);
const right = encryptor.encryptSymmetric(encoder.encode(slots(), scale));
const product = evaluator.multiply(left, right);
const relinearized = evaluator.relinearize(product, relinearizationKeys);

// Results go into objects that are there already, as ours do; decode has no such form, and the form with a seed is a new object.
const encoded = seal.PlainText();
const [encrypted, result] = [seal.CipherText(), seal.CipherText()];

const operations = {
  encode: () => encoder.encode(values, scale, encoded),
  encryptPublic: () => encryptor.encrypt(plain, encrypted),
  encryptSymmetric: () => encryptor.encryptSymmetricSerializable(plain), // With a seed, as ours.
  decrypt: () => decryptor.decrypt(left, encoded),
  decode: () => encoder.decode(plain),
  add: () => evaluator.add(left, right, result),
  multiplyPlain: () => evaluator.multiplyPlain(left, plain, result),
  multiply: () => evaluator.multiply(left, right, result),
  square: () => evaluator.square(left, result),
  relinearize: () => evaluator.relinearize(product, relinearizationKeys, result),
  rescale: () => evaluator.rescaleToNext(relinearized, result),
  rotate: () => evaluator.rotateVector(left, 1, galoisKeys, result),
};

function time(run) {
  const start = performance.now();
  let calls = 0;
  let elapsed;
  do {
    run()?.delete?.(); // Memory of WebAssembly is not collected; a Float64Array has nothing to delete.
    calls++;
    elapsed = performance.now() - start;
  } while (elapsed < TURN_MILLISECONDS);
  return 1000 * elapsed / calls;
}

console.log('ready');
for await (const _ of createInterface({ input: process.stdin }))
  console.log(JSON.stringify(Object.fromEntries(Object.entries(operations).map(([name, run]) => [name, time(run)]))));
