using FheOrleans.Networks.Compilation;

namespace FheOrleans.Networks.Execution;

/// <summary>
/// What the interpreter needs of a kind of value: clear vectors or ciphertexts. Operations named ...Into change their first operand.
/// </summary>
/// <typeparam name="T">One register's content.</typeparam>
internal interface ICircuitBackend<T>
    where T : class
{
    T Input(Instruction instruction);

    T MultiplyScalar(T operand, double value, double plainScale);

    void MultiplyScalarInto(T sum, T operand, double value, double plainScale);

    T AddScalar(T operand, Instruction instruction);

    T SubtractFromScalar(double value, T operand);

    void AddInto(T sum, T operand);

    T Negate(T operand);

    T Square(T operand);

    T Multiply(T left, T right);

    void MultiplyInto(T sum, T left, T right);

    T Relinearize(T operand);

    T Rescale(T operand);

    T DropLevel(T operand, int level);

    T Rotate(T operand, int step);

    T Conjugate(T operand);

    /// <summary>Called with each result that is not a changed operand: a backend may hold it against the instruction's level and scale.</summary>
    T Checked(T result, Instruction instruction);
}
