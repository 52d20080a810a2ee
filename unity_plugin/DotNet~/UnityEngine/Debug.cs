using System;

namespace UnityEngine
{
    public class Debug
    {
        /// <summary>Kind ("log", "warning", "error") and text.</summary>
        internal static Action<string, string> Said = (kind, text) => Console.Error.WriteLine($"{kind}: {text}");

        public static void Log(object message) => Said("log", $"{message}");
        public static void Log(object message, Object context) => Said("log", $"{message}");
        public static void LogWarning(object message) => Said("warning", $"{message}");
        public static void LogWarning(object message, Object context) => Said("warning", $"{message}");
        public static void LogError(object message) => Said("error", $"{message}");
        public static void LogError(object message, Object context) => Said("error", $"{message}");
        public static void LogException(Exception exception) => Said("error", $"{exception}");
        public static void LogException(Exception exception, Object context) => Said("error", $"{exception}");
    }
}
