using System;
using System.Diagnostics;
using System.Threading;
using UnityEngine;

namespace MocapBridge.Host
{
    /// <summary>
    /// The package without Unity: real sockets or a take, dispatcher and avatars on the stand-in, one JSON line per
    /// frame.
    /// </summary>
    static class Program
    {
        static int Main(string[] given)
        {
            try
            {
                if (given.Length > 0 && given[0] == "occlusion")
                    return OcclusionTrial.Run(given);
                if (given.Length > 0 && given[0] == "picture")
                    return Pictures.Run(given);
                if (given.Length > 0 && given[0] == "garbage")
                    return GarbageTrial.Run(given);
                var arguments = new Arguments(given);
                Run(arguments);
                return 0;
            }
            catch (Exception error) when (error is ArgumentException || error is FormatException
                || error is OverflowException)
            {
                Console.Error.WriteLine(error.Message + "\n" + Arguments.Usage);
                return 2;
            }
        }

        static void Run(Arguments arguments)
        {
            PlayerLoop.Failed = error => throw new InvalidOperationException("a component has failed", error);
            var stage = new Stage(arguments);
            var report = new Report(stage, Console.Out);
            report.Begin();
            var clock = Stopwatch.StartNew();
            double lastS = 0.0, heardS = double.PositiveInfinity;
            while (clock.Elapsed.TotalSeconds < Math.Min(arguments.Seconds, heardS + arguments.QuietS)
                && report.ScenesShown < arguments.Scenes)
            {
                double nowS = clock.Elapsed.TotalSeconds;
                PlayerLoop.Frame((float)(nowS - lastS));
                lastS = nowS;
                report.Frame();
                if (stage.Dispatcher.Receiving && arguments.QuietS > 0.0)
                    heardS = nowS;
                double leftS = nowS + 1.0 / arguments.RateHz - clock.Elapsed.TotalSeconds;
                if (leftS > 0.0)
                    Thread.Sleep((int)Math.Ceiling(leftS * 1000.0));
            }
            report.End();
            stage.End();
        }
    }
}
