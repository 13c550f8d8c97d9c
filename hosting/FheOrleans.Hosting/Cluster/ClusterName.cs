namespace FheOrleans.Hosting;

/// <summary>The name of a cluster: silos and gateways of the same name, over the same database, belong together.</summary>
public static class ClusterName
{
    private const int MaximumLength = 40;

    /// <summary>Checks <c>--cluster</c>.</summary>
    /// <param name="faults">Where faults go.</param>
    /// <param name="name">Its value.</param>
    public static void Check(OptionFaults faults, string name)
    {
        ArgumentNullException.ThrowIfNull(faults);
        if (string.IsNullOrEmpty(name)) faults.Add("--cluster is missing: name the cluster, the same at each of its processes.");
        else if (name.Length > MaximumLength || !name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-'))
            faults.Add($"--cluster is '{name}'; expected up to {MaximumLength} small letters, digits and '-'.");
    }
}
