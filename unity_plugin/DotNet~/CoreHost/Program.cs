using System;
using System.Globalization;
using System.Threading;

namespace MocapBridge.CoreHost
{
    /// <summary>
    /// Core alone on the console: one JSON line per scene until standard input ends or the time is over.
    ///
    ///     CoreHost.exe osc 39600 | zeromq tcp://127.0.0.1:5556 | vmc 39539 2   [every | smooth | newest] [seconds]
    ///
    /// every prints each scene on the receiving thread; smooth and newest print what a jitter buffer shows at 60 Hz.
    /// </summary>
    static class Program
    {
        const double FrameS = 1.0 / 60.0;

        static int Main(string[] arguments)
        {
            if (arguments.Length < 2)
            {
                Console.Error.WriteLine(
                    "CoreHost.exe osc PORT | zeromq ENDPOINT | vmc PORT PEOPLE  [every|smooth|newest] [seconds]");
                return 2;
            }
            int next = arguments[0] == "vmc" ? 3 : 2;
            string mode = arguments.Length > next ? arguments[next] : "every";
            double seconds = arguments.Length > next + 1
                ? double.Parse(arguments[next + 1], CultureInfo.InvariantCulture) : 60.0;
            using (SceneReceiver receiver = Receiver(arguments))
            {
                var lines = new Lines(Console.Out);
                if (mode == "every")
                    receiver.EveryScene = lines.Scene;
                receiver.Start();
                Run(receiver, mode, seconds, lines);
            }
            return 0;
        }

        static SceneReceiver Receiver(string[] arguments)
        {
            switch (arguments[0])
            {
                case "osc":
                    return SceneReceiver.OverUdp(int.Parse(arguments[1]));
                case "zeromq":
                    return SceneReceiver.OverZeroMq(arguments[1]);
                case "vmc":
                    return SceneReceiver.FromVmc(int.Parse(arguments[1]), int.Parse(arguments[2]));
                default:
                    throw new ArgumentException("no transport " + arguments[0] + "; choose from osc, zeromq, vmc");
            }
        }

        static void Run(SceneReceiver receiver, string mode, double seconds, Lines lines)
        {
            var ended = new ManualResetEvent(false);
            new Thread(() =>
            {
                while (Console.Read() >= 0)
                {
                }
                ended.Set();
            }) { IsBackground = true }.Start();
            var jitter = new JitterBuffer { Mode = mode == "smooth" ? JitterMode.Smooth : JitterMode.Newest };
            bool connected = false;
            double endS = LocalClock.NowS + seconds;
            while (LocalClock.NowS < endS && !ended.WaitOne(mode == "every" ? 5 : (int)(1000 * FrameS)))
            {
                if (receiver.Status.Connected != connected)
                {
                    connected = !connected;
                    lines.Status(receiver.Status);
                }
                if (mode == "every")
                    continue;
                if (receiver.TryTake(out Scene newest))
                    jitter.Add(newest);
                if (jitter.TrySample(LocalClock.NowS, out Scene shown))
                    lines.Scene(shown);
            }
            receiver.EveryScene = null;
            lines.Status(receiver.Status);
        }
    }
}
