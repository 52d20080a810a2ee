using System;
using System.Net;
using System.Net.Sockets;
using NUnit.Framework;

namespace MocapBridge.Tests
{
    /// <summary>A publisher by hand: greets, checks the greeting and the subscription, then publishes frames.</summary>
    sealed class Publisher : IDisposable
    {
        readonly TcpListener _listener;
        Socket _peer;

        public Publisher(int port)
        {
            _listener = new TcpListener(IPAddress.Loopback, port);
            _listener.Start();
        }

        public void Accept(string type = "XPUB")
        {
            _peer = _listener.AcceptSocket();
            _peer.ReceiveTimeout = 5000;
            Assert.That(Take(ZmtpWords.GreetingBegin.Length), Is.EqualTo(ZmtpWords.GreetingBegin));
            _peer.Send(Packets.Joined(Packets.Greeting(), Packets.Ready(type)));
            Assert.That(Take(ZmtpWords.GreetingRest.Length), Is.EqualTo(ZmtpWords.GreetingRest));
            Assert.That(Take(ZmtpWords.Ready.Length), Is.EqualTo(ZmtpWords.Ready));
        }

        public void ExpectSubscription() =>
            Assert.That(Take(6), Is.EqualTo(new byte[] { 0, 4, 1, (byte)'o', (byte)'s', (byte)'c' }));

        public void Send(byte[] bytes) => _peer.Send(bytes);

        public byte[] Take(int count)
        {
            var bytes = new byte[count];
            for (int at = 0; at < count;)
                at += _peer.Receive(bytes, at, count - at, SocketFlags.None);
            return bytes;
        }

        public void Dispose()
        {
            if (_peer != null)
                _peer.Close();
            _listener.Stop();
        }
    }
}
