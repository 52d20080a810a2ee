namespace UnityEngine
{
    public class Time
    {
        static double s_now;

        public static float time => (float)s_now;
        public static double timeAsDouble => s_now;
        public static float unscaledTime => (float)s_now;
        public static double unscaledTimeAsDouble => s_now;
        public static float deltaTime { get; private set; }
        public static float unscaledDeltaTime => deltaTime;
        public static int frameCount { get; private set; }
        public static double realtimeSinceStartupAsDouble => s_now;

        internal static void Advance(float seconds)
        {
            deltaTime = seconds;
            s_now += seconds;
            frameCount++;
        }
    }
}
