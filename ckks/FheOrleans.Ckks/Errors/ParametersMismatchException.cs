namespace FheOrleans.Ckks;

/// <summary>Two objects were made for different CKKS parameters.</summary>
public sealed class ParametersMismatchException : CkksException
{
    /// <summary>Makes the error.</summary>
    /// <param name="what">The object that does not fit, for example "the relinearization keys".</param>
    /// <param name="found">The parameters of that object.</param>
    /// <param name="expected">The parameters of the evaluator, encoder or key it met.</param>
    public ParametersMismatchException(string what, CkksParameters found, CkksParameters expected)
        : base($"{what}: made for {found}, used with {expected}. Use objects of one set of parameters together.")
    {
        Found = found;
        Expected = expected;
    }

    /// <summary>The parameters of the object that does not fit.</summary>
    public CkksParameters Found { get; }

    /// <summary>The parameters of the evaluator, encoder or key it met.</summary>
    public CkksParameters Expected { get; }
}
