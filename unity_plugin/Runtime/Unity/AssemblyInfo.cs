using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("MocapBridge.Editor")]
[assembly: InternalsVisibleTo("MocapBridge.Tests")]
[assembly: InternalsVisibleTo("MocapBridge.Editor.Tests")]
[assembly: InternalsVisibleTo("MocapBridge.Host")]
