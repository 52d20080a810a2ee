using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;

namespace MocapBridge
{
    /// <summary>
    /// A ZeroMQ subscriber to the topic "osc", in plain C#: connects, subscribes, and connects again when the bridge
    /// goes away, after 50 ms at first and never more than 0.4 s later.
    /// </summary>
    sealed class ZmtpTransport : ITransport, IZmtpPeer
    {
        const int WaitMs = 50, ConnectMs = 1000, FirstRetryMs = 50, LastRetryMs = 400;
        const double PingAfterS = 1.0, DeadAfterS = 4.0;

        readonly string _host;
        readonly int _port;
        readonly IPackets _packets;
        readonly ReceiverLog _log;
        readonly ZmtpParser _parser;
        readonly byte[] _bytes = new byte[65536];
        Socket _socket;
        bool _ready, _everReady;
        int _retryMs = FirstRetryMs;
        double _heardS, _pingedS;
        string _fault;

        public ZmtpTransport(string host, int port, IPackets packets, ReceiverLog log)
        {
            _host = host;
            _port = port;
            _packets = packets;
            _log = log;
            _parser = new ZmtpParser(this);
        }

        public void Turn()
        {
            try
            {
                if (_socket == null)
                    Connect();
                else
                    Receive();
            }
            catch (SocketException error)
            {
                GiveUp(_ready ? "the bridge is gone (" + error.SocketErrorCode + "); connecting again"
                    : NobodyThere(error.SocketErrorCode));
            }
        }

        public void Dispose()
        {
            if (_socket != null)
                _socket.Close();
            _socket = null;
            _log.Connected(false);
        }

        void Connect()
        {
            IPAddress address = Address();
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            _socket = socket;
            IAsyncResult attempt = socket.BeginConnect(new IPEndPoint(address, _port), null, null);
            if (!attempt.AsyncWaitHandle.WaitOne(ConnectMs))
            {
                GiveUp(NobodyThere(SocketError.TimedOut));
                return;
            }
            socket.EndConnect(attempt);
            socket.SendTimeout = ConnectMs;
            _parser.Reset();
            _ready = false;
            _fault = null;
            _heardS = _pingedS = LocalClock.NowS;
            Send(ZmtpWords.GreetingBegin);
        }

        IPAddress Address()
        {
            if (IPAddress.TryParse(_host, out IPAddress address))
                return address;
            IPAddress[] all = Dns.GetHostAddresses(_host);
            IPAddress fourth = Array.Find(all, one => one.AddressFamily == AddressFamily.InterNetwork);
            if (fourth == null && all.Length == 0)
                throw new SocketException((int)SocketError.HostNotFound);
            return fourth ?? all[0]; // a bridge listens to IPv4 unless it is told otherwise
        }

        void Receive()
        {
            double nowS = LocalClock.NowS;
            if (_socket.Poll(1000 * WaitMs, SelectMode.SelectRead))
            {
                int length = _socket.Receive(_bytes);
                if (length == 0)
                {
                    GiveUp(_fault ?? (_ready
                        ? "the bridge is gone; connecting again" : NobodyThere(SocketError.ConnectionReset)));
                    return;
                }
                _heardS = LocalClock.NowS;
                _parser.Feed(_bytes, 0, length);
                if (_parser.Failed != null || _fault != null)
                    GiveUp(_parser.Failed ?? _fault);
                return;
            }
            // A cable that was pulled says nothing; a publisher in which nothing happens answers a ping.
            if (nowS - _heardS > DeadAfterS)
                GiveUp("the bridge has not answered for " + DeadAfterS + " s; connecting again");
            else if (_ready && nowS - _heardS > PingAfterS && nowS - _pingedS > PingAfterS)
            {
                _pingedS = nowS;
                Send(ZmtpWords.Ping);
            }
        }

        void GiveUp(string trouble)
        {
            if (_socket != null)
                _socket.Close();
            _socket = null;
            _ready = false;
            _log.Connected(false);
            _log.Tell(trouble);
            Thread.Sleep(_retryMs);
            _retryMs = Math.Min(2 * _retryMs, LastRetryMs);
        }

        string NobodyThere(SocketError error) =>
            "no bridge at tcp://" + _host + ":" + _port + " (" + error
                + "); start it with --output zeromq:tcp://127.0.0.1:" + _port;

        void Send(byte[] bytes)
        {
            int sent = 0;
            while (sent < bytes.Length)
                sent += _socket.Send(bytes, sent, bytes.Length - sent, SocketFlags.None);
        }

        void IZmtpPeer.Greeted()
        {
            Send(ZmtpWords.GreetingRest);
            Send(ZmtpWords.Ready);
        }

        void IZmtpPeer.Command(string name, byte[] bytes, int at, int length)
        {
            if (name == "READY")
                Ready(bytes, at, length);
            else if (name == "PING" && length >= 2)
                Send(ZmtpWords.Pong(bytes, at + 2, Math.Min(length - 2, ZmtpWords.LongestContext)));
            else if (name == "ERROR")
                _fault = "the publisher refused the connection: is it a publisher (PUB or XPUB) without keys?";
        }

        void Ready(byte[] bytes, int at, int length)
        {
            string type = ZmtpWords.SocketType(bytes, at, length);
            if (type != "PUB" && type != "XPUB")
            {
                _fault = "a ZeroMQ socket answers there that is no publisher: is the port that of the bridge?";
                return;
            }
            Send(ZmtpWords.Subscribe);
            _ready = true;
            _retryMs = FirstRetryMs;
            _log.Connected(true, _everReady);
            _everReady = true;
        }

        void IZmtpPeer.Message(byte[] topic, int topicLength, byte[] bytes, int payloadAt, int payloadLength)
        {
            bool taken = ZmtpWords.IsTopic(topic, topicLength)
                && _packets.Feed(0, bytes, payloadAt, payloadLength, LocalClock.NowS);
            _log.Packet(!taken, taken ? null : _packets.Trouble);
        }
    }
}
