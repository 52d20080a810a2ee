using System;
using System.IO;

namespace UnityEngine
{
    public class Application
    {
        public static bool isPlaying { get; internal set; } = true;
        public static bool isEditor => false;
        public static bool runInBackground { get; set; }
        public static string persistentDataPath { get; internal set; } = Path.GetTempPath();
        public static string streamingAssetsPath { get; internal set; } = Path.GetTempPath();
        public static string unityVersion => "2021.3.0f1";
    }
}
