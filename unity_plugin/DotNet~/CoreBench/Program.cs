using System;
using System.Diagnostics;
using System.IO;

namespace MocapBridge.CoreBench
{
    /// <summary>
    /// How many person-frames a second one core decodes, from the golden packets, and what it allocates:
    ///
    ///     mono CoreBench.exe ../../tests/golden [seconds]
    /// </summary>
    static class Program
    {
        sealed class Box : ISceneSink
        {
            readonly SceneMailbox _mailbox = new SceneMailbox();

            public Scene Writable => _mailbox.Writable;

            public void Publish()
            {
                _mailbox.Publish();
                _mailbox.TryTake(out Scene taken);
            }
        }

        static int Main(string[] arguments)
        {
            if (arguments.Length < 1)
            {
                Console.Error.WriteLine("CoreBench.exe FOLDER_OF_GOLDEN_PACKETS [seconds]");
                return 2;
            }
            double seconds = arguments.Length > 1 ? double.Parse(arguments[1]) : 3.0;
            byte[][] mocap = { Read(arguments[0], "mocap-head.osc"), Read(arguments[0], "mocap-pose.osc"), Read(arguments[0], "mocap-body.osc") };
            byte[][] vmc = { Read(arguments[0], "vmc-0.osc"), Read(arguments[0], "vmc-1.osc") };
            var assembler = new MocapAssembler(new Box());
            Measure("/mocap", seconds, frame =>
            {
                foreach (byte[] packet in mocap)
                {
                    Put(packet, 44, frame);
                    Put(packet, 48, frame / 30);
                    Put(packet, 52, frame % 30 * 33333);
                    if (!assembler.Feed(packet, 0, packet.Length, frame / 30.0))
                        throw new InvalidOperationException(assembler.Trouble);
                }
            });
            var vmcAssembler = new VmcAssembler(new Box(), 1);
            Measure("VMC", seconds, frame =>
            {
                foreach (byte[] packet in vmc)
                    vmcAssembler.Feed(0, packet, 0, packet.Length, frame / 30.0);
            });
            return 0;
        }

        static void Measure(string what, double seconds, Action<int> frame)
        {
            for (int warm = 0; warm < 2000; warm++)
                frame(warm);
            GC.Collect();
            int collections = GC.CollectionCount(0), count = 0;
            long before = GC.GetTotalMemory(false);
            Process process = Process.GetCurrentProcess();
            TimeSpan usedBefore = process.TotalProcessorTime;
            Stopwatch clock = Stopwatch.StartNew();
            while (clock.Elapsed.TotalSeconds < seconds)
                for (int round = 0; round < 100; round++, count++)
                    frame(2000 + count);
            double wallS = clock.Elapsed.TotalSeconds;
            process.Refresh();
            double usedS = (process.TotalProcessorTime - usedBefore).TotalSeconds;
            Console.WriteLine("{0}: {1:F0} person-frames/s of wall time, {2:F0} per second of processor time; "
                + "{3} frames, {4} collections, {5} bytes allocated", what, count / wallS, count / usedS, count,
                GC.CollectionCount(0) - collections, GC.GetTotalMemory(false) - before);
        }

        static byte[] Read(string folder, string name) => File.ReadAllBytes(Path.Combine(folder, name));

        static void Put(byte[] packet, int at, int value)
        {
            for (int index = 0; index < 4; index++)
                packet[at + index] = (byte)(value >> (24 - 8 * index));
        }
    }
}
