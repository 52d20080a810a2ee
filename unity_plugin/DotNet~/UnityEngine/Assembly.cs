// A stand-in for UnityEngine.dll: what the package uses of it, with Unity's own signatures, so that the package can be
// compiled and run where there is no Unity. Everything public here is in Unity 2021.3, 2022.3 and 6000.0 as well.
// What drives it (the player loop, the clock, the software camera) is internal.
using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("UnityEditor")]
[assembly: InternalsVisibleTo("MocapBridge.Host")]
[assembly: InternalsVisibleTo("MocapBridge.Tests")]
