using System;
using System.Net;
using System.Threading;

namespace MocapBridge
{
    /// <summary>
    /// Receives scenes on a thread of its own. Make one with <see cref="OverUdp"/>, <see cref="OverZeroMq"/> or
    /// <see cref="FromVmc"/>, call <see cref="Start"/>, then <see cref="TryTake"/> once per rendered frame. Nothing
    /// that a packet or a network does throws: look at <see cref="Status"/>.
    /// </summary>
    public sealed class SceneReceiver : IDisposable, ISceneSink
    {
        public const int DefaultUdpPort = 39600, DefaultVmcPort = 39539;
        public const string DefaultZeroMqEndpoint = "tcp://127.0.0.1:5556";
        public const int MostVmcPeople = 16;
        const int FarewellMs = 500;

        readonly SceneMailbox _mailbox = new SceneMailbox();
        readonly ReceiverLog _log;
        readonly IPackets _packets;
        readonly ITransport _transport;
        Thread _thread;
        volatile bool _ending;

        SceneReceiver(ReceiverLog log, Func<ISceneSink, IPackets> packets, Func<IPackets, ITransport> transport)
        {
            _log = log;
            _packets = packets(this);
            _transport = transport(_packets);
        }

        /// <summary>
        /// The bridge's own /mocap OSC; port 39600 unless changed, bindAddress 0.0.0.0 to be reached from other
        /// machines. Throws ArgumentException if the port or address is none.
        /// </summary>
        public static SceneReceiver OverUdp(int port, string bindAddress = "127.0.0.1")
        {
            IPAddress address = CheckedAddress(bindAddress, port, 1);
            var log = new ReceiverLog("osc:" + bindAddress + ":" + port);
            return new SceneReceiver(log, sink => new MocapPackets(sink),
                packets => new UdpTransport(address, port, 1, packets, log));
        }

        /// <summary>
        /// The bridge's ZeroMQ publisher, "tcp://host:5556". Throws ArgumentException if it is no such address.
        /// </summary>
        public static SceneReceiver OverZeroMq(string endpoint)
        {
            const string scheme = "tcp://";
            int colon = endpoint == null ? -1 : endpoint.LastIndexOf(':');
            if (endpoint == null || !endpoint.StartsWith(scheme, StringComparison.Ordinal) || colon <= scheme.Length
                || !int.TryParse(endpoint.Substring(colon + 1), out int port) || port < 1 || port > 65535)
                throw new ArgumentException("'" + endpoint + "' is no address of a publisher; write "
                    + DefaultZeroMqEndpoint);
            string host = endpoint.Substring(scheme.Length, colon - scheme.Length).Trim('[', ']');
            if (host == "localhost")
                host = "127.0.0.1"; // the bridge does not listen to ::1
            var log = new ReceiverLog("zeromq:" + endpoint);
            return new SceneReceiver(log, sink => new MocapPackets(sink),
                packets => new ZmtpTransport(host, port, packets, log));
        }

        /// <summary>
        /// Any VMC sender: people ports from the first one up, one person each, whose id is the number of the port from
        /// 0. Throws ArgumentException as OverUdp.
        /// </summary>
        public static SceneReceiver FromVmc(int port, int people = 1, string bindAddress = "127.0.0.1")
        {
            if (people < 1 || people > MostVmcPeople)
                throw new ArgumentException(people + " people is not a number from 1 to " + MostVmcPeople);
            IPAddress address = CheckedAddress(bindAddress, port, people);
            var log = new ReceiverLog("vmc:" + bindAddress + ":" + port);
            return new SceneReceiver(log, sink => new VmcPackets(sink, people),
                packets => new UdpTransport(address, port, people, packets, log));
        }

        /// <summary>
        /// Called on the receiving thread for every scene, for recorders; set before Start, do not keep the scene. What
        /// it throws is told in Status, and it is not called again.
        /// </summary>
        public Action<Scene> EveryScene { get; set; }

        public ReceiverStatus Status => _log.Status;

        /// <summary>
        /// Opens the socket and begins to receive. A port that is in use is tried again until it is free.
        /// </summary>
        public void Start()
        {
            if (_ending)
                throw new ObjectDisposedException("SceneReceiver");
            if (_thread != null)
                return;
            _thread = new Thread(Run) { IsBackground = true, Name = "Mocap Bridge receiver" };
            _thread.Start();
        }

        /// <summary>The newest scene, once. It stays untouched until the next call that returns true.</summary>
        public bool TryTake(out Scene newest) => _mailbox.TryTake(out newest);

        /// <summary>Ends the thread and closes the socket; returns within half a second.</summary>
        public void Dispose()
        {
            _ending = true;
            // The thread closes its socket itself: closing it under a waiting call hangs on some platforms.
            if (_thread != null && _thread != Thread.CurrentThread)
                _thread.Join(FarewellMs);
        }

        Scene ISceneSink.Writable => _mailbox.Writable;

        void ISceneSink.Publish()
        {
            Scene scene = _mailbox.Writable;
            _log.Frame(scene.ArrivedS);
            _mailbox.Publish();
            // Others may only read it now, and this thread will not write to it before it is done here.
            Action<Scene> every = EveryScene;
            if (every != null)
                Show(every, scene);
        }

        void Show(Action<Scene> every, Scene scene)
        {
            try
            {
                every(scene);
            }
            catch (Exception error) // a recorder whose disk is full must not end the avatar
            {
                EveryScene = null;
                _log.Tell("EveryScene failed and is not called any more: " + error.Message);
            }
        }

        void Run()
        {
            try
            {
                while (!_ending)
                {
                    Turn();
                    _log.Measure(LocalClock.NowS, _packets);
                }
            }
            finally
            {
                _transport.Dispose();
            }
        }

        void Turn()
        {
            try
            {
                _transport.Turn();
            }
            catch (Exception error) // on this thread it would end the whole program
            {
                _log.Tell("the receiver failed (" + error.GetType().Name + ": " + error.Message + "); it goes on");
                Thread.Sleep(FarewellMs);
            }
        }

        static IPAddress CheckedAddress(string bindAddress, int port, int ports)
        {
            if (port < 1 || port + ports - 1 > 65535)
                throw new ArgumentException("port " + port + " is not a number from 1 to " + (65536 - ports));
            if (!IPAddress.TryParse(bindAddress == "localhost" ? "127.0.0.1" : bindAddress, out IPAddress address))
                throw new ArgumentException("'" + bindAddress
                    + "' is no address to listen at; write 127.0.0.1, or 0.0.0.0 for all networks");
            return address;
        }
    }
}
