import { randomUUID } from 'node:crypto';
import { listen, poll } from './lib/predictions.mjs';
import { SealOwner } from './lib/seal-owner.mjs';
import { WindowPacker } from './lib/windows.mjs';

/** What fits into one chunk of a dataset, with room for headers. */
const CHUNK_BYTES = 4 << 20;

/**
 * The whole way of one forecast: plan, keys, encryption, upload, inference, prediction, decryption.
 *
 * The secret key is made for this one forecast and forgotten with it; a data owner who wants to keep it keeps it on its own machine.
 *
 * @param {import('./lib/gateway.mjs').Gateway} gateway With the data owner's token.
 * @param {object} what
 * @param {string} what.model `publisher/model`.
 * @param {number} what.version
 * @param {'herd'|'series'} what.layout
 * @param {import('./lib/windows.mjs').Windows} what.windows
 * @param {'none'|'zlib'|'zstd'} [what.compression] How uploads are packed; results come as they are.
 * @param {boolean} [what.poll] Ask for events instead of having them pushed.
 * @param {(line: string) => void} [what.report]
 * @returns {Promise<number[]>} One forecast for each window.
 */
export async function forecast(gateway, { model, version, layout, windows, compression = 'zstd', poll: polls = false, report = () => {} }) {
  const { plan } = await gateway.plan(model, version, layout);
  const owner = new SealOwner(plan, compression);
  const packer = new WindowPacker(plan, windows);
  const id = `seal-${randomUUID().slice(0, 8)}`;

  await uploadKeys(gateway, id, plan, owner, report);
  await uploadWindows(gateway, id, plan, owner, packer, report);
  const { lastSequence } = await gateway.me();
  await gateway.startInference(id, { keySet: id, dataset: id, model, version, layout });

  const predictions = new Array(windows.starts.length);
  const events = polls ? poll(gateway, lastSequence) : listen(gateway, lastSequence);
  for await (const event of events) {
    if (event.inference !== id) continue;
    if (event.status === 'partCompleted') {
      const [slots] = owner.decrypt(Buffer.from(event.result, 'base64'));
      packer.unpack(event.part, slots, predictions);
      report(`part ${event.part + 1} of ${event.parts}: evaluated in ${event.evaluationSeconds.toFixed(2)} s`);
    } else if (event.status === 'completed') {
      return predictions;
    } else {
      throw new Error(`The node ended the inference: ${event.status}. ${event.failure ?? ''}`);
    }
  }
  throw new Error('The events ended before the inference did.');
}

async function uploadKeys(gateway, id, plan, owner, report) {
  const { objects } = await gateway.declareKeySet(id, {
    parameters: Buffer.from(owner.parameters()).toString('base64'),
    rotationSteps: plan.rotationSteps,
    conjugation: false,
    relinearization: plan.needsRelinearizationKeys,
  });
  for (const { kind } of objects) {
    const bytes = owner.key(kind);
    await gateway.uploadKey(id, kind, bytes);
    report(`${kind}: ${bytes.length} bytes`);
  }
}

async function uploadWindows(gateway, id, plan, owner, packer, report) {
  // One ciphertext is made to see how long they become: compressed, no formula says it exactly.
  const sample = owner.encrypt(packer.pack(0)[0]).length;
  const perChunk = Math.max(1, Math.min(plan.inputCiphertexts, Math.floor(CHUNK_BYTES / (sample * 1.05))));
  await gateway.declareDataset(id, {
    keySet: id, batches: packer.batches, ciphertextsPerBatch: plan.inputCiphertexts, ciphertextsPerChunk: perChunk,
    level: plan.inputLevel, scale: plan.inputScale, layout: plan.layout, label: '',
  });
  let [index, total] = [0, 0];
  for (let batch = 0; batch < packer.batches; batch++) {
    const inputs = packer.pack(batch);
    for (let first = 0; first < inputs.length; first += perChunk) {
      const chunk = Buffer.concat(inputs.slice(first, first + perChunk).map((input) => owner.encrypt(input)));
      await gateway.uploadChunk(id, index++, chunk);
      total += chunk.length;
    }
  }
  report(`${packer.batches * plan.inputCiphertexts} ciphertexts: ${total} bytes`);
}
