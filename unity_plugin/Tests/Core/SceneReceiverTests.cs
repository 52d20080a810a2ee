using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using NUnit.Framework;

namespace MocapBridge.Tests
{
    /// <summary>Real sockets of this machine.</summary>
    [TestFixture]
    public sealed class SceneReceiverTests
    {
        const double PatienceS = 10.0;

        static int FreePort(SocketType type)
        {
            using (var socket = new Socket(AddressFamily.InterNetwork, type, type == SocketType.Dgram
                ? ProtocolType.Udp : ProtocolType.Tcp))
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
                return ((IPEndPoint)socket.LocalEndPoint).Port;
            }
        }

        static void Await(Func<bool> happened, SceneReceiver receiver)
        {
            double endS = LocalClock.NowS + PatienceS;
            while (!happened())
            {
                Assert.That(LocalClock.NowS, Is.LessThan(endS), "trouble: " + receiver.Status.Trouble);
                Thread.Sleep(2);
            }
        }

        static Scene AwaitScene(SceneReceiver receiver)
        {
            Scene scene = null;
            Await(() => receiver.TryTake(out scene), receiver);
            return scene;
        }

        static void SendFrame(Action<byte[]> send, int frame)
        {
            send(Packets.Head(frame, frame / 30.0, 2, new[] { 1 }));
            send(Packets.Pose(frame, frame / 30.0, 1, 2, 1, 1f + frame));
        }

        [Test]
        public void Scenes_come_over_UDP()
        {
            int port = FreePort(SocketType.Dgram);
            using (SceneReceiver receiver = SceneReceiver.OverUdp(port))
            using (var sender = new UdpClient("127.0.0.1", port))
            {
                receiver.Start();
                Await(() => receiver.Status.Connected, receiver);
                SendFrame(bytes => sender.Send(bytes, bytes.Length), 3);
                Scene scene = AwaitScene(receiver);
                Assert.That(scene.FrameIndex == 3 && scene.PoseOf(1).HipsWorldM.Y == 4f);
                Assert.That(LocalClock.NowS - scene.ArrivedS, Is.InRange(0.0, PatienceS));
                Assert.That(receiver.Status.Frames, Is.EqualTo(1));
                Assert.That(receiver.Status.Packets, Is.EqualTo(2));
            }
        }

        [Test]
        public void A_stranger_on_the_port_is_told_and_does_not_stop_the_bridge()
        {
            int port = FreePort(SocketType.Dgram);
            using (SceneReceiver receiver = SceneReceiver.OverUdp(port))
            using (var sender = new UdpClient("127.0.0.1", port))
            {
                receiver.Start();
                Await(() => receiver.Status.Connected, receiver);
                sender.Send(new byte[] { 1, 2, 3 }, 3);
                sender.Send(new byte[60000], 60000);
                Await(() => receiver.Status.PacketsRefused == 2, receiver);
                Assert.That(receiver.Status.Trouble.Contains("another program"), Is.True);
                SendFrame(bytes => sender.Send(bytes, bytes.Length), 0);
                AwaitScene(receiver);
            }
        }

        [Test]
        public void A_port_in_use_is_told_and_taken_when_it_is_free()
        {
            int port = FreePort(SocketType.Dgram);
            using (SceneReceiver receiver = SceneReceiver.OverUdp(port))
            {
                using (var other = new Socket(AddressFamily.InterNetwork, SocketType.Dgram,
                    ProtocolType.Udp) { ExclusiveAddressUse = true })
                {
                    other.Bind(new IPEndPoint(IPAddress.Loopback, port));
                    receiver.Start();
                    Await(() => receiver.Status.Trouble != null, receiver);
                    Assert.That(receiver.Status.Trouble.Contains("UDP port " + port + " is in use"), Is.True,
                        receiver.Status.Trouble);
                }
                Await(() => receiver.Status.Connected, receiver);
                Assert.That(receiver.Status.Trouble, Is.Null);
            }
        }

        [Test]
        public void Two_VMC_senders_are_two_people()
        {
            int port = FreePort(SocketType.Dgram);
            using (SceneReceiver receiver = SceneReceiver.FromVmc(port, 2))
            using (var first = new UdpClient("127.0.0.1", port))
            using (var second = new UdpClient("127.0.0.1", port + 1))
            {
                receiver.Start();
                Await(() => receiver.Status.Connected, receiver);
                byte[] packet = Packets.Bundle(Packets.Bone("Hips", new Vec3(0f, 1f, 0f), Quat.Identity),
                    Packets.Message("/VMC/Ext/T", 1f));
                Scene scene = null;
                Await(() =>
                {
                    first.Send(packet, packet.Length);
                    second.Send(packet, packet.Length);
                    return receiver.TryTake(out scene) && scene.Poses.Count == 2;
                }, receiver);
                Assert.That(scene.PoseOf(1).HipsWorldM.Y, Is.EqualTo(1f));
            }
        }

