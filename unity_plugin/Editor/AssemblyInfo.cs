using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("MocapBridge.Editor.Tests")]
