using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("MocapBridge.Core.Tests")]
[assembly: InternalsVisibleTo("MocapBridge.Core.Bench")]
[assembly: InternalsVisibleTo("MocapBridge")]
[assembly: InternalsVisibleTo("MocapBridge.Tests")]
