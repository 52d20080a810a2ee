using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;

namespace MocapBridge
{
    /// <summary>Listens to one UDP port, or to several that follow one another.</summary>
    sealed class UdpTransport : ITransport
    {
        const int LargestDatagram = 65536;
        const int BufferBytes = 1 << 20; // a second of many people, should this thread be held up
        const int WaitMs = 50, SilentMs = 3, RetryMs = 500;
        const int MostAtOnce = 256; // datagrams of one port before the others have their turn

        readonly IPAddress _address;
        readonly int _port;
        readonly Socket[] _sockets;
        readonly Silence[] _silences;
        readonly byte[] _bytes = new byte[LargestDatagram];
        readonly IPackets _packets;
        readonly ReceiverLog _log;
        bool _open;

        public UdpTransport(IPAddress address, int port, int ports, IPackets packets, ReceiverLog log)
        {
            _address = address;
            _port = port;
            _sockets = new Socket[ports];
            _silences = new Silence[ports];
            for (int number = 0; number < ports; number++)
                _silences[number] = new Silence(0.001 * SilentMs);
            _packets = packets;
            _log = log;
        }

        public void Turn()
        {
            if (!_open && !TryOpen())
            {
                Thread.Sleep(RetryMs);
                return;
            }
            try
            {
                Receive();
            }
            catch (SocketException error)
            {
                Close("the network failed (" + error.SocketErrorCode + "); trying again");
            }
        }

        public void Dispose() => Close(null);

        void Receive()
        {
            bool any = false;
            for (int port = 0; port < _sockets.Length; port++)
            {
                // Alone, a port is waited for; among several each is only looked at.
                int waitMs = _sockets.Length > 1 ? 0 : _silences[port].Awaited ? SilentMs : WaitMs;
                int count = 0;
                while (count < MostAtOnce && _sockets[port].Poll(count == 0 ? 1000 * waitMs : 0, SelectMode.SelectRead))
                {
                    Take(port);
                    count++;
                }
                any |= count > 0;
                if (_silences[port].Begins(count > 0, LocalClock.NowS))
                    _packets.Silent(port);
            }
            if (!any && _sockets.Length > 1)
                Thread.Sleep(1);
        }

        void Take(int port)
        {
            int length;
            try
            {
                length = _sockets[port].Receive(_bytes);
            }
            catch (SocketException error)
            {
                // Somebody whom this port once answered is gone, or a datagram was larger than any may be: not our
                // matter.
                if (error.SocketErrorCode == SocketError.ConnectionReset
                    || error.SocketErrorCode == SocketError.MessageSize)
                    return;
                throw;
            }
            bool taken = _packets.Feed(port, _bytes, 0, length, LocalClock.NowS);
            _log.Packet(!taken, taken ? null : _packets.Trouble);
        }

        bool TryOpen()
        {
            int port = _port;
            try
            {
                for (int number = 0; number < _sockets.Length; number++, port++)
                {
                    var socket = new Socket(_address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
                    _sockets[number] = socket;
                    socket.ReceiveBufferSize = BufferBytes;
                    if (Environment.OSVersion.Platform == PlatformID.Win32NT)
                        // elsewhere nobody else can take a share of the packets anyway
                        socket.ExclusiveAddressUse = true;
                    socket.Bind(new IPEndPoint(_address, port));
                }
            }
            catch (SocketException error)
            {
                Close(error.SocketErrorCode == SocketError.AddressAlreadyInUse
                    ? "UDP port " + port
                        + " is in use by another program; close it, or choose another port here and in the bridge"
                    : "UDP port " + port + " of " + _address + " cannot be opened: " + error.SocketErrorCode);
                return false;
            }
            _open = true;
            _log.Connected(true);
            return true;
        }

        void Close(string trouble)
        {
            for (int number = 0; number < _sockets.Length; number++)
            {
                if (_sockets[number] != null)
                    _sockets[number].Close();
                _sockets[number] = null;
            }
            _open = false;
            _log.Connected(false);
            if (trouble != null)
                _log.Tell(trouble);
        }
    }
}
