using System;
using System.Diagnostics;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;

namespace MocapBridge.CoreBench
{
    /// <summary>
    /// How many person-frames a second one core decodes, from the golden packets, and how often garbage is collected
    /// meanwhile (the smaller the nursery, the less escapes):
    ///
    ///     MONO_GC_PARAMS=nursery-size=256k mono MocapBridge.Core.Bench.exe ../../tests/golden [seconds]
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
            byte[][] mocap = { Read(arguments[0], "mocap-head.osc"), Read(arguments[0], "mocap-pose.osc"),
                Read(arguments[0], "mocap-body.osc") };
            byte[][] vmc = { Read(arguments[0], "vmc-0.osc"), Read(arguments[0], "vmc-1.osc") };
            var assembler = new MocapAssembler(new Box());
            Measure("/mocap", seconds, frame =>
            {
                foreach (byte[] packet in mocap)
                {
                    Number(packet, frame);
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
            Sockets(mocap);
            return 0;
        }

        /// <summary>
        /// The same frames through a real socket and the receiving thread, as fast as they are taken.
        /// </summary>
        static void Sockets(byte[][] mocap)
        {
            const int port = 39677, warm = 500, frames = 10000;
            using (SceneReceiver receiver = SceneReceiver.OverUdp(port))
            using (var sender = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp))
            {
                receiver.Start();
                while (!receiver.Status.Connected)
                    Thread.Sleep(1);
                sender.Connect(IPAddress.Loopback, port);
                int collections = 0;
                Stopwatch clock = Stopwatch.StartNew();
                for (int frame = 0; frame < warm + frames; frame++)
                {
                    if (frame == warm)
                    {
                        GC.Collect();
                        collections = GC.CollectionCount(0);
                        clock = Stopwatch.StartNew();
                    }
                    foreach (byte[] packet in mocap)
                    {
                        Number(packet, frame);
                        sender.Send(packet);
                    }
                    double endS = LocalClock.NowS + 1.0;
                    while (!receiver.TryTake(out Scene scene) && LocalClock.NowS < endS)
                        Thread.Sleep(0);
                }
                double wallS = clock.Elapsed.TotalSeconds;
                Console.WriteLine("UDP: {0:F0} person-frames/s from send to take, one after the other; "
                    + "{1} of {2} frames, {3} collections", frames / wallS, receiver.Status.Frames - warm, frames,
                    GC.CollectionCount(0) - collections);
            }
        }

        static void Measure(string what, double seconds, Action<int> frame)
        {
            for (int warm = 0; warm < 2000; warm++)
                frame(warm);
            GC.Collect();
            int collections = GC.CollectionCount(0), count = 0;
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
                + "{3} frames, {4} collections", what, count / wallS, count / usedS, count,
                    GC.CollectionCount(0) - collections);
        }

        static byte[] Read(string folder, string name) => File.ReadAllBytes(Path.Combine(folder, name));

        static void Number(byte[] packet, int frame)
        {
            Put(packet, 44, frame);
            Put(packet, 48, frame / 30);
            Put(packet, 52, frame % 30 * 33333);
        }

        static void Put(byte[] packet, int at, int value)
        {
            for (int index = 0; index < 4; index++)
                packet[at + index] = (byte)(value >> (24 - 8 * index));
        }
    }
}