        [Test]
        public void Silence_is_a_moment_without_anything_and_is_noticed_once()
        {
            var silence = new Silence(0.003);
            Assert.That(silence.Begins(false, 0.0), Is.False, "nothing was ever heard");
            Assert.That(silence.Begins(true, 1.0) || silence.Begins(true, 1.002) || silence.Begins(false, 1.004),
                Is.False);
            Assert.That(silence.Awaited && silence.Begins(false, 1.0051), Is.True);
            Assert.That(silence.Awaited || silence.Begins(false, 1.1), Is.False);
        }

        [Test]
        public void Every_scene_is_shown_to_a_recorder_and_one_that_fails_is_left_alone()
        {
            int port = FreePort(SocketType.Dgram);
            using (SceneReceiver receiver = SceneReceiver.OverUdp(port))
            using (var sender = new UdpClient("127.0.0.1", port))
            {
                int shown = 0;
                receiver.EveryScene = scene =>
                {
                    if (++shown == 3)
                        throw new InvalidOperationException("the disk is full");
                };
                receiver.Start();
                Await(() => receiver.Status.Connected, receiver);
                for (int frame = 0; frame < 5; frame++)
                    SendFrame(bytes => sender.Send(bytes, bytes.Length), frame);
                Await(() => receiver.Status.Frames == 5, receiver);
                Assert.That(shown, Is.EqualTo(3));
                Assert.That(receiver.Status.Trouble.Contains("the disk is full"), Is.True);
            }
        }

        [Test]
        public void A_receiver_ends_within_a_second_and_frees_its_port()
        {
            int port = FreePort(SocketType.Dgram);
            for (int round = 0; round < 3; round++)
            {
                SceneReceiver receiver = SceneReceiver.OverUdp(port);
                receiver.Start();
                Await(() => receiver.Status.Connected, receiver);
                double beganS = LocalClock.NowS;
                receiver.Dispose();
                Assert.That(LocalClock.NowS - beganS, Is.LessThan(1.0));
            }
        }

        [Test]
        public void Scenes_come_over_ZMTP_and_pings_are_answered()
        {
            int port = FreePort(SocketType.Stream);
            using (var publisher = new Publisher(port))
            using (SceneReceiver receiver = SceneReceiver.OverZeroMq("tcp://localhost:" + port))
            {
                receiver.Start();
                publisher.Accept();
                publisher.ExpectSubscription();
                SendFrame(bytes => publisher.Send(Packets.Published("osc", bytes)), 4);
                Assert.That(AwaitScene(receiver).FrameIndex, Is.EqualTo(4));
                publisher.Send(Packets.Command("PING", 0, 0, 65, 66));
                Assert.That(publisher.Take(9), Is.EqualTo(Packets.Command("PONG", 65, 66)));
                Assert.That(receiver.Status.Connected && receiver.Status.Reconnections == 0);
            }
        }

        [Test]
        public void A_publisher_that_comes_back_is_found_within_two_seconds()
        {
            int port = FreePort(SocketType.Stream);
            using (SceneReceiver receiver = SceneReceiver.OverZeroMq("tcp://127.0.0.1:" + port))
            {
                receiver.Start();
                Await(() => receiver.Status.Trouble != null, receiver);
                Assert.That(receiver.Status.Trouble.Contains("no bridge at"), Is.True, receiver.Status.Trouble);
                using (var publisher = new Publisher(port))
                {
                    publisher.Accept();
                    publisher.ExpectSubscription();
                }
                Await(() => !receiver.Status.Connected, receiver);
                Thread.Sleep(1000);
                using (var publisher = new Publisher(port))
                {
                    double beganS = LocalClock.NowS;
                    publisher.Accept();
                    publisher.ExpectSubscription();
                    SendFrame(bytes => publisher.Send(Packets.Published("osc", bytes)), 0);
                    AwaitScene(receiver);
                    Assert.That(LocalClock.NowS - beganS, Is.LessThan(2.0));
                    Assert.That(receiver.Status.Reconnections, Is.EqualTo(1));
                }
            }
        }

        [Test]
        public void A_socket_that_is_no_publisher_is_told()
        {
            int port = FreePort(SocketType.Stream);
            using (var publisher = new Publisher(port))
            using (SceneReceiver receiver = SceneReceiver.OverZeroMq("tcp://127.0.0.1:" + port))
            {
                receiver.Start();
                publisher.Accept("REP");
                Await(() => receiver.Status.Trouble != null, receiver);
                Assert.That(receiver.Status.Trouble.Contains("no publisher"), Is.True, receiver.Status.Trouble);
                Assert.That(receiver.Status.Connected, Is.False);
            }
        }
    }
}
