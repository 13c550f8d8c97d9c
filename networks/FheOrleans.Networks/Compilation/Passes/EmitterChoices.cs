namespace FheOrleans.Networks.Compilation.Passes;

/// <summary>Where an emitter weighs work against precision: key switches at a small scale are fewer or cheaper, and noisier.</summary>
/// <param name="RotatesInputs">Inputs may be rotated before they are weighted: fewer rotations.</param>
/// <param name="ConjugatesEarly">Conjugates are taken before a rescaling, on a limb more, and are rescaled as well.</param>
internal readonly record struct EmitterChoices(bool RotatesInputs, bool ConjugatesEarly);
