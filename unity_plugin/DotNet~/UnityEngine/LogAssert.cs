namespace UnityEngine.TestTools
{
    /// <summary>Of Unity's Test Runner: errors that are logged do not fail the test.</summary>
    public static class LogAssert
    {
        public static bool ignoreFailingMessages { get; set; }
    }
}
