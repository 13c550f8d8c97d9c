using System.Text.Json.Serialization;

namespace FheOrleans.Gateway.Contracts;

/// <summary>
/// Body of <c>PUT /v1/key-sets/{id}</c>: what the key set will hold. Declaring the same again changes nothing; declaring something else
/// is a conflict.
/// </summary>
/// <param name="Parameters">SEAL <c>EncryptionParameters</c> (base64 in JSON), within the 128-bit table.</param>
/// <param name="RotationSteps">Rotation steps the Galois keys are for, without 0; empty when none are needed.</param>
/// <param name="Conjugation">Whether the Galois keys hold the one for conjugation too.</param>
/// <param name="Relinearization">Whether relinearization keys will be uploaded.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record KeySetDeclaration(byte[] Parameters, IReadOnlyList<int> RotationSteps, bool Conjugation, bool Relinearization);

/// <summary>A key set and how much of it has arrived.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Declaration">What was declared.</param>
/// <param name="Objects">The declared objects, in the order of <see cref="KeyObjectKind"/>.</param>
/// <param name="Complete">True when every declared object is whole and verified: only then can inferences use it.</param>
public sealed record KeySetDescription(string Id, KeySetDeclaration Declaration, IReadOnlyList<KeyObjectProgress> Objects, bool Complete);

/// <summary>How much of one key object has arrived. Also the answer to every upload of a piece.</summary>
/// <param name="Kind">Which object.</param>
/// <param name="Received">Bytes the node has, which is the offset to continue at.</param>
/// <param name="Total">Bytes of the whole object as its own header states them; null before the first piece.</param>
/// <param name="Complete">True when the object is whole, verified and stored.</param>
public sealed record KeyObjectProgress(KeyObjectKind Kind, long Received, long? Total, bool Complete);
