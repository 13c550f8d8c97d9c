using System.Collections;
using FheOrleans.Networks.Compilation;

namespace FheOrleans.Networks.Execution;

/// <summary>The inputs of one run of a live circuit: the new time point, then what is recalled, each fetched when it is asked for.</summary>
internal sealed class LiveInputs<T>(IReadOnlyList<T> point, LiveMemory memory, Func<RecalledValue, T> recall) : IReadOnlyList<T>
{
    public int Count => point.Count + memory.Recalled.Length;

    public T this[int index] => index < point.Count ? point[index] : recall(memory.Recalled[index - point.Count]);

    public IEnumerator<T> GetEnumerator() => Enumerable.Range(0, Count).Select(index => this[index]).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
