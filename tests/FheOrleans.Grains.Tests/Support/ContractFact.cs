using FheOrleans.Tests;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace FheOrleans.Grains.Tests;

/// <summary>A fact of a contract, which classes inherit: skipped in those that need PostgreSQL (<see cref="OnPostgreSqlAttribute"/>) where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("FheOrleans.Grains.Tests.ContractFactDiscoverer", "FheOrleans.Grains.Tests")]
internal sealed class ContractFactAttribute : FactAttribute;

/// <summary>A theory of a contract; as <see cref="ContractFactAttribute"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("FheOrleans.Grains.Tests.ContractTheoryDiscoverer", "FheOrleans.Grains.Tests")]
internal sealed class ContractTheoryAttribute : TheoryAttribute;

/// <summary>Marks a class whose facts run on PostgreSQL. With <c>CI=true</c> they run wherever it is, and fail where it is not.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class OnPostgreSqlAttribute : Attribute
{
    internal static string? SkipReasonOf(ITestMethod method) =>
        method.TestClass.Class.GetCustomAttributes(typeof(OnPostgreSqlAttribute)).Any() ? PostgreSqlSkip.Reason : null;
}

internal sealed class ContractFactDiscoverer(IMessageSink sink) : FactDiscoverer(sink)
{
    protected override IXunitTestCase CreateTestCase(ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        OnPostgreSqlAttribute.SkipReasonOf(testMethod) is null
            ? base.CreateTestCase(discoveryOptions, testMethod, factAttribute)
            : new SkippedContractTestCase(DiagnosticMessageSink, discoveryOptions, testMethod);
}

internal sealed class ContractTheoryDiscoverer(IMessageSink sink) : TheoryDiscoverer(sink)
{
    public override IEnumerable<IXunitTestCase> Discover(ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo theoryAttribute) =>
        OnPostgreSqlAttribute.SkipReasonOf(testMethod) is null
            ? base.Discover(discoveryOptions, testMethod, theoryAttribute)
            : [new SkippedContractTestCase(DiagnosticMessageSink, discoveryOptions, testMethod)];
}

/// <summary>A fact that is not run here, with the reason.</summary>
internal sealed class SkippedContractTestCase : XunitTestCase
{
    [Obsolete("For deserialization only.", error: true)]
    public SkippedContractTestCase()
    {
    }

    public SkippedContractTestCase(IMessageSink sink, ITestFrameworkDiscoveryOptions options, ITestMethod method)
        : base(sink, options.MethodDisplayOrDefault(), options.MethodDisplayOptionsOrDefault(), method)
    {
    }

    protected override string? GetSkipReason(IAttributeInfo factAttribute) => OnPostgreSqlAttribute.SkipReasonOf(TestMethod);
}
