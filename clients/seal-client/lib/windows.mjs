// How windows of records lie in the slots of ciphertexts: the two layouts of docs/circuits.md, packed and unpacked.

/**
 * @typedef {object} Windows
 * @property {number} timePoints Rows in a window.
 * @property {number} features Numbers in a row.
 * @property {number[]} points The table, row by row, scaled as the network was trained.
 * @property {number[]} starts The first row of each window.
 */

/** Splits windows into batches and puts each batch into slots, for one circuit plan. */
export class WindowPacker {
  #plan; #windows; #order; #firsts;

  /** @param {object} plan The plan as the gateway gives it. @param {Windows} windows */
  constructor(plan, windows) {
    if (windows.timePoints !== plan.timePoints || windows.features !== plan.features)
      throw new Error(`The windows are ${windows.timePoints} x ${windows.features}; the model takes ${plan.timePoints} x ${plan.features}.`);
    if (!windows.points.every((value) => Math.abs(value) <= plan.inputBound))
      throw new Error(`A number of the windows is larger than the circuit has room for, ${plan.inputBound}, or is none. Scale them first.`);
    const rows = windows.points.length / windows.features;
    if (!windows.starts.every((start) => Number.isInteger(start) && start >= 0 && start + windows.timePoints <= rows))
      throw new Error(`A window starts where its ${windows.timePoints} rows do not fit into the ${rows} of the table.`);
    this.#plan = plan;
    this.#windows = windows;
    this.#order = windows.starts.map((_, i) => i);
    if (plan.layout === 'series') this.#order.sort((a, b) => windows.starts[a] - windows.starts[b] || a - b);
    this.#firsts = [...this.#firstsOfBatches(), windows.starts.length];
  }

  get batches() { return this.#firsts.length - 1; }

  /** The slot vectors of a batch, in the order of the circuit's inputs. @returns {Float64Array[]} */
  pack(batch) {
    return Array.from({ length: this.#plan.inputCiphertexts }, (_, input) => {
      const vector = new Float64Array(this.#plan.polynomialDegree / 2);
      if (this.#plan.layout === 'herd') this.#packHerd(vector, batch, input);
      else this.#packSeries(vector, batch, input);
      return vector;
    });
  }

  /** Writes the forecasts of a batch from the slots of its result. */
  unpack(batch, slots, predictions) {
    for (let i = this.#firsts[batch]; i < this.#firsts[batch + 1]; i++) {
      const window = this.#order[i];
      const slot = this.#plan.layout === 'herd' ? i - this.#firsts[batch] : this.#windows.starts[window] - this.#firstRow(batch);
      predictions[window] = this.#plan.epilogue.reduceRight((sum, coefficient) => sum * slots[slot] + coefficient, 0);
    }
  }

  #firstRow(batch) { return this.#windows.starts[this.#order[this.#firsts[batch]]]; }

  // A slot is a window; input t * features + f holds feature f at point t.
  #packHerd(vector, batch, input) {
    const { points, features, starts } = this.#windows;
    for (let i = this.#firsts[batch]; i < this.#firsts[batch + 1]; i++)
      vector[i - this.#firsts[batch]] = points[starts[this.#order[i]] * features + input];
  }

  // A slot is a row; input f holds feature f. A window is read from the slot of its first row.
  #packSeries(vector, batch, feature) {
    const { points, features } = this.#windows;
    const first = this.#firstRow(batch);
    const count = Math.min(vector.length, points.length / features - first);
    for (let row = 0; row < count; row++) vector[row] = points[(first + row) * features + feature];
  }

  * #firstsOfBatches() {
    const { windowsPerBatch, layout } = this.#plan;
    if (layout === 'herd') {
      for (let first = 0; first < this.#order.length; first += windowsPerBatch) yield first;
      return;
    }
    let covered = 0;
    for (let i = 0; i < this.#order.length; i++) {
      const start = this.#windows.starts[this.#order[i]];
      if (i > 0 && start < covered) continue;
      covered = start + windowsPerBatch;
      yield i;
    }
  }
}
